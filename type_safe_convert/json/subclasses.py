"""The subclasses that a schema may read, and which of them the data is of."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from type_safe_convert.json.field_schemas import Entry
from type_safe_convert.model.family import counterpart, is_written, record_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import kind_of_class
from type_safe_convert.types import nodes


def subclasses_of(cls: Any) -> list[type]:
    """The subclasses of the origin of `cls`, each in the kind of `cls`."""
    record = record_of(cls)
    found: list[type] = []
    stack = [record.origin]
    while stack:
        children: list[type] = type.__subclasses__(stack.pop())
        for item in children:
            if item not in found and is_written(item) and kind_of_class(item) == record_of(record.origin).kind:
                found.append(item)
                stack.append(item)
    return found if record.origin is cls else [counterpart(item, record.kind) for item in found]


# In place of a number: the data has a tag that none of the classes has.
UNKNOWN = "<unknown>"


def chooser_of(classes: Mapping[Any, list[Entry]]) -> tuple[Callable[[Any], str], dict[str, list[Any]]]:
    """A function that tells by the entries of some classes from which of them a dict was written, and the known values
    of the keys that are tags.

    It is the class whose keys are all there, and no others if possible; the first, where there are several.
    """
    accepted: list[frozenset[str]] = []
    required: list[frozenset[str]] = []
    tags: list[list[_Tag]] = []
    names = [record_of(cls).origin.__name__ for cls in classes]
    for entries in classes.values():
        tags.append([tag for item in entries if (tag := _tag_of(item)) is not None])
        accepted.append(frozenset(key for item in entries for key in (item.field.name, item.alias) if key))
        required.append(frozenset(item.field.name for item in entries if item.field.required and item.field.init))

    known_tags = _known_tags(tags, accepted)
    held = [get_kind(record_of(cls).kind).instance_class(cls) for cls in classes]

    def choose(value: Any) -> str:
        if not isinstance(value, dict):
            return next((f"<{number}>" for number, cls in enumerate(held) if isinstance(value, cls)), "<0>")
        given = value.keys()
        for key, values in known_tags.items():
            if value.get(key) is not None and not any(_is_same(item, value[key]) for item in values):
                return UNKNOWN
        best: tuple[int, ...] = ()
        found = 0
        texts = {item for item in value.values() if isinstance(item, str)}
        for number, keys in enumerate(accepted):
            known = len(given & keys)
            fits = known == len(given) and required[number] <= given
            told = [told for tag in tags[number] if (told := tag.fits(value)) is not None]
            named = names[number] in texts
            rank = (
                -sum(tag.exact and not same for tag, same in told),
                int(fits),
                sum(tag.exact and same for tag, same in told),
                int(named),
                known,
                known - len(keys),
                -sum(len(tag.values) for tag, same in told if tag.exact and same),
                sum(same for _, same in told),
            )
            if not best or rank > best:
                best, found = rank, number
        return f"<{found}>"

    return choose, known_tags


def _known_tags(tags: list[list[_Tag]], accepted: list[frozenset[str]]) -> dict[str, list[Any]]:
    """The values of the Literals under each key that is a tag in all classes that have the key."""
    exact = [tag for found in tags for tag in found if tag.exact]
    return {
        key: [value for tag in exact if key in tag.keys for value in tag.values]
        for key in dict.fromkeys(key for tag in exact for key in tag.keys)
        if sum(key in tag.keys for tag in exact) == sum(key in keys for keys in accepted) > 1
    }


def _is_same(item: Any, value: Any) -> bool:
    return type(item) is type(value) and bool(item == value)


class _Tag:
    """The tag that a field gives its class: the values of its Literal (`exact`), or the text that is its default."""

    __slots__ = ("exact", "keys", "values")

    def __init__(self, keys: tuple[str, ...], values: Iterable[Any], exact: bool) -> None:
        self.keys = keys
        self.values = list(values)
        self.exact = exact

    def fits(self, given: dict[Any, Any]) -> tuple[_Tag, bool] | None:
        """Whether the value under the field's key is one of these; None where there is none."""
        for key in self.keys:
            if key in given:
                value = given[key]
                return self, any(_is_same(item, value) for item in self.values)
        return None


def _tag_of(entry: Entry) -> _Tag | None:
    node = entry.field.node
    while isinstance(node, nodes.AnnotatedNode):
        node = node.inner
    aliases = (entry.alias, entry.validation_alias, entry.field.name)
    keys = tuple(dict.fromkeys(key for key in aliases if isinstance(key, str)))
    if isinstance(node, nodes.LiteralNode):
        return _Tag(keys, (item for value in node.values for item in _json_values(value)), exact=True)
    if isinstance(entry.field.default, str | enum.Enum):
        return _Tag(keys, _json_values(entry.field.default), exact=False)
    return None


def _json_values(value: Any) -> list[Any]:
    """Returns the values by which JSON may write a value of a Literal."""
    return [value, value.value, value.name] if isinstance(value, enum.Enum) else [value]
