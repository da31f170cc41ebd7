"""The demo: one conversation over real HTTP, played by simulated parties around a real router."""
