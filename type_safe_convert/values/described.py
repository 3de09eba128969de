"""Values that do not tell their class: which of the classes that describe dicts a dict in a place is of."""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from type_safe_convert.errors import ConversionError, UntoldClassError, describe_value
from type_safe_convert.model.described import is_described
from type_safe_convert.model.family import class_for_field, counterpart, is_written, record_of, subclasses_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import KindName, kind_of_base, kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.words import with_article


class Described:
    """The classes that a dict in a place may be of.

    Attributes:
        declared: the classes that the place names.
        generated: whether these were made for classes of another kind, whose subclasses may stand there, too.
    """

    def __init__(self, declared: list[type], generated: bool) -> None:
        self.declared = declared
        self.generated = generated
        self.by_tag: tuple[str, dict[Any, type]] | None = _told_by_tag(declared)

    def classes(self) -> list[type]:
        """All of them; of the subclasses of a declared class, those that a Literal names."""
        if not self.generated or not any(type.__subclasses__(record_of(cls).origin) for cls in self.declared):
            return self.declared
        return [*self.declared, *(item for cls in self.declared for item in _told_subclasses(cls))]

    def class_of(self, value: Mapping[Any, Any]) -> type:
        """The class that describes a dict best."""
        classes = self.classes()
        if len(classes) == 1:
            return classes[0]
        if self.by_tag is not None and classes is self.declared:
            name, told = self.by_tag
            tag = value.get(name)
            if type(tag) is str and tag in told:
                return told[tag]
        return max(classes, key=lambda cls: _fit(value, cls))

    def class_in(self, value: Any) -> type:
        """The class of a value in the place: that of a model, and else the one that describes a dict best."""
        cls = type(value)
        if cls is dict:
            return self.class_of(value)
        return self.class_of(value) if isinstance(value, dict) and kind_of_class(cls) is None else cls

    def check_value(self, value: Any, made: Any, cls: type, kind: KindName) -> None:
        """`check` for what was made of a value of `cls`, a model or not, in `kind`."""
        if not isinstance(made, dict):
            return
        if cls in self.declared:  # a TypedDict, which may lack keys, in a model of another kind
            if len(made) == len(value) and self.class_of(made) is not cls:
                raise self.untold(made, cls)
            return
        if kind_of_class(cls) is not None:
            found = record_of(record_of(cls).origin).counterparts.get(kind)
            if found is not None and is_described(found):
                self.check(made, found)
            return
        best = self.class_of(made)
        if _fit(made, best)[:2] == (0, 0) and made.keys() <= record_of(best).shape.fields.keys():
            raise UntoldClassError(
                f"a dict like a {record_of(best).origin.__name__} would come back as one",
                expected="a dict with other keys",
                found=describe_value(made),
            )

    def check(self, made: Mapping[Any, Any], cls: type) -> None:
        """Raises UntoldClassError where a dict that was made as one of `cls` could not be told to be one."""
        classes = self.classes()
        if len(classes) == 1 and classes[0] is cls:
            return
        if cls not in classes or (_is_complete(made, cls) and self.class_of(made) is not cls):
            raise self.untold(made, cls)

    def untold(self, made: Mapping[Any, Any], cls: type) -> UntoldClassError:
        origin, declared = record_of(cls).origin, record_of(self.declared[0]).origin
        return UntoldClassError(
            f"a dict does not tell that it is of {origin.__name__}, so it would not come back as one",
            expected=f"{with_article(declared.__name__)}, or a field with a Literal in {origin.__name__} that names it",
            found=describe_value(made),
        )


def _is_complete(made: Mapping[Any, Any], cls: type) -> bool:
    """Whether a dict has all of its keys; else it is inside of itself, and not filled yet."""
    return len(made) >= len(record_of(cls).shape.fields)


def _told_subclasses(cls: type) -> Iterator[type]:
    """The counterparts of the subclasses that users wrote and that have a Literal."""
    record = record_of(cls)
    for item in subclasses_of(record.origin):
        if is_written(item) and kind_of_class(item) == record_of(record.origin).kind and any(_tags(item)):
            try:
                yield counterpart(item, record.kind)
            except ConversionError:  # told where an instance of it is converted
                continue


def _tags(cls: type) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """The fields by which a class is told, each with the values that it may have."""
    record = record_of(cls)
    beside = get_kind(record_of(record.origin).kind).tag(record.origin)
    if beside is not None and beside[0] in record.shape.fields:
        yield beside[0], (beside[1],)
    for name, field in record.shape.fields.items():
        node = field.node.inner if isinstance(field.node, nodes.AnnotatedNode) else field.node
        if isinstance(node, nodes.LiteralNode):
            yield name, node.values


def _told_by_tag(classes: list[type]) -> tuple[str, dict[Any, type]] | None:
    """The only field with a Literal in each of several classes, and the class that each of its texts names; None where
    it takes more to tell them apart."""
    tags = [list(_tags(cls)) for cls in classes]
    names = {name for found in tags for name, _ in found}
    told = {text: cls for cls, found in zip(classes, tags, strict=True) for _, texts in found for text in texts}
    if len(classes) == 1 or len(names) != 1 or any(len(found) != 1 for found in tags):
        return None
    is_text = all(type(text) is str for text in told)
    return (names.pop(), told) if is_text and len(told) == sum(len(found[0][1]) for found in tags) else None


def _fit(value: Mapping[Any, Any], cls: type) -> tuple[int, ...]:
    """Returns how well a class describes a dict; the greatest is the best."""
    fields = record_of(cls).shape.fields
    tags = [_is_among(value[name], choices) for name, choices in _tags(cls) if name in value]
    missing = sum(field.required and name not in value for name, field in fields.items())
    unknown = sum(name not in fields for name in value)
    lacking = sum(name not in value for name in fields)
    return (-tags.count(False), -missing, tags.count(True), -unknown, -lacking)


def _is_among(value: Any, choices: tuple[Any, ...]) -> bool:
    return any(type(choice) is type(value) and choice == value for choice in choices)


def described_in(node: nodes.Node | None, kind: KindName, origin_kind: KindName) -> Described | None:
    """The classes of dicts in a place with that node, in a model of `kind` whose origin is of `origin_kind`; None where
    a value tells its class, or is no model."""
    declared = list(_declared(node, kind, origin_kind)) if node is not None else []
    return Described(declared, kind != origin_kind) if declared else None


def _declared(node: nodes.Node, kind: KindName, origin_kind: KindName) -> Iterator[type]:
    match node:
        case nodes.AnnotatedNode(inner=inner):
            yield from _declared(inner, kind, origin_kind)
        case nodes.UnionNode(members=members):
            for member in members:
                yield from _declared(member, kind, origin_kind)
        case nodes.TypedDictNode(cls=cls) if is_described(cls):
            yield cls
        case nodes.ModelNode(cls=cls) if kind_of_base(cls) is None:
            if is_described(cls) or (kind != origin_kind and not get_kind(kind).traits.instances_know_class):
                found = class_for_field(cls, kind, origin_kind)
                if is_described(found):
                    yield found


def check_way_back(value: Any, made: Any, way_back: Callable[[Any, Any], Any]) -> None:
    """Raises UntoldClassError where what was made of a value would come back with models of other classes."""
    try:
        back = way_back(made, {})
    except ConversionError:  # a model in it is not finished yet, or it will be told on the way back
        return
    if _classes_in(value) != _classes_in(back):
        raise UntoldClassError(
            "dicts do not tell the classes of the models in it, so it would come back as another value",
            expected="models with other fields, or with a Literal that names each",
            found=describe_value(value),
        )


def _classes_in(value: Any) -> Any:
    """The origins of the models in a value, with their places."""
    if kind_of_class(type(value)) is not None:
        return record_of(type(value)).origin
    if isinstance(value, dict):
        return [(_classes_in(key), _classes_in(item)) for key, item in dict.items(value)]
    if isinstance(value, list | tuple | collections.deque):
        return [*map(_classes_in, value)]
    if isinstance(value, set | frozenset):
        return collections.Counter(str(_classes_in(item)) for item in value)
    return None
