"""The six named converters."""

import pytest

from tests.core import models
from type_safe_convert import (
    Dataclass__To__BaseModel,
    NotAModelError,
    basemodel__to__dataclass,
    basemodel__to__type_safe,
    convert_class,
    dataclass__to__basemodel,
    dataclass__to__type_safe,
    type_safe__to__basemodel,
    type_safe__to__dataclass,
)


def test_each_converter_takes_its_own_kind_only():
    assert dataclass__to__basemodel.convert_class(models.Point) is convert_class(models.Point, "basemodel")
    for wrong in (models.Order, int, object(), None):
        with pytest.raises(NotAModelError):
            dataclass__to__basemodel.convert_class(wrong)
    with pytest.raises(TypeError, match="dataclass instance"):
        dataclass__to__basemodel.convert_instance(models.order())


def test_the_six_converters_and_their_singletons():
    assert isinstance(dataclass__to__basemodel, Dataclass__To__BaseModel)
    for one, make in (
        (type_safe__to__basemodel, models.order),
        (type_safe__to__dataclass, models.order),
        (basemodel__to__type_safe, models.customer),
        (basemodel__to__dataclass, models.customer),
        (dataclass__to__basemodel, models.drawing),
        (dataclass__to__type_safe, models.drawing),
    ):
        source = make()
        made = one.convert_instance(source)
        assert type(made) is one.convert_class(type(source))
        many = one.convert_many(make() for _ in range(3))
        assert iter(many) is many
        assert [type(item) for item in many] == [type(made)] * 3


@pytest.mark.parametrize("value", [models.order(), models.customer(), 5])
def test_convert_many_takes_no_single_instance(value):
    """A pydantic model can be iterated, by its fields."""
    with pytest.raises(
        TypeError, match=r"objects: expected an iterable of instances, found .*; for one of them: \[obj\]"
    ):
        next(type_safe__to__basemodel.convert_many(value))
