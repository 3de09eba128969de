"""User validators of models and pydantic dataclasses: which fields they touch, and how they are called."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Collection, Mapping
from typing import Any

from pydantic_core import CoreSchema, SchemaValidator, core_schema

from type_safe_convert.conversion.unchanged import is_same
from type_safe_convert.errors import ConversionError
from type_safe_convert.kinds.pydantic.model_fields import validator_without
from type_safe_convert.kinds.pydantic.types import may_widen, use_python_patterns
from type_safe_convert.model.carried import Carried
from type_safe_convert.model.instances import RejectedValue
from type_safe_convert.model.shape import Field, Shape
from type_safe_convert.values.encoding import Encoder, encoders_of

# For each set of fields that came back unchanged, a validator of a model is kept; so many at most.
_MOST_VALIDATORS = 16


def fields_validated_before_checks(cls: Any, shape: Shape, config: Mapping[str, Any]) -> frozenset[str]:
    """The fields of a model or pydantic dataclass whose values validators of its own, or settings, may change before
    their annotations count."""
    decorators = cls.__pydantic_decorators__
    before = any(item.info.mode != "after" for item in decorators.model_validators.values())
    changes = any(config.get(f"str_{change}") for change in ("strip_whitespace", "to_lower", "to_upper"))
    if before or changes or decorators.root_validators:
        return frozenset(shape.fields)
    seen = seen_by_validators(decorators)
    return frozenset(
        name for name, field in shape.fields.items() if name in seen or "*" in seen or may_widen(field.node)
    )


def unwrap_rejected(values: dict[str, Any], lenient_fields: frozenset[str]) -> dict[str, ConversionError]:
    """Unwraps what does not fit, and gives the reasons by field. Where there are some the validator is called strictly:
    what a user validator makes of such a value counts, what pydantic could coerce does not."""
    refused: dict[str, ConversionError] = {}
    for name in lenient_fields:
        value = values.get(name)
        if type(value) is RejectedValue:
            values[name], refused[name] = value.value, value.error
    return refused


def seen_by_validators(decorators: Any) -> set[str]:
    return {
        name
        for table in (decorators.field_validators, decorators.validators)
        for item in table.values()
        for name in item.info.fields
    }


def apply_class_settings(cls: Any, fields: dict[str, Field], config: Mapping[str, Any]) -> None:
    """Says of the fields what only their class says: whose validators may widen them, and by which engine patterns are
    judged."""
    for name in _widened_by_validators(cls):
        fields[name] = dataclasses.replace(fields[name], widens=True)
    if config.get("regex_engine") == "python-re":
        for field in fields.values():
            use_python_patterns(field.node)


def _widened_by_validators(cls: Any) -> set[str]:
    """The fields into which a validator of the class may put a value that their annotations do not allow: what one in
    the mode "before" returns is validated."""
    decorators = getattr(cls, "__pydantic_decorators__", None)
    if decorators is None:  # a standard dataclass
        return set()
    found = [item.info for item in decorators.field_validators.values() if item.info.mode != "before"]
    found += [item.info for item in decorators.validators.values() if item.info.mode != "before"]
    names = {name for info in found for name in info.fields}
    # A validator with `check_fields=False` may name fields that the class does not have.
    return {name for name in cls.__pydantic_fields__ if name in names or "*" in names}


def encoders_for(cls: Any, fields: Mapping[str, Field]) -> dict[str, Encoder]:
    """`encoders_of` the fields without a validator in the mode "plain", which takes the place of what would make the
    value from text."""
    validators = cls.__pydantic_decorators__.field_validators.values()
    given = {name for item in validators if item.info.mode == "plain" for name in item.info.fields}
    return encoders_of({name: field for name, field in fields.items() if not given & {name, "*"}})


class MadeByValidators:
    """The fields of a model whose values its own field validators make. These do not run again for a value that comes
    back unchanged, as they do not where pydantic validates the assignment of another field."""

    def __init__(self, cls: Any, names: Collection[str]) -> None:
        self.cls = cls
        self.names = names
        self.validators: dict[frozenset[str], SchemaValidator | None] = {}

    def unchanged(self, values: Mapping[str, Any], carried: Carried | None) -> frozenset[str]:
        before = None if carried is None else carried.marks.get("before")
        if before is None:
            return frozenset()
        noted = before.values
        return frozenset(
            name for name in self.names if name in values and name in noted and is_same(values[name], noted[name])
        )

    def validator_without(self, names: frozenset[str]) -> Any:
        """The model's validator; it takes the values of these fields as they are."""
        if not names:
            return self.cls.__pydantic_validator__
        if names in self.validators:
            made = self.validators.get(names)  # which another thread may have cleared meanwhile
        else:
            if len(self.validators) >= _MOST_VALIDATORS:
                self.validators.clear()
            made = self.validators[names] = validator_without(self.cls, names)
        return made or self.cls.__pydantic_validator__


class OwnInit:
    """A constructor of a model's own: it makes new models, as in `model_validate`. What it made before comes back
    without it."""

    def __init__(self, cls: Any) -> None:
        self.cls = cls
        self.signature = inspect.signature(cls.__init__)
        # The keywords that it hands on to the constructor of BaseModel, where these are not the names of the fields.
        self.keywords: dict[str, str | None] = {}
        if not (cls.model_config.get("populate_by_name") or cls.model_config.get("validate_by_name")):
            aliases = {name: info.validation_alias for name, info in cls.__pydantic_fields__.items()}
            self.keywords = {
                name: alias if isinstance(alias, str) else None for name, alias in aliases.items() if alias is not None
            }

    def fill(self, model: Any, values: Mapping[str, Any], carried: Carried | None) -> bool:
        """Fills a model; returns whether the constructor takes the values."""
        if carried is not None and "before" in carried.marks:
            return False
        arguments: dict[Any, Any] = {self.keywords.get(name, name): value for name, value in values.items()}
        if None in arguments:
            return False
        try:
            self.signature.bind(None, **arguments)
        except TypeError:
            return False
        self.cls.__init__(model, **arguments)
        return True


def after_validators(cls: Any) -> SchemaValidator | None:
    """A validator that calls the model validators in the mode "after" for an instance; None where there are none."""
    found = [item.func for item in cls.__pydantic_decorators__.model_validators.values() if item.info.mode == "after"]
    schema: CoreSchema = core_schema.is_instance_schema(cls)
    for function in found:
        if len(inspect.signature(function).parameters) > 1:
            schema = core_schema.with_info_after_validator_function(function, schema)
        else:
            schema = core_schema.no_info_after_validator_function(function, schema)
    return SchemaValidator(schema) if found else None
