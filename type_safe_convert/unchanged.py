"""The module by which pickles of older versions name the snapshots of instances."""

from type_safe_convert.conversion.unchanged import Container, Model

__all__ = ["Container", "Model"]
