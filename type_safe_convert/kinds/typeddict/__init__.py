"""TypedDicts."""
