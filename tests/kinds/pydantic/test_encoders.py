"""Models that read text and hold what it encodes: Json, Base64Bytes."""

from dataclasses import dataclass
from typing import Annotated

import pydantic.dataclasses
import pytest
from pydantic import AfterValidator, Base64Bytes, Base64Str, BaseModel, Json, PlainValidator, Secret, field_validator
from typing_extensions import TypedDict

from type_safe_convert import ValueConversionError, convert
from type_safe_convert.hypothesis import assert_round_trip


class Encoded(BaseModel):
    raw: Base64Bytes
    numbers: Json[list[int]]


class EncodedToo(BaseModel):
    raw: Base64Bytes
    numbers: Json[list[int]]


def test_a_decoded_value_is_not_decoded_again_by_another_model():
    source = Encoded(raw=b"YUdrPQ==", numbers="[1]")
    for kind in ("type_safe", "basemodel", "dataclass"):
        assert convert(convert(source, kind), EncodedToo) == EncodedToo(raw=b"YUdrPQ==", numbers="[1]")


def test_a_model_that_reads_text_is_given_it():
    @dataclass
    class Text:
        raw: bytes
        numbers: str

    for _ in range(3):
        made = convert(Text(b"aGk=", "[1, 2]"), Encoded)
        assert (made.raw, made.numbers) == (b"hi", [1, 2])
        with pytest.raises(ValueConversionError) as caught:
            convert(Text(b"aGk=", '[1, "2"]'), Encoded)  # strictly, as everywhere
        assert caught.value.path == ("numbers",)


def list_of(value):
    assert isinstance(value, list), "no list"
    return value


class Given(BaseModel):
    numbers: Json[list[int]]
    other: int = 0
    check = field_validator("numbers", mode="plain")(list_of)


class GivenByMetadata(BaseModel):
    numbers: Annotated[list[int], Json, PlainValidator(list_of)]
    other: int = 0


@pydantic.dataclasses.dataclass
class GivenData:
    numbers: Json[list[int]]
    other: int = 0
    check = field_validator("*", mode="plain")(classmethod(lambda cls, value: value if value == 5 else list_of(value)))


@pytest.mark.parametrize("cls", [Given, GivenByMetadata, GivenData])
def test_a_plain_validator_takes_the_place_of_what_decodes(cls):
    @dataclass
    class Values:
        numbers: list[int]

    for kind in ("type_safe", "attrs"):
        made = convert(cls(numbers=[1]), kind)
        made.other = 5
        assert convert(made, cls).numbers == [1]
    assert convert(Values([2]), cls).numbers == [2]


class GivenWhole(BaseModel):
    numbers: Annotated[list[Json[list[int]]], PlainValidator(lambda value: [list_of(item) for item in value])]
    other: int = 0


def test_a_plain_validator_takes_the_place_of_what_decodes_the_items():
    made = convert(GivenWhole(numbers=[[1]]), "dataclass")
    made.other = 5
    assert convert(made, GivenWhole).numbers == [[1]]


class Named(TypedDict):
    name: str
    numbers: list[int]


class InUnion(BaseModel):
    by_name: dict[str, Json[list[int]]] | Named
    row: tuple[Json[list[int]], ...] | tuple[str, list[int]] = ("a", [1])
    other: int = 0


@pytest.mark.parametrize("values", [{"name": "a", "numbers": [1]}, {"name": "[1]", "numbers": "[2]"}])
@pytest.mark.parametrize("kind", ["type_safe", "dataclass", "attrs"])
def test_what_decodes_is_told_by_what_containers_hold(values, kind):
    model = InUnion(by_name=values, row=("a", [1]))
    made = convert(model, kind)
    made.other = 5
    for _ in range(3):
        assert convert(made, InUnion) == model.model_copy(update={"other": 5})


@pytest.mark.parametrize("cls", [Given, Encoded, InUnion])
def test_strategies_draw_what_the_validators_take(cls):
    assert_round_trip(cls, max_examples=20)


class Hidden(BaseModel):
    number: Secret[Json[int]]
    texts: list[Secret[Base64Str]] = []
    counted: Secret[Annotated[int, AfterValidator(lambda value: value + 1)]] = Secret(0)
    other: int = 0


@pytest.mark.parametrize("kind", ["type_safe", "dataclass", "attrs", "msgspec"])
def test_what_a_secret_holds_is_not_decoded_or_validated_again(kind):
    original = Hidden(number="5", texts=["WVE9PQ=="], counted=1)
    assert original.texts[0].get_secret_value() == "YQ=="  # which is Base64, too
    for _ in range(3):
        there = convert(original, kind)
        assert convert(there, Hidden) == original == convert(original, Hidden)
        there.other = 1
        changed = convert(there, Hidden)
        assert (changed.number, changed.texts, changed.other) == (original.number, original.texts, 1)
