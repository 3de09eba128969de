"""The public name of `type_safe_convert.testing.sampler`: random, valid instances of any model class."""

from type_safe_convert.testing.sampler import NotBuilt, Sampler, load, samples

__all__ = ["NotBuilt", "Sampler", "load", "samples"]
