"""Paths: another place in the source, as rules name it."""

from __future__ import annotations

import dataclasses
import enum
import inspect
from collections.abc import Iterable

from type_safe_convert.advice import did_you_mean
from type_safe_convert.conversion.pair import ClassPair, FieldRule, Found
from type_safe_convert.conversion.sources import PathPart
from type_safe_convert.errors import ClassConversionError, format_path
from type_safe_convert.model.described import is_described
from type_safe_convert.model.family import attribute_of, class_for_field, record_of, subclasses_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.shape import Field
from type_safe_convert.model.views import View
from type_safe_convert.registry import kind_of_base, kind_of_class
from type_safe_convert.types import nodes


@dataclasses.dataclass(frozen=True, slots=True)
class Path(FieldRule):
    """The value is at another place in the source.

    Attributes:
        names: the names on the way there.
    """

    names: tuple[str, ...]

    def find(self, pair: ClassPair, field: Field) -> Found:
        """Raises ClassConversionError if there is no such place."""
        first, *rest = self.names
        found = _find_attribute(pair, first)
        if found is None:
            record = pair.source_record
            if _is_method(pair.source, first):
                raise self._problem(pair, field, _METHOD)
            raise self._nowhere(pair, field, record.origin.__name__, first, record.shape.fields)
        parts: list[PathPart] = []
        node = found.node
        for name in rest:
            part = self._part(pair, field, node, name)
            parts.append(part)
            node = part.after
        return found._replace(parts=tuple(parts), place=self.names)

    def _part(self, pair: ClassPair, field: Field, node: nodes.Node | None, name: str) -> PathPart:
        if node is None:
            return PathPart(name, name, None, True, False)
        members = _members(node)
        optional = any(map(nodes.accepts_none, members)) or isinstance(node, nodes.AnyNode)
        members = [member for member in members if not _is_none(member)]
        found = [part for member in members if (part := _part_of(pair, member, name, optional)) is not None]
        if not found:
            if any(_is_method(getattr(member, "cls", None), name) for member in members):
                raise self._problem(pair, field, _METHOD)
            if any(isinstance(member, _CONTAINERS) for member in members):
                raise self._problem(pair, field, "goes through a list or dict: compute the value by a function")
            names = [known for member in members for known in _names_in(pair, member)]
            raise self._nowhere(pair, field, " or ".join(map(_title, members)), name, names)
        if len(members) == 1:
            return found[0]
        return found[0]._replace(after=None)

    def _nowhere(
        self, pair: ClassPair, field: Field, owner: str, name: str, names: Iterable[str]
    ) -> ClassConversionError:
        return self._problem(pair, field, f"leads nowhere: {owner} has no {name}", did_you_mean(name, names))

    def _problem(self, pair: ClassPair, field: Field, reason: str, advice: str = "") -> ClassConversionError:
        return ClassConversionError(
            f"the path {format_path(self.names)} {reason}",
            path=(field.name,),
            source_class=pair.source,
            target_class=pair.target,
            advice=advice,
        )


_METHOD = "leads to a method: call it in a function"
_CONTAINERS = (nodes.CollectionNode, nodes.MappingNode, nodes.TupleNode)


def _find_attribute(pair: ClassPair, name: str) -> Found | None:
    record = pair.source_record
    if name in record.shape.fields:
        return Found(attribute_of(record, name), record.shape.fields[name])
    if get_kind(pair.source_kind).is_readable(pair.source, name):
        return Found(name)
    if record.shape.extra == "allow":
        return Found(name, optional=True)
    return None


def _members(node: nodes.Node | None) -> list[nodes.Node]:
    if isinstance(node, nodes.AnnotatedNode):
        return _members(node.inner)
    if isinstance(node, nodes.UnionNode):
        return [found for member in node.members for found in _members(member)]
    return [] if node is None else [node]


def _is_none(node: nodes.Node) -> bool:
    return isinstance(node, nodes.ScalarNode) and node.cls is type(None)


def _is_method(cls: type | None, name: str) -> bool:
    return cls is not None and callable(inspect.getattr_static(cls, name, None))


def _part_of(pair: ClassPair, node: nodes.Node, name: str, optional: bool) -> PathPart | None:
    """One more name of a path, in a value of a node; None where there is no such name."""
    unknown = PathPart(name, name, None, optional, False)
    match node:
        case nodes.ModelNode(cls=cls) if kind_of_base(cls) is None:
            return _part_of_model(pair, node, name, optional)
        case nodes.AnyNode() | nodes.ModelNode():
            return unknown._replace(is_guarded=True)
        case nodes.TypedDictNode(items=items):
            return (
                PathPart(name, name, items[name], optional or name not in node.required, True)
                if name in items
                else None
            )
        case nodes.TupleNode(cls=cls, items=items):
            names = getattr(cls, "_fields", ())
            return unknown._replace(after=items[names.index(name)]) if name in names else None
        case nodes.ScalarNode(cls=cls) | nodes.EnumNode(cls=cls) | nodes.RefinedNode(cls=cls):
            is_known = hasattr(cls, name) or (issubclass(cls, enum.Enum) and name in ("name", "value"))
            return unknown if is_known and not _is_method(cls, name) else None
        case nodes.OpaqueNode():
            return unknown  # what attributes its instances have, no class tells
    return None


def _part_of_model(pair: ClassPair, node: nodes.ModelNode, name: str, optional: bool) -> PathPart | None:
    declared = class_for_field(node.cls, pair.source_kind, pair.source_origin_kind)
    record = record_of(declared)
    shape = record.shape
    is_guarded = get_kind(record.kind).traits.reads_may_load
    if name in shape.fields:
        field = View(node.cls, node.arguments).fields(record.origin).get(name) if node.arguments else None
        after = (field or shape.fields[name]).node
        if is_described(declared):
            return PathPart(name, name, after, optional or not shape.fields[name].required, True)
        return PathPart(name, attribute_of(record, name), after, optional, False, is_guarded)
    below = (item for item in subclasses_of(record.origin) if kind_of_class(item) is not None)
    if (
        get_kind(record.kind).is_readable(declared, name)
        or shape.extra == "allow"
        or any(name in record_of(item).shape.fields for item in below)
    ):
        return PathPart(name, name, None, optional, False, is_guarded)
    return None


def _names_in(pair: ClassPair, node: nodes.Node) -> list[str]:
    match node:
        case nodes.ModelNode(cls=cls) if kind_of_base(cls) is None:
            return list(record_of(cls).shape.fields)
        case nodes.TypedDictNode(items=items):
            return list(items)
        case nodes.TupleNode(cls=cls):
            return list(getattr(cls, "_fields", ()))
        case nodes.ScalarNode(cls=cls) | nodes.EnumNode(cls=cls):
            return [known for known in dir(cls) if not known.startswith("_")]
    return []


def _title(node: nodes.Node) -> str:
    return getattr(getattr(node, "cls", node.annotation), "__name__", str(node.annotation))
