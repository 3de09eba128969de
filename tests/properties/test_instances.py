"""What `type_safe_convert.hypothesis` gives to those who test their own models."""

import dataclasses
import datetime
import ipaddress
import typing
from typing import Annotated, Any, Generic, Literal, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from pydantic import (
    AwareDatetime,
    Base64Bytes,
    BaseModel,
    ByteSize,
    ConfigDict,
    EmailStr,
    Field,
    FileUrl,
    FutureDate,
    HttpUrl,
    IPvAnyAddress,
    Json,
    NaiveDatetime,
    PastDate,
    PostgresDsn,
    RootModel,
    Secret,
    SecretBytes,
    SecretStr,
    field_validator,
)
from typing_extensions import TypedDict

from type_safe_convert.hypothesis import assert_round_trip, instances, model_classes, register
from type_safe_convert.registry import kind_of_class
from type_safe_convert.samples import load
from type_safe_convert.testing.sampler import samples

T = TypeVar("T")


def drawn(strategy: st.SearchStrategy[Any], count: int = 60) -> list[Any]:
    found: list[Any] = []

    @settings(max_examples=count, database=None, deadline=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


class Numbers(RootModel[list[int]]):
    pass


class Settings(RootModel[dict[str, Numbers]]):
    pass


@pytest.mark.parametrize("annotation", [SecretStr, SecretBytes, Secret[int], HttpUrl, FileUrl, PostgresDsn])
def test_types_of_a_library_have_values_that_it_makes(annotation: Any):
    model = dataclasses.make_dataclass("Model", [("value", annotation)])
    assert all(isinstance(item.value, typing.get_origin(annotation) or annotation) for item in drawn(instances(model)))


def test_root_models_have_instances():
    assert any(model.root for model in drawn(instances(Numbers)))
    assert any(model.root for model in drawn(instances(Settings)))
    assert_round_trip(Settings)


class Contact(BaseModel):
    email: EmailStr
    born: PastDate
    due: FutureDate
    seen: AwareDatetime
    met: NaiveDatetime
    address: IPvAnyAddress
    size: ByteSize
    raw: Json
    numbers: Json[list[int]]


def test_types_that_only_pydantic_knows_have_values():
    found = drawn(instances(Contact))
    assert all(type(contact.address) in (ipaddress.IPv4Address, ipaddress.IPv6Address) for contact in found)
    assert all(contact.born < datetime.date.today() < contact.due for contact in found)
    assert any(contact.numbers for contact in found)
    assert_round_trip(Contact)


@dataclasses.dataclass
class Box(Generic[T]):
    content: T
    more: list[T] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class Shelf:
    numbers: Box[int]
    words: Box[Box[str]]


def test_a_parametrised_field_holds_what_its_parameters_say():
    for shelf in drawn(instances(Shelf)):
        assert type(shelf.numbers.content) is int
        assert all(type(word) is str for word in (shelf.words.content.content, *shelf.words.content.more[:0]))


class Country(BaseModel):
    name: str


class City(BaseModel):
    country: Country
    twins: "list[City]" = []


class Street(BaseModel):
    city: City


class House(BaseModel):
    street: Annotated[list[Street], Field(min_length=1)]


class Endless(BaseModel):
    again: "Endless"


def test_what_is_required_is_filled_in_however_deep():
    for depth in (0, 1, 2, 3):
        assert any(house.street[0].city.country.name for house in drawn(instances(House, depth=depth)))


def test_twins_end_at_the_depth():
    def height(city: City) -> int:
        return 1 + max(map(height, city.twins), default=0)

    assert max(height(city) for city in drawn(instances(City, depth=2))) in (2, 3)


class Extras(BaseModel):
    model_config = ConfigDict(extra="allow")
    x: int


class TypedExtras(BaseModel):
    __pydantic_extra__: dict[str, int]
    model_config = ConfigDict(extra="allow")
    x: int


@pytest.mark.parametrize("cls", [Extras, TypedExtras])
def test_models_that_allow_extra_values_have_some(cls):
    found = drawn(instances(cls))
    assert any(model.model_extra for model in found)
    assert any(not model.model_extra for model in found)


@dataclasses.dataclass
class Counted:
    text: str
    length: int

    def __init__(self, words):
        self.text = words
        self.length = len(words)


def test_what_a_constructor_of_its_own_makes_fits_the_fields():
    assert all(type(counted.text) is str for counted in drawn(instances(Counted)))


class Shape(BaseModel):
    sort: Literal["shape"] = "shape"


class Circle(Shape):
    radius: int


class Drawing(BaseModel):
    shapes: list[Shape]


def test_registered_subclasses_stand_where_their_base_is_declared():
    for cls in (Shape, Circle, Drawing):  # one after another, as modules register their own
        assert register(cls) == [cls]
    shapes = [shape for drawing in drawn(st.from_type(Drawing)) for shape in drawing.shapes]
    assert {type(shape) for shape in shapes} == {Shape, Circle}


class Refusing(BaseModel):
    sku: str

    @field_validator("sku")
    @classmethod
    def starts_as_it_should(cls, value: str) -> str:
        assert value.startswith("SKU-"), "a SKU starts with SKU-"
        return value


@pytest.mark.parametrize(("cls", "reason"), [(Refusing, "Refusing said: .*a SKU starts with SKU-"), (Endless, "")])
def test_a_class_without_instances_is_named_with_its_own_reason(cls, reason):
    with pytest.raises(Unsatisfiable, match=f"(?s)no instance of {cls.__name__} was found.*{reason}"):
        assert_round_trip(cls)


@pytest.mark.parametrize("kind", ["type_safe", "basemodel", "dataclass", None])
def test_drawn_classes_are_of_their_kind_and_say_what_they_were_made_of(kind):
    for cls in drawn(model_classes(kind)):
        assert kind in (None, kind_of_class(cls))
        assert "Definition(" in (cls.__doc__ or "") or "[int" in cls.__name__


class Folder(TypedDict):
    encoded: Base64Bytes
    folders: "list[Folder]"


class Shared(BaseModel):
    folder: Folder
    rights: list[Json[list[int]]]


def test_what_refers_to_itself_and_what_is_encoded_has_values():
    found = drawn(instances(Shared))
    assert any(folder["folders"] for shared in found for folder in shared.folder["folders"])
    assert any(shared.folder["encoded"] for shared in found)
    assert any(map(any, (shared.rights for shared in found)))
    assert_round_trip(Shared)
    assert any(sample.rights for sample in samples(Shared, 5))


@pytest.mark.parametrize("spec", ["dataclasses", "no_such_module:A", "dataclasses:Nothing", "dataclasses:field"])
def test_a_class_that_cannot_be_loaded_is_a_value_error_with_its_name(spec: str) -> None:
    with pytest.raises(ValueError, match=spec):
        load(spec)
