"""Generated classes: one for each class and kind, of the same look as their source."""

import dataclasses
import inspect
import pickle
import subprocess
import sys
import typing
from dataclasses import dataclass, field
from typing import Any, Dict, List, Set, Tuple

import pytest
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, Field, RootModel, TypeAdapter, ValidationError

from tests.core import models
from type_safe_convert import ClassConversionError, NotAModelError, convert, convert_class, converter, kind_of
from type_safe_convert.hypothesis import check_round_trip
from type_safe_convert.model.family import origin_of, shape_of

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


def test_random_defaults_differ_between_instances():
    for kind in ("basemodel", "dataclass"):
        made = convert_class(models.Order, kind)
        assert made().order_id != made().order_id
        assert made().items is not made().items


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


def test_generated_classes_say_sensible_things_about_themselves():
    made = convert_class(models.Customer, "dataclass")
    assert list(inspect.signature(made).parameters) == list(models.Customer.model_fields)
    assert [item.name for item in dataclasses.fields(made)] == list(models.Customer.model_fields)
    assert typing.get_type_hints(made)["primary"] == typing.Optional[convert_class(models.Address, "dataclass")]
    tree = convert_class(models.Node, "basemodel")
    assert typing.get_type_hints(tree)["children"] == list[tree]
    assert tree.model_json_schema()["$defs"]["Node__BaseModel"]["title"] == "Node"


def test_generated_classes_pickle_also_into_another_process():
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


def test_a_subclass_of_a_generated_class_is_an_origin_of_its_own():
    base = convert_class(models.Shape, "basemodel")

    class Labelled(base):
        label: str = ""

    made = convert(Labelled(name="n", label="l"), "dataclass")
    assert isinstance(made, models.Shape)
    assert convert(made, "basemodel") == Labelled(name="n", label="l")


def test_an_unknown_kind_and_a_class_that_cannot_be_converted_are_named():
    with pytest.raises(NotAModelError, match="dataclass"):
        convert_class(models.Point, "nothing")
    with pytest.raises(NotAModelError, match="int"):
        convert_class(int, "dataclass")
    assert issubclass(ClassConversionError, ValueError)


@pytest.fixture
def usual_recursion_limit():
    """CPython's own, which libraries raise: another test may have called one."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(1000)
    yield
    sys.setrecursionlimit(before)


@pytest.mark.parametrize("kind", ["type_safe", "basemodel"])
def test_too_long_a_chain_of_classes_is_named(kind, usual_recursion_limit):
    classes = [dataclasses.make_dataclass("First", [("x", int, 1)])]
    for number in range(1000):
        classes.append(dataclasses.make_dataclass(f"Next{number}", [("before", classes[-1])]))
    with pytest.raises(ClassConversionError, match="nested deeper than the recursion limit"):
        convert_class(classes[-1], kind)
    for cls in classes[::50]:  # in steps it goes
        assert convert_class(convert_class(cls, kind), "dataclass") is cls
    assert convert_class(classes[-1], kind).__name__.startswith("Next999__")


@pytest.mark.parametrize("kind", ["type_safe", "dataclass"])
def test_a_class_below_a_generated_one_of_a_root_model(kind: str) -> None:
    class Numbers(RootModel[list[int]]):
        pass

    class Below(convert_class(Numbers, kind)):  # type: ignore[misc]
        pass

    model = convert(Below(root=[1]), "basemodel")
    assert isinstance(model, Numbers)
    assert model.model_dump_json() == "[1]"
    assert type(convert(model, kind)) is Below


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


class New(Type_Safe):
    b: int
    a: str = "a"

    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)


class Made(Type_Safe):
    numbers: List[int]
    table: Dict[str, int]
    names: Set[str]
    pair: Tuple[int, int]
    leaf: New


def test_defaults_of_classes_made_from_type_safe():
    """They are what Type_Safe's constructor makes, in plain form."""
    for kind in ("basemodel", "dataclass"):
        made: Any = convert_class(Made, kind)()
        assert (made.numbers, made.table, made.names, made.pair) == ([], {}, set(), ())
        assert type(made.leaf) is convert_class(New, kind)


class Stocked(Type_Safe):
    x: int
    name: Safe_Str = "a b!"
    made_of = "wood"
    sizes = (1, 2)


class Numbered(BaseModel):
    a: int = 1
    b: int = Field(default_factory=lambda data: len(data) + 5)


@dataclass
class Beside:
    __slots__ = ("cache", "x")
    x: int


@dataclass
class Bases:
    typed: Type_Safe
    model: BaseModel


def test_slots_that_are_no_fields():
    source = Beside(1)
    for _ in range(3):
        check_round_trip(source)
        source.cache = [1]
    assert convert(convert(source, "basemodel"), "dataclass").cache == [1]


def test_the_bare_bases_stand_for_each_other():
    assert convert_class(Bases, "basemodel").__annotations__ == {"typed": BaseModel, "model": BaseModel}
    assert convert_class(Bases, "type_safe").__annotations__ == {"typed": Type_Safe, "model": Type_Safe}
    for _ in range(3):
        check_round_trip(Bases(Stocked(x=1), Numbered()))
