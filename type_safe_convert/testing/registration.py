"""Tells Hypothesis about model classes, so that `st.from_type` and annotations find them."""

from __future__ import annotations

import types

from hypothesis import strategies as st

from type_safe_convert.errors import NotAModelError, describe_value
from type_safe_convert.model.made import origin_in
from type_safe_convert.model.registry import describe_kinds, kind_of_class
from type_safe_convert.testing.hypothesis import instances, registered


def register(*classes_or_modules: type | types.ModuleType) -> list[type]:
    """Makes `st.from_type(cls)` give instances of these model classes; returns the classes that it registered.

    Of a module, every model class that is defined in it. Hypothesis resolves a type to what was registered for it or
    for subclasses of it, so each class is registered itself. A field declared as a registered class gets instances of
    it and of its registered subclasses.

    Raises:
        NotAModelError: an argument is neither a module nor a model class.
    """
    found: list[type] = []
    for item in classes_or_modules:
        if isinstance(item, types.ModuleType):
            found += [cls for cls in vars(item).values() if _is_defined_in(cls, item)]
        elif isinstance(item, type) and kind_of_class(item) is not None:
            found.append(item)
        else:
            raise NotAModelError(
                "neither a model class nor a module",
                expected=describe_kinds("a module"),
                found=describe_value(item),
            )
    for cls in found:
        st.register_type_strategy(cls, instances(cls))
        registered[cls] = None
    return found


def _is_defined_in(cls: object, module: types.ModuleType) -> bool:
    return (
        isinstance(cls, type)
        and cls.__module__ == module.__name__
        and kind_of_class(cls) is not None
        and origin_in(cls) is None
    )
