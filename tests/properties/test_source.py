"""Law: the source text of a drawn class, executed, has the shape of the generated counterpart, field by field."""

from __future__ import annotations

import itertools
import re
import sys
import types
import warnings
from typing import Any

import pytest
from hypothesis import event, given, reject

from type_safe_convert import ClassConversionError, UnresolvedNameWarning, convert_class, kind_of
from type_safe_convert.model.kind import ModelKind, get_kind
from type_safe_convert.model.shape import Field
from type_safe_convert.registry import made_kinds
from type_safe_convert.testing.definitions.drawing import model_classes
from type_safe_convert.types import nodes
from type_safe_convert.writing.fields import said_by
from type_safe_convert.writing.module import Source, write_source, written_name

KINDS = [kind for kind in made_kinds() if get_kind(kind).source_writer]
_numbers = itertools.count()


def executed(text: str) -> dict[str, Any]:
    """The names of a module of that text; `sys.modules` has it, for the names in its annotations."""
    module = types.ModuleType(f"written_module_{next(_numbers)}")
    sys.modules[module.__name__] = module
    exec(compile(text, f"<{module.__name__}>", "exec", dont_inherit=True), vars(module))
    return vars(module)


def key(node: nodes.Node) -> Any:
    """What a node means, whichever class stands for a model."""
    match node:
        case nodes.AnnotatedNode(inner=inner, constraints=constraints):
            said = frozenset((name, repr(value)) for name, value in said_by(constraints)[0].items())
            return (key(inner), said) if said else key(inner)
        # A NamedTuple or TypedDict is a model in one of its kind, and a value elsewhere.
        case nodes.ModelNode(cls=cls) | nodes.TupleNode(cls=cls) | nodes.TypedDictNode(cls=cls) if (
            kind_of(cls) is not None
        ):
            return "model", re.match(r"Drawn_\d+|[^\W_]+", cls.__name__)[0]  # type: ignore[index]
        case nodes.UnionNode(members=members):
            keys = map(key, members)
            return frozenset(each for item in keys for each in (item if isinstance(item, frozenset) else (item,)))
        case nodes.CollectionNode(origin=origin) | nodes.MappingNode(origin=origin):
            return (origin, *map(key, node.children()))
        case nodes.TupleNode(cls=cls, items=items, variadic=variadic):
            return (cls, variadic, *map(key, items))
        case nodes.ScalarNode(cls=cls) | nodes.EnumNode(cls=cls):
            return cls
        case nodes.LiteralNode(values=values):
            return values
    return type(node)


def without_none(found: Any) -> Any:
    """A field with a default of None may have it, whatever the origin says."""
    members = found - {type(None)} if isinstance(found, frozenset) else {found}
    return next(iter(members)) if len(members) == 1 else members


def has_refined(node: nodes.Node) -> bool:
    return any(isinstance(item, nodes.RefinedNode) for item in nodes.walk(node))


def check_field(written: Field, generated: Field, origin: Field, lost: set[str]) -> None:
    assert written.required == generated.required
    if not has_refined(origin.node):
        assert without_none(key(written.node)) in (without_none(key(generated.node)), without_none(key(origin.node)))
    if not any("alias" in reason or "called" in reason for reason in lost):
        assert written.aliases in (generated.aliases, origin.aliases)
    if not any("frozen" in reason for reason in lost):
        assert bool(written.options.get("frozen")) == bool(generated.options.get("frozen"))


def check_class(cls: Any, kind: ModelKind, written: Any, result: Source) -> None:
    generated = kind.read(convert_class(cls, kind.name))
    shape, origin = kind.read(written), get_kind(str(kind_of(cls))).read(cls)
    losses = [loss for loss in result.losses if loss.cls is cls]
    names = {name: written_name(kind, name, origin) for name in origin.fields}
    assert sorted(shape.fields) == sorted(names.values())
    assert origin.bases or [*shape.fields] == [*names.values()]
    if not any("frozen" in loss.reason for loss in losses):
        assert shape.frozen == origin.frozen
    if not any("extra" in loss.reason for loss in losses) and not kind.traits.refuses_other_keys:
        assert shape.extra == origin.extra
    for name, attribute in names.items():
        lost = {loss.reason for loss in result.losses if loss.field == name}
        if not any(word in reason for reason in lost for word in ("default", "Any", "list", "lost")):
            check_field(
                shape.fields[attribute], generated.fields[kind.attribute(name, origin)], origin.fields[name], lost
            )


@pytest.mark.parametrize("kind", KINDS)
@given(cls=model_classes())
def test_the_source_of_a_class_has_the_shape_of_its_counterpart(kind: str, cls: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnresolvedNameWarning)
        if kind_of(cls) == kind:
            reject()
        try:
            result = write_source([cls], kind)
        except ClassConversionError:
            convertible = False
        else:
            convertible = True
        if not convertible:
            event("no counterpart")
            return
        names = executed(result.text)
        for origin, name in result.classes.items():
            check_class(origin, get_kind(kind), names[name], result)
