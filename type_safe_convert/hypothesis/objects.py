"""Strategies for instances of model classes of any kind, built by the classes' own constructors."""

from __future__ import annotations

import contextlib
import dataclasses
import inspect
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from type_safe_convert import annotations as nodes
from type_safe_convert.errors import NotAModelError, describe_value
from type_safe_convert.family import shape_of
from type_safe_convert.hypothesis.values import Values
from type_safe_convert.kinds.dataclass import accepts_keywords
from type_safe_convert.registry import kind_of_class
from type_safe_convert.samples import NotBuilt, samples
from type_safe_convert.shape import MISSING, Field

# Strategies that users registered for classes of their own, by class; see `registration`.
registered: dict[type, SearchStrategy[Any]] = {}


def instances(cls: type, *, depth: int = 2) -> SearchStrategy[Any]:
    """Instances of a model class: Type_Safe, BaseModel or dataclass, made by its own constructor.

    Fields with a default are now and then left out. Classes whose constructor does not take the fields get instances
    from `type_safe_convert.samples`.

    Args:
        depth: how many further models may stand inside of each other; a recursive model ends there.

    Raises:
        NotAModelError: `cls` is no model class.
    """
    if kind_of_class(cls) is None:
        raise NotAModelError(
            "not a model class", expected="a Type_Safe, a BaseModel or a dataclass", found=describe_value(cls)
        )
    return st.deferred(lambda: _instances(cls, depth))


def _nested(cls: type, depth: int) -> SearchStrategy[Any]:
    if cls in registered:
        return registered[cls]
    if kind_of_class(cls) is None:  # a bare base: any model will do, and none is at hand
        return st.nothing()
    return _instances(cls, depth)


def _instances(cls: type, depth: int) -> SearchStrategy[Any]:
    shape = shape_of(cls)
    values = Values(_nested, depth)
    required: dict[str, SearchStrategy[Any]] = {}
    optional: dict[str, SearchStrategy[Any]] = {}
    for name, field in shape.fields.items():
        if not field.init:
            continue
        strategy = _field_values(field, values)
        if strategy.is_empty:
            if field.required:
                return st.nothing()
            continue
        (required if field.required else optional)[name] = strategy
    for name, default in shape.init_only.items():
        if default is MISSING:
            required[name] = values.of(nodes.parse(_init_variable(cls, name)))
    init = inspect.getattr_static(cls, "__init__")
    if shape.kind != "basemodel" and not accepts_keywords(init, (*required, *optional), by_any_name=True):
        return _sampled(cls)
    build = {"type_safe": _type_safe, "basemodel": _basemodel, "dataclass": _dataclass}[shape.kind]
    return st.fixed_dictionaries(required, optional=optional).map(_Built(cls, build))


def _field_values(field: Field, values: Values) -> SearchStrategy[Any]:
    node = field.node
    strategy = values.of(node)
    if strategy.is_empty and nodes.accepts_none(node):
        return st.none()
    return strategy


def _init_variable(cls: Any, name: str) -> Any:
    hint = cls.__dataclass_fields__[name].type
    return hint.type if isinstance(hint, dataclasses.InitVar) else Any


class _Built:
    """Calls a class with values by field name; values that it refuses are no instance."""

    def __init__(self, cls: type, build: Any) -> None:
        self.cls = cls
        self.build = build

    def __repr__(self) -> str:
        return self.cls.__name__

    def __call__(self, values: dict[str, Any]) -> Any:
        try:
            return self.build(self.cls, values)
        except Exception:
            reject()


def _sampled(cls: type) -> SearchStrategy[Any]:
    """For a constructor of its own: the sampler knows further ways."""

    def build(seed: int) -> Any:
        try:
            return samples(cls, 1, seed)[0]
        except NotBuilt:
            reject()

    return st.integers(0, 2**16).map(build)


def _basemodel(cls: Any, values: dict[str, Any]) -> Any:
    model = cls.__new__(cls)
    cls.__pydantic_validator__.validate_python(values, self_instance=model, by_alias=False, by_name=True)
    return model


def _dataclass(cls: Any, values: dict[str, Any]) -> Any:
    return cls(**values)


def _type_safe(cls: Any, values: dict[str, Any]) -> Any:
    try:
        return cls(**values)
    except ValueError:
        # Its constructor refuses what some annotations allow (`X | None`): what it takes by itself is taken.
        accepted = {}
        for name, value in values.items():
            with contextlib.suppress(ValueError, TypeError):
                cls(**{name: value})
                accepted[name] = value
        return cls(**accepted)
