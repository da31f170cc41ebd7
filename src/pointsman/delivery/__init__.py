"""What happens to a message that we owe someone."""
