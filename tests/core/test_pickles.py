"""Instances of generated classes copy and pickle, whatever containers they hold."""

import collections
import copy
import io
import pickle
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, DefaultDict, Deque, Generic, Optional, OrderedDict, TypeVar, Union

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from pydantic import BaseModel

from benchmarks.equality import facts
from type_safe_convert import convert, convert_class, from_json, to_json
from type_safe_convert.testing.equality import differences

T = TypeVar("T")


class Numbers(Type_Safe__List):
    expected_type = int


class Prices(Type_Safe__Dict):
    expected_key_type = str
    expected_value_type = int


@dataclass
class Containers:
    ordered: OrderedDict[str, list[int]]
    counted: DefaultDict[str, list[int]]
    plain: dict[str, dict[str, set[int]]]
    queue: Deque[list[int]]
    pair: tuple[int, list[int]]
    nested: list[OrderedDict[str, int]]
    below: dict[str, DefaultDict[str, list[int]]]
    maybe: Optional[OrderedDict[str, list[int]]]
    either: Union[OrderedDict[str, int], list[int]]


class ContainersModel(BaseModel):
    ordered: OrderedDict[str, list[int]]
    counted: DefaultDict[str, list[int]]
    plain: dict[str, dict[str, set[int]]]
    queue: Deque[list[int]]
    pair: tuple[int, list[int]]
    nested: list[OrderedDict[str, int]]
    below: dict[str, DefaultDict[str, list[int]]]
    maybe: Optional[OrderedDict[str, list[int]]]
    either: Union[OrderedDict[str, int], list[int]]


class ContainersTyped(Type_Safe):
    ordered: OrderedDict[str, list[int]]
    plain: dict[str, dict[str, set[int]]]
    nested: list[OrderedDict[str, int]]


@dataclass
class Loose:
    value: Any
    numbers: Numbers
    prices: Prices


def values() -> dict[str, Any]:
    return {
        "ordered": collections.OrderedDict(a=[1]),
        "counted": collections.defaultdict(list, a=[1]),
        "plain": {"a": {"b": {1}}},
        "queue": collections.deque([[1]]),
        "pair": (1, [2]),
        "nested": [collections.OrderedDict(a=1)],
        "below": {"a": collections.defaultdict(list, b=[1])},
        "maybe": collections.OrderedDict(a=[1]),
        "either": collections.OrderedDict(a=1),
    }


HOW: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{
        f"pickle {number}": lambda value, number=number: pickle.loads(pickle.dumps(value, number))
        for number in range(6)
    },
}


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("origin", [Containers, ContainersModel])
@pytest.mark.parametrize("kind", ["type_safe", "basemodel", "dataclass"])
def test_every_container_in_a_generated_class(kind: str, origin: Any, how: str) -> None:
    cls = convert_class(origin, kind)
    converted = convert(origin(**values()), kind)
    constructed = cls(**values())
    read = from_json(cls, to_json(converted))
    for made in (converted, constructed, read):
        assert not differences(made, HOW[how](made))
        assert not differences(convert(made, "dataclass"), convert(HOW[how](made), "dataclass"))


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("kind", ["basemodel", "dataclass"])
def test_what_is_made_of_a_type_safe_class(kind: str, how: str) -> None:
    plain = {name: value for name, value in values().items() if name in ContainersTyped.__annotations__}
    made = convert_class(ContainersTyped, kind)(**plain)
    assert not differences(made, HOW[how](made))
    assert not differences(convert(made, "type_safe"), convert(HOW[how](made), "type_safe"))


@pytest.mark.parametrize("how", HOW)
def test_typed_collections_where_no_annotation_types_them(how: str) -> None:
    typed = [Type_Safe__List(int, [1]), {"a": Type_Safe__List(str, ["x"])}]
    made = convert_class(Loose, "type_safe")(value=typed, numbers=Numbers([1]), prices=Prices({"a": 1}))
    made.more = Type_Safe__List(int, [2])
    assert not differences(made, HOW[how](made))


@pytest.mark.parametrize("how", list(HOW)[1:])
def test_a_container_that_holds_itself(how: str) -> None:
    value: list[Any] = [1]
    value.append(value)
    made = convert(Loose(value, Numbers([1]), Prices()), "type_safe")
    assert made.value is not value
    assert made.value[1] is made.value
    again = HOW[how](made)
    assert again.value[1] is again.value


class Restricted(pickle.Unpickler):
    """Allows this package alone, as a service that reads pickles of converters might."""

    def find_class(self, module, name):
        if not module.startswith("type_safe_convert"):
            raise pickle.UnpicklingError(module)
        return super().find_class(module, name)


def _global(name):
    """A pickle that holds just one function by its name."""
    module = b"type_safe_convert.functions"
    return b"\x80\x04\x8c%c%b\x8c%c%b\x93." % (len(module), module, len(name), name)


@pytest.mark.parametrize(
    "place", ["never_imported:Class", "never_imported:function", "never_imported:Plain", "package_of_it/below:Model"]
)
def test_a_functions_name_imports_no_module_that_has_no_such_model_class(tmp_path, monkeypatch, place):
    (tmp_path / "never_imported.py").write_text("raise SystemExit\ndef function(): ...\nclass Plain: ...")
    (tmp_path / "package_of_it").mkdir()
    (tmp_path / "package_of_it" / "__init__.py").write_text("raise SystemExit")
    (tmp_path / "package_of_it" / "below.py").write_text("class Other(Base): ...")
    monkeypatch.syspath_prepend(tmp_path)
    data = _global(f"{place} -> {place}__BaseModel".encode())
    with pytest.raises(AttributeError):
        Restricted(io.BytesIO(data)).load()
    assert "never_imported" not in sys.modules
    assert "package_of_it" not in sys.modules


@pytest.mark.parametrize("folder", ["", "folder_of_a_worker", "folder_of_a_worker/below"])
def test_a_functions_name_imports_the_module_of_its_classes(tmp_path, monkeypatch, folder):
    name = f"models_of_a_worker_{len(folder)}"
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    (tmp_path / folder / f"{name}.py").write_text(
        "from dataclasses import dataclass\n@dataclass\nclass Outer:\n    n: int\n"
        "    @dataclass\n    class Inner:\n        n: int"
    )
    monkeypatch.syspath_prepend(tmp_path)
    module_name = f"{folder}/{name}".strip("/")
    place = f"{module_name}:Outer/Inner".encode()
    function = Restricted(io.BytesIO(_global(place + b" -> " + place + b"__BaseModel"))).load()
    module = sys.modules[module_name.replace("/", ".")]
    assert type(function(module.Outer.Inner(1))) is convert_class(module.Outer.Inner, "basemodel")


@dataclass
class DataBox(Generic[T]):
    value: T
    values: list[T] = field(default_factory=list)
    named: dict[str, T] = field(default_factory=dict)
    pair: Optional[tuple[T, T]] = None
    either: Union[list[T], dict[str, T], None] = None


class HoldsBoxes(BaseModel):
    box: DataBox[int]
    boxes: list[DataBox[list[int]]]


@pytest.mark.parametrize("how", HOW)
def test_what_the_place_gave_the_type_variables_stays(how: str) -> None:
    held = HoldsBoxes(box=DataBox(1, [1], {"a": 1}, (1, 2), [1]), boxes=[DataBox([1], [[1]], {"a": [1]}, ([1], [2]))])
    made = convert(held, "type_safe")
    assert made.box.values.expected_type is int
    again = HOW[how](made)
    assert facts(again) == facts(made)
    again.boxes[0].named["b"] = [2]
    with pytest.raises(TypeError):
        again.box.values.append("x")


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("kinds.type_safe", "_allocate"),
        ("kinds.type_safe", "_read_typed"),
        ("family", "sibling"),
        ("unchanged", "Model"),
        ("unchanged", "Container"),
    ],
)
def test_names_in_pickles_of_older_versions_are_still_found(module: str, name: str) -> None:
    """By the modules in which they stood."""
    assert callable(pickle.loads(f"ctype_safe_convert.{module}\n{name}\n.".encode()))
    with pytest.raises(AttributeError):
        pickle.loads(f"ctype_safe_convert.{module}\nunknown\n.".encode())


class Extended(BaseModel, extra="allow"):
    name: str = "n"
    _key: int = 0


def test_what_an_earlier_version_pickled_comes_back() -> None:
    """It kept values and marks in one dict."""
    source = Extended(more=[1])
    source._key = 5
    counterpart = convert(source, "dataclass")
    held = {"fields_set": {"more"}, "extra": {"more": [1]}, "private": {"_key": 5}}
    vars(counterpart)["__type_safe_convert_memory__"] = held
    assert differences(source, convert(pickle.loads(pickle.dumps(counterpart)), Extended)) == []
    assert held == {"fields_set": {"more"}, "extra": {"more": [1]}, "private": {"_key": 5}}
