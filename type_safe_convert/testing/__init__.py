"""Tools for tests of models: random instances, strict equality, random model classes, strategies for Hypothesis.

`samples`, `differences` and `same` need no further package; what needs Hypothesis is in `type_safe_convert.hypothesis`.
"""

from type_safe_convert.testing.equality import Difference, differences, same
from type_safe_convert.testing.sampler import NotBuilt, Sampler, load, samples

__all__ = ["Difference", "NotBuilt", "Sampler", "differences", "load", "same", "samples"]
