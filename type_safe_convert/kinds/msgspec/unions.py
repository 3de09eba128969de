"""Unions in generated Structs: tags for their members, and a choice of the member where msgspec refuses a union."""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct

from type_safe_convert.model.family import ClassRecord, record_of
from type_safe_convert.model.shape import Shape
from type_safe_convert.registry import kind_of_base
from type_safe_convert.types import nodes
from type_safe_convert.types.annotations import annotated, union
from type_safe_convert.types.names import resolve_hints
from type_safe_convert.types.parse import parse
from type_safe_convert.types.render import render
from type_safe_convert.types.type_variables import args_of

# Among the plans of a class: the key and the value by which msgspec is to know its Struct in a union.
_TAG = "msgspec tag"

_KEYS = ("type", "kind", "tag", "type_", "tag_")

_DECODERS = "__type_safe_convert_decoders__"


class Undecoded:
    """Metadata for `Any`, in the place of an annotation that msgspec refuses. The Struct completes what was decoded."""

    __slots__ = ("annotation",)

    def __init__(self, annotation: Any) -> None:
        self.annotation: Any = annotation

    def __repr__(self) -> str:
        return f"Undecoded({self.annotation})"

    @property
    def __type_safe_convert_model__(self) -> Any:
        """Returns the class or union for which this stands, for code that reads annotations."""
        return self.annotation


_RAW = frozenset({dict, list, str, int, float, bool, type(None)})


def render_union(node: nodes.UnionNode, inner: Callable[[nodes.Node], Any]) -> Any:
    """The annotation of a union that msgspec cannot decode; NotImplemented for any other."""
    if _is_decodable(node):
        return NotImplemented
    return annotated(Any, Undecoded(union(*(inner(member) for member in node.members))))


def render_leaf(node: nodes.Node) -> Any:
    """The same of a node without others in it that are rewritten."""
    return NotImplemented if _is_decodable(node) else annotated(Any, Undecoded(node.annotation))


def _is_decodable(node: nodes.Node) -> bool:
    try:
        msgspec.json.Decoder(render(node, _outline))
    except Exception:  # msgspec says so in many ways
        return False
    return True


def _outline(node: nodes.Node) -> Any:
    """The annotation of a node with an empty Struct for each model."""
    match node:
        case nodes.ModelNode(cls=cls):
            if kind_of_base(cls) is not None:
                return Struct
            key, tag, array_like = _config_of(record_of(cls))
            return msgspec.defstruct("Outline", (), tag_field=key, tag=tag, array_like=array_like)
        case nodes.RefinedNode(base=base):
            return base
        case nodes.AnnotatedNode(inner=inner):
            return render(inner, _outline)
        case nodes.AnyNode():
            return node.annotation if isinstance(node, nodes.ValidatedNode) else Any
    return NotImplemented


def _config_of(record: ClassRecord) -> tuple[str | None, Any, bool]:
    """Returns how the Struct of a class is told from others: key and value of its tag, and whether it is an array."""
    made: Any = record.counterparts.get("msgspec")
    if made is None:
        return (*record.plans.get(_TAG, (None, None)), False)
    return made.__struct_config__.tag_field, made.__struct_config__.tag, made.__struct_config__.array_like


def tag_members(shape: Shape) -> None:
    """Gives a tag to each class in a union of a class's fields, before its Struct is made."""
    for field in shape.fields.values():
        for node in nodes.walk(field.node):
            if isinstance(node, nodes.UnionNode):
                _tag(_models_in(node))


def _models_in(union: nodes.UnionNode) -> list[type]:
    found = []
    for member in union.members:
        while isinstance(member, nodes.AnnotatedNode):
            member = member.inner
        if isinstance(member, nodes.ModelNode) and kind_of_base(member.cls) is None:
            found.append(record_of(member.cls).origin)
    return found


def _tag(classes: list[type]) -> None:
    shapes = [record_of(cls).shape for cls in classes]
    if len(classes) < 2 or any(_has_own_tag(shape) for shape in shapes):
        return
    names = {name for shape in shapes for name, field in shape.fields.items()}
    names |= {str(field.options.get("alias")) for shape in shapes for field in shape.fields.values()}
    key = next((key for key in _KEYS if key not in names), None)
    by_name = {cls.__name__: cls for cls in classes}
    for cls in classes if key is not None else ():
        unique = by_name[cls.__name__] is cls and len(by_name) == len({*classes})
        tag = cls.__name__ if unique else f"{cls.__module__}.{cls.__qualname__}"
        record_of(cls).plans.setdefault(_TAG, (key, tag))


def _has_own_tag(shape: Shape) -> bool:
    """Whether a field of Literals tells the class from others."""
    return any(isinstance(field.node, nodes.LiteralNode) for field in shape.fields.values())


def tag_of(cls: type, bases: Sequence[Any]) -> dict[str, Any]:
    """The arguments of a Struct that is made for `cls`, as far as they are of its tag."""
    key, tag = record_of(cls).plans.get(_TAG, (None, None))
    if key is None:  # a subclass would have the tag of its base
        key = next((base.__struct_config__.tag_field for base in bases if base.__struct_config__.tag_field), None)
        tag = None if key is None else cls.__name__
    return {} if key is None else {"tag_field": key, "tag": tag}


# instances


def decode_choices(instance: Any) -> None:
    """Chooses the members of unions that msgspec could not, in an instance that it has just decoded or made."""
    cls = type(instance)
    decoders = cls.__dict__.get(_DECODERS)
    if decoders is None:
        found = {name: _decoder_of(parse(hint)) for name, hint in resolve_hints(cls).items()}
        decoders = {name: found[name] for name in cls.__struct_fields__ if found.get(name) is not None}
        type.__setattr__(cls, _DECODERS, decoders)
    for name, decode in decoders.items():
        value = getattr(instance, name)
        decoded = decode(value)
        if decoded is not value:
            msgspec.structs.force_setattr(instance, name, decoded)


def has_choices(annotation: Any) -> bool:
    """Whether something stands in an annotation that msgspec refuses."""
    return isinstance(annotation, Undecoded) or any(map(has_choices, args_of(annotation)))


def _decoder_of(node: nodes.Node) -> Callable[[Any], Any] | None:
    """A function that makes of a decoded value what msgspec cannot make of it; None where there is nothing such."""
    match node:
        case nodes.AnnotatedNode(inner=inner):
            return _decoder_of(inner)
        case nodes.LiteralNode(values=values) if not _is_decodable(node):
            return functools.partial(_find_literal, values)
        case nodes.CollectionNode(item=item) if (decode := _decoder_of(item)) is not None:
            return _decode_items(decode)
        case nodes.TupleNode(items=(item,), variadic=True) if (decode := _decoder_of(item)) is not None:
            return _decode_items(decode)
        case nodes.TupleNode(items=items, variadic=False, cls=cls) if cls is tuple:
            return _decode_tuple([_decoder_of(item) for item in items])
        case nodes.MappingNode(value=item) if (decode := _decoder_of(item)) is not None:
            return _decode_values(decode)
        case nodes.UnionNode(members=members) if not _is_decodable(node):
            return functools.partial(_choose, [member.annotation for member in _flat(members)])
        case nodes.UnionNode(members=members):
            return _decode_any([decode for member in members if (decode := _decoder_of(member)) is not None])
    return None


def _flat(members: Sequence[nodes.Node]) -> Iterator[nodes.Node]:
    """The members of a union, with those of unions in it that msgspec refuses."""
    for member in members:
        inner = member.inner if isinstance(member, nodes.AnnotatedNode) else member
        if isinstance(inner, nodes.UnionNode) and not _is_decodable(inner):
            yield from _flat(inner.members)
        else:
            yield member


def _find_literal(values: Sequence[Any], value: Any) -> Any:
    """The one of the values that a decoded value stands for. Raises ValueError."""
    for item in values:
        if type(item) is type(value) and item == value:
            return value
    for item in values:
        if isinstance(item, enum.Enum) and type(item.value) is type(value) and item.value == value:
            return item
    return value if type(value) not in _RAW else _refuse(value, values)


def _choose(members: Sequence[Any], value: Any) -> Any:
    """A decoded value as the member in which most of it arrives; as it is, if it is none that decoders make of text, or
    if msgspec does not know the type of the member. Raises ValueError."""
    if not _is_raw(value) or type(value) in members or (value is None and None in members):
        return value
    chosen, least, undecided = None, None, False
    for member in sorted(members, key=lambda member: _unknown_keys(member, value)):
        try:
            found = msgspec.convert(value, member)
            decode = _decoder_of(parse(member))
            found = found if decode is None else decode(found)
        except (ValueError, msgspec.ValidationError):  # which was no ValueError before msgspec 0.21
            continue
        except TypeError:  # msgspec does not know the type, such as a TypedDict with a ReadOnly key
            undecided = True
            continue
        lost = _lost(value, found)
        if not lost:
            return found
        if least is None or lost < least:
            chosen, least = found, lost
    if undecided:
        return value
    return _refuse(value, members) if least is None else chosen


def _lost(value: Any, found: Any) -> int:
    """Counts the keys and whole numbers of a decoded value that are not in what msgspec made of it."""
    if type(value) is int:
        return int(type(found) is float)
    if type(value) is dict and isinstance(found, msgspec.Struct | dict):
        if isinstance(found, msgspec.Struct):
            names = zip(found.__struct_encode_fields__, found.__struct_fields__, strict=True)
            found = {key: getattr(found, name) for key, name in names if key in value}
        inside = sum(_lost(item, found[key]) for key, item in value.items() if key in found)
        return len(value) - len(found) + inside
    if isinstance(value, list | tuple) and isinstance(found, list | tuple):
        return sum(map(_lost, value, found))
    return 0


def _is_raw(value: Any) -> bool:
    """Whether a decoder of text made all of a value, without knowing its type."""
    if type(value) is dict:
        return all(map(_is_raw, value.values()))
    return all(map(_is_raw, value)) if type(value) is list else type(value) in _RAW


def _unknown_keys(member: Any, value: Any) -> int:
    if not isinstance(value, dict) or not isinstance(member, msgspec.StructMeta):
        return 0
    return len(value.keys() - {*member.__struct_encode_fields__})


def _refuse(value: Any, members: Sequence[Any]) -> Any:
    raise ValueError(f"{value!r} fits none of {', '.join(map(str, members))}")


def _decode_items(decode: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: type(value)(map(decode, value)) if type(value) in (list, tuple, set, frozenset) else value


def _decode_values(decode: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: {key: decode(item) for key, item in value.items()} if type(value) is dict else value


def _decode_tuple(decoders: list[Callable[[Any], Any] | None]) -> Callable[[Any], Any] | None:
    if not any(decoders):
        return None

    def decode(value: Any) -> Any:
        if type(value) is not tuple or len(value) != len(decoders):
            return value
        return tuple(item if make is None else make(item) for make, item in zip(decoders, value, strict=True))

    return decode


def _decode_any(decoders: list[Callable[[Any], Any]]) -> Callable[[Any], Any] | None:
    def decode(value: Any) -> Any:
        for make in decoders:
            value = make(value)
        return value

    return decode if decoders else None
