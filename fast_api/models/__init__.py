"""Annotations and values of handlers, for FastAPI and back."""
