"""Structs of msgspec."""
