"""The command line: `type-safe-convert`, also `python -m type_safe_convert`."""
