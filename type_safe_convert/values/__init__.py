"""Conversion of values: the meaning of each, and the fast path that generated code takes."""
