"""Fields whose names pydantic refuses get another name and an alias."""

from dataclasses import dataclass

from pydantic import BaseModel, Field

from type_safe_convert import convert, convert_class


def test_names_that_pydantic_refuses_get_an_alias():
    @dataclass
    class Odd:
        _private: int = 1
        model_config: str = "c"
        json: str = "j"
        copy: int = 2

    model = convert_class(Odd, "basemodel")
    made = convert(Odd(_private=5), "basemodel")
    assert made.private == 5
    assert made.model_dump(by_alias=True) == {"_private": 5, "model_config": "c", "json": "j", "copy": 2}
    assert model.model_validate({"_private": 6}).private == 6
    assert convert(made, "dataclass") == Odd(_private=5)


class Numbered(BaseModel):
    a: int = 1
    b: int = Field(default_factory=lambda data: len(data) + 5)


@dataclass
class Awkward:
    _class: int = 1
    _x: int = 2
    x: int = 3


def test_defaults_and_names_of_generated_classes():
    assert convert_class(Numbered, "dataclass")().a == 1
    assert convert_class(Numbered, "dataclass")().b == Numbered().b == 6
    model = convert_class(Awkward, "basemodel")
    assert {name: info.alias for name, info in model.model_fields.items()} == {
        "class_": "_class",
        "x_": "_x",
        "x": None,
    }
