"""What JSON means for a model class of any kind: one pydantic-core schema that validates into it and serialises it.

The schema of a class that somebody wrote puts JSON straight into instances of that class. For a Type_Safe class and a
dataclass it is pydantic-core's `dataclass` schema, which fills the `__dict__` of a fresh instance of whatever class it
is told, with no Python in between; it is serialised as a model is, from that `__dict__`. Where the class has means of
its own (an `__init__`, attributes made on demand), a function puts the values in as a conversion does. Pydantic models
bring their own schema, and what was made from one goes through it, so that its validators run.
"""

from __future__ import annotations

import contextlib
import dataclasses
import enum
import functools
import inspect
import threading
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MemberDescriptorType
from typing import Any

from pydantic import (
    AliasChoices,
    AliasPath,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
)
from pydantic.errors import PydanticUndefinedAnnotation
from pydantic.fields import FieldInfo
from pydantic_core import CoreConfig, CoreSchema, SchemaSerializer, core_schema

from type_safe_convert.conversion.conversion import conversion, convert_default
from type_safe_convert.errors import ConversionError
from type_safe_convert.generated_class import origin_in
from type_safe_convert.json.annotations import Renderer
from type_safe_convert.json.definitions import argument_name, argument_names, defining
from type_safe_convert.json.unions import JsonSchema, TagsOrNone, show_without_null
from type_safe_convert.json.untyped_keys import Place
from type_safe_convert.kinds.dataclass import VALIDATION_CONFIG
from type_safe_convert.kinds.pydantic.fields import is_field_info_default, without_field_info
from type_safe_convert.model.family import counterpart, is_provisional, reached_from, record_of, settle, tell_unresolved
from type_safe_convert.model.instances import AttributeReader
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.shape import MISSING, FromValues, Shape
from type_safe_convert.model.shape import Field as ShapeField
from type_safe_convert.model.state import object_state
from type_safe_convert.model.unresolved import is_loading, pending
from type_safe_convert.registry import KindName, kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.types.names import parts, resolve_hints
from type_safe_convert.types.parse import parse
from type_safe_convert.types.render import annotated

# Of the kinds that have no say of their own: every bytes value and every float comes back from valid JSON.
CONFIG = CoreConfig(
    ser_json_bytes="base64",
    val_json_bytes="base64",
    ser_json_inf_nan="strings",
    validate_by_alias=True,
    validate_by_name=True,
)

# What a Field may say that shows in a JSON Schema.
_DESCRIPTIONS = ("title", "description", "examples", "json_schema_extra")

# The key, with the options, of a class with its type arguments among the plans of the class.
CODEC_TYPE = "json type"

# After so many turns of a generic class in itself, each with larger arguments than the one before, these are left out.
_TURNS = 5

# In the `loc` of an error: what was read, and no instance.
READ_TAG = "<read>"

_building = threading.local()

_COMPLETE = "__pydantic_complete__"


@contextlib.contextmanager
def own_schemas() -> Iterator[None]:
    """While a schema is made and compiled: generated models in it are compiled from it, too.

    pydantic-core would take the validator and the serializer that such a model has had since it was first used, and
    with them what pydantic makes of infinity, classes and enums.
    """
    before = getattr(_building, "hidden", None)
    hidden: list[Any] = []
    _building.hidden = hidden
    try:
        yield
    finally:
        _building.hidden = before
        for cls in hidden:
            type.__setattr__(cls, _COMPLETE, True)


@dataclasses.dataclass(frozen=True, slots=True)
class Options:
    """How a whole schema is meant.

    Attributes:
        strict: whether values from Python are taken strictly, where nobody says otherwise.
        subclasses: whether what is read may be one of the subclasses that there are by now; that one of which the most
            keys are there is taken.
    """

    strict: bool = False
    subclasses: bool = False


class ModelSchema:
    """Metadata for `Annotated[Any, ModelSchema(cls)]`: pydantic then reads and writes instances of `cls`.

    Attributes:
        arguments: the type parameters of a generic class with what stands for them.
        exact: whether subclasses, where the options allow them, are not meant here but in fields only.
    """

    __slots__ = ("arguments", "cls", "exact", "options")

    def __init__(
        self,
        cls: Any,
        arguments: Mapping[Any, Any] | None = None,
        options: Options = Options(),  # immutable
        exact: bool = False,
    ) -> None:
        self.cls = cls
        self.arguments = dict(arguments or {})
        self.options = options
        self.exact = exact

    def __repr__(self) -> str:
        return f"ModelSchema({self.cls.__name__})"

    @property
    def __type_safe_convert_model__(self) -> Any:
        """The class that a field with this metadata holds, for whoever reads annotations."""
        return self.cls

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        if source is not self:  # found in Annotated; asked once more for itself, so that the schema can be referred to
            return handler.generate_schema(self)
        cls = self.cls
        if pending and getattr(_building, "hidden", None) is None:
            _wait_for_names(cls)
        if has_own_schema_as_written(cls):
            record_of(cls).shape  # noqa: B018  # completes a model whose names could not be resolved at its definition
            return handler.generate_schema(self._by_itself(cls))
        if validates_as_origin(cls):
            return self._through_model(cls, handler)
        if self.options.subclasses and not self.exact:
            return self._any_of(cls, handler)
        if self._grows():
            return ModelSchema(cls, None, self.options, self.exact).__get_pydantic_core_schema__(source, handler)
        ref = self._ref()
        with defining(ref, handler) as first:
            if not first:
                return core_schema.definition_reference_schema(ref)
            forms: list[ModelSchema] = _building.__dict__.setdefault("forms", [])
            forms.append(self)
            try:
                return _ModelSchema(self, handler, ref).build()
            finally:
                forms.pop()

    def _grows(self) -> bool:
        """Whether the type arguments grow with every turn, as in a `Box[T]` that holds a `Box[list[T]]`, so that there
        is no end to them: anything stands for them then."""
        around = [form for form in _building.__dict__.get("forms", ()) if form.cls is self.cls]
        return sum(_size(form.arguments) < _size(self.arguments) for form in around) > _TURNS

    def _by_itself(self, cls: Any) -> Any:
        """A class that pydantic reads by itself, with its type arguments as pydantic is to read them."""
        if not self.arguments:
            return cls
        record, options = record_of(cls), self.options
        key = (f"{CODEC_TYPE} {options}", *self.arguments.items())
        if key not in record.plans:
            renderer = Renderer(record.kind, record.kind, lambda model, given: ModelSchema(model, given, options))
            given: list[Any] = []
            for variable in cls.__parameters__:
                arg = self.arguments.get(variable, variable)
                given += [_argument(item, renderer) for item in (arg if isinstance(arg, tuple) else (arg,))]
            record.plans[key] = cls[tuple(given)]
        return record.plans[key]

    def _through_model(self, cls: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        origin = record_of(cls).origin
        there, back = conversion(origin, cls), conversion(cls, origin)
        record_of(origin).shape  # noqa: B018  # as above
        read = self._by_itself(origin)
        return core_schema.no_info_after_validator_function(
            there.compiled(),
            handler.generate_schema(read),
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda value: back.compiled()(value) if isinstance(value, cls) else value,
                return_schema=handler.generate_schema(read),
            ),
        )

    def _any_of(self, cls: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        classes: list[Any] = [item for item in (cls, *subclasses_of(cls)) if not is_abstract(item)] or [cls]
        arguments = {cls: self.arguments}
        forms = [ModelSchema(item, arguments.get(item), self.options, exact=True) for item in classes]
        if len(forms) == 1:
            return handler.generate_schema(forms[0])
        # Not a union: that would try every subclass on every level.
        return core_schema.tagged_union_schema(
            {f"<{number}>": handler.generate_schema(form) for number, form in enumerate(forms)}, _chooser(classes)
        )

    def _ref(self) -> str:
        """In the form from which pydantic makes the names of definitions: the class that somebody wrote names it."""
        origin = record_of(self.cls).origin
        # The mark keeps it apart from pydantic's own reference to a dataclass; the name ends before the colon.
        mark = "s" if self.options.subclasses else "j"
        return f"{origin.__module__}.{origin.__qualname__}:{id(self.cls)}{mark}{argument_names(self.arguments)}"


def _wait_for_names(cls: type) -> None:
    """For a field of a pydantic model that is being defined while modules are imported that have names it needs:
    pydantic then builds the model when it is first used."""
    settle(cls)
    for item in reached_from(cls) if is_provisional(cls) else ():
        if is_loading(item):
            raise PydanticUndefinedAnnotation(item.__name__, f"not all names of {item.__qualname__} are there yet")


def subclasses_of(cls: Any) -> list[type]:
    """The subclasses that somebody wrote of the class that `cls` stands for, in the kind of `cls`."""
    record = record_of(cls)
    found: list[type] = []
    stack = [record.origin]
    while stack:
        children: list[type] = type.__subclasses__(stack.pop())
        for item in children:
            # `dataclass(slots=True)` leaves the class behind that it made anew.
            if item not in found and origin_in(item) is None and kind_of_class(item) == record_of(record.origin).kind:
                found.append(item)
                stack.append(item)
    return found if record.origin is cls else [counterpart(item, record.kind) for item in found]


def _chooser(classes: list[Any]) -> Callable[[Any], str]:
    """Tells which of some classes a dict was written from: that whose keys are all there, and no others if possible;
    the first, where there are several."""
    accepted: list[frozenset[str]] = []
    required: list[frozenset[str]] = []
    tags: list[list[_Tag]] = []
    for cls in classes:
        entries = _entries(cls)
        tags.append([tag for item in entries if (tag := _tag_of(item)) is not None])
        accepted.append(frozenset(key for item in entries for key in (item.field.name, item.alias) if key))
        required.append(frozenset(item.field.name for item in entries if item.field.required and item.field.init))

    def choose(value: Any) -> str:
        if not isinstance(value, dict):
            return next((f"<{number}>" for number, cls in enumerate(classes) if isinstance(value, cls)), "<0>")
        given = value.keys()
        best: tuple[int, ...] = ()
        found = 0
        texts = {item for item in value.values() if isinstance(item, str)}
        for number, keys in enumerate(accepted):
            known = len(given & keys)
            fits = known == len(given) and required[number] <= given
            told = [told for tag in tags[number] if (told := tag.fits(value)) is not None]
            named = record_of(classes[number]).origin.__name__ in texts
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

    return choose


class _Tag:
    """What a field says of the class: the values of its Literal (`exact`), or the text that is its default."""

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
                return self, any(type(item) is type(value) and item == value for item in self.values)
        return None


def _tag_of(entry: _Entry) -> _Tag | None:
    node = entry.field.node
    while isinstance(node, nodes.AnnotatedNode):
        node = node.inner
    aliases = (entry.alias, entry.validation_alias, entry.field.name)
    keys = tuple(dict.fromkeys(key for key in aliases if isinstance(key, str)))
    if isinstance(node, nodes.LiteralNode):
        return _Tag(keys, (form for value in node.values for form in _forms(value)), exact=True)
    if isinstance(entry.field.default, str | enum.Enum):
        return _Tag(keys, _forms(entry.field.default), exact=False)
    return None


def _forms(value: Any) -> list[Any]:
    """The forms in which JSON has a value of a Literal."""
    return [value, value.value, value.name] if isinstance(value, enum.Enum) else [value]


def is_abstract(cls: Any) -> bool:
    return bool(getattr(cls, "__abstractmethods__", None))


def _size(arguments: Mapping[Any, Any]) -> int:
    return sum(1 + sum(1 for _ in parts(item)) for item in arguments.values())


def _argument(annotation: Any, renderer: Renderer) -> Any:
    """A type argument as pydantic is to read it, named as the annotation is: pydantic names the definition after it."""
    rendered = renderer.render(parse(annotation))
    if isinstance(rendered, type):
        return rendered
    name = getattr(annotation, "__qualname__", None) or argument_name(annotation)

    def schema(cls: Any, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler.generate_schema(rendered)

    return type(name, (), {"__get_pydantic_core_schema__": classmethod(schema), "__module__": __name__})


def has_own_schema_as_written(cls: type) -> bool:
    """Whether pydantic's own schema is the one to use: that of models and pydantic dataclasses that somebody wrote."""
    record = record_of(cls)
    return record.origin is cls and get_kind(record.kind).has_own_schema(cls)


def validates_as_origin(cls: type) -> bool:
    """Whether instances are read and written as the model that the class was made from, whose validators then run."""
    record = record_of(cls)
    return record.origin is not cls and has_own_schema_as_written(record.origin)


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    """A field in the class's own terms: the attribute that holds it, and the default as this class has it."""

    attribute: str
    field: ShapeField
    default: Any
    default_factory: Callable[[], Any] | None

    @property
    def alias(self) -> str | None:
        return self.field.name if self.attribute != self.field.name else self.field.options.get("alias")

    @property
    def validation_alias(self) -> Any:
        alias = self.field.options.get("validation_alias") or self.alias
        return alias.convert_to_aliases() if isinstance(alias, AliasPath | AliasChoices) else alias

    @property
    def serialization_alias(self) -> str | None:
        return self.field.options.get("serialization_alias") or self.alias

    @property
    def excluded(self) -> bool | None:
        return True if self.field.options.get("exclude") else None


def _entries(cls: Any) -> list[_Entry]:
    record = record_of(cls)
    kind = get_kind(record.kind)
    fields = record.shape.fields.values()
    if record.origin is cls:
        return [_Entry(field.name, field, field.default, kind.default_factory(field)) for field in fields]
    entries = []
    for field in fields:
        attribute = kind.attribute(field.name, record.shape)
        if field.required:  # what only the origin computes is None in a generated class
            entries.append(_Entry(attribute, field, MISSING if field.init else None, None))
        elif field.default_factory is None and isinstance(field.default, nodes.IMMUTABLE_SCALARS):
            entries.append(_Entry(attribute, field, convert_default(record.origin, field, record.kind), None))
        else:
            entries.append(_Entry(attribute, field, MISSING, _made_default(record.origin, field, record.kind)))
    return entries


def _made_default(origin: type, field: ShapeField, kind: KindName) -> Callable[..., Any]:
    """How a generated class makes the default of a field."""
    if type(field.default_factory) is FromValues:
        return FromValues(lambda values: convert_default(origin, field, kind, values))
    return lambda: convert_default(origin, field, kind)


class _ModelSchema:
    """Builds the schema of one class that pydantic does not know by itself."""

    def __init__(self, form: ModelSchema, handler: GetCoreSchemaHandler, ref: str) -> None:
        cls = form.cls
        record = record_of(cls)
        tell_unresolved(cls)
        self.cls = cls
        self.kind: KindName = record.kind
        self.home: KindName = record_of(record.origin).kind
        self.shape: Shape = record.shape
        self.entries = _entries(cls)
        self.arguments = form.arguments
        self.options = form.options
        self.handler = handler
        self.ref = ref
        options = form.options
        self.renderer = Renderer(self.kind, self.home, lambda model, arguments: ModelSchema(model, arguments, options))
        # Type_Safe lets every attribute be None, and `Type_Safe.from_json` reads null for each.
        self.takes_none = any(get_kind(kind).traits.any_field_may_be_none for kind in (self.kind, self.home))
        self.reader = get_kind(self.kind).reader(cls, record.shape)
        # pydantic-core itself reads dataclasses attribute by attribute, all of which must be there.
        self.by_dict = not dataclasses.is_dataclass(cls)
        self.extra = self.extra_behavior()
        self.metadata: dict[str, Any] = {"pydantic_js_functions": [_Description(cls, self.shape, self.extra)]}

    def build(self) -> CoreSchema:
        kind = get_kind(self.kind)
        if not kind.has_serializer:
            install_serializer(self.cls)
            if is_abstract(self.cls):
                return self.abstract()
        schema: CoreSchema = kind.core_schema(self.cls, self.shape, self)
        return schema

    # what a kind may choose

    def model(self) -> CoreSchema:
        """For a generated model of pydantic."""
        hidden = getattr(_building, "hidden", None)
        if hidden is not None and self.cls.__dict__.get(_COMPLETE):
            type.__setattr__(self.cls, _COMPLETE, False)
            hidden.append(self.cls)
        return core_schema.model_schema(
            self.cls, self.model_fields(), config=self.config(), ref=self.ref, metadata=self.metadata
        )

    def parametrised(self, make: Callable[[Any], Any]) -> CoreSchema:
        """For a generated model with type arguments, which `make` makes of its state, extra values and set of fields.
        Not a model schema: in the place of one pydantic-core would take what the class has by itself, with no
        arguments."""
        config = self.config()
        fields: Any = {**self.model_fields(), "config": config}
        serialization: Any = {**core_schema.model_ser_schema(self.cls, fields), "config": config}
        return self.read_by(make, fields, serialization, self.ref)

    def filled(self, always: Mapping[str, Any], post_init: bool = False) -> CoreSchema:
        """For a class whose instances pydantic-core can fill by itself; `always` are attributes that all have.

        `post_init`: whether their `__post_init__` runs then.
        """
        cls, shape = self.cls, self.shape
        fields = [self.argument(entry) for entry in self.entries] + self.init_only()
        fields += [
            core_schema.dataclass_field(
                name, core_schema.with_default_schema(core_schema.any_schema(), default=value), init=False
            )
            for name, value in always.items()
        ]
        return core_schema.dataclass_schema(
            cls,
            core_schema.dataclass_args_schema(
                cls.__name__,
                fields,
                collect_init_only=bool(shape.init_only) and shape.cls is cls,
                extra_behavior=self.extra,  # type: ignore[arg-type]  # a string of these three
            ),
            [entry.attribute for entry in self.entries],
            strict=False,  # or it would take no dict
            post_init=post_init,
            slots=not cls.__dictoffset__ or any(is_slot(cls, entry.attribute) for entry in self.entries),
            ref=self.ref,
            config=self.config(),
            metadata=self.metadata,
            serialization=self.serialization() if self.by_dict else None,  # else pydantic-core reads the attributes
        )

    def abstract(self) -> CoreSchema:
        """For a class of which there are no instances but those of subclasses: it is written, and not read."""
        cls = self.cls

        def check(value: Any) -> Any:
            if not isinstance(value, cls):
                raise ValueError(f"{cls.__name__} is abstract, and its subclasses were not asked for")
            return value

        # The second step takes an instance as it is; it is there because it says how to serialise one.
        checked = core_schema.no_info_plain_validator_function(
            check, metadata={"pydantic_js_functions": [lambda schema, handler: {"not": {}}]}
        )
        written = self.serialization() if self.by_dict else None
        return core_schema.chain_schema([checked, self.instances()], ref=self.ref, serialization=written)

    def instances(self) -> CoreSchema:
        """Instances as they are, and how they are written attribute by attribute."""
        cls = self.cls
        arguments = core_schema.dataclass_args_schema(cls.__name__, [self.argument(item) for item in self.entries])
        return core_schema.dataclass_schema(
            cls, arguments, [item.attribute for item in self.entries], config=self.config()
        )

    def called(self, finish: Any, init_only: bool = False) -> CoreSchema:
        """For a class that must be asked itself: values are read first, and given to it as a conversion gives them.

        `init_only`: whether `finish` takes values that are no fields, too (`InitVar`).
        """
        cls = self.cls
        allocate: Any = object.__new__ if cls.__new__ is object.__new__ else cls.__new__

        rest = [field for field in self.shape.fields.values() if not field.init]

        def make(values: dict[str, Any]) -> Any:
            made = allocate(cls)
            given = [(field, values.pop(field.name)) for field in rest if field.name in values]
            try:
                finish(made, values, False)
            except ConversionError as error:
                raise ValueError(str(error)) from error
            for field, value in given:
                if _is_as_default(made, field):  # else `__post_init__` has computed it
                    object.__setattr__(made, field.name, value)
            return made

        # What is missing stays missing: the class knows its own defaults, but for those that a `Field` describes.
        fields = {
            entry.field.name: core_schema.typed_dict_field(
                self.with_default(entry) if is_field_info_default(cls, entry.field.name) else self.value(entry.field),
                required=entry.field.required and entry.field.init,
                validation_alias=entry.validation_alias,
            )
            for entry in self.entries
        }
        if init_only:
            fields |= {item["name"]: self.init_only_key(item) for item in self.init_only()}
        values = core_schema.typed_dict_schema(
            fields, extra_behavior="forbid" if self.extra == "forbid" else "ignore", config=self.config()
        )
        by_function = self.by_dict or cls.__dictoffset__
        serialization = self.written() if by_function else None
        schema = self.read_by(make, values, serialization, self.ref if by_function else None)
        if by_function:
            return schema
        # The second step takes what the first made as it is; it is there because it says how to serialise it.
        return core_schema.chain_schema([schema, self.instances()], ref=self.ref)

    def read_by(self, make: Callable[[Any], Any], values: Any, serialization: Any, ref: str | None) -> Any:
        """An instance as it is, or what `make` makes of what `values` reads."""
        cls = self.cls
        read = core_schema.no_info_after_validator_function(make, values)
        # A union in which pydantic finds the tags of a discriminated union around it, and whose members are read from
        # JSON as such: what a function is given has been made Python's.
        return core_schema.tagged_union_schema(
            {
                READ_TAG: read,
                "<instance>": core_schema.no_info_wrap_validator_function(lambda value, handler: value, values),
            },
            lambda value: "<instance>" if isinstance(value, cls) else READ_TAG,
            metadata={
                "pydantic_js_functions": [
                    lambda schema, handler: handler(read),
                    *self.metadata["pydantic_js_functions"],
                ]
            },
            serialization=serialization,
            ref=ref,
        )

    def written(self) -> Any:
        """How instances of a class that was called are written: by attribute, where not all are in their dict."""
        return self.serialization() if self.by_dict else self.instances()

    def extra_behavior(self) -> str:
        if get_kind(self.kind).traits.refuses_other_keys and self.shape.cls is self.cls:
            return "forbid"
        config = getattr(self.cls, "__pydantic_config__", None) or {}
        return config.get("extra") or self.shape.extra

    def config(self) -> CoreConfig:
        own = getattr(self.shape.cls, "__pydantic_config__", None) or {}
        known = {key: own[key] for key in (*CONFIG, *VALIDATION_CONFIG) if key in own}
        if any(entry.attribute != entry.field.name for entry in self.entries):
            known.setdefault("serialize_by_alias", True)  # the field's own name is the alias of the attribute
        return typing.cast(CoreConfig, {**CONFIG, "strict": self.options.strict, **known})

    # fields

    def argument(self, entry: _Entry) -> Any:
        return core_schema.dataclass_field(
            entry.attribute,
            self.with_default(entry),
            kw_only=True,
            init=entry.field.init or self.shape.cls is not self.cls,
            validation_alias=entry.validation_alias,
            serialization_alias=entry.serialization_alias,
            serialization_exclude=entry.excluded,
        )

    def model_fields(self) -> CoreSchema:
        fields = {
            entry.attribute: core_schema.model_field(
                self.with_default(entry),
                validation_alias=entry.validation_alias,
                serialization_alias=entry.serialization_alias,
                serialization_exclude=entry.excluded,
            )
            for entry in self.entries
        }
        extra: Any = self.extra
        return core_schema.model_fields_schema(fields, model_name=self.shape.name, extra_behavior=extra)

    def init_only_key(self, item: Any) -> Any:
        schema = item["schema"]
        has_default = schema["type"] == "default"
        # The constructor has the default itself.
        return core_schema.typed_dict_field(schema["schema"] if has_default else schema, required=not has_default)

    def init_only(self) -> list[Any]:
        fields: list[Any] = []
        if self.shape.cls is not self.cls:  # a generated class has none, since nobody can be asked for its value
            return fields
        hints = resolve_hints(self.cls) if self.shape.init_only else {}
        for name, default in self.shape.init_only.items():
            node = parse(hints.get(name, Any), self.arguments)
            schema = self.handler.generate_schema(self.renderer.field(without_field_info(node), Place(self.cls, name)))
            if default is not MISSING:
                schema = core_schema.with_default_schema(schema, default=default)
            fields.append(core_schema.dataclass_field(name, schema, kw_only=True, init_only=True))
        return fields

    def value(self, field: ShapeField) -> CoreSchema:
        node = parse(field.annotation, self.arguments) if self.arguments else field.node
        annotation = self.renderer.field(without_field_info(node), Place(self.cls, field.name))
        told = {key: field.options[key] for key in _DESCRIPTIONS if key in field.options}
        if told:
            annotation = annotated(annotation, Field(**told))
        if field.options.get("discriminator"):
            annotation = annotated(annotation, Field(discriminator=field.options["discriminator"]))
        if field.options.get("deprecated"):  # pydantic warns of `Field(deprecated=...)` that is no model's field
            annotation = annotated(annotation, Field(json_schema_extra={"deprecated": True}))
        schema = self.handler.generate_schema(annotation)
        if nodes.accepts_none(node):
            return schema
        if field.default is None or (self.shape.cls is not self.cls and field.required and not field.init):
            return core_schema.nullable_schema(schema)
        if self.takes_none and schema["type"] == "literal":
            return {**schema, "expected": TagsOrNone([*schema["expected"], None])}
        if self.takes_none:
            return core_schema.nullable_schema(schema, metadata={"pydantic_js_functions": [show_without_null]})
        return schema

    def with_default(self, entry: _Entry) -> CoreSchema:
        schema = self.value(entry.field)
        described = not entry.field.required and is_field_info_default(self.cls, entry.field.name)
        serialization = self.described_value(entry.field) if described else None
        if entry.default_factory is not None:
            return core_schema.with_default_schema(
                schema,
                default_factory=entry.default_factory,
                default_factory_takes_data=type(entry.default_factory) is FromValues,
                serialization=serialization,
            )
        if entry.default is not MISSING:
            return core_schema.with_default_schema(schema, default=entry.default, serialization=serialization)
        return schema

    def described_value(self, field: ShapeField) -> Any:
        """How a field is written in whose place an instance may hold the `Field` that describes its default."""
        state = self.reader.state

        def write(instance: Any, value: Any, handler: Callable[[Any], Any]) -> Any:
            if isinstance(value, FieldInfo):
                value = state(instance)[field.name] if state is not None else field.make_default()
            return handler(value)

        return core_schema.wrap_serializer_function_ser_schema(write, is_field_serializer=True)

    def serialization(self) -> Any:
        """How instances are written."""
        state = self.reader.state
        if state is None and (self.reader.optional_attributes or isinstance(self.reader, AttributeReader)):
            attribute_of = {entry.field.name: entry.attribute for entry in self.entries}
            state = functools.partial(_set_attributes, attribute_of)
        if state is None:
            # pydantic-core reads the key `config` here as in a model's schema; the helper has no argument for it.
            return {**core_schema.model_ser_schema(self.cls, self.model_fields()), "config": self.config()}
        entries = {
            field.name: core_schema.typed_dict_field(self.value(field), required=False)
            for field in self.shape.fields.values()
        }
        exact = core_schema.typed_dict_schema(entries, config=self.config())
        return core_schema.plain_serializer_function_ser_schema(
            _StateOf(self.cls, state, tuple(entries)),
            # An instance of a subclass is written as its own class says.
            return_schema=core_schema.union_schema(
                [exact, core_schema.any_schema()],
                metadata={"pydantic_js_functions": [lambda schema, handler: handler(exact)]},
            ),
        )


def _set_attributes(attribute_of: Mapping[str, str], instance: Any) -> dict[str, Any]:
    """Reads the fields that an instance has by field name; its constructor may leave some unset."""
    return {
        name: getattr(instance, attribute) for name, attribute in attribute_of.items() if hasattr(instance, attribute)
    }


class _StateOf:
    """Reads the fields of an instance whose `__dict__` cannot be read plainly."""

    def __init__(self, cls: type, state: Callable[[Any], dict[str, Any]], names: tuple[str, ...]) -> None:
        self.cls = cls
        self.state = state
        self.names = names

    def __call__(self, value: Any) -> Any:
        if type(value) is not self.cls:
            return value
        values = self.state(value)
        return {name: values[name] for name in self.names if name in values}


def _is_as_default(instance: Any, field: ShapeField) -> bool:
    """Whether an instance's constructor left a field unset, or at its default."""
    if not hasattr(instance, field.name):
        return True
    value, default = getattr(instance, field.name), field.make_default(object_state(instance))
    return value is default or (type(value) is type(default) and bool(value == default))


class _Description:
    """Completes the JSON Schema of a class: its own name and text, and whether other keys are refused."""

    def __init__(self, cls: type, shape: Shape, extra: str) -> None:
        self.cls = cls
        self.shape = shape
        self.extra = extra

    def __call__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchema:
        shown = handler(schema)
        shown.pop("additionalProperties", None)
        shown["title"] = self.shape.config.get("title") or self.shape.name
        doc = self.shape.doc
        shown.pop("description", None)
        if doc:
            shown["description"] = inspect.cleandoc(doc)
        if self.extra == "forbid":
            shown["additionalProperties"] = False
        return shown


def is_slot(cls: type, attribute: str) -> bool:
    """Whether the class or a base keeps the attribute in a slot; a class may have a `__dict__` for the others."""
    return isinstance(inspect.getattr_static(cls, attribute, None), MemberDescriptorType)


# the runtime type decides


class RuntimeSerializer:
    """Set as `__pydantic_serializer__` on every class that is written here: pydantic-core asks the instance's own class
    for it when that is a subclass of the declared one, and when nothing is declared."""

    serializer_of: Callable[[type], SchemaSerializer]  # set by `codec`, which compiles what this module describes

    def __get__(self, instance: Any, owner: Any) -> SchemaSerializer:
        return self.serializer_of(owner)


SERIALIZER = "__pydantic_serializer__"
_SERIALIZER = RuntimeSerializer()


def install_serializer(cls: type) -> None:
    if SERIALIZER not in cls.__dict__:
        type.__setattr__(cls, SERIALIZER, _SERIALIZER)
