"""The parts of `pointsman test`: what to run, running it, and the reports on it."""
