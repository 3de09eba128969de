"""The strategies: definitions of classes and their fields, and annotations with a value each."""

from __future__ import annotations

import sys
from typing import Any, Optional, Union, get_origin

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from typing_extensions import is_typeddict

from type_safe_convert.model.family import shape_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import KindName
from type_safe_convert.testing.definitions import vocabulary
from type_safe_convert.testing.definitions.definition import Again, Definition, FieldDefinition
from type_safe_convert.testing.definitions.making import drawn_kinds, make_class
from type_safe_convert.testing.definitions.members import has_default
from type_safe_convert.testing.hypothesis import DRAWN_BELOW
from type_safe_convert.types.nodes import RefinedNode
from type_safe_convert.types.parse import parse

# Not spelled where they are used: a checker takes `list[inner]` for a type.
_LIST: Any = list
_DICT: Any = dict
_SET: Any = set
_TUPLE: Any = tuple
_OPTIONAL: Any = Optional
_UNION: Any = Union


def model_classes(
    kind: KindName | None = None, *, depth: int = 2, max_fields: int = 4, features: bool = True
) -> SearchStrategy[type]:
    """Random model classes of one kind, or of any: each draw is a new class, in a module of its own.

    Fields of every sort of annotation, with and without defaults, as objects or as text; names of any script; nested,
    recursive, generic, root and inherited models, subclasses that stand where their base is declared; constraints,
    aliases of every sort, frozen and slotted classes, extras, private attributes, computed fields, properties and
    descriptors over fields, validators in every mode, discriminated unions, pydantic's own types, `InitVar`,
    `__post_init__`, constructors of their own, primitives and typed collections.

    Args:
        depth: how deep models and containers may nest in the definition.
        max_fields: how many fields a class adds.
        features: False for plain classes: fields with annotations and defaults, and nothing else.
    """
    kinds: SearchStrategy[Any] = st.just(kind) if kind is not None else st.sampled_from([*drawn_kinds()])
    return kinds.flatmap(
        lambda chosen: _classes(chosen, depth, max_fields, features).map(lambda cls: _closed(chosen, cls))
    )


def _closed(kind: KindName, cls: Any) -> Any:
    """The class itself, or a generic one with arguments where its instances know these."""
    parameters = getattr(cls, "__parameters__", ()) if drawn_kinds()[kind].makes_generic_classes else ()
    return cls[(int,) * len(parameters)] if parameters else cls


@st.composite
def _classes(draw: Any, kind: KindName, depth: int, max_fields: int, features: bool, generic: bool = False) -> type:
    return make_class(draw(_definitions(kind, depth, max_fields, features, generic)))


@st.composite
def _definitions(draw: Any, kind: KindName, depth: int, max_fields: int, features: bool, generic: bool) -> Definition:
    drawn = drawn_kinds()[kind]
    text = drawn.resolves_names and draw(st.booleans())
    base = draw(st.none() | _bases(kind)) if depth > 1 and features else None
    names = draw(st.lists(st.sampled_from(drawn.names), unique=True, max_size=max_fields))
    fields = [draw(_fields(kind, name, depth, features)) for name in names]
    definition = Definition(kind, fields, base, text=text)
    variables = getattr(base, "__parameters__", ())
    if generic or variables:
        definition.parameters = variables or draw(st.sampled_from(_variables(kind)))
    definition.syntax = sys.version_info >= (3, 12) and draw(st.booleans())
    if features:
        definition.variant = draw(st.sampled_from(["", "", "", *drawn.variants]))
        definition.options = draw(st.fixed_dictionaries({}, optional=drawn.options))
        definition.extras = draw(st.lists(st.sampled_from(drawn.extras), unique=True, max_size=2))
        definition.recursive = draw(st.sampled_from(drawn.recursive))
        if not generic and base is None and draw(st.integers(0, 3)) == 3:
            definition.parameters = draw(st.sampled_from(_variables(kind)))
    return definition


def _variables(kind: KindName) -> list[tuple[Any, ...]]:
    T, U, D, Ts = vocabulary.T, vocabulary.U, vocabulary.D, vocabulary.Ts
    found = [(T,), (T, U), (D,)]
    return [*found, (Ts,)] if drawn_kinds()[kind].takes_type_var_tuples else found


@st.composite
def _bases(draw: Any, kind: KindName) -> Any:
    """A class of the same kind; a generic one as it is, with arguments, or with other type variables."""
    base: Any = draw(_classes(kind, 0, 2, False, generic=draw(st.booleans())))
    parameters = getattr(base, "__parameters__", ())
    if not parameters:
        return base
    given = [vocabulary.U, int, vocabulary.T]
    return base[tuple(draw(st.sampled_from(given)) for _ in parameters)]


@st.composite
def _fields(draw: Any, kind: KindName, name: str, depth: int, features: bool) -> FieldDefinition:
    drawn = drawn_kinds()[kind]
    annotation, default = draw(annotations_with_values(kind, depth))
    field = FieldDefinition(name, annotation)
    wanted = draw(st.sampled_from(["required", "default", "factory"]))
    described = is_typeddict(get_origin(annotation) or annotation)
    if drawn.has_plain_defaults and (described or annotation in [item for item, _ in _of_libraries()]):
        wanted = "none"  # osbot-utils would make an instance of the type itself, which is none or which it refuses
    elif drawn.has_plain_defaults and type(default) not in (str, int, float, bool, bytes):
        wanted = "none" if draw(st.booleans()) else "required"
    if wanted == "default" and type(default).__hash__ is not None:
        field.default = default
    elif wanted in ("default", "factory"):
        field.factory = Again(default)
    elif wanted == "none":
        field.default = None
    if features and drawn.foreign_field_options and draw(st.integers(0, 4)) == 4:
        field.foreign = draw(st.sampled_from(["annotated", "assigned"]))
        field.options = draw(st.fixed_dictionaries({}, optional=drawn.foreign_field_options))
    elif features:
        field.options = draw(st.fixed_dictionaries({}, optional=drawn.field_options))
    return field


def _of_libraries() -> list[tuple[Any, Any]]:
    """The types that come with a kind and may stand in classes of all, each with a value."""
    return [item for drawn in drawn_kinds().values() for item in drawn.shared_annotations]


def _simple(kind: KindName) -> list[tuple[Any, Any]]:
    shared = [item for items in vocabulary.SHARED.values() for item in items]
    return [*vocabulary.COMMON, *drawn_kinds()[kind].annotations, *_of_libraries(), *shared]


@st.composite
def annotations_with_values(draw: Any, kind: KindName, depth: int) -> tuple[Any, Any]:
    """An annotation, and a value that it allows (None if there is none)."""
    simple = st.sampled_from(_simple(kind))
    if depth <= 0:
        return draw(simple)
    shape = draw(st.sampled_from(["simple", "simple", "model", "list", "dict", "set", "tuple", "optional", "union"]))
    if shape == "simple":
        return draw(simple)
    if shape == "model":
        return draw(_models(kind, depth)), None
    inner, value = draw(annotations_with_values(kind, depth - 1))
    match shape:
        case "list":
            return _LIST[inner], [value] if _is_value(inner, value) else []
        case "dict":
            key = draw(st.sampled_from([str, int, *drawn_kinds()[kind].key_types]))
            return _DICT[key, inner], {}
        case "set":
            hashable = draw(st.sampled_from([str, int, vocabulary.Color, bool]))
            return _SET[hashable], set()
        case "tuple" if not drawn_kinds()[kind].takes_variadic_tuples:
            return _TUPLE[inner, int], None
        case "tuple":
            return (_TUPLE[inner, ...], ()) if draw(st.booleans()) else (_TUPLE[inner, str], None)
        case "optional":
            return _OPTIONAL[inner], None
    other, _ = draw(annotations_with_values(kind, 0))
    return _UNION[inner, other], value


@st.composite
def _models(draw: Any, kind: KindName, depth: int) -> Any:
    """A drawn class as an annotation: with arguments if it is generic, and now and then with a drawn subclass."""
    cls: Any = draw(_classes(kind, depth - 1, 2, depth > 1, generic=draw(st.integers(0, 3)) == 3))
    parameters = getattr(cls, "__parameters__", ())
    if parameters:
        if not drawn_kinds()[kind].takes_arguments or (has_default(parameters[0]) and draw(st.booleans())):
            return cls
        given = [draw(annotations_with_values(kind, depth - 1))[0] for _ in parameters]
        return cls[tuple(given)]
    if draw(st.booleans()) and drawn_kinds()[kind].is_extensible(cls):
        names = draw(st.lists(st.sampled_from(drawn_kinds()[kind].names), unique=True, max_size=1))
        if not get_kind(kind).traits.instances_know_class:  # a value of another type would not fit the base
            names = [name for name in names if name not in shape_of(cls).fields]
        below = make_class(Definition(kind, [draw(_fields(kind, name, 0, False)) for name in names], cls))
        setattr(cls, DRAWN_BELOW, (below,))
    return cls


def _is_value(annotation: Any, value: Any) -> bool:
    return value is not None and not (isinstance(annotation, type) and isinstance(parse(annotation), RefinedNode))
