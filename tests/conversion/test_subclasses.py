"""Subclasses of the declared class: which class of the target they become."""

from dataclasses import dataclass, make_dataclass

import pytest
from pydantic import BaseModel, create_model

from tests.conversion.models import Circle, Drawing, Line, LineModel, Order, OrderModel, Shape, Square, order
from type_safe_convert import ConversionError, convert, converter


def test_a_subclass_without_counterpart_becomes_the_declared_class():
    @dataclass
    class Special(Line):
        extra: int = 5

    made = convert(Order("n", [Special("a", 1)]), OrderModel)
    assert type(made.lines[0]) is LineModel


def test_a_converter_takes_subclasses_and_refuses_strangers():
    function = converter(Order, OrderModel)
    assert function(order()) == convert(order(), OrderModel)

    @dataclass
    class Later(Order):
        pass

    assert function(Later("n", [])) == OrderModel(number="n", lines=[])
    for stranger in (5, None, "order"):
        with pytest.raises(ConversionError):
            function(stranger)


def test_a_subclass_among_items_is_checked_as_strictly():
    """In the interpreted way, in generated code, and once the subclass is known there."""
    for kind in ("basemodel", "type_safe"):
        for _ in range(4):
            with pytest.raises(ConversionError) as caught:
                convert(Drawing([Shape("a"), Circle("b", "c")]), kind)
            assert caught.value.path == ("shapes", 1, "radius")
            convert(Drawing([Shape("a"), Circle("b", 2)]), kind)


class ShapeModel(BaseModel):
    name: str


def test_a_subclass_becomes_the_one_of_the_same_name():
    """Where somebody wrote one below the declared class of the target; else the declared class itself."""
    named = type("Circle", (ShapeModel,), {"__module__": __name__, "__annotations__": {"radius": int}})

    class DrawingModel(BaseModel):
        shapes: list[ShapeModel]

    for _ in range(3):
        made = convert(Drawing([Shape("a"), Circle("b", 2), Square("c")]), DrawingModel)
        assert [type(shape) for shape in made.shapes] == [ShapeModel, named, ShapeModel]
        with pytest.raises(ConversionError) as caught:
            convert(Drawing(["nothing"]), DrawingModel)  # type: ignore[list-item]  # that is the point
        assert "'nothing'" in caught.value.found


def test_the_declared_class_of_the_same_name_is_preferred_to_one_below_it():
    declared = create_model("Circle", radius=(int, ...))
    below = create_model("Circle", __base__=declared)
    holder = create_model("Holder", shape=(declared, ...))
    holder_of_below = create_model("HolderOfBelow", shape=(below, ...))
    source = make_dataclass("Source", [("shape", Circle)])
    for _ in range(3):
        made = convert(source(Circle("b", 2)), holder)
        assert type(made.shape) is declared
        assert type(convert(source(Circle("b", 2)), holder_of_below).shape) is below


class DrawingOfAnotherKind(BaseModel):
    shapes: list[Shape]
    best: Shape | int | None = None


@pytest.mark.parametrize("kind", ["basemodel", "type_safe"])
def test_a_generated_subclass_becomes_its_origin_in_a_class_of_another_kind(kind):
    made = convert(Drawing([Circle("c", 2), Shape("s")], best=Circle("b", 3)), kind)
    for _ in range(3):
        found = convert(made, DrawingOfAnotherKind)
        assert found.shapes == [Circle("c", 2), Shape("s")]
        assert found.best == Circle("b", 3)
