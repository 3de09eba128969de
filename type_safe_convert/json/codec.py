"""JSON straight into instances of a model class of any kind, and out of them."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaSerializer, SchemaValidator

from type_safe_convert import kinds as _kinds  # noqa: F401  # registers the kinds
from type_safe_convert.advice import class_has_no_json
from type_safe_convert.conversion.conversion import conversion
from type_safe_convert.conversion.type_conversion import type_conversion
from type_safe_convert.errors import ConversionError, NotAModelError
from type_safe_convert.json.adapters import adapter_with, count_subclasses, is_own, reached
from type_safe_convert.json.errors import (
    JsonData,
    JsonError,
    check_size,
    read_error,
    refuse,
    refuse_options,
    unexpected,
)
from type_safe_convert.json.filters import serializer_in_force, serializer_with
from type_safe_convert.json.hidden import hides_anything
from type_safe_convert.json.model_schemas import ModelSchema
from type_safe_convert.json.options import Options, by_attribute, pydantic_kind
from type_safe_convert.json.python_values import validator_of_dumps
from type_safe_convert.json.schema_owner import has_own_schema_as_written
from type_safe_convert.json.serializers import RuntimeSerializer
from type_safe_convert.json.unwritable import no_form
from type_safe_convert.model.family import LOCK, RECORD, counterpart, record_of
from type_safe_convert.model.no_kind import NO_KIND
from type_safe_convert.model.type_plans import type_plan
from type_safe_convert.model.unresolved import is_provisional, settle
from type_safe_convert.model.waiting import pending
from type_safe_convert.registry import KindName, kind_of_class
from type_safe_convert.types.annotations import annotated
from type_safe_convert.types.roots import models_in

if TYPE_CHECKING:
    from typing_extensions import TypeForm

Model = TypeVar("Model")

CODEC = "json"
# The key of a codec that may have to be made again; see `unresolved`.
PROVISIONAL = "json for now"


class Codec:
    """The compiled validator and serializer of one class, or of a type; lives on the class, or on one in the type."""

    __slots__ = (
        *("adapter", "cls", "filtering", "is_own", "python", "read", "serializer", "validator", "warns"),
        "with_subclasses",
    )

    def __init__(self, cls: Any, kind: KindName = NO_KIND) -> None:
        self.cls: Any = cls
        self.is_own: bool = is_own(cls)
        self.warns: bool = not hides_anything(cls)  # pydantic's warnings of values show these
        self.with_subclasses: tuple[list[type], int, Any] | None = None
        self.filtering: SchemaSerializer | None = None  # see `filters`
        if kind_of_class(cls) is not None and has_own_schema_as_written(cls):
            record_of(cls).shape  # noqa: B018  # completes a model whose names could not be resolved at its definition
            # Of its own: while another thread defines the class, it has those of its base.
            self.validator: SchemaValidator = cls.__dict__.get("__pydantic_validator__")
            self.serializer: SchemaSerializer = cls.__dict__.get("__pydantic_serializer__")
            if isinstance(self.validator, SchemaValidator) and isinstance(self.serializer, SchemaSerializer):
                self.adapter: TypeAdapter[Any] | None = None
                self.python: SchemaValidator | None = None
                self.read = self.validator.validate_json
                return
        self.adapter = adapter_of(cls, kind=kind)
        self.validator = self.adapter.validator  # type: ignore[assignment]  # a plugin's wrapper has the same methods
        self.read = self.validator.validate_json
        self.serializer = self.adapter.serializer
        self.python = None

    def strict_python(self) -> tuple[SchemaValidator, bool | None]:
        """The validator that takes Python's values strictly, and with which `strict` to call it."""
        if not self.is_own:
            return self.validator, None  # our own schema says itself that it is strict
        if self.python is None:
            adapter = self.adapter or TypeAdapter(self.cls)
            self.python = validator_of_dumps(adapter.core_schema) or self.validator
        return self.python, True if self.python is self.validator else None

    def subclasses_validator(self) -> Any:
        """The validator that also reads subclasses; made again when there are others than there were.

        It refers to these, so they live as long as `cls`, once this was asked for.
        """
        known = self.with_subclasses
        if known is None or known[1] != count_subclasses(known[0]):
            with LOCK:
                classes = reached(self.cls)
                validator = adapter_of(self.cls, subclasses=True).validator
                known = self.with_subclasses = classes, count_subclasses(classes), validator
        return known[2]


def adapter_of(cls: Any, subclasses: bool = False, kind: KindName = NO_KIND) -> TypeAdapter[Any]:
    """Pydantic's own view of a class or a type; see `adapter_with`."""
    options = Options(strict=True, subclasses=subclasses)
    return adapter_with(cls, lambda model, arguments: annotated(Any, ModelSchema(model, arguments, options)), kind)


def codec_of(cls: Any) -> Codec:
    """The codec of a model class or a type, compiled at the first call. Raises NotAModelError, ClassConversionError."""
    try:
        record = cls.__dict__[RECORD]
        if record.cls is cls:
            return record.plans[CODEC]
    except (KeyError, AttributeError):
        pass
    if kind_of_class(cls) is None:
        return _codec_of_type(cls)
    if pending:
        settle(cls)
    record = record_of(cls)
    with LOCK:
        codec = record.plans.get(CODEC) or record.plans.get(PROVISIONAL)
        if codec is None:
            codec = Codec(cls)
            record.plans[PROVISIONAL if is_provisional(cls) else CODEC] = codec
    return codec


RuntimeSerializer.serializer_of = staticmethod(lambda cls: serializer_in_force(codec_of(cls)))


def _codec_of_type(annotation: Any, kind: KindName = NO_KIND) -> Codec:
    """The codec of a type that is no single class; `kind`: that of its models, where they are of another one."""
    if pending:
        for cls in models_in(annotation):
            settle(cls)
    codec: Codec = type_plan(CODEC, (annotation,), (kind,), lambda: Codec(annotation, kind))
    return codec


def _anything() -> Codec:
    """The codec of values of which nothing is declared: each model in them is written by its own."""
    if not _known_anything:
        _known_anything.append(Codec(Any))
    return _known_anything[0]


_known_anything: list[Codec] = []


@overload
def from_json(
    cls: type[Model],
    data: JsonData,
    *,
    strict: bool = True,
    subclasses: bool = False,
    max_bytes: int | None = None,
) -> Model: ...
@overload
def from_json(
    cls: TypeForm[Model],
    data: JsonData,
    *,
    strict: bool = True,
    subclasses: bool = False,
    max_bytes: int | None = None,
) -> Model: ...
def from_json(
    cls: TypeForm[Model],
    data: JsonData,
    *,
    strict: bool = True,
    subclasses: bool = False,
    max_bytes: int | None = None,
) -> Model:
    """Reads JSON as an instance of `cls`, which is a model class or a type such as `list[User]`.

    Field names and aliases are both read. Dates, UUIDs, Decimals, enums, bytes (base64), sets and tuples are read from
    their JSON forms. Unknown keys are refused for a Type_Safe class; else the model's own `extra` decides.

    Args:
        data: UTF-8 JSON text.
        strict: False for pydantic's lax mode, in which `"5"` is an int.
        subclasses: whether to read instances of subclasses, here and in fields, as `to_json` writes them: the subclass
            with the most keys of the data is taken. It is False by default, since True lets the data choose the class.
            Only for Type_Safe classes, dataclasses and their counterparts.
        max_bytes: longer data is refused unread. Arrays and objects deeper than 200 levels are always refused.

    Raises:
        JsonError: the data is no JSON, or does not fit; the error has the `path` in the data.
        NotAModelError: `cls` is no model class and no type.
    """
    try:
        codec = cls.__dict__[RECORD].plans[CODEC]
    except (KeyError, AttributeError):
        codec = codec_of(cls)
    read = codec.subclasses_validator().validate_json if subclasses else codec.read
    if max_bytes is not None:
        check_size(cls, data, max_bytes)
    try:
        return read(data, strict=strict, by_alias=True, by_name=True)
    except ValidationError as error:
        raise read_error(error, cls, data) from None
    except ConversionError:
        raise
    except Exception as error:
        refuse_options({"strict": strict})
        raise unexpected(error, cls, data) from error


@overload
def from_python(cls: type[Model], data: Any, *, strict: bool = True, subclasses: bool = False) -> Model: ...
@overload
def from_python(cls: TypeForm[Model], data: Any, *, strict: bool = True, subclasses: bool = False) -> Model: ...
def from_python(cls: TypeForm[Model], data: Any, *, strict: bool = True, subclasses: bool = False) -> Model:
    """Returns an instance of `cls`, a model class or a type, from plain data: from a dict, or from a list of dicts.

    Values are Python's: a date is a date, and not text. `from_python` takes the results of `to_python`. An instance of
    `cls` is returned unchanged.

    Args:
        strict: False for pydantic's lax mode, which also takes JSON's forms for dates, UUIDs, ... A BaseModel inside
            another kind of class is as strict as it is itself.
        subclasses: as of `from_json`.

    Raises:
        JsonError, NotAModelError: as `from_json`.
    """
    codec = codec_of(cls)
    validator, mode = codec.strict_python() if strict else (codec.validator, False)
    if subclasses and not (kind_of_class(cls) is not None and has_own_schema_as_written(cls)):
        validator = codec.subclasses_validator()
    try:
        return validator.validate_python(data, strict=mode, by_alias=True, by_name=True)
    except ValidationError as error:
        raise read_error(error, cls, data) from None
    except ConversionError:
        raise
    except Exception as error:
        raise unexpected(error, cls, data) from error


def to_json(
    obj: Any,
    cls: Any = None,
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
    """Writes UTF-8 JSON of a model instance of any kind, or of a value of any type. The runtime type decides: a
    subclass keeps its own fields.

    The options are those of pydantic's `model_dump_json`.

    Args:
        cls: the type of `obj` where that is no model (`list[User]`), as `from_json` is given it. Without it, what holds
            models is written as its runtime type tells.

    Raises:
        ValueConversionError: a value has no form in JSON, or refers to itself.
        NestingTooDeepError: it nests deeper than pydantic writes (255 levels).
        NotAModelError: `obj` is a model class, or `cls` is no model class and no type.
    """
    if exclude_unset:
        obj, codec = _with_fields_set(obj, cls)
    elif cls is not None:
        codec = codec_of(cls)
    else:
        try:
            codec = type(obj).__dict__[RECORD].plans[CODEC]
        except (KeyError, AttributeError):
            codec = _codec_for(obj)
    options: dict[str, Any] = {}  # eight arguments cost a third of what writing a small instance takes
    if exclude_unset or exclude_defaults or exclude_none or not (include is exclude is indent is by_alias is None):
        options = {
            "indent": indent, "include": by_attribute(obj, include), "exclude": by_attribute(obj, exclude),
            "by_alias": by_alias, "exclude_unset": exclude_unset, "exclude_defaults": exclude_defaults,
            "exclude_none": exclude_none,
        }  # fmt: skip
    try:
        if not options:
            return codec.serializer.to_json(
                obj, round_trip=round_trip, warnings=codec.warns, fallback=_fallback, polymorphic_serialization=True
            )
        options["round_trip"] = round_trip
        with serializer_with(codec, options) as serializer:
            return serializer.to_json(
                obj, warnings=codec.warns, fallback=_fallback, polymorphic_serialization=True, **options
            )
    except Exception as error:
        refuse(error, obj, {**options, "round_trip": round_trip}, functools.partial(_checked, obj, cls))


def to_python(
    obj: Any,
    cls: Any = None,
    *,
    mode: Literal["python", "json"] = "python",
    include: Any = None,
    exclude: Any = None,
    by_alias: bool | None = None,
    exclude_unset: bool = False,
    exclude_defaults: bool = False,
    exclude_none: bool = False,
    round_trip: bool = False,
) -> Any:
    """Returns a model instance of any kind as a dict, nested models likewise; any other value with its models as dicts.

    Args:
        cls: as of `to_json`.
        mode: `'json'` for values that JSON has: text for dates, lists for sets.

    Raises:
        ValueConversionError, NestingTooDeepError, NotAModelError: as `to_json`.
    """
    if exclude_unset:
        obj, codec = _with_fields_set(obj, cls)
    else:
        codec = _codec_for(obj) if cls is None else codec_of(cls)
    if mode not in ("python", "json"):
        raise ValueError(f"no such mode: expected 'python' or 'json', found {mode!r}")
    options: dict[str, Any] = {
        "include": by_attribute(obj, include), "exclude": by_attribute(obj, exclude), "by_alias": by_alias,
        "exclude_unset": exclude_unset, "exclude_defaults": exclude_defaults, "exclude_none": exclude_none,
        "round_trip": round_trip,
    }  # fmt: skip
    fallback = _fallback if mode == "json" else _python_fallback
    try:
        with serializer_with(codec, options) as serializer:
            return serializer.to_python(
                obj, mode=mode, warnings=codec.warns, fallback=fallback, polymorphic_serialization=True, **options
            )
    except Exception as error:
        refuse(error, obj, options, lambda: _checked(obj, cls))


def _checked(obj: Any, annotation: Any) -> None:
    """Converts `obj`, which raises ConversionError for values of another type than their annotation's."""
    cls = type(obj)
    if kind_of_class(cls) is not None or (annotation is not None and kind_of_class(annotation) is not None):
        described = annotation if kind_of_class(cls) is None else cls
        conversion(described, described).run(obj)
    else:
        type_conversion(cls if annotation is None else annotation, pydantic_kind().name, True, False).run(obj)


def _codec_for(obj: Any) -> Codec:
    cls = type(obj)
    if kind_of_class(cls) is not None:
        return codec_of(cls)
    if isinstance(obj, type) and kind_of_class(obj) is not None:
        raise class_has_no_json(obj)
    return _anything()


def _with_fields_set(obj: Any, annotation: Any) -> tuple[Any, Codec]:
    """The model that knows which fields were set, and its codec: the origin where that is a pydantic model, else the
    counterpart; likewise the value of a type with such models."""
    cls = type(obj)
    name = pydantic_kind().name
    if annotation is not None and kind_of_class(annotation) is None:
        made = type_conversion(annotation, name, True, False).run(obj)
        return made, _codec_of_type(annotation, name)
    if kind_of_class(cls) is None:
        return type_conversion(cls, name, True, False).run(obj), _anything()
    made = obj if record_of(cls).kind == name else conversion(cls, counterpart(cls, name)).compiled()(obj)
    return made, codec_of(type(made))


def _fallback(value: Any) -> Any:
    """Converts a value that pydantic-core cannot write by itself where nothing is declared: a class, a new model."""
    if isinstance(value, type):
        return f"{value.__module__}.{value.__qualname__}"
    if kind_of_class(type(value)) is None:
        raise TypeError(no_form(value))
    return to_python(value)


def _python_fallback(value: Any) -> Any:
    """The same for a dict of Python's values, in which anything may stand."""
    return value if isinstance(value, type) or kind_of_class(type(value)) is None else to_python(value)


__all__ = ["JsonError", "NotAModelError", "from_json", "from_python", "to_json", "to_python"]
