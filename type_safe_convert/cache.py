"""The cache that all converters share: how many families there are, how often they were found, how to drop them."""

from __future__ import annotations

from typing import NamedTuple

from type_safe_convert.registry import RECORD, made_kinds


class Cache_Sizes(NamedTuple):
    """Numbers of what the cache holds: origin classes, generated classes, compiled functions."""

    families: int
    made_classes: int
    functions: int


class Model_Cache:
    """The one cache of the process: `Model_Cache()` is always the same object.

    It owns nothing. Generated classes and functions hang on the classes that they belong to, and go with them; this
    object only counts them.

    Attributes:
        hits: how often `convert_class` found a class that had been made before.
        misses: how often it had to be made.
    """

    _instance: Model_Cache | None = None
    hits: int
    misses: int

    def __new__(cls) -> Model_Cache:
        if cls._instance is None:
            made = super().__new__(cls)
            made.hits = made.misses = 0
            cls._instance = made
        return cls._instance

    def __repr__(self) -> str:
        return f"Model_Cache(hits={self.hits}, misses={self.misses}, {self.sizes()})"

    def sizes(self) -> Cache_Sizes:
        """Counts the families, the generated classes and the compiled functions that are alive."""
        # At the first use, as in `api`.
        from type_safe_convert.conversion.conversion import Conversion
        from type_safe_convert.model.family import LOCK, origins, record_of

        families = made = functions = 0
        with LOCK:
            for cls in list(origins):
                record = record_of(cls)
                others = [record_of(item) for item in record.counterparts.values() if item is not cls]
                families += bool(others)
                made += len(others)
                plans = [plan for each in (record, *others) for plan in list(each.plans.values())]
                functions += sum(isinstance(plan, Conversion) for plan in plans)
        return Cache_Sizes(families, made, functions)

    def warm(self, *classes: type) -> None:
        """Makes the counterparts of these classes and compiles the functions between them, before the first request."""
        from type_safe_convert.conversion.conversion import conversion
        from type_safe_convert.model.family import counterpart, record_of

        for cls in classes:
            origin_kind = record_of(record_of(cls).origin).kind
            family = [counterpart(cls, kind) for kind in made_kinds(origin_kind)]
            for source in family:
                for target in family:
                    if source is not target:
                        conversion(source, target).compiled()

    def clear(self) -> None:
        """Forgets every generated class and function, and the counts.

        Generated classes that are still in use, and their instances, still convert back to their origin.
        """
        from type_safe_convert.model.family import LOCK, origins

        with LOCK:
            for cls in list(origins):
                if RECORD in cls.__dict__:
                    type.__delattr__(cls, RECORD)
            origins.clear()
            self.hits = self.misses = 0


model_cache: Model_Cache = Model_Cache()
