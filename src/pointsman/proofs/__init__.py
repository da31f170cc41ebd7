"""Questions about a program that need the engine to answer."""
