"""Replaces secrets in what is stored, logged, shown or exported: by name, and in free text."""
