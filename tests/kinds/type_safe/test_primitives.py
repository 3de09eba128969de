"""The rules of Type_Safe's primitives hold in a made BaseModel, and its JSON Schema says them where it can."""

import dataclasses
import json
from typing import Annotated, Any

import annotated_types
import pytest
from jsonschema import Draft202012Validator
from osbot_utils.type_safe.primitives.core.Safe_Float import Safe_Float
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.primitives.domains.common.safe_str.Safe_Str__Version import Safe_Str__Version
from osbot_utils.type_safe.primitives.domains.cryptography.safe_str.Safe_Str__Cache_Hash import Safe_Str__Cache_Hash
from osbot_utils.type_safe.primitives.domains.cryptography.safe_str.Safe_Str__Hash import Safe_Str__Hash
from osbot_utils.type_safe.primitives.domains.cryptography.safe_str.Safe_Str__SHA1 import Safe_Str__SHA1
from osbot_utils.type_safe.primitives.domains.identifiers.safe_int.Timestamp_Now import Timestamp_Now
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.validators.Type_Safe__Validator import Validate
from osbot_utils.type_safe.validators.Validator__Max import Max
from osbot_utils.type_safe.validators.Validator__Min import Min
from osbot_utils.type_safe.validators.Validator__One_Of import One_Of
from osbot_utils.type_safe.validators.Validator__Regex import Regex
from pydantic import Field, ValidationError

from tests.matrix.test_type_safe import SAMPLES, all_primitives
from type_safe_convert import ConversionError, convert, convert_class, from_json, json_schema
from type_safe_convert.values.copying import BUILTIN_VALUE

TEXTS = (*(sample for sample in SAMPLES if isinstance(sample, str)), "1.0", "100.0", " 5 ", "1_0", "nan", "x" * 100)
NUMBERS = (*(sample for sample in SAMPLES if not isinstance(sample, str)), True, False, 256, 10**20, -0.0, 99.999)


def holder(primitive: Any) -> Any:
    members = {"__annotations__": {"x": primitive}, "x": None, "__module__": __name__}
    return type(f"Holds_{primitive.__name__}", (Type_Safe,), members)


@pytest.mark.parametrize("primitive", [item for item in all_primitives() if item.__primitive_base__ is not None])
def test_a_generated_model_takes_makes_and_shows_what_the_primitive_does(primitive):
    base = primitive.__primitive_base__
    made = convert_class(holder(primitive), "basemodel")
    validator = Draft202012Validator(made.model_json_schema())
    for sample in TEXTS if base is str else (*TEXTS, *NUMBERS):
        if base is not str and sample == "":
            continue  # for some, the time or another value of the moment
        try:
            expected = BUILTIN_VALUE[base](primitive(sample))
        except (ValueError, TypeError, ArithmeticError):
            with pytest.raises(ValidationError):
                made(x=sample)
            continue
        found = made(x=sample).x
        assert type(found) is base
        if sample != "":
            assert found == expected
        if (
            isinstance(sample, str) is (base is str)
            and type(sample) is not bool
            and (base, type(sample)) != (int, float)
        ):
            assert validator.is_valid({"x": sample}), f"{primitive.__name__} takes {sample!r}"


@pytest.mark.parametrize(
    ("primitive", "good", "bad"),
    [
        (Safe_Str__Version, ("v1.2.3", "", "  v1  "), ("one", "v1.2.3.4")),
        (Safe_Str__SHA1, ("a" * 40, ""), ("a" * 39, "g" * 40)),
        (Safe_Str__Hash, ("0123abcDEF", ""), ("0123abcDEX",)),
        (Safe_Str__Cache_Hash, ("a" * 10, ""), ("a" * 9, "A" * 10)),
    ],
)
def test_the_schema_refuses_what_a_strict_string_refuses(primitive, good, bad):
    cls = holder(primitive)
    made = convert_class(cls, "basemodel")
    for schema in (made.model_json_schema(), made.model_json_schema(mode="serialization"), json_schema(cls)):
        validator = Draft202012Validator(schema)
        for text in good:
            assert validator.is_valid({"x": text})
            made(x=text)
        for text in bad:
            assert not validator.is_valid({"x": text})
            with pytest.raises(ValidationError):
                made(x=text)


class No_Text(Safe_Int):
    allow_str = False


class Takes_Bool(Safe_Int):
    allow_bool = True


def test_numbers_as_text_are_what_the_primitive_makes_of_them():
    class Model(Type_Safe):
        size: Safe_Int
        plain: No_Text
        flag: Takes_Bool
        at: Timestamp_Now = 0

    made = convert_class(Model, "basemodel")
    assert made(size="5", flag=True, at="2024-01-01T00:00:00Z").model_dump() == {
        "size": 5,
        "plain": 0,
        "flag": 1,
        "at": 1_704_067_200_000,
    }
    for values in ({"size": "5.0"}, {"plain": "5"}, {"size": b"5"}, {"size": True}, {"size": [5]}):
        with pytest.raises(ValidationError):
            made(**values)
    for values in ({"size": "5"}, {"at": "2024-01-01T00:00:00Z"}):
        with pytest.raises(ValidationError):
            made.model_validate(values, strict=True)
        with pytest.raises(ValidationError):
            made.model_validate_json(json.dumps(values), strict=True)


def test_constraints_beside_a_primitive_are_checked_and_shown():
    @dataclasses.dataclass
    class Model:
        size: Annotated[Safe_Int, annotated_types.Ge(3), annotated_types.Lt(9)] = 3
        ratio: Annotated[Safe_Float, annotated_types.MultipleOf(0.5), Field(strict=True)] = 1.0
        name: Annotated[Safe_Str, Field(pattern="^a", max_length=4)] = "a"

    made = convert_class(Model, "basemodel")
    for schema in (made.model_json_schema(), json_schema(Model), json_schema(convert_class(Model, "type_safe"))):
        size, ratio, name = (schema["properties"][item] for item in ("size", "ratio", "name"))
        assert size == {"default": 3, "exclusiveMaximum": 9, "minimum": 3, "title": "Size", "type": "integer"}
        assert ratio == {"default": 1.0, "multipleOf": 0.5, "title": "Ratio", "type": "number"}
        assert name == {"default": "a", "maxLength": 4, "pattern": "^a", "title": "Name", "type": "string"}
    for bad in ({"size": 2}, {"size": 9}, {"ratio": 0.3}, {"name": "b"}, {"name": "aaaaa"}):
        with pytest.raises(ValidationError):
            made(**bad)
        for kind in ("basemodel", "type_safe"):
            for _ in range(3):
                with pytest.raises(ConversionError):
                    convert(Model(**bad), kind)
    with pytest.raises(ValidationError):
        made(ratio="1.5")


def test_validators_of_osbot_utils_are_in_every_schema():
    class Model(Type_Safe):
        size: Validate[int, Min(1), Max(10)] = 5
        code: Validate[str, Regex("^a+$"), Max(4)] = "a"
        color: Validate[str, One_Of(["red", "blue"])] = "red"

    for kind in ("type_safe", "basemodel", "dataclass"):
        properties = json_schema(convert_class(Model, kind))["properties"]
        assert (properties["size"]["minimum"], properties["size"]["maximum"]) == (1, 10)
        assert (properties["code"]["pattern"], properties["code"]["maxLength"]) == ("^(?:^a+$)", 4)
        assert properties["color"]["enum"] == ["red", "blue"]
    for text in ('{"size": 11}', '{"code": "b"}', '{"code": "aaaaa"}', '{"color": "green"}'):
        with pytest.raises(ConversionError):
            from_json(Model, text)
