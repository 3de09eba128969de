"""Settings of pydantic-core for the schemas of model classes, and how a whole schema is meant."""

from __future__ import annotations

import dataclasses
import functools
from typing import Any

from pydantic import BaseModel
from pydantic_core import CoreConfig

from type_safe_convert.advice import wrong_argument
from type_safe_convert.model.family import attribute_of, record_of
from type_safe_convert.model.kind import ModelKind, get_kind
from type_safe_convert.registry import kind_of_base

# Of the kinds that have no say of their own: every bytes value and every float comes back from valid JSON.
CONFIG = CoreConfig(
    ser_json_bytes="base64",
    val_json_bytes="base64",
    ser_json_inf_nan="strings",
    validate_by_alias=True,
    validate_by_name=True,
)


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """The options of a whole schema.

    Attributes:
        strict: whether values from Python are taken strictly, where nobody says otherwise.
        subclasses: whether what is read may be one of the subclasses that there are by now; that one of which the most
            keys are there is taken.
    """

    strict: bool = False
    subclasses: bool = False


DEFAULT_OPTIONS = Options()


@functools.cache
def pydantic_kind() -> ModelKind:
    """The kind of pydantic's own models: its annotations are those that pydantic reads."""
    name = kind_of_base(BaseModel)
    assert name is not None
    return get_kind(name)


def by_attribute(obj: Any, names: Any) -> Any:
    """Names of fields to include or exclude by attribute, which a generated model may call otherwise."""
    if isinstance(names, str | bytes):  # a set of characters to pydantic-core
        raise wrong_argument("include and exclude", "a set or dict of names, or None", names)
    if not names or not isinstance(obj, BaseModel) or not isinstance(names, set | frozenset | dict):
        return names
    record = record_of(type(obj))
    if record.origin is type(obj):
        return names
    told = {attribute_of(record, name) if name in record.shape.fields else name: name for name in names}
    return {key: names[name] for key, name in told.items()} if isinstance(names, dict) else set(told)
