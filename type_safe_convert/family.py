"""The module by which pickles of older versions name `sibling`."""

from type_safe_convert.model.family import sibling

__all__ = ["sibling"]
