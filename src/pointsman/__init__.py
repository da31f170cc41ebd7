"""pointsman: a self-hosted conversational router whose handover policy is text."""

__version__ = "0.1.0"
