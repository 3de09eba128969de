"""NamedTuples."""
