"""Finds the member of a union of another family, or the class below one, for a value: by its tag, or by how much of
it arrives there."""

from __future__ import annotations

import collections
import enum
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from type_safe_convert.errors import ConversionError, MissingFieldError, ValueConversionError, describe_value
from type_safe_convert.generated_class import origin_in
from type_safe_convert.model.family import (
    attribute_of,
    class_for_field,
    counterpart,
    is_subclass,
    is_written,
    record_of,
    subclasses_of,
    value_kind,
)
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.shape import MISSING
from type_safe_convert.registry import kind_of_base, kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.values.base import Target, model_class

# unions in a class of another family: what arrives there counts


class Likeness(NamedTuple):
    """A measure of how much of a value a member of a union takes; the greatest is the nearest.

    Pydantic's smart mode counts the fields that are set as well, and takes the first member of equals. Here the others
    decide first.

    Attributes:
        allowed: 0, or less for each Literal that excludes the value and each required field that the value lacks.
        named: how many models have the class's own name.
        fields: how many fields get a value.
        tags: how many of these are Literals with this value.
        unfilled: how many fields are left to their defaults, as a negative number.
        similar: how many models have a name that contains the class's, or the other way round (`Dog`, `DogModel`).
    """

    allowed: int = 0
    named: int = 0
    fields: int = 0
    tags: int = 0
    unfilled: int = 0
    similar: int = 0


# Models in models are looked at to this depth, so that a look costs no more for a deep value.
_DEPTH = 3


def likeness(value: Any, node: nodes.Node, context: Target, depth: int = _DEPTH, cls: type | None = None) -> Likeness:
    """Measures how much of `value` would arrive in a place annotated `node`, which is of another family.

    `cls`: the class of a value that does not tell it.
    """
    match node:
        case nodes.AnnotatedNode(inner=inner):
            return likeness(value, inner, context, depth, cls)
        case nodes.UnionNode(members=members):
            return max((likeness(value, member, context, depth, cls) for member in members), default=Likeness())
        case nodes.LiteralNode(values=values):
            return Likeness(tags=1) if any(is_choice(item, value) for item in values) else Likeness(allowed=-1)
        case nodes.ModelNode(cls=declared) if kind_of_base(declared) is None:
            return _model_likeness(value, declared, context, depth, cls)
        case nodes.TupleNode(cls=named) | nodes.TypedDictNode(cls=named) if _are_models(cls or type(value), named):
            return _model_likeness(value, named, context, depth, cls)
        case nodes.CollectionNode(item=item) if isinstance(value, _ITERABLE):
            return _sum(likeness(element, item, context, depth) for element in _one_of_each_class(value))
        case nodes.TupleNode(items=items, variadic=variadic) if isinstance(value, tuple):
            pairs = zip(items * len(value) if variadic else items, value, strict=False)
            return _sum(likeness(element, item, context, depth) for item, element in pairs)
        case nodes.MappingNode(key=key, value=item) if isinstance(value, dict):
            inside = [likeness(element, key, context, depth) for element in _one_of_each_class(dict.keys(value))]
            inside += [likeness(element, item, context, depth) for element in _one_of_each_class(dict.values(value))]
            return _sum(inside)
    return Likeness()


def _are_models(*classes: type) -> bool:
    return all(kind_of_class(cls) is not None for cls in classes)


_CONTAINERS = (nodes.CollectionNode, nodes.MappingNode, nodes.TupleNode, nodes.TypedDictNode)
_ITERABLE = (list, set, frozenset, collections.deque, tuple)


def _one_of_each_class(values: Iterable[Any]) -> list[Any]:
    return list({type(value): value for value in values}.values())


def _sum(found: Iterable[Likeness]) -> Likeness:
    return Likeness(*map(sum, zip(Likeness(), *found, strict=True)))


def _model_likeness(value: Any, declared: type, context: Target, depth: int, cls: type | None) -> Likeness:
    total, inside = _known_likeness(cls or type(value), declared, context)
    if not depth or not inside:
        return total
    read = getattr if cls is None else dict.get
    found = [(read(value, attribute, None), node) for attribute, node in inside]
    return _sum([total, *(likeness(item, node, context, depth - 1) for item, node in found if item is not None)])


def _known_likeness(cls: type, declared: type, context: Target) -> tuple[Likeness, list[tuple[str, nodes.Node]]]:
    """Returns the likeness that the class of a value tells by itself, and the attributes whose values tell models apart
    further, with the nodes of their fields."""
    key = (cls, declared)
    known = context.likenesses.get(key)
    if known is None:
        known = _class_likeness(cls, declared, context)
        if len(context.likenesses) < 1000:
            context.likenesses[key] = known
    return known


def _class_likeness(cls: type, declared: type, context: Target) -> tuple[Likeness, list[tuple[str, nodes.Node]]]:
    if kind_of_class(cls) is None:
        return Likeness(allowed=-1), []
    if value_kind(declared) in (None, context.origin_kind):  # else it stays
        declared = class_for_field(declared, context.kind, context.origin_kind)
    target = hand_written_counterpart(cls, declared)
    record = record_of(cls)
    fields, given = record_of(target).shape.fields, record.shape.fields
    if context.rules is not None and context.rules.is_mapped(record.origin, record_of(target).origin):
        return Likeness(named=2, fields=len(fields)), []
    both = [field for name, field in fields.items() if name in given]
    lacking = [field for name, field in fields.items() if name not in given]
    total = Likeness(
        allowed=-sum(field.required and field.init for field in lacking),
        named=int(record_of(target).origin.__name__ == record.origin.__name__),
        fields=len(both),
        unfilled=-len(lacking),
        similar=int(_is_similar(record.origin.__name__, record_of(target).origin.__name__)),
    )
    inside = []
    for field in both:
        if any(isinstance(node, nodes.ModelNode | nodes.LiteralNode) for node in nodes.walk(field.node)):
            name = field.name if record.origin is cls else get_kind(record.kind).attribute(field.name, record.shape)
            inside.append((name, field.node))
    return total, inside


def told_by(cls: type, members: Iterable[nodes.Node], context: Target) -> str | None:
    """The attribute that tells to which member a model of that class is nearest, by a text; an empty name where the
    class alone tells; None where it takes more."""
    if kind_of_class(cls) is None:
        return None
    is_container = issubclass(cls, (*_ITERABLE, dict))
    found: set[str] = set()
    waiting = [*members]
    while waiting:
        member = waiting.pop()
        if isinstance(member, nodes.AnnotatedNode | nodes.UnionNode):
            waiting.extend(member.children())
        elif isinstance(member, nodes.LiteralNode) or (is_container and isinstance(member, _CONTAINERS)):
            return None
        elif (declared := model_class(member)) is not None:
            for attribute, node in _known_likeness(cls, declared, context)[1]:
                if any(isinstance(item, nodes.ModelNode) for item in nodes.walk(node)):
                    return None
                found.add(attribute)
    return "".join(found) if len(found) < 2 else None


def _is_similar(name: str, other: str) -> bool:
    name, other = name.strip("_").lower(), other.strip("_").lower()
    return name in other or other in name


def hand_written_counterpart(cls: type, target: type) -> type:
    """The class that an instance of `cls` becomes where `target` is declared, in a class of another family: its own
    counterpart, the subclass of the same tag, the one of the same name if `target` has another, or `target` itself."""
    # By the kind of `target`, which may not be that of the class that holds it: a dataclass in a BaseModel.
    kind = kind_of_class(target) or ""
    if origin_in(target) is not None and is_subclass(record_of(cls).origin, record_of(target).origin):
        return counterpart(cls, kind)
    known = record_of(cls).counterparts.get(kind)
    if known is not None and is_subclass(known, target):
        return known
    tagged = class_by_tag(cls, target)
    if tagged is not None:
        return tagged
    if target.__name__ == cls.__name__:
        return target
    named = [item for item in subclasses_of(target) if item.__name__ == cls.__name__ and origin_in(item) is None]
    if len(named) > 1:  # `slots=True` leaves the class behind that it made anew
        named = [item for item in named if is_written(item)]
    return named[0] if len(named) == 1 else target


def by_discriminator(
    members: Sequence[nodes.Node], choose: Callable[[Any], Any] | None
) -> Callable[[Any], int | None] | None:
    """The number of the member whose tag the function `choose` returns for a value; None where there is none."""
    if choose is None:
        return None
    numbers = {
        member.tag: number
        for number, member in enumerate(members)
        if isinstance(member, nodes.AnnotatedNode) and member.tag is not None
    }

    def number_for(value: Any) -> int | None:
        try:
            return numbers.get(choose(value))
        except Exception:  # written for the models of this class, and not for those of another
            return None

    return number_for


# tags: the values of a Literal field by which the models of a union, or the classes below one, are told apart


class Tags:
    """The values of one field, each with what it tells.

    Attributes:
        name: the field.
        choices: pairs of a value and what it tells: a class, or the number of a union's member.
        is_beside: whether the field is none of some class, which has its tag beside them.
    """

    __slots__ = ("choices", "is_beside", "name")

    def __init__(self, name: str, choices: list[tuple[Any, Any]], is_beside: bool = False) -> None:
        self.name: str = name
        self.choices: list[tuple[Any, Any]] = choices
        self.is_beside: bool = is_beside

    @property
    def expected(self) -> str:
        return "one of " + ", ".join(repr(value) for value, _ in self.choices)

    def find(self, tag: Any) -> Any:
        """Returns the member that a value names; None for an unknown value."""
        exact = next((found for value, found in self.choices if type(value) is type(tag) and value == tag), None)
        if exact is not None:
            return exact
        return next((found for value, found in self.choices if is_choice(value, tag)), None)

    def told_by(self, value: Any, cls: type) -> Any:
        """Returns the member that a model of `cls` names by its field or its class's tag; None if that is not known."""
        choices = choices_of(record_of(cls).origin, self.name)
        tag = choices[0] if len(choices) == 1 else _field_of(value, cls, self.name)
        return None if tag is None or tag is MISSING else self.find(tag)

    def told_by_class(self, cls: type) -> bool:
        """Whether every model of a class tells the same."""
        choices = choices_of(record_of(cls).origin, self.name)
        return len(choices) == 1 and self.find(choices[0]) is not None

    def unknown(self, tag: Any) -> ConversionError:
        return ValueConversionError(path=(self.name,), expected=self.expected, found=describe_value(tag))

    def missing(self, value: Any) -> ConversionError:
        return MissingFieldError(
            "nothing tells which of them it is", path=(self.name,), expected=self.expected, found=describe_value(value)
        )


def _field_of(value: Any, cls: type, name: str) -> Any:
    """The value of a field of a model of `cls`; MISSING where it has none."""
    record = record_of(cls)
    return get_kind(record.kind).value_of(value, attribute_of(record, name))


def is_choice(choice: Any, value: Any) -> bool:
    """Whether a Literal's value is meant: enums and texts of a class of their own stand for their values."""
    choice = choice.value if isinstance(choice, enum.Enum) else choice
    value = value.value if isinstance(value, enum.Enum) else value
    if type(choice) is bool or type(value) is bool:
        return choice is value
    return isinstance(value, type(choice)) and bool(choice == value)


def tags_of_union(members: Iterable[nodes.Node]) -> Tags | None:
    """The tags of the models in a union, of those in a union in it too; None where there are none."""
    found = [(cls, number) for number, member in enumerate(members) for cls in _models_of(member)]
    return _told_apart(found, every=True) if len(found) > 1 else None


def _models_of(node: nodes.Node) -> Iterator[type]:
    if isinstance(node, nodes.AnnotatedNode | nodes.UnionNode):
        for child in node.children():
            yield from _models_of(child)
    elif (cls := model_class(node)) is not None:
        yield cls


def _told_apart(classes: list[tuple[type, Any]], every: bool) -> Tags | None:
    """The first field whose values tell classes apart; `every`: each of them must have such values."""
    for name in dict.fromkeys(name for cls, _ in classes for name in _tagged_fields(cls)):
        choices = [(value, found) for cls, found in classes for value in choices_of(cls, name)]
        complete = not every or all(choices_of(cls, name) for cls, _ in classes)
        if complete and len(choices) > 1 and len({(type(value), value) for value, _ in choices}) == len(choices):
            return Tags(name, choices, any(name not in record_of(cls).shape.fields for cls, _ in classes))
    return None


def _tagged_fields(cls: type) -> Iterator[str]:
    tag = get_kind(record_of(cls).kind).tag(cls)
    if tag is not None:
        yield tag[0]
    for name, field in record_of(cls).shape.fields.items():
        if _values_of(field.node):
            yield name


def choices_of(cls: type, name: str) -> tuple[Any, ...]:
    """The values that a field of a class may have, where it is a Literal; the tag of a class that has one beside its
    fields."""
    tag = get_kind(record_of(cls).kind).tag(cls)
    if tag is not None and tag[0] == name:
        return (tag[1],)
    field = record_of(cls).shape.fields.get(name)
    return () if field is None else _values_of(field.node)


def _values_of(node: nodes.Node) -> tuple[Any, ...]:
    node = nodes.alone(node)
    return node.values if isinstance(node, nodes.LiteralNode) else ()


# classes below one


def _tags_below(target: type) -> Tags | None:
    """The tags of a class that a user wrote and of those below it; None where there are none."""
    classes = [item for item in (target, *subclasses_of(target)) if is_written(item)]
    plans = record_of(target).plans
    known = plans.get(_BELOW)
    if known is None or known[0] != len(classes):
        known = plans[_BELOW] = len(classes), _told_below(classes)
    found: Tags | None = known[1]
    return found


_BELOW = "tags below"


def _told_below(classes: list[type]) -> Tags | None:
    if len(classes) == 1:
        return None
    concrete = [cls for cls in classes if not getattr(cls, "__abstractmethods__", None)]
    for name in dict.fromkeys(name for cls in concrete for name in _tagged_fields(cls)):
        # A class with the tag of its base is meant by its name, if at all.
        own = [(cls, cls) for cls in concrete if choices_of(cls, name) and not _inherits(cls, name, concrete)]
        tags = _told_apart(own, every=True) if len(own) > 1 else None
        if tags is None and len(own) == 1:
            tags = Tags(name, [(value, own[0][0]) for value in choices_of(own[0][0], name)])
        if tags is not None and tags.name == name:
            return tags
    return None


def _inherits(cls: type, name: str, others: list[type]) -> bool:
    above = (other for other in others if other is not cls and issubclass(cls, other))
    return any(choices_of(other, name) == choices_of(cls, name) for other in above)


def class_by_tag(cls: type, target: type) -> type | None:
    """The class, `target` or one below it, whose tag the Literal of a class of another family names; None where it
    names none."""
    tags = _tags_below(target)
    choices = choices_of(record_of(cls).origin, tags.name) if tags is not None else ()
    found = {tags.find(value) for value in choices} if tags is not None else set()
    return found.pop() if len(found) == 1 else None


def is_told_by_value(cls: type, target: type) -> bool:
    """Whether it takes the value to tell of which class below `target` an instance of `cls` is."""
    tags = _tags_below(target)
    return tags is not None and class_by_tag(cls, target) is None and tags.name in record_of(cls).shape.fields


def class_by_value(cls: type, value: Any, target: type) -> type | None:
    """The class below `target` that the tag of a value names; None where it has none. Raises ConversionError for an
    unknown tag, unless `target` itself has the field for it."""
    tags = _tags_below(target)
    if tags is None:
        return None
    tag = _field_of(value, cls, tags.name)
    if tag is None or tag is MISSING:
        return None
    found: type | None = tags.find(tag)
    if found is None and tags.name not in record_of(target).shape.fields:
        raise tags.unknown(tag)
    return found
