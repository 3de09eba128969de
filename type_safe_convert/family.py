"""The module by which pickles of older versions name `sibling`."""

from type_safe_convert.model.family import counterpart as sibling

__all__ = ["sibling"]
