"""Fields whose validator makes the value from text (`Json`, `Base64Bytes`): how a value is written as that text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from type_safe_convert.model.shape import Field
from type_safe_convert.types import nodes
from type_safe_convert.values.copying import like, like_dict
from type_safe_convert.values.ranks import flatten, rank

Encoder = Callable[[Any], Any]


def encoders_of(fields: Mapping[str, Field]) -> dict[str, Encoder]:
    """The encoders by name, for the fields that have one."""
    return {name: encode for name, field in fields.items() if (encode := encoder_of(field.node)) is not None}


def encoder_of(node: nodes.Node) -> Encoder | None:
    """The function that writes a value as the text from which its validator made it; None where none in the node did.

    A value that is none of this node's stays as it is.
    """
    if not any(getattr(item, "encode", None) is not None for item in nodes.walk(node)):
        return None
    encode = _encoder(node, {}) or _itself

    def encode_or_leave(value: Any) -> Any:
        try:
            return encode(value)
        except Exception:  # the validator will say what is wrong
            return value

    return encode_or_leave


def _encoder(node: nodes.Node, known: dict[nodes.Node, Encoder]) -> Encoder | None:
    """`known` has the encoders of annotations that contain themselves, made when they are needed."""
    match node:
        case nodes.RecursionNode():
            return lambda value: _encoder_again(node, known)(value)
        case nodes.ValidatedNode(encode=encode) | nodes.OpaqueNode(encode=encode):
            return encode
        case nodes.AnnotatedNode(inner=inner, encode=encode, decodes_inside=decodes_inside):
            inside = _encoder(inner, known) if decodes_inside else None
            if encode is not None:
                return encode if inside is None else _one_after_the_other(inside, encode)
            return inside
        case nodes.UnionNode():
            return _encoder_of_union(flatten(node), known)
        case nodes.CollectionNode(item=item):
            encode_item = _encoder(item, known)
            return encode_item and (lambda value: like(value, list(map(encode_item, value))))
        case nodes.MappingNode(key=key, value=value):
            encode_key, encode_value = _encoder(key, known) or _itself, _encoder(value, known) or _itself
            if encode_key is _itself and encode_value is _itself:
                return None
            return lambda value: like_dict(value, {encode_key(key): encode_value(item) for key, item in value.items()})
        case nodes.TupleNode(items=items, variadic=variadic):
            encoders = [_encoder(item, known) or _itself for item in items]
            if all(encode is _itself for encode in encoders):
                return None
            return lambda value: like(
                value,
                [
                    encode_item(item)
                    for encode_item, item in zip(encoders * len(value) if variadic else encoders, value, strict=True)
                ],
            )
        case nodes.TypedDictNode(items=items):
            by_key = {key: encode for key, item in items.items() if (encode := _encoder(item, known)) is not None}
            extra = (node.extra and _encoder(node.extra, known)) or _itself
            others = dict.fromkeys(items, _itself)
            if by_key or extra is not _itself:
                encoders_by_key = {**others, **by_key}
                return lambda value: {key: encoders_by_key.get(key, extra)(item) for key, item in value.items()}
    return None


def _itself(value: Any) -> Any:
    return value


def _one_after_the_other(first: Encoder, second: Encoder) -> Encoder:
    return lambda value: second(first(value))


def _encoder_again(node: nodes.RecursionNode, known: dict[nodes.Node, Encoder]) -> Encoder:
    if node not in known:
        known[node] = _encoder(node.target(), known) or _itself
    return known[node]


def _encoder_of_union(members: list[nodes.Node], known: dict[nodes.Node, Encoder]) -> Encoder | None:
    encoders = [_encoder(member, known) or _itself for member in members]
    if all(encode is _itself for encode in encoders):
        return None

    def encode_member(value: Any) -> Any:
        holding = [number for number, member in enumerate(members) if _holds(member, value)] or [*range(len(members))]
        # A member that takes anything comes before one that would have to convert.
        nearest = min(holding, key=lambda number: (0, 1, 3, 2).index(rank(members[number], type(value))))
        return encoders[nearest](value)

    return encode_member


def _holds(node: nodes.Node, value: Any) -> bool:
    """Whether an annotation allows a value, by the classes of what is in its containers."""
    match node:
        case nodes.AnnotatedNode(inner=inner):
            return _holds(inner, value)
        case nodes.RecursionNode():
            return _holds(node.target(), value)
        case nodes.UnionNode(members=members):
            return any(_holds(member, value) for member in members)
        case nodes.TypedDictNode(items=items, required=required):
            return (
                isinstance(value, dict)
                and required <= value.keys()
                and all(_holds(items[key], item) for key, item in value.items() if key in items)
            )
        case nodes.MappingNode(value=item):
            return _is_near(node, value) and all(_holds(item, found) for found in value.values())
        case nodes.CollectionNode(item=item):
            return _is_near(node, value) and all(_holds(item, found) for found in value)
        case nodes.TupleNode(items=items, variadic=variadic):
            count = len(value) if _is_near(node, value) else -1
            expected = items * count if variadic else items
            return len(expected) == count and all(map(_holds, expected, value))
    return _is_near(node, value)


def _is_near(node: nodes.Node, value: Any) -> bool:
    return rank(node, type(value)) != 2
