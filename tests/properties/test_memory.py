"""No class is kept alive by the package, however many there were."""

import dataclasses
import gc
import typing
import warnings
import weakref
from typing import Optional

from hypothesis import settings
from pydantic import create_model

from tests.properties.strategies import KINDS
from type_safe_convert import convert, convert_class, kind_of, model_cache

NUMBER = 10_000 if settings.default.max_examples > 1000 else 200


def test_dropped_classes_are_collected():
    """Dynamic BaseModels and dataclasses, converted in every direction and dropped, are all gone."""
    families = model_cache.sizes().families
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        alive = sum(_alive_of(range(start, start + 100)) for start in range(0, NUMBER, 100))
    assert alive == 0
    assert model_cache.sizes().families <= families


def _alive_of(numbers):
    references = [reference for number in numbers for reference in _family(number)]
    for clear in typing._cleanups:
        clear()
    gc.collect()
    return sum(reference() is not None for reference in references)


def _family(number):
    if number % 2:
        cls = create_model(f"Model{number}", x=(int, ...), y=(list[str], []))
        instance = cls(x=1, y=["a"])
    else:
        cls = dataclasses.make_dataclass(f"Data{number}", [("x", int), ("y", Optional[str], None)])
        instance = cls(1, "a")
    for source in KINDS:
        value = convert(instance, source)
        for target in KINDS:
            assert convert(convert(value, target), kind_of(cls)) == instance
    return [weakref.ref(convert_class(cls, kind)) for kind in KINDS]
