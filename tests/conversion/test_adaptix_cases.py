"""The cases of adaptix's documentation of conversions, each with models of our own; `docs/adaptix.md` is the table."""

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, Optional
from uuid import UUID

import attrs
import msgspec
import pytest
from pydantic import BaseModel

from type_safe_convert import (
    SKIP,
    ClassConversionError,
    Constant,
    Given,
    MissingFieldError,
    Rules,
    ValueConversionError,
    convert,
    converter,
)

KEY = UUID("0a1b2c3d-0000-4000-8000-00000000abcd")


@dataclass
class Band:
    name: str
    founded: date = date(1999, 5, 4)


@dataclass
class Concert:
    key: UUID
    title: str
    band: Band
    seats: int = 100
    hall: str = "main"


def a_concert() -> Concert:
    return Concert(KEY, "Live", Band("The Cogs"))


def test_models_of_any_two_kinds() -> None:
    class Model(BaseModel):
        title: str
        seats: int

    @attrs.define
    class Attrs:
        title: str
        seats: int

    class Struct(msgspec.Struct):
        title: str
        seats: int

    class Named(NamedTuple):
        title: str
        seats: int

    for target in (Model, Attrs, Struct, Named):
        for _ in range(3):
            made: Any = convert(a_concert(), target)
            assert (type(made), made.title, made.seats) == (target, "Live", 100)


def test_nested_models_and_values_that_pass_as_they_are() -> None:
    @dataclass
    class BandDto:
        name: str

    @dataclass
    class Dto:
        band: BandDto
        bands: list[BandDto]
        by_name: dict[str, BandDto]
        maybe: BandDto | None
        anything: Any
        wider: int | str | None

    @dataclass
    class Source:
        band: Band
        bands: list[Band]
        by_name: dict[str, Band]
        maybe: Band | None
        anything: list[int]
        wider: int | None

    band = Band("a")
    for _ in range(3):
        made = convert(Source(band, [band], {"x": band}, band, [1], 3), Dto)
        assert made == Dto(BandDto("a"), [BandDto("a")], {"x": BandDto("a")}, BandDto("a"), [1], 3)


def test_fields_that_the_target_lacks_are_left_out() -> None:
    @dataclass
    class Dto:
        title: str

    assert converter(Concert, Dto)(a_concert()) == Dto("Live")


def test_a_value_comes_with_the_call() -> None:
    @dataclass
    class Dto:
        title: str
        rating: float

    rules = Rules()
    rules.map(Concert, Dto, {"rating": Given()})
    assert rules.converter(Concert, Dto)(a_concert(), values={"rating": 4.5}) == Dto("Live", 4.5)


def test_a_field_of_another_name() -> None:
    @dataclass
    class ArtistDto:
        name: str

    @dataclass
    class Dto:
        title: str
        artist: ArtistDto
        artist_name: str

    rules = Rules()
    rules.map(Concert, Dto, {"artist": "band", "artist_name": "band.name"})
    assert rules.convert(a_concert(), Dto) == Dto("Live", ArtistDto("The Cogs"), "The Cogs")


def test_a_coercion_of_types() -> None:
    @dataclass
    class Dto:
        key: str
        title: str

    with pytest.raises(ValueConversionError, match="key: expected str"):
        convert(a_concert(), Dto)
    rules = Rules()
    rules.map(Concert, Dto)
    rules.coerce(UUID, str, str)
    assert rules.convert(a_concert(), Dto) == Dto(str(KEY), "Live")


def test_a_coercion_of_one_field_and_functions_of_the_source() -> None:
    @dataclass
    class BandDto:
        name: str
        founded: str

    @dataclass
    class Dto:
        label: str
        key: str
        band: BandDto

    rules = Rules()
    rules.map(Band, BandDto, {"founded": lambda band: band.founded.isoformat()})
    rules.map(Concert, Dto, {"key": lambda concert: str(concert.key), "label": lambda c: f"{c.title}, {c.seats} seats"})
    assert rules.convert(a_concert(), Dto) == Dto("Live, 100 seats", str(KEY), BandDto("The Cogs", "1999-05-04"))


def test_constants_and_defaults() -> None:
    @dataclass
    class Dto:
        title: str
        series: int | None
        tags: list[str]
        seats: int = 1
        note: str = "none"
        marks: list[str] = field(default_factory=list)

    rules = Rules()
    rules.map(Concert, Dto, {"series": Constant(None), "tags": Constant([]), "seats": SKIP})
    first, second = (rules.convert(a_concert(), Dto) for _ in range(2))
    assert first == Dto("Live", None, [])
    assert first.tags is not second.tags
    with pytest.raises(MissingFieldError, match="series"):
        converter(Concert, Dto)


def test_everything_together() -> None:
    @dataclass
    class BandDto:
        name: str
        founded: str

    @dataclass
    class Dto:
        key: str
        title: str
        artist: BandDto
        minutes: int
        rating: float

    rules = Rules()
    rules.map(Concert, Dto, {"artist": "band", "minutes": Given(), "rating": Given()})
    rules.map(Band, BandDto)
    rules.coerce(UUID, str, str)
    rules.coerce(date, str, date.isoformat)
    made = rules.convert(a_concert(), Dto, values={"minutes": 90, "rating": 4.8})
    assert made == Dto(str(KEY), "Live", BandDto("The Cogs", "1999-05-04"), 90, 4.8)


def test_types_that_are_no_single_class() -> None:
    @dataclass
    class BandDto:
        name: str

    assert converter(list[Band], list[BandDto])([Band("a")]) == [BandDto("a")]
    assert convert(None, Optional[BandDto]) is None
    assert convert({"x": Band("a")}, dict[str, BandDto]) == {"x": BandDto("a")}


def test_what_is_not_done() -> None:
    @dataclass
    class Source:
        many: list[int]

    @dataclass
    class Target:
        many: tuple[int, ...]

    with pytest.raises(ValueConversionError, match="expected a tuple"):  # another container
        convert(Source([1]), Target)

    @dataclass
    class BandDto:
        name: str
        rating: float

    @dataclass
    class Dto:
        band: BandDto

    rules = Rules()
    rules.map(Concert, Dto)
    rules.map(Band, BandDto, {"rating": Given()})
    with pytest.raises(ClassConversionError, match="the outermost class alone"):  # a value for a nested model
        rules.converter(Concert, Dto)

    shared = Rules()  # rules do not change once there is a converter
    shared.map(Band, BandDto, {"rating": Constant(1.0)})
    assert shared.convert(Band("a"), BandDto) == BandDto("a", 1.0)
    with pytest.raises(ClassConversionError, match="cannot change any more"):
        shared.map(Concert, Dto)


def test_the_table_names_each_test() -> None:
    table = (Path(__file__).parents[2] / "docs" / "adaptix.md").read_text()
    named = set(re.findall(r"`(test_\w+)`", table))
    tests = {name for name in globals() if name.startswith("test_")} - {"test_the_table_names_each_test"}
    assert named == tests
