"""Writes the counterpart of a class as the source text that a person would write."""
