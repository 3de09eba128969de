"""What a Type_Safe class can say, in every direction."""

import contextlib
import datetime
import decimal
import importlib
import pathlib
import pkgutil
import uuid
import warnings
from collections.abc import Callable as AbstractCallable
from collections.abc import Iterator
from typing import Annotated, Any, Callable, Dict, Generic, List, Literal, Optional, Set, Tuple, Type, TypeVar, Union

import pytest
from osbot_utils.type_safe import primitives
from osbot_utils.type_safe.primitives.core.Safe_Float import Safe_Float
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.primitives.core.Safe_UInt import Safe_UInt
from osbot_utils.type_safe.primitives.domains.identifiers.Random_Guid import Random_Guid
from osbot_utils.type_safe.primitives.domains.identifiers.safe_str.Safe_Str__Id import Safe_Str__Id
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.Type_Safe__On_Demand import Type_Safe__On_Demand
from osbot_utils.type_safe.Type_Safe__Primitive import Type_Safe__Primitive
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Set import Type_Safe__Set
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Tuple import Type_Safe__Tuple
from osbot_utils.type_safe.validators.Type_Safe__Validator import Validate
from osbot_utils.type_safe.validators.Validator__Max import Max
from osbot_utils.type_safe.validators.Validator__Min import Min
from osbot_utils.type_safe.validators.Validator__One_Of import One_Of
from osbot_utils.type_safe.validators.Validator__Regex import Regex
from pydantic import BaseModel, Field, ValidationError

from tests.matrix.way import LOST, feature
from type_safe_convert import ConversionError, convert, convert_class, converter, from_json, to_json
from type_safe_convert.values.copying import BUILTIN_VALUE

SECTION = "Type_Safe"


def all_primitives() -> list[type]:
    for module in pkgutil.walk_packages(primitives.__path__, f"{primitives.__name__}."):
        # One of osbot-utils 3.75 forgets an import, and one has an escape sequence that compiling warns of.
        with contextlib.suppress(NameError), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            importlib.import_module(module.name)
    found: list[type] = []
    stack: list[type] = [Type_Safe__Primitive]
    while stack:
        for cls in stack.pop().__subclasses__():
            if cls not in found and cls.__module__.startswith(primitives.__name__):
                found.append(cls)
                stack.append(cls)
    return sorted(found, key=lambda cls: cls.__qualname__)


SAMPLES = (
    "a", "A b", "1", "x" * 40, "a" * 64, "0" * 40, "abc1234", "a/b", "owner/repo", "https://a.example/x", "a@b.example",
    "1.2.3.4", "v1.2.3", "12:30", "no-cache", "GET", "a.b", "", 0, 1, 5, -3, 100, 0.5, 1.25, -0.5,
    "12345678-1234-4234-8234-123456789012", "a" * 10, "a1b2c3d4e5", "Wed, 21 Oct 2015 07:28:00 GMT",
)  # fmt: skip


def fitting_values(primitive: Any) -> Iterator[Any]:
    for sample in SAMPLES:
        try:
            value = primitive(sample)
            primitive(BUILTIN_VALUE[primitive.__primitive_base__](value))  # some refuse what they made of a number
        except (ValueError, TypeError):
            continue
        yield value


@feature(SECTION, "every primitive of `osbot_utils.type_safe.primitives`")
def test_every_primitive(way):
    primitives = [primitive for primitive in all_primitives() if primitive.__primitive_base__ is not None]
    tried = 0
    for first in range(0, len(primitives), 10):  # several in a class: making classes takes most of the time
        values: dict[str, Any] = {}
        for primitive in primitives[first : first + 10]:
            values |= {f"x{len(values) + number}": value for number, value in enumerate(fitting_values(primitive))}
        tried += len(values)
        fields = {"__annotations__": {name: type(value) for name, value in values.items()}, **dict.fromkeys(values)}
        cls = type(f"Holds_{first}", (Type_Safe,), fields)
        cls.__module__ = __name__
        source = cls(**values)
        for held in vars(source).values():
            if "value" in vars(held):  # Random_Guid_Short remembers what it was made of
                held.value = str.__str__(held)
        arrived = way.keeps(source)
        if way.target != "type_safe":
            for name, value in values.items():
                assert type(getattr(arrived, name)) is type(value).__primitive_base__
    assert tried > 500


@feature(SECTION, "primitives with their rules: what they change, what they refuse")
def test_the_rules_of_primitives(way):
    class Model(Type_Safe):
        id: Safe_Str__Id
        size: Safe_UInt
        name: Safe_Str = "n"

    way.keeps(Model(id="a-b", size=5, name="x y"))
    made = convert_class(Model, way.target)
    if way.target == "basemodel":
        instance = made(id="a b!", size=3)
        assert instance.id == "a_b_"
        for refused in (-1, True, 1.0):
            with pytest.raises(ValueError, match="size"):
                made(size=refused)
            with pytest.raises((ValueError, TypeError)):
                Model(size=refused)
        assert made(size="3").size == Model(size="3").size == 3


@feature(SECTION, "validators `Min`, `Max`, `Regex`, `One_Of`")
def test_validators(way):
    class Model(Type_Safe):
        size: Validate[int, Min(1), Max(10)] = 5
        code: Validate[str, Regex(r"^[A-Z]+$")] = "A"
        color: Validate[str, One_Of(["red", "blue"])] = "red"

    way.keeps(Model(size=10, code="XY", color="blue"))
    for field, bad in (("size", 11), ("size", 0), ("code", "x1"), ("color", "green")):
        broken = Model()
        object.__setattr__(broken, field, bad)
        with pytest.raises(ConversionError) as caught:
            convert(convert(broken, way.source, validate=False), way.target)
        assert caught.value.path == (field,)
        if way.target == "basemodel":
            with pytest.raises(ValidationError):
                convert_class(Model, "basemodel")(**{field: bad})


class Leaf(Type_Safe):
    value: int
    names: List[str]


class Demanding(Type_Safe__On_Demand):
    leaf: Leaf
    other: Leaf
    maybe: Optional[Leaf] = None
    count: int = 3


@feature(SECTION, "`Type_Safe__On_Demand`")
def test_on_demand(way):
    source = Demanding(count=4)
    source.leaf.value = 7
    arrived = convert(convert(source, way.source), way.target)
    assert arrived.leaf.value == 7
    assert arrived.other.value == 0
    assert arrived.count == 4
    assert convert(arrived, "dataclass").maybe is None
    complete = Demanding(leaf=Leaf(value=1), other=Leaf(value=2), maybe=Leaf(value=3))
    home = convert(convert(complete, way.target), "type_safe")
    assert home.json() == complete.json()
    assert "other" in object.__getattribute__(source, "_on_demand__types"), "the source was changed"
    if getattr(way, "kind", "") == "typeddict":  # where an attribute that is still to be made on demand is made
        way.keeps(complete)
        way.outcomes.append(LOST)
        made = convert_class(Demanding, "typeddict")
        home = converter(made, Demanding)(convert(source, "typeddict"))
        assert home.__dict__["other"].value == 0
    else:
        home = convert(way.keeps(source), "type_safe")
    assert home.leaf.value == 7
    assert home.other.value == 0
    arrived.other.value = 5
    assert convert(arrived, "type_safe").other.value == 5


@feature(SECTION, "its own `__init__`, with the fields as keywords")
def test_own_init(way):
    class Model(Type_Safe):
        x: int
        y: str

        def __init__(self, **values):
            super().__init__(**values)
            self.y = self.y or "set"

    way.keeps(Model(x=1))
    changed = Model(x=1)
    changed.y = ""
    assert convert(way.keeps(changed), "type_safe").y == ""


@feature(SECTION, "its own `__init__` of another signature")
def test_own_init_of_another_signature(way):
    class Model(Type_Safe):
        x: int
        y: str

        def __init__(self, text):
            super().__init__()
            self.x = len(text)
            self.y = text

    home = convert(way.keeps(Model("abc")), "type_safe")
    assert (home.x, home.y) == (3, "abc")


@feature(SECTION, "its own `__setattr__`")
def test_own_setattr(way):
    class Model(Type_Safe):
        x: int
        y: int

        def __setattr__(self, name, value):
            if name == "x" and value == 13:
                raise ValueError("unlucky")
            super().__setattr__(name, value)

    way.keeps(Model(x=1, y=2))


@feature(SECTION, "`Type[T]`, `Callable`")
def test_types_and_callables(way):
    class Model(Type_Safe):
        cls: Type[Leaf] = None
        any_cls: type = None
        call: Callable = None
        typed: Callable[[int], str] = None
        abstract: AbstractCallable[..., int] = None

    way.keeps(Model(cls=Leaf, any_cls=int, call=len, typed=str))
    way.keeps(Model())


class Id(Safe_Str):
    max_length = 20


class Ids(Type_Safe__List):
    expected_type = Id


class Index(Type_Safe__Dict):
    expected_key_type = Id
    expected_value_type = Leaf


class Labels(Type_Safe__Set):
    expected_type = Id


@feature(SECTION, "typed collections, bare, declared, nested in each other")
def test_typed_collections(way):
    class Model(Type_Safe):
        items: List[Leaf]
        by_id: Dict[Id, Leaf]
        ids: Ids
        index: Index
        labels: Labels
        nested: Dict[str, List[Dict[str, Leaf]]]
        matrix: List[List[int]]
        sets: Dict[Id, Set[str]]
        pairs: List[Tuple[int, str]]
        pair: Tuple[Id, Leaf]
        bare_list: list
        bare_dict: dict
        bare_set: set
        bare_tuple: tuple

    source = Model(
        items=[Leaf(value=1)],
        by_id={"a": Leaf(value=2)},
        ids=Ids(["a", "b"]),
        index=Index({"k": Leaf(value=3)}),
        nested={"x": [{"y": Leaf(value=4, names=["n"])}]},
        matrix=[[1], [2, 3]],
        sets={"s": {"t"}},
        pair=("p", Leaf(value=5)),
        bare_list=[1, "a"],
        bare_dict={"k": [1]},
        bare_set={1},
        bare_tuple=(1, 2),
    )
    source.labels.add("l")
    source.pairs.append((1, "one"))
    arrived = way.keeps(source)
    if way.target != "type_safe":
        assert type(arrived.ids) is list
        assert type(arrived.by_id) is dict
    way.keeps(Model())


@feature(SECTION, "a set of models")
def test_sets_of_models(way):
    class Model(Type_Safe):
        leaves: Set[Leaf]

    source = Model()
    source.leaves.add(Leaf(value=1))
    arrived = way.keeps(source)
    assert type(arrived.leaves) is (list if way.target != "type_safe" else Type_Safe__Set)


@feature(SECTION, "a dict whose keys are models")
def test_dicts_by_model(way):
    class Index(Type_Safe__Dict):
        expected_key_type = Leaf
        expected_value_type = List[int]

    class Named(Type_Safe):
        name: str

        def __hash__(self):
            return hash(self.name)

        def __eq__(self, other):
            return type(other) is Named and other.name == self.name

    class Model(Type_Safe):
        counts: Dict[Leaf, int]
        index: Index
        deep: Dict[str, Dict[Leaf, Leaf]]
        named: Dict[Named, int]

    source = Model(deep={"a": {Leaf(value=3): Leaf(value=4)}})
    source.counts.update({Leaf(value=1): 1, Leaf(value=1): 2})
    source.index[Leaf(value=2)] = [5]
    source.named[Named(name="n")] = 1
    arrived = way.keeps(source)
    if way.target != "type_safe":
        assert type(arrived.named) is dict
        assert [(leaf.value, count) for leaf, count in arrived.counts] == [(1, 1), (1, 2)]
        arrived.named.clear()  # an object of JSON has text for keys
        assert from_json(type(arrived), to_json(arrived)) == arrived
        for bad in ([1], [(1, 2, 3)], 5, [(5, 1)]):
            arrived.deep = {"a": bad}
            with pytest.raises(ConversionError) as caught:
                convert(arrived, "type_safe")
            assert caught.value.path[:2] == ("deep", "a")


@feature(SECTION, "attributes set to None")
def test_attributes_set_to_none(way):
    class Model(Type_Safe):
        x: int
        y: List[str]
        z: Leaf
        id: Random_Guid
        t: Tuple[int, str]

    source = Model()
    for name in ("x", "y", "z", "id", "t"):
        setattr(source, name, None)
    arrived = way.keeps(source)
    assert (arrived.x, arrived.y, arrived.z, arrived.id, arrived.t) == (None,) * 5


@feature(SECTION, "attributes set outside the annotations")
def test_undeclared_attributes(way):
    class Model(Type_Safe):
        x: int

    source = Model(x=1)
    source.note = "undeclared"
    source.leaf = Leaf(value=3)
    home = convert(way.keeps(source), "type_safe")
    assert home.note == "undeclared"
    assert type(home.leaf) is Leaf
    assert home.leaf is not source.leaf


@feature(SECTION, "class attributes without annotation")
def test_class_attributes(way):
    class Model(Type_Safe):
        shared = "s"
        x: int
        number = 5

    source = Model(x=1)
    way.keeps(source)
    source.shared = "changed"
    assert convert(way.keeps(source), "type_safe").shared == "changed"
    assert convert(way.keeps(Model(number=6)), "type_safe").number == 6


@feature(SECTION, "defaults that Type_Safe itself refuses: list, tuple, `Decimal`, `datetime`, models")
def test_defaults_that_type_safe_refuses(way):
    class Inner(BaseModel):
        x: int = 1

    class Model(BaseModel):
        items: list[int] = [1, 2]
        pair: tuple[int, str] = (1, "a")
        money: decimal.Decimal = decimal.Decimal("1.5")
        at: datetime.datetime = datetime.datetime(2026, 1, 1)
        inner: Inner = Inner(x=5)
        path: pathlib.Path = pathlib.Path("p")
        names: frozenset[str] = frozenset({"n"})

    way.keeps(Model())
    made = convert_class(Model, "type_safe")
    first, second = made(), made()
    assert (list(first.items), first.pair, first.money) == ([1, 2], (1, "a"), decimal.Decimal("1.5"))
    assert first.inner.x == 5
    assert first.items is not second.items
    assert first.inner is not second.inner


@feature(SECTION, "constraints of a `Field` on construction and on assignment")
def test_constraints_on_assignment(way):
    class Model(BaseModel):
        x: int = Field(gt=0)
        names: list[str] = Field(default=[], max_length=2)

    way.keeps(Model(x=1, names=["a"]))
    made = convert_class(Model, "type_safe")
    assert made().x == 0, "a default that Type_Safe puts in is exempt"
    instance = made(x=5)
    for bad in (0, "1", 1.5, True):
        with pytest.raises(ValueError, match="x"):
            instance.x = bad
        with pytest.raises(ValueError, match="x"):
            made(x=bad)
    with pytest.raises(ValueError, match="names"):
        instance.names = ["a", "b", "c"]
    assert instance.x == 5


def test_typed_collections_of_a_generated_class_take_what_fits():
    class Model(BaseModel):
        few: list[int] = Field(default=[1], max_length=3)
        positive: list[Annotated[int, Field(gt=0)]] = [1]
        scores: dict[Annotated[str, Field(min_length=1)], Annotated[float, Field(lt=9)]] = {}
        names: set[Annotated[str, Field(min_length=1)]] = set()

    made = convert_class(Model, "type_safe")
    for instance in (made(), made(few=[1], positive=[1]), convert(Model(), made), from_json(made, b"{}")):
        assert type(instance.few) is Type_Safe__List
        instance.few.append(2)
        instance.positive.append(5)
        instance.scores["a"] = 1.5
        instance.names.add("n")
        for action in (
            lambda held=instance: held.few.append("x"),
            lambda held=instance: held.positive.append("x"),
            lambda held=instance: held.scores.update(a="x"),
            lambda held=instance: held.names.add(1),
        ):
            with pytest.raises((TypeError, ValueError)):
                action()
        assert convert(instance, Model) == Model(few=[1, 2], positive=[1, 5], scores={"a": 1.5}, names={"n"})


@feature(SECTION, "frozen sources")
def test_frozen_sources(way):
    class Model(BaseModel, frozen=True):
        x: int

    way.keeps(Model(x=1))
    made = convert_class(Model, "type_safe")(x=1)
    with pytest.raises(AttributeError):
        made.x = 2
    with pytest.raises(AttributeError):
        made.y = 2
    with pytest.raises(AttributeError):
        del made.x


@feature(SECTION, "required fields are remembered")
def test_required_fields_are_remembered(way):
    class Model(BaseModel):
        x: int
        y: str = "y"

    way.keeps(Model(x=1))
    typed = convert_class(Model, "type_safe")
    assert typed().x == 0
    with pytest.raises(TypeError):
        convert_class(typed, "dataclass")()

    class Child(typed):
        z: int

    with pytest.raises(ValidationError):
        convert_class(Child, "basemodel")(z=1)


@feature(SECTION, "`Optional`, `Union`, `X | Y`, `Literal`, enums")
def test_unions(way):
    import enum

    class Color(enum.Enum):
        RED = "red"

    class Model(Type_Safe):
        a: Optional[int] = None
        b: Union[int, str] = 1
        c: int | None = None
        d: Optional[List[str]] = None
        e: Literal["x", "y"] = "x"
        f: Color = Color.RED
        g: Optional[Leaf] = None
        h: Union[Safe_Str, Safe_Int, None] = None
        i: Optional[Safe_Float] = None
        j: List[Union[Annotated[int, "a note"], Safe_Int]]

    way.keeps(Model())
    way.keeps(Model(j=[Safe_Int(1)]))
    source = Model(a=1, b="s", e="y", g=Leaf(value=2), h=Safe_Int(3), i=Safe_Float(1.5))
    source.__dict__["c"] = 5  # which its own assignment refuses
    source.d = ["x"]
    way.keeps(source)


@feature(SECTION, "fields that Type_Safe leaves at None: `datetime`, `UUID`, `Any`")
def test_fields_that_default_to_none(way):
    class Model(Type_Safe):
        at: datetime.datetime
        id: uuid.UUID
        any: Any
        obj: object

    way.keeps(Model())
    way.keeps(Model(at=datetime.datetime(2026, 1, 1), id=uuid.UUID(int=1), any=[1, {"a": Leaf(value=1)}]))


@feature(SECTION, "inheritance, and a field annotated anew")
def test_inheritance(way):
    class Base(Type_Safe):
        x: int = 1
        y: Any = None
        ids: List[str]

    class Child(Base):
        y: List[int]
        z: str = "z"

    class Grandchild(Child):
        x = 7

    for cls in (Base, Child, Grandchild):
        way.keeps(cls())
    way.keeps(Grandchild(x=8, y=[1], z="q", ids=["i"]))
    assert issubclass(convert_class(Grandchild, way.target), convert_class(Base, way.target))


T = TypeVar("T")


class Box(Type_Safe, Generic[T]):
    content: T
    label: str


@feature(SECTION, "generic classes")
def test_generics(way):
    class Model(Type_Safe):
        box: Box[int]

    source = Model(box=Box(label="l"))
    way.keeps(source)
    source.box.__dict__["content"] = 5  # Type_Safe itself accepts nothing for a TypeVar
    way.keeps(source)


@feature(SECTION, "order of the attributes, and so `.json()`")
def test_order_of_attributes(way):
    class Base(Type_Safe):
        z: int
        y: str = "y"
        shared = "s"

    class Child(Base):
        b: List[int]
        a: int = 2
        z: int = 5

    for source in (Child(), Child(a=3, z=1, b=[1]), Child(b=[2])):
        home = convert(way.keeps(source), "type_safe")
        assert list(home.__dict__) == list(source.__dict__)
        assert list(home.json()) == list(source.json())
    wide = type("Wide", (Type_Safe,), {"__annotations__": {f"f{n}": int for n in range(20)}, "f9": 9, "f3": 3})
    home = convert(way.keeps(wide(f5=5)), "type_safe")
    assert list(home.__dict__) == list(wide().__dict__)


@feature(SECTION, "names with a leading underscore, and a field called `json`")
def test_odd_names(way):
    class Model(Type_Safe):
        _hidden: int
        hidden: int
        json: str

    source = object.__new__(Model)  # its own constructor cannot make one
    source.__dict__.update({"_hidden": 1, "hidden": 2, "json": "j"})
    arrived = convert(convert(source, way.source), way.target)
    assert arrived.json == "j"
    way.keeps(source)


@feature(SECTION, "an overridden `__getattribute__`, a field behind a property")
def test_guarded_reading(way):
    class Model(Type_Safe):
        x: int

        def __getattribute__(self, name):
            if name == "__dict__":
                return lambda: None
            return super().__getattribute__(name)

    class Plain(Type_Safe):
        x: int

    source = object.__new__(Model)
    object.__getattribute__(source, "__dict__")["x"] = 5
    made = convert(convert(source, way.source), way.target)
    assert object.__getattribute__(made, "__dict__")["x"] == 5


@feature(SECTION, "`Tuple[...]`, empty as Type_Safe makes it, and variadic")
def test_tuples(way):
    class Model(Type_Safe):
        pair: Tuple[int, str]
        many: Tuple[int, ...]

    way.keeps(Model())
    source = Model(pair=(1, "a"))
    source.__dict__["many"] = (1, 2, 3)  # which its own assignment refuses
    arrived = way.keeps(source)
    assert type(arrived.pair) is (Type_Safe__Tuple if way.target == "type_safe" else tuple)


@feature(SECTION, "attributes that its own `__init__` leaves out")
def test_attributes_that_a_constructor_leaves_out(way):
    class Model(Type_Safe):
        x: int
        y: int = 5
        made_later: Leaf
        undeclared = "z"

        def __init__(self, start=0):
            self.__dict__["x"] = start

    home = convert(way.keeps(Model(3)), "type_safe")
    assert vars(home) == {"x": 3}


@feature(SECTION, "`Annotated` with a note")
def test_annotated(way):
    class Model(Type_Safe):
        x: Annotated[int, "a note"] = 1

    way.keeps(Model(x=2))


@feature(SECTION, "a nested model of a foreign kind")
def test_foreign_models(way):
    class Inner(BaseModel):
        x: int

    class Model(Type_Safe):
        inner: Inner = None
        many: List[Inner]

    source = Model(inner=Inner(x=1))
    source.many.append(Inner(x=2))
    way.keeps(source)


@feature(SECTION, "the bare base `Type_Safe` as an annotation")
def test_bare_base(way):
    class Model(Type_Safe):
        any: Type_Safe
        many: List[Type_Safe]

    source = Model()
    source.any = Leaf(value=1)
    source.many.append(Leaf(value=2))
    way.keeps(source)
