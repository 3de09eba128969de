"""Converters that are given values with each call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from type_safe_convert.errors import ExtraFieldError, MissingFieldError, describe_value, type_text

if TYPE_CHECKING:
    from type_safe_convert.conversion.conversion import Conversion


class WithValues:
    """A converter that is given values with each call."""

    def __init__(self, found: Conversion, made_by: tuple[Any, ...]) -> None:
        self.made_by = made_by
        self.names: list[str] = found.plan.from_call
        self.given: set[str] = {*self.names}
        self.run: Callable[..., Any] = found.compiled()

    def __call__(self, instance: Any, /, *, values: Mapping[str, Any] | None = None) -> Any:
        if values is None:
            values = {}
        elif not isinstance(values, Mapping):
            raise ExtraFieldError("values= is by field", expected="a dict by name", found=describe_value(values))
        if values.keys() != self.given:
            for name in self.names:
                if name not in values:
                    raise MissingFieldError("values= has none for this field", path=(name,))
            raise not_given({name: value for name, value in values.items() if name not in self.names})
        return self.run(instance, None, values)

    def __reduce__(self) -> Any:
        return _make_again, self.made_by


def _make_again(rules: Any, source: type, target: Any, validate: bool, forbid_extra: bool) -> Any:
    return rules.converter(source, target, validate=validate, forbid_extra=forbid_extra)


def not_given(values: Mapping[str, Any], target: Any = None) -> ExtraFieldError:
    """The error for values that no field takes.

    Args:
        target: the type that is asked for, where that is no class.
    """
    name, value = next(iter(values.items()))
    reason, advice = "the rules declare no such value as Given()", ""
    if target is not None:
        reason = f"values= is for the fields of a class, and {type_text(target)} is none"
        advice = "convert each instance by itself, with its values"
    return ExtraFieldError(reason, path=(name,), found=describe_value(value), advice=advice)
