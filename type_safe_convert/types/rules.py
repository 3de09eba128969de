"""Constraints that one kind of model knows, in words of none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any


class Rule:
    """A constraint that one kind of model knows, in words of none.

    Attributes:
        item: the constraint, as it stands in the metadata of an `Annotated`.
        check: `check(value, annotation)` raises ConversionError for a value of that annotation that it refuses.
        equivalent: the constraint of `annotated_types` that says the same; None where there is none.
        json_rules: the keywords of JSON Schema that say the same.
    """

    __slots__ = ("check", "equivalent", "item", "json_rules")

    def __init__(
        self, item: Any, check: Callable[[Any, Any], None], equivalent: Any, json_rules: Mapping[str, Any]
    ) -> None:
        self.item: Any = item
        self.check: Callable[[Any, Any], None] = check
        self.equivalent: Any = equivalent
        self.json_rules: Mapping[str, Any] = json_rules
