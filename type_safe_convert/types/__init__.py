"""Annotations, read into trees of nodes that say what a value may be."""
