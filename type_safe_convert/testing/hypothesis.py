"""Strategies for instances of model classes of any kind, built by the classes' own constructors."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any, Final

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from type_safe_convert.errors import NotAModelError, describe_value
from type_safe_convert.model.family import origin_of, shape_of
from type_safe_convert.model.kind import ModelKind, get_kind
from type_safe_convert.model.registry import describe_kinds, kind_of_class
from type_safe_convert.testing.construct import EXTRA_FIELD, call_kind, init_only_nodes
from type_safe_convert.testing.sampler import NotBuilt, samples
from type_safe_convert.testing.strategies import TEXT, ValueStrategies
from type_safe_convert.types import nodes
from type_safe_convert.types.parse import parse

# The classes that users registered; a field that is declared as one of them also gets what is registered below it.
registered: dict[type, None] = {}

# A class that was drawn keeps the classes drawn below it, which may stand where it is declared, in this attribute.
DRAWN_BELOW = "__drawn_below__"

# What a class said of the last values that it did not take, by its name: the reason where no instance is found.
refusals: dict[str, str] = {}

_NONE: Final[Mapping[Any, Any]] = types.MappingProxyType({})


def instances(cls: type, *, depth: int = 2) -> SearchStrategy[Any]:
    """Instances of a model class of any kind, made by its own constructor.

    Fields with a default are now and then left out. Classes whose constructor does not take the fields get instances
    from `type_safe_convert.samples`.

    Args:
        depth: how many further models may stand inside of each other; deeper, only what is required is filled in, so
            that a recursive model ends there.

    Raises:
        NotAModelError: `cls` is no model class.
    """
    if kind_of_class(cls) is None:
        raise NotAModelError("not a model class", expected=describe_kinds(), found=describe_value(cls))
    return st.deferred(lambda: _instances(cls, depth))


def _nested(node: nodes.ModelNode, depth: int, below: frozenset[type]) -> SearchStrategy[Any]:
    """Instances for a field. `below`: the classes around it that are too deep already, which cannot hold themselves."""
    cls = node.cls
    if kind_of_class(cls) is None or cls in below:  # a bare base: any model will do, and none is at hand
        return st.nothing()
    if depth < 0:
        return _instances(cls, depth, node.arguments, below | {cls})
    others = list(cls.__dict__.get(DRAWN_BELOW, ()))
    if cls in registered:
        others += [other for other in registered if other is not cls and issubclass(origin_of(other), cls)]
    return st.one_of(_instances(cls, depth, node.arguments), *(_instances(other, depth) for other in others))


def _instances(
    cls: type, depth: int, arguments: Mapping[Any, Any] = _NONE, below: frozenset[type] = frozenset()
) -> SearchStrategy[Any]:
    shape = shape_of(cls)
    kind = get_kind(shape.kind)
    values = ValueStrategies(lambda node, depth: _nested(node, depth, below), depth)
    required: dict[str, SearchStrategy[Any]] = {}
    optional: dict[str, SearchStrategy[Any]] = {}
    for name, field in shape.fields.items():
        if not field.init or (depth < 0 and not field.required):
            continue
        node = parse(field.annotation, dict(arguments)) if arguments else field.node
        strategy = _field_values(node, values)
        if strategy.is_empty:
            if field.required:
                return st.nothing()
            continue
        needed = field.required or not kind.constructor_has_default(cls, name)
        (required if needed else optional)[name] = strategy
    required |= {name: values.of(node) for name, node in init_only_nodes(cls, shape).items()}
    if shape.extra == "allow" and EXTRA_FIELD not in shape.fields:
        optional[EXTRA_FIELD] = st.integers() | TEXT
    if not kind.is_called_with(cls, (*required, *optional)):
        return _sampled(cls)
    return st.fixed_dictionaries(required, optional=optional).map(_Built(cls, kind))


def _field_values(node: nodes.Node, values: ValueStrategies) -> SearchStrategy[Any]:
    strategy = values.of(node)
    if strategy.is_empty and nodes.accepts_none(node):
        return st.none()
    return strategy


class _Built:
    """Calls a class with values by field name; values that it refuses are no instance."""

    def __init__(self, cls: type, kind: ModelKind) -> None:
        self.cls = cls
        self.kind = kind

    def __repr__(self) -> str:
        return self.cls.__name__

    def __call__(self, values: dict[str, Any]) -> Any:
        try:
            return call_kind(self.kind, self.cls, values)
        except Exception as error:
            refusals[self.cls.__qualname__] = f"{type(error).__name__}: {error}"
            reject()


def _sampled(cls: type) -> SearchStrategy[Any]:
    """For a constructor of its own: the sampler knows further ways."""

    def build(seed: int) -> Any:
        try:
            return samples(cls, 1, seed)[0]
        except NotBuilt as error:
            refusals[cls.__qualname__] = str(error)
            reject()

    return st.integers(0, 2**16).map(build)
