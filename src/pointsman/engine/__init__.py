"""Rules at work. Pure: no I/O, no clock, no randomness."""
