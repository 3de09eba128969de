"""Random, valid instances of any model class, for `check` and for tests: the same seed, the same instance."""

from type_safe_convert.samples.sampler import NotBuilt, Sampler, load, samples

__all__ = ["NotBuilt", "Sampler", "load", "samples"]
