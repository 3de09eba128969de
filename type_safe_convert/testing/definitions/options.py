"""The names, options and extras of drawn classes and their fields, by kind."""

from __future__ import annotations

import unicodedata
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from pydantic import AliasChoices, AliasPath
from pydantic.alias_generators import to_camel

from type_safe_convert.model.registry import KindName

_NAMES = (
    "a", "b", "c", "d", "value", "items", "_hidden", "_id", "id", "role_", "json", "copy", "model_name", "class_",
    "x" * 40, "größe", "имя", "名前", "ｒole", "role", "ﬁeld",  # noqa: RUF001  # NFKC makes an r of the first
)  # fmt: skip

# Pydantic has no fields with a leading underscore; attrs would take both `id` and `_id` as `id` in the constructor.
_UNUSABLE: dict[str, set[str]] = {
    "type_safe": {"json"},
    "basemodel": {"_hidden", "_id", "json", "copy"},
    "dataclass": set(),
    "attrs": {"_id"},
}

# They put names into source text, where Python reads the NFKC form of each.
_WRITTEN_KINDS = ("dataclass", "attrs")


def names(kind: KindName) -> tuple[str, ...]:
    return tuple(
        name
        for name in _NAMES
        if name not in _UNUSABLE[kind] and (kind not in _WRITTEN_KINDS or unicodedata.normalize("NFKC", name) == name)
    )


# Annotations of the field that may hold an instance of the class itself; {0} is its name.
RECURSIVE = ["", "", "Optional[{0}]", "list[{0}]", "dict[str, {0}]", "Optional[Self]", "list[Self]"]

VARIANTS: dict[str, list[str]] = {
    "type_safe": ["on demand"],
    "basemodel": ["root"],
    "dataclass": ["pydantic"],
    "attrs": [],
}

OPTIONS: dict[str, dict[str, SearchStrategy[Any]]] = {
    "type_safe": {},
    "basemodel": {
        "frozen": st.just(True),
        "extra": st.sampled_from(["allow", "forbid", "ignore"]),
        "title": st.just("A title"),
        "alias_generator": st.just(to_camel),
        "validate_assignment": st.just(True),
        "str_strip_whitespace": st.just(True),
        "strict": st.just(True),
        "use_enum_values": st.just(True),
    },
    "dataclass": {
        "frozen": st.just(True),
        "slots": st.just(True),
        "order": st.just(True),
        "kw_only": st.just(True),
        "eq": st.booleans(),
        "unsafe_hash": st.just(True),
    },
    "attrs": {
        "frozen": st.just(True),
        "slots": st.booleans(),
        "order": st.just(True),
        "kw_only": st.just(True),
        "eq": st.booleans(),
        "unsafe_hash": st.just(True),
    },
}


def _accept(instance: Any, attribute: Any, value: Any) -> None:
    """A validator that accepts any value."""


def _convert(value: Any) -> Any:
    """A converter that changes nothing."""
    return value


FIELD_OPTIONS: dict[str, dict[str, SearchStrategy[Any]]] = {
    "basemodel": {
        "description": st.just("described"),
        "alias": st.just("{0}Of"),
        "validation_alias": st.sampled_from([AliasPath("{0}", 0), AliasChoices("{0}One", AliasPath("two", "{0}"))]),
        "serialization_alias": st.just("{0}Out"),
        "title": st.just("titled"),
        "examples": st.just([1]),
        "json_schema_extra": st.just({"more": 1}),
        "frozen": st.just(True),
        "repr": st.just(False),
        "exclude": st.just(True),
    },
    "dataclass": {
        "metadata": st.just({"description": "described", "title": "titled", "examples": [1], "own": 1}),
        "repr": st.just(False),
        "compare": st.just(False),
        "hash": st.booleans(),
        "kw_only": st.just(True),
        "init": st.just(False),
    },
    "attrs": {
        "metadata": st.just({"own": 1}),
        "repr": st.just(False),
        "eq": st.booleans(),
        "kw_only": st.just(True),
        "init": st.just(False),
        "alias": st.just("{0}Of"),
        "validator": st.just([_accept]),
        "converter": st.just(_convert),
        "frozen": st.just(True),
    },
}

# What pydantic's `Field()` may say in a standard dataclass.
DATACLASS_FIELD_OPTIONS: dict[str, SearchStrategy[Any]] = {
    "description": st.just("described"),
    "alias": st.just("{0}Of"),
    "title": st.just("titled"),
}

EXTRAS: dict[str, list[str]] = {
    "type_safe": ["class attribute", "own init", "own setattr", "outside attribute", "method"],
    "basemodel": [
        "private attribute",
        "post init",
        "after validator",
        "before validator",
        "wrap validator",
        "field validators",
        "plain field validator",
        "computed field",
        "cached property",
        "own init",
        "method",
    ],
    "dataclass": [
        "init variable",
        "post init",
        "class variable",
        "computed",
        "outside attribute",
        "own init",
        "method",
        "property",
        "descriptor",
        "cached property",
    ],
    "attrs": ["post init", "class variable", "own init", "method", "cached property"],
}


def named(option: Any, name: str) -> Any:
    """An alias in which the field's name is filled in, since no two fields may have the same."""
    if isinstance(option, str):
        return option.format(name)
    if isinstance(option, AliasPath):
        return AliasPath(*(named(part, name) for part in option.path))
    if isinstance(option, AliasChoices):
        return AliasChoices(*(named(choice, name) for choice in option.choices))
    return option
