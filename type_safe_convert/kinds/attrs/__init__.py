"""Classes of attrs."""
