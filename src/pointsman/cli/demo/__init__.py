"""The demo: one conversation over real HTTP, played by simulated parties around a real router."""

from pointsman.cli.demo.run import command

__all__ = ["command"]
