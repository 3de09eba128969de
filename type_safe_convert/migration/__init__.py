"""Rewrites the class statements of files into those of another kind, and proves that the classes mean the same."""
