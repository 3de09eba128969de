"""Standard dataclasses."""
