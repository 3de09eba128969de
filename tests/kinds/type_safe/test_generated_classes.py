"""Generated Type_Safe classes check, copy, reset and inherit as Type_Safe classes do."""

import copy
import dataclasses
import datetime
from dataclasses import dataclass
from typing import Any

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, Field

from tests.conversion.models import Circle, Drawing
from tests.core import models
from type_safe_convert import convert, convert_class


def test_a_generated_type_safe_checks_construction_and_assignment():
    made = convert_class(models.Customer, "type_safe")
    assert issubclass(made, Type_Safe)
    instance = made(name="Ada", born=datetime.date(2000, 1, 1))
    assert (instance.name, instance.customer_id, instance.level) == ("Ada", None, "low")
    with pytest.raises(ValueError, match="name"):
        made(name=5)
    with pytest.raises(ValueError, match="born"):
        instance.born = "yesterday"
    with pytest.raises(ValueError, match="length"):
        instance.name = ""
    with pytest.raises(ValueError, match="no attribute"):
        made(nonsense=1)
    assert instance.name == "Ada"


def test_a_field_called_self():
    made = convert_class(dataclasses.make_dataclass("Model", [("self", int), ("cls", int, 3)]), "type_safe")
    assert made(self=4).json() == {"self": 4, "cls": 3}


def test_a_shallow_copy_of_a_generated_type_safe_shares_its_collections():
    made = convert_class(dataclasses.make_dataclass("Model", [("items", list[int])]), "type_safe")(items=[1])
    copied = copy.copy(made)
    assert type(copied) is type(made)
    assert copied.items is made.items
    copied.items = [2]
    assert list(made.items) == [1]


def test_a_generated_type_safe_with_constraints_can_be_reset():
    class Model(BaseModel):
        x: int = Field(gt=0)
        items: list[int] = [1]

    class Frozen(Model, frozen=True):
        pass

    made = convert_class(Model, "type_safe")(x=5, items=[2])
    made.reset()
    assert made.json() == {"x": 0, "items": [1]}

    class Below(type(made)):
        y: str = "y"

    assert Below.__cls_kwargs__() == {"x": 0, "items": [1], "y": "y"}
    with pytest.raises(AttributeError):
        convert_class(Frozen, "type_safe")(x=5).reset()


def test_defaults_of_generated_type_safe_classes():
    """A nested model is the counterpart, and a class below a made one adds its own defaults."""
    made: Any = convert_class(Drawing, "type_safe")
    circle: Any = convert_class(Circle, "type_safe")
    below = type(made)(
        "Below",
        (made,),
        {"__module__": __name__, "__annotations__": {"y": int, "c": circle}, "y": 3},
    )
    assert below().y == 3
    assert below().shapes == []

    @dataclass
    class Holder:
        circle: Circle

    assert type(convert_class(Holder, "type_safe")().circle) is circle


def test_a_class_below_a_frozen_generated_one_is_frozen_in_every_kind():
    @dataclass(frozen=True)
    class Frozen:
        x: int

    base: Any = convert_class(Frozen, "type_safe")
    below = type(base)("Below", (base,), {"__module__": __name__, "__annotations__": {}})
    for made in (below(x=1), convert(below(x=1), "basemodel"), convert(below(x=1), "dataclass")):
        with pytest.raises((ValueError, AttributeError)):
            made.x = 2
