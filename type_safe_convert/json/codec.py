"""JSON straight into instances of a model class of any kind, and out of them."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import is_pydantic_dataclass
from pydantic_core import SchemaSerializer, SchemaValidator

from type_safe_convert import kinds as _kinds  # noqa: F401  # registers the kinds
from type_safe_convert.conversion.conversion import conversion
from type_safe_convert.errors import (
    ClassConversionError,
    ConversionError,
    NotAModelError,
    hides_input,
)
from type_safe_convert.json.compilation import own_schemas
from type_safe_convert.json.errors import JsonData, JsonError, check_size, refusal, unexpected, unwritable
from type_safe_convert.json.hidden import hides_anything
from type_safe_convert.json.model_schemas import ModelSchema
from type_safe_convert.json.options import CONFIG, Options, pydantic_kind
from type_safe_convert.json.python_values import validator_of_dumps
from type_safe_convert.json.schema_owner import has_own_schema_as_written, validates_as_origin
from type_safe_convert.json.serializers import RuntimeSerializer
from type_safe_convert.json.subclasses import subclasses_of
from type_safe_convert.model.family import (
    LOCK,
    RECORD,
    attribute_of,
    counterpart,
    is_provisional,
    reached_from,
    record_of,
    settle,
)
from type_safe_convert.model.unresolved import error_of, is_pending, pending
from type_safe_convert.registry import kind_of_base, kind_of_class
from type_safe_convert.types.nodes import ModelNode, walk
from type_safe_convert.types.render import annotated

Model = TypeVar("Model")

CODEC = "json"
# The key of a codec that may have to be made again; see `unresolved`.
PROVISIONAL = "json for now"
WITH_SUBCLASSES = "json with subclasses"


class Codec:
    """The compiled validator and serializer of one class; lives on the class itself."""

    __slots__ = ("adapter", "python", "serializer", "validator")

    def __init__(self, cls: Any) -> None:
        if has_own_schema_as_written(cls):
            record_of(cls).shape  # noqa: B018  # completes a model whose names could not be resolved at its definition
            self.validator: SchemaValidator = cls.__pydantic_validator__
            self.serializer: SchemaSerializer = cls.__pydantic_serializer__
            if isinstance(self.validator, SchemaValidator) and isinstance(self.serializer, SchemaSerializer):
                self.adapter: TypeAdapter[Any] | None = None
                self.python: SchemaValidator | None = None
                return
        self.adapter = adapter_of(cls)
        self.validator = self.adapter.validator  # type: ignore[assignment]  # a plugin's wrapper has the same methods
        self.serializer = self.adapter.serializer
        self.python = None

    def strict_python(self, cls: Any) -> tuple[SchemaValidator, bool | None]:
        """The validator that takes Python's values strictly, and with which `strict` to call it."""
        if not (has_own_schema_as_written(cls) or validates_as_origin(cls)):
            return self.validator, None  # our own schema says itself that it is strict
        if self.python is None:
            adapter = self.adapter or TypeAdapter(cls)
            self.python = validator_of_dumps(adapter.core_schema) or self.validator
        return self.python, True if self.python is self.validator else None


def adapter_of(cls: type, subclasses: bool = False) -> TypeAdapter[Any]:
    """Pydantic's own view of a class of any kind."""
    try:
        if has_own_schema_as_written(cls):
            return _complete(TypeAdapter(cls), cls)
        with own_schemas():
            adapter: TypeAdapter[Any] = TypeAdapter(
                annotated(Any, ModelSchema(cls, options=Options(strict=True, subclasses=subclasses))),
                config=ConfigDict(
                    **_settings(cls),  # type: ignore[typeddict-item]
                    strict=True,
                    arbitrary_types_allowed=True,
                    hide_input_in_errors=hides_input(cls),
                ),
            )
    except ConversionError:
        raise
    except Exception as error:
        raise ClassConversionError(
            f"has no form in JSON: {type(error).__name__}: {str(error).splitlines()[0]}", source_class=cls
        ) from error
    return _complete(adapter, cls)


def _complete(adapter: TypeAdapter[Any], cls: type) -> TypeAdapter[Any]:
    """The adapter, unless pydantic has put off its schema, since there are models in it without all of their names."""
    if not adapter.pydantic_complete:
        for origin in reached_from(cls):
            if is_pending(origin):
                raise error_of(origin, record_of(origin).shape.fields)
    return adapter


def _settings(cls: type) -> dict[str, Any]:
    """How values are written where no annotation says it: as the origin does it, where that has a say of its own."""
    if not validates_as_origin(cls):
        return dict(CONFIG)
    origin: Any = record_of(cls).origin
    own = origin.__pydantic_config__ if is_pydantic_dataclass(origin) else origin.model_config
    return {key: value for key, value in (own or {}).items() if key.startswith(("ser_json_", "val_json_"))}


def codec_of(cls: type) -> Codec:
    """The codec of a model class, compiled at the first call. Raises NotAModelError, ClassConversionError."""
    try:
        record = cls.__dict__[RECORD]
        if record.cls is cls:
            return record.plans[CODEC]
    except (KeyError, AttributeError):
        pass
    if pending:
        settle(cls)
    record = record_of(cls)
    with LOCK:
        codec = record.plans.get(CODEC) or record.plans.get(PROVISIONAL)
        if codec is None:
            codec = Codec(cls)
            record.plans[PROVISIONAL if is_provisional(cls) else CODEC] = codec
    return codec


RuntimeSerializer.serializer_of = staticmethod(lambda cls: codec_of(cls).serializer)


def _subclasses_validator(cls: type) -> Any:
    """The validator that also reads subclasses; made again when there are others than there were.

    It refers to these, so they live as long as `cls`, once this was asked for.
    """
    plans = record_of(cls).plans
    known = plans.get(WITH_SUBCLASSES)
    if known is None or known[1] != _count_subclasses(known[0]):
        with LOCK:
            reached = _reached(cls)
            known = plans[WITH_SUBCLASSES] = reached, _count_subclasses(reached), adapter_of(cls, True).validator
    return known[2]


def _count_subclasses(classes: list[type]) -> int:
    return sum(len(type.__subclasses__(item)) for item in classes)


def _reached(cls: type) -> list[type]:
    """The classes that somebody wrote whose instances can be in an instance of `cls`, itself included."""
    found = [record_of(cls).origin]
    for current in found:  # which grows meanwhile
        more = subclasses_of(current)
        for field in record_of(current).shape.fields.values():
            models = [node.cls for node in walk(field.node) if isinstance(node, ModelNode)]
            more += [record_of(item).origin for item in models if kind_of_base(item) is None]
        found.extend(item for item in dict.fromkeys(more) if item not in found)
    return found


def from_json(
    cls: type[Model],
    data: JsonData,
    *,
    strict: bool = True,
    subclasses: bool = False,
    max_bytes: int | None = None,
) -> Model:
    """An instance of `cls` from JSON, straight from the bytes.

    Field names and aliases are both read. Dates, UUIDs, Decimals, enums, bytes (base64), sets and tuples are read from
    their JSON forms. Unknown keys are refused for a Type_Safe class; else the model's own `extra` decides.

    Args:
        data: UTF-8 JSON text.
        strict: False for pydantic's lax mode, in which `"5"` is an int.
        subclasses: True to read what `to_json` wrote of subclasses, here and in fields, as these (Type_Safe classes and
            dataclasses, and what was made from them): that one of which the most keys are there. It is off by default,
            since it lets the data choose the class.
        max_bytes: refuse longer data unread. Arrays and objects that nest deeper than 200 levels are refused always.

    Raises:
        JsonError: (a ValueConversionError) the data is no JSON or does not fit; `.path` leads into the data.
        NotAModelError: `cls` is no model class.
    """
    try:
        codec = cls.__dict__[RECORD].plans[CODEC]
    except (KeyError, AttributeError):
        codec = codec_of(cls)
    validator = _subclasses_validator(cls) if subclasses else codec.validator
    if max_bytes is not None:
        check_size(cls, data, max_bytes)
    try:
        return validator.validate_json(data, strict=strict, by_alias=True, by_name=True)
    except ValidationError as error:
        raise refusal(error, cls, data) from (None if hides_anything(cls) else error)
    except ConversionError:
        raise
    except Exception as error:
        raise unexpected(error, cls, data) from error


def from_python(cls: type[Model], data: Any, *, strict: bool = True, subclasses: bool = False) -> Model:
    """An instance of `cls` from a dict (or an instance of `cls`, which is returned as it is).

    Values are Python's: a date is a date, not its text. What `to_python` gives, this takes.

    Args:
        strict: False for pydantic's lax mode, which also takes JSON's forms for dates, UUIDs, ... A BaseModel inside
            another kind of class is as strict as it is itself.
        subclasses: as of `from_json`.

    Raises:
        JsonError, NotAModelError: as `from_json`.
    """
    codec = codec_of(cls)
    validator, mode = codec.strict_python(cls) if strict else (codec.validator, False)
    if subclasses and not has_own_schema_as_written(cls):
        validator = _subclasses_validator(cls)
    try:
        return validator.validate_python(data, strict=mode, by_alias=True, by_name=True)
    except ValidationError as error:
        raise refusal(error, cls, data) from (None if hides_anything(cls) else error)
    except ConversionError:
        raise
    except Exception as error:
        raise unexpected(error, cls, data) from error


def to_json(
    obj: Any,
    *,
    indent: int | None = None,
    include: Any = None,
    exclude: Any = None,
    by_alias: bool | None = None,
    exclude_unset: bool = False,
    exclude_defaults: bool = False,
    exclude_none: bool = False,
    round_trip: bool = False,
) -> bytes:
    """UTF-8 JSON of a model instance of any kind. The runtime type decides: a subclass keeps its own fields.

    The options are those of pydantic's `model_dump_json`.

    Raises:
        ValueConversionError: a value has no form in JSON, or refers to itself.
        NestingTooDeepError: it nests deeper than pydantic writes (255 levels).
        NotAModelError: `obj` is no model instance.
    """
    if exclude_unset:
        obj = _with_fields_set(obj)
    cls = type(obj)
    try:
        codec = cls.__dict__[RECORD].plans[CODEC]
    except (KeyError, AttributeError):
        codec = codec_of(cls)
    try:
        return codec.serializer.to_json(
            obj,
            indent=indent,
            include=_by_attribute(obj, include),
            exclude=_by_attribute(obj, exclude),
            by_alias=by_alias,
            exclude_unset=exclude_unset,
            exclude_defaults=exclude_defaults,
            exclude_none=exclude_none,
            round_trip=round_trip,
            warnings=False,
            fallback=_fallback,
            polymorphic_serialization=True,
        )
    except Exception as error:
        raise unwritable(error, obj) from error


def to_python(
    obj: Any,
    *,
    mode: Literal["python", "json"] = "python",
    include: Any = None,
    exclude: Any = None,
    by_alias: bool | None = None,
    exclude_unset: bool = False,
    exclude_defaults: bool = False,
    exclude_none: bool = False,
    round_trip: bool = False,
) -> dict[str, Any]:
    """A model instance of any kind as a dict, nested models likewise.

    Args:
        mode: `'json'` for values that JSON has: text for dates, lists for sets.

    Raises:
        ValueConversionError, NestingTooDeepError, NotAModelError: as `to_json`.
    """
    if exclude_unset:
        obj = _with_fields_set(obj)
    codec = codec_of(type(obj))
    try:
        return codec.serializer.to_python(
            obj,
            mode=mode,
            include=_by_attribute(obj, include),
            exclude=_by_attribute(obj, exclude),
            by_alias=by_alias,
            exclude_unset=exclude_unset,
            exclude_defaults=exclude_defaults,
            exclude_none=exclude_none,
            round_trip=round_trip,
            warnings=False,
            fallback=_fallback if mode == "json" else _python_fallback,
            polymorphic_serialization=True,
        )
    except Exception as error:
        raise unwritable(error, obj) from error


def _by_attribute(obj: Any, names: Any) -> Any:
    """Names of fields to include or exclude by attribute, which a generated model may call otherwise."""
    if not names or not isinstance(obj, BaseModel) or not isinstance(names, set | frozenset | dict):
        return names
    record = record_of(type(obj))
    if record.origin is type(obj):
        return names
    told = {attribute_of(record, name) if name in record.shape.fields else name: name for name in names}
    return {key: names[name] for key, name in told.items()} if isinstance(names, dict) else set(told)


def _with_fields_set(obj: Any) -> Any:
    """The model that knows which fields were set: the origin where that is a pydantic model, else the counterpart."""
    cls = type(obj)
    record = record_of(cls)
    name = pydantic_kind().name
    if record.kind == name:
        return obj
    return conversion(cls, counterpart(cls, name)).compiled()(obj)


def _fallback(value: Any) -> Any:
    """What pydantic-core cannot write by itself, where nothing is declared: a class, a model not yet seen here."""
    if isinstance(value, type):
        return f"{value.__module__}.{value.__qualname__}"
    if kind_of_class(type(value)) is None:
        raise TypeError(f"a {type(value).__name__} has no form in JSON")
    return to_python(value)


def _python_fallback(value: Any) -> Any:
    """The same for a dict of Python's values, in which anything may stand."""
    return value if isinstance(value, type) or kind_of_class(type(value)) is None else to_python(value)


__all__ = ["JsonError", "NotAModelError", "from_json", "from_python", "to_json", "to_python"]
