"""Made classes: one for each class and kind, of the same look as their source."""

import copy
import dataclasses
import datetime
import inspect
import pickle
import subprocess
import sys
import threading
import typing
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, get_type_hints

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, Field, RootModel, TypeAdapter, ValidationError

from tests.core import models
from type_safe_convert import (
    ClassConversionError,
    Dataclass__To__BaseModel,
    Model_Cache,
    NotAModelError,
    basemodel__to__dataclass,
    basemodel__to__type_safe,
    convert,
    convert_class,
    converter,
    dataclass__to__basemodel,
    dataclass__to__type_safe,
    from_json,
    kind_of,
    model_cache,
    to_json,
    type_safe__to__basemodel,
    type_safe__to__dataclass,
)
from type_safe_convert.model.family import origin_of, shape_of

T = TypeVar("T")
KINDS = ("type_safe", "basemodel", "dataclass")


@pytest.mark.parametrize("cls", models.CLASSES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_class_each_time_and_the_origin_on_the_way_back(cls, kind):
    made = convert_class(cls, kind)
    assert convert_class(cls, kind) is made
    assert kind_of(made) == kind
    assert convert_class(made, kind_of(cls)) is cls
    assert origin_of(made) is cls
    for other in KINDS:
        assert convert_class(made, other) is convert_class(cls, other)


def test_name_module_and_doc_are_those_of_the_source():
    suffixes = {"type_safe": "Type_Safe", "basemodel": "BaseModel", "dataclass": "Dataclass"}
    for kind, suffix in suffixes.items():
        for cls in (models.Order, models.Customer, models.Drawing):
            if kind_of(cls) != kind:
                made = convert_class(cls, kind)
                assert made.__name__ == f"{cls.__name__}__{suffix}"
                assert made.__module__ == cls.__module__
                assert made.__doc__ == cls.__doc__


def test_the_hierarchy_is_mirrored():
    for base, cls in ((models.Item, models.Bundle), (models.Customer, models.Company), (models.Shape, models.Circle)):
        for kind in KINDS:
            assert issubclass(convert_class(cls, kind), convert_class(base, kind))


def test_each_converter_takes_its_own_kind_only():
    assert dataclass__to__basemodel.convert_class(models.Point) is convert_class(models.Point, "basemodel")
    for wrong in (models.Order, int, object(), None):
        with pytest.raises(NotAModelError):
            dataclass__to__basemodel.convert_class(wrong)
    with pytest.raises(TypeError, match="dataclass model"):
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


def test_required_fields_and_defaults_are_carried():
    @dataclass
    class Source:
        first: int
        second: str = "two"
        third: list[int] = field(default_factory=lambda: [3])

    model = convert_class(Source, "basemodel")
    assert [name for name, info in model.model_fields.items() if info.is_required()] == ["first"]
    made, other = model(first=1), model(first=1)
    assert (made.second, made.third) == ("two", [3])
    assert made.third is not other.third
    with pytest.raises(ValidationError):
        model()
    assert shape_of(model).fields["first"].required


def test_required_after_optional_becomes_keyword_only():
    class Model(BaseModel):
        a: int = 1
        b: str

    made = convert_class(Model, "dataclass")
    assert made(b="x") == made(a=1, b="x")
    with pytest.raises(TypeError):
        made()


def test_random_defaults_differ_between_instances():
    for kind in ("basemodel", "dataclass"):
        made = convert_class(models.Order, kind)
        assert made().order_id != made().order_id
        assert made().items is not made().items


def test_a_made_type_safe_checks_construction_and_assignment():
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


def test_a_frozen_source_makes_frozen_classes():
    class Frozen(BaseModel, frozen=True):
        x: int

    for kind in ("dataclass", "type_safe"):
        made = convert(Frozen(x=1), kind)
        with pytest.raises(AttributeError):
            made.x = 2
    assert hash(convert(Frozen(x=1), "dataclass")) == hash(convert(Frozen(x=1), "dataclass"))
    model = convert(models.Point(1, 2), "basemodel")
    with pytest.raises(ValidationError):
        model.x = 2


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


def test_made_classes_say_sensible_things_about_themselves():
    made = convert_class(models.Customer, "dataclass")
    assert list(inspect.signature(made).parameters) == list(models.Customer.model_fields)
    assert [item.name for item in dataclasses.fields(made)] == list(models.Customer.model_fields)
    assert typing.get_type_hints(made)["primary"] == typing.Optional[convert_class(models.Address, "dataclass")]
    tree = convert_class(models.Node, "basemodel")
    assert typing.get_type_hints(tree)["children"] == list[tree]
    assert tree.model_json_schema()["$defs"]["Node__BaseModel"]["title"] == "Node"


def test_made_classes_pickle_also_into_another_process():
    for cls in (models.Order, models.Customer, models.Drawing):
        for kind in KINDS:
            made = convert_class(cls, kind)
            assert pickle.loads(pickle.dumps(made)) is made
    point = convert(models.Point(1, 2), "type_safe")
    function = converter(models.Point, convert_class(models.Point, "basemodel"))
    data = pickle.dumps((point, function, models.Point(3, 4)))
    code = "import pickle, sys; p, f, q = pickle.load(sys.stdin.buffer); print(type(p).__name__, p.x, f(q))"
    run = subprocess.run([sys.executable, "-c", code], input=data, capture_output=True, check=True)
    assert run.stdout.decode().split() == ["Point__Type_Safe", "1", "x=3", "y=4"]


def test_threads_get_one_class():
    class Fresh(BaseModel):
        x: int
        others: "list[Fresh]" = []

    found, barrier = [], threading.Barrier(8)

    def make():
        barrier.wait()
        found.append(convert_class(Fresh, "dataclass"))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1


def test_the_cache_counts_and_clears():
    assert Model_Cache() is model_cache

    @dataclass
    class Counted:
        x: int

    before = model_cache.misses
    made = convert_class(Counted, "basemodel")
    assert model_cache.misses == before + 1
    hits = model_cache.hits
    assert convert_class(Counted, "basemodel") is made
    assert model_cache.hits == hits + 1
    model_cache.warm(Counted)
    sizes = model_cache.sizes()
    assert sizes.families >= 1
    assert sizes.made_classes >= 2
    assert sizes.functions >= 6
    instance = convert(Counted(1), "basemodel")
    model_cache.clear()
    assert (model_cache.hits, model_cache.misses) == (0, 0)
    assert convert_class(made, "dataclass") is Counted
    assert convert(instance, "dataclass") == Counted(1)
    assert convert_class(Counted, "basemodel") is not made


def test_a_subclass_of_a_made_class_is_an_origin_of_its_own():
    base = convert_class(models.Shape, "basemodel")

    class Labelled(base):
        label: str = ""

    made = convert(Labelled(name="n", label="l"), "dataclass")
    assert isinstance(made, models.Shape)
    assert convert(made, "basemodel") == Labelled(name="n", label="l")


def test_an_unknown_kind_and_a_class_that_cannot_be_converted_are_named():
    with pytest.raises(NotAModelError, match="dataclass"):
        convert_class(models.Point, "namedtuple")
    with pytest.raises(NotAModelError, match="int"):
        convert_class(int, "dataclass")
    assert issubclass(ClassConversionError, ValueError)


def test_a_field_called_self():
    made = convert_class(dataclasses.make_dataclass("Model", [("self", int), ("cls", int, 3)]), "type_safe")
    assert made(self=4).json() == {"self": 4, "cls": 3}


def test_a_shallow_copy_of_a_made_type_safe_shares_its_collections():
    made = convert_class(dataclasses.make_dataclass("Model", [("items", list[int])]), "type_safe")(items=[1])
    copied = copy.copy(made)
    assert type(copied) is type(made)
    assert copied.items is made.items
    copied.items = [2]
    assert list(made.items) == [1]


@pytest.mark.parametrize("kind", ["type_safe", "basemodel"])
def test_too_long_a_chain_of_classes_is_named(kind):
    classes = [dataclasses.make_dataclass("First", [("x", int, 1)])]
    for number in range(1000):
        classes.append(dataclasses.make_dataclass(f"Next{number}", [("before", classes[-1])]))
    with pytest.raises(ClassConversionError, match="nested deeper than the recursion limit"):
        convert_class(classes[-1], kind)
    for cls in classes[::50]:  # in steps it goes
        assert convert_class(convert_class(cls, kind), "dataclass") is cls
    assert convert_class(classes[-1], kind).__name__.startswith("Next999__")


def test_a_made_type_safe_with_constraints_can_be_reset():
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


@pytest.mark.parametrize("kind", ["type_safe", "dataclass"])
def test_a_class_below_a_made_one_of_a_root_model(kind: str) -> None:
    class Numbers(RootModel[list[int]]):
        pass

    class Below(convert_class(Numbers, kind)):  # type: ignore[misc]
        pass

    model = convert(Below(root=[1]), "basemodel")
    assert isinstance(model, Numbers)
    assert model.model_dump_json() == "[1]"
    assert type(convert(model, kind)) is Below


class WithDefault(BaseModel):
    b: int = 2


class Required(BaseModel):
    v: list[int]


class RequiredFrozen(BaseModel, frozen=True):
    v: list[int]


class GenericRequired(BaseModel, Generic[T]):
    v: list[T]


class TwoBases(Required, WithDefault):
    w: int = 1


class FrozenAndMutable(RequiredFrozen, WithDefault):
    w: int = 1


class GenericBase(GenericRequired[int], WithDefault):
    w: int = 1


class BelowTwoBases(TwoBases):
    q: int


@pytest.mark.parametrize("cls", [TwoBases, FrozenAndMutable, GenericBase, BelowTwoBases], ids=lambda cls: cls.__name__)
def test_a_dataclass_below_bases_whose_fields_in_a_row_are_no_signature(cls: Any) -> None:
    value = cls(v=[3], **({"q": 4} if cls is BelowTwoBases else {}))
    made = convert_class(cls, "dataclass")
    assert convert(convert(value, made), cls) == value
    assert convert(made(**value.model_dump()), cls) == cls(**value.model_dump())
    assert list(get_type_hints(made)) == list(cls.model_fields)
    assert convert(from_json(made, to_json(value)), cls) == value
    with pytest.raises(TypeError):
        made()


SCRIPT = """
from dataclasses import dataclass, fields
from osbot_utils.type_safe.Type_Safe import Type_Safe
from type_safe_convert import convert

class Item(Type_Safe):
    n: int

class Shop:
    @dataclass
    class Item:
        n: int

print(convert(Item(n=1), "dataclass"), repr(convert(Shop.Item(2), "basemodel")))
print(type(convert(Shop.Item(2), "type_safe")))
"""


def test_the_generated_classes_of_a_script_have_plain_names() -> None:
    shown = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True).stdout
    assert shown.startswith("Item__Dataclass(n=1) Item__BaseModel(n=2)\n<class '")
    assert shown.strip().endswith("__main__.Shop.Item__Type_Safe'>")


def test_classes_of_one_name_in_two_modules_are_told_apart_in_a_schema() -> None:
    def made_in(module: str, annotation: Any) -> Any:
        cls = type(
            "Item",
            (),
            {"__annotations__": {"n": annotation}, "__module__": module, "__qualname__": "make.<locals>.Item"},
        )
        return convert_class(dataclass(cls), "basemodel")

    first, second = made_in("__main__", int), made_in("scripts.other", str)
    assert first.__qualname__ == second.__qualname__ == "make.Item__BaseModel"
    both = TypeAdapter(tuple[first, second]).json_schema()  # type: ignore[valid-type]
    assert len(both["$defs"]) == 2
    assert [sys.modules[cls.__module__].make.Item__BaseModel for cls in (first, second)] == [first, second]
