"""Models that read text and hold what it encodes: Json, Base64Bytes."""

from dataclasses import dataclass

import pytest
from pydantic import Base64Bytes, BaseModel, Json

from type_safe_convert import ValueConversionError, convert


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
