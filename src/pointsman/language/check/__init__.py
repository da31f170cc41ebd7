"""Diagnostics that need no evaluation: names, kinds, events and actions, cycles."""
