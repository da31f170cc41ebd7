"""The durable truth: conversations, owed work, timers, ids already seen, generations."""
