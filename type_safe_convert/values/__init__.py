"""What becomes of a value: its meaning, and the fast path that generated code takes."""
