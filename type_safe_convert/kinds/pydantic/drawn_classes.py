"""Pydantic models of a definition."""

from __future__ import annotations

import decimal
import functools
import warnings
from collections.abc import Callable
from typing import Annotated, Any, Generic, Literal

import annotated_types
from hypothesis import reject
from hypothesis import strategies as st
from pydantic import (
    UUID4,
    AfterValidator,
    AliasChoices,
    AliasPath,
    AnyUrl,
    AwareDatetime,
    Base64Bytes,
    BaseModel,
    BeforeValidator,
    ByteSize,
    ConfigDict,
    Discriminator,
    EmailStr,
    Field,
    FutureDate,
    ImportString,
    IPvAnyAddress,
    Json,
    NaiveDatetime,
    NameEmail,
    PastDate,
    PlainValidator,
    PostgresDsn,
    PrivateAttr,
    RootModel,
    Secret,
    SecretStr,
    Tag,
    WrapValidator,
    computed_field,
    conint,
    constr,
    field_validator,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.warnings import ArbitraryTypeWarning
from pydantic_core import core_schema

from type_safe_convert.testing.definitions.definition import REQUIRED, Definition, FieldDefinition
from type_safe_convert.testing.definitions.members import (
    add_further_fields,
    fields_shown,
    generic_bases,
    own_annotations,
    show,
    syntax,
)
from type_safe_convert.testing.definitions.modules import Module
from type_safe_convert.testing.definitions.options import DrawnKind
from type_safe_convert.testing.definitions.vocabulary import Entry, GenericPair, Number, Pair, T

_ROOT_MODEL: Any = RootModel
_LIST: Any = list


class Item(BaseModel):
    n: int


class Box(BaseModel, Generic[T]):
    content: T
    more: list[T] = []


class Cat(BaseModel):
    sort: Literal["cat"] = "cat"
    lives: int = 9


class Dog(BaseModel):
    sort: Literal["dog", "puppy"]
    name: str = "d"


class Roots(RootModel[list[int]]):
    pass


class Wrapped:
    """A class that pydantic makes of text, and does not take as it is."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Wrapped) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Wrapped({self.text!r})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        written = core_schema.plain_serializer_function_ser_schema(lambda value: value.text)
        return core_schema.no_info_after_validator_function(cls, core_schema.str_schema(), serialization=written)


class NameOfCat:
    """A class that stands in annotations for a model which could not be named there (as in fhir.resources)."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        def find(value: Any) -> Cat:
            if isinstance(value, str):
                return Cat(lives=len(value))
            return value if isinstance(value, Cat) else Cat.model_validate(value, strict=True)

        return core_schema.no_info_plain_validator_function(find)


def _sort(value: Any) -> Any:
    return value.get("sort") if isinstance(value, dict) else getattr(value, "sort", None)


_PETS: Any = Annotated[Cat | Dog, Field(discriminator="sort")]
_PETS_BY_FUNCTION: Any = Annotated[
    Annotated[Cat, Tag("cat")] | Annotated[Dog, Tag("dog")],
    Discriminator(lambda value: "cat" if _sort(value) == "cat" else "dog"),
]

ANNOTATIONS: list[tuple[Any, Any]] = [
    (Annotated[int, Field(gt=0, le=10)], 1),
    (Annotated[str, Field(min_length=1, max_length=3)], "a"),
    (Annotated[str, Field(pattern=r"^[a-z]+$")], "a"),
    (Annotated[decimal.Decimal, Field(decimal_places=2, max_digits=6)], decimal.Decimal("1.25")),
    (Annotated[list[int], Field(max_length=2)], [1]),
    (Annotated[str, AfterValidator(str.strip)], "a"),
    (Annotated[str, BeforeValidator(lambda value: value)], "a"),
    (frozenset[int], frozenset({1})),
    (complex, 1j),
    (Annotated[int, Field(ge=2, lt=20, multiple_of=2)], 2),
    (Annotated[float, Field(gt=0, allow_inf_nan=False)], 0.5),
    (Annotated[int, Field(strict=True)], 1),
    (Annotated[str, annotated_types.Len(1, 3)], "a"),
    (Annotated[int, annotated_types.Predicate(lambda value: value % 2 == 0)], 2),
    (Annotated[int, WrapValidator(lambda value, handler: handler(value))], 1),
    (Annotated[int, PlainValidator(lambda value: value)], 1),
    (conint(gt=0), 1),
    (constr(to_lower=True, max_length=4), "a"),
    (Json[list[int]], None),
    (ImportString, None),
    (Number, Number(1)),
    (Pair, Pair(1)),
    (Entry, {"key": "k"}),
    (Box[int], None),
    (Box[Box[str]], None),
    (Box[Item], None),
    (GenericPair[Item], None),
    (Wrapped, None),
    (list[Wrapped], None),
    (NameOfCat, None),
    (list[NameOfCat], None),
    (_PETS, Cat()),
    (_LIST[_PETS], []),
    (_PETS_BY_FUNCTION, None),
    (Roots, Roots([1])),
]

# Types that only pydantic can judge.
SHARED: list[tuple[Any, Any]] = [
    (EmailStr, "a@example.com"),
    (NameEmail, None),
    (PastDate, None),
    (FutureDate, None),
    (AwareDatetime, None),
    (NaiveDatetime, None),
    (ByteSize, None),
    (IPvAnyAddress, None),
    (UUID4, None),
    (PostgresDsn, None),
    (AnyUrl, AnyUrl("https://example.com/")),
    (SecretStr, SecretStr("s")),
    (Secret[int], None),
    (Base64Bytes, None),
]


def rejecting(make: Callable[[Definition, Module], type]) -> Callable[[Definition, Module], type]:
    """`make`, which rejects a definition that pydantic makes no class of."""

    def made(definition: Definition, module: Module) -> type:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ArbitraryTypeWarning)  # of the tuple of a TypeVarTuple
                return make(definition, module)
        except TypeError as error:
            # Pydantic's errors for a TypeVarTuple, and for type parameters beside type variables of the same name.
            if "Too many arguments" in str(error) or "All parameters must be present" in str(error):
                reject()
            raise

    return made


@rejecting
def basemodel_class(definition: Definition, module: Module) -> type:
    name = f"Drawn_{module.number}"
    body: dict[str, Any] = {"__doc__": repr(definition)}
    options: Any = definition.options
    base: Any = definition.base or BaseModel
    root = definition.variant == "root" and definition.base is None and len(definition.fields) > 0
    annotations: dict[str, Any] = {}
    bases: tuple[Any, ...] = (base,)
    if root:
        bases = (_ROOT_MODEL[definition.fields[0].annotation],)
        options = {key: value for key, value in options.items() if key not in ("extra", "alias_generator")}
    else:
        annotations = own_annotations(definition, name)
        options = {"arbitrary_types_allowed": True, "protected_namespaces": (), **options}
        for field in definition.fields:
            body[field.name] = _pydantic_field(field)
        add_further_fields(definition, annotations, body, lambda make: Field(default_factory=make))
        if "private attribute" in definition.extras:
            body["_secret"] = PrivateAttr(default_factory=list)
            annotations["_secret"] = _LIST[int]
        bases = (base, *generic_bases(definition))
    body["model_config"] = ConfigDict(**options)
    body |= _validators(definition, root)
    if "method" in definition.extras:
        body["shown"] = show
    cls: Any = module.define(name, bases, annotations, body, () if root else syntax(definition))
    if "own init" in definition.extras and not root:

        def init(self: Any, **values: Any) -> None:
            super(cls, self).__init__(**values)

        cls.__init__ = init
        cls.model_rebuild(force=True, _types_namespace=module.names)
    return cls


def _pydantic_field(field: FieldDefinition) -> Any:
    options = {key: _named(option, field.name) for key, option in field.options.items()}
    if field.factory is not None:
        options["default_factory"] = field.factory
    elif field.default is not REQUIRED:
        options["default"] = field.default
    return Field(**options)


def _named(option: Any, name: str) -> Any:
    """An alias in which the field's name is filled in, since no two fields may have the same."""
    if isinstance(option, str):
        return option.format(name)
    if isinstance(option, AliasPath):
        return AliasPath(*(_named(part, name) for part in option.path))
    if isinstance(option, AliasChoices):
        return AliasChoices(*(_named(choice, name) for choice in option.choices))
    return option


def _validators(definition: Definition, root: bool) -> dict[str, Any]:
    """Validators of every mode, which change nothing, and other members that a model can have besides its fields."""
    found: dict[str, Any] = {}
    same: Any = classmethod(lambda cls, value: value)
    handled: Any = classmethod(lambda cls, value, handler: handler(value))
    for extra in definition.extras:
        match extra:
            case "post init":
                found["model_post_init"] = _model_post_init
            case "after validator":
                found["checked"] = model_validator(mode="after")(lambda self: self)
            case "before validator":
                found["checked_before"] = model_validator(mode="before")(same)
            case "wrap validator":
                found["checked_around"] = model_validator(mode="wrap")(handled)
            case "field validators" if not root:
                found["field_after"] = field_validator("*", mode="after")(same)
                found["field_before"] = field_validator("*", mode="before")(same)
                found["field_around"] = field_validator("*", mode="wrap")(handled)
            case "plain field validator" if definition.fields and not root:
                name = definition.fields[0].name
                found["field_plain"] = field_validator(name, mode="plain")(same)
            case "computed field":
                found["computed"] = computed_field(return_type=int)(property(lambda self: 7))
            case "cached property":
                found["cached"] = functools.cached_property(fields_shown)
    return found


def _model_post_init(self: Any, context: Any) -> None:
    """Changes nothing that is not its own."""


# Pydantic has no fields with a leading underscore.
DRAWN = DrawnKind(
    make=basemodel_class,
    unusable_names=frozenset({"_hidden", "_id", "json", "copy"}),
    variants=["root"],
    options={
        "frozen": st.just(True),
        "extra": st.sampled_from(["allow", "forbid", "ignore"]),
        "title": st.just("A title"),
        "alias_generator": st.just(to_camel),
        "validate_assignment": st.just(True),
        "str_strip_whitespace": st.just(True),
        "strict": st.just(True),
        "use_enum_values": st.just(True),
    },
    field_options={
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
    extras=[
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
    annotations=ANNOTATIONS,
    shared_annotations=SHARED,
    makes_generic_classes=True,
    is_extensible=lambda cls: not issubclass(cls, RootModel),
)
