"""The public name of `type_safe_convert.testing.equality`: strict equality of values."""

from type_safe_convert.testing.equality import Difference, differences, same

__all__ = ["Difference", "differences", "same"]
