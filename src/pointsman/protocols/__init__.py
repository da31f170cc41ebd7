"""Bytes to model and back, one file a provider. No sockets."""
