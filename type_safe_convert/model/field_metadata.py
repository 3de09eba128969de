"""Keys in the metadata of a field (of a dataclass or an attrs class) that mean the same as arguments of pydantic's
`Field`.

Each has the type that `Field` takes: a value of another type belongs to another library.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping
from typing import Any

from typing_extensions import deprecated


class _Aliases(abc.ABC):
    """Pydantic's `AliasPath` and `AliasChoices`."""

    @abc.abstractmethod
    def convert_to_aliases(self) -> Any: ...

    @classmethod
    def __subclasshook__(cls, other: type) -> bool:
        return hasattr(other, "convert_to_aliases")


_OPTIONS: dict[str, Any] = {
    "title": str,
    "description": str,
    "examples": (list, tuple),
    "alias": str,
    "validation_alias": (str, _Aliases),
    "serialization_alias": str,
    "exclude": bool,
    "exclude_if": Callable,
    "discriminator": str,
    "deprecated": (str, bool, deprecated),
    "json_schema_extra": (dict, Callable),
}

_CONSTRAINTS: dict[str, Any] = {
    "gt": object,
    "ge": object,
    "lt": object,
    "le": object,
    "multiple_of": (int, float),
    "min_length": int,
    "max_length": int,
    "max_digits": int,
    "decimal_places": int,
    "pattern": str,
    "strict": bool,
    "allow_inf_nan": bool,
}


def options_in(metadata: Mapping[Any, Any]) -> dict[str, Any]:
    """The settings of a field beyond its constraints."""
    options = _of_types(_OPTIONS, metadata)
    if "examples" in options:
        options["examples"] = list(options["examples"])
    return options


def constraints_in(metadata: Mapping[Any, Any]) -> dict[str, Any]:
    """The constraints of a field."""
    return _of_types(_CONSTRAINTS, metadata)


def _of_types(types: Mapping[str, Any], metadata: Mapping[Any, Any]) -> dict[str, Any]:
    if not metadata:  # of most fields
        return {}
    return {key: metadata[key] for key, cls in types.items() if key in metadata and isinstance(metadata[key], cls)}
