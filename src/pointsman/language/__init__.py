"""Text in, Program out. Nothing here executes a rule."""
