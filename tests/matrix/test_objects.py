"""What an object can be, in every direction: its class, its shape, and the values at the edges."""

import collections
import enum
import math
from dataclasses import dataclass, field
from typing import Any, Dict, Generic, List, Optional, TypeVar, Union

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel

from tests.matrix.way import KEPT, feature
from type_safe_convert import ConversionError, MissingFieldError, convert, convert_class, kind_of

SECTION = "Objects"


@dataclass
class Shape:
    name: str = ""


@dataclass
class Circle(Shape):
    radius: float = 1.0


@dataclass
class Ring(Circle):
    inner: float = 0.5


class Animal(BaseModel):
    name: str = ""


class Dog(Animal):
    tricks: list[str] = []


class Part(Type_Safe):
    name: str


class Wheel(Part):
    spokes: int


T = TypeVar("T")


@feature(SECTION, "polymorphism by runtime type: fields, lists, dict values, tuples, unions")
def test_the_runtime_type_decides(way):
    @dataclass
    class Drawing:
        main: Shape
        shapes: list[Shape]
        named: dict[str, Shape]
        pair: tuple[Shape, Shape]
        many: tuple[Shape, ...]
        either: Union[Shape, int]
        maybe: Optional[Shape]
        deep: dict[str, list[tuple[Shape, ...]]]
        anything: Any

    class Zoo(BaseModel):
        main: Animal
        animals: list[Animal]
        named: dict[str, Animal]
        pair: tuple[Animal, Animal]
        either: Union[int, Animal]
        maybe: Optional[Animal]

    class Machine(Type_Safe):
        main: Part
        parts: List[Part]
        named: Dict[str, Part]
        maybe: Optional[Part] = None

    drawing = Drawing(
        Circle("m"),
        [Shape("s"), Circle("c"), Ring("r", 2.0, 0.1)],
        {"k": Ring("n")},
        (Circle("p"), Shape("q")),
        (Ring(),),
        Circle("e"),
        Ring("o"),
        {"d": [(Circle(), Shape())]},
        [Ring("a"), {"x": Circle("any")}],
    )
    arrived = way.keeps(drawing)
    assert type(arrived.shapes[2]) is convert_class(Ring, way.target)
    assert type(arrived.anything[1]["x"]) is convert_class(Circle, way.target)

    def dog():
        return Dog(name="d", tricks=["sit"])

    zoo = Zoo(
        main=dog(),
        animals=[Animal(), dog()],
        named={"k": dog()},
        pair=(dog(), Animal()),
        either=Dog(),
        maybe=Dog(),
    )
    way.keeps(zoo)

    def wheel():
        return Wheel(name="w", spokes=3)

    way.keeps(Machine(main=wheel(), parts=[Part(), wheel()], named={"k": Wheel()}, maybe=wheel()))


@feature(SECTION, "a dump of the result keeps a subclass's fields")
def test_dumps_keep_the_fields_of_a_subclass(way):
    @dataclass
    class Drawing:
        main: Shape
        shapes: list[Shape]

    source = Drawing(Circle("m"), [Ring("r")])
    way.keeps(source)
    if way.target == "basemodel":
        dump = convert(convert(source, way.source), "basemodel").model_dump()
        assert dump == {
            "main": {"name": "m", "radius": 1.0},
            "shapes": [{"name": "r", "radius": 1.0, "inner": 0.5}],
        }


class Crate(BaseModel, Generic[T]):
    content: T


@feature(SECTION, "polymorphism in a generic's parameter")
def test_the_runtime_type_decides_in_generics(way):
    class Store(BaseModel):
        crate: Crate[Animal]

    home = convert(way.keeps(Store(crate=Crate[Animal](content=Dog(tricks=["roll"])))), "basemodel")
    assert type(home.crate.content) is Dog


@dataclass
class Node:
    value: int
    children: "list[Node]" = field(default_factory=list)
    parent: "Optional[Node]" = None


class Link(BaseModel):
    value: int
    next: "Link | None" = None
    all: "list[Link]" = []


class Ring_(Type_Safe):
    value: int


Ring_.__annotations__["next"] = Optional[Ring_]
Ring_.next = None


@feature(SECTION, "cyclic and shared instances keep their shape")
def test_cycles(way):
    root = Node(1, [Node(2), Node(3)])
    root.children[0].parent = root
    root.parent = root
    root.children.append(root.children[0])
    home = convert(way.keeps(root), "dataclass")
    assert home.parent is home
    assert home.children[0] is home.children[2]
    assert home.children[0].parent is home

    first, second = Link(value=1), Link(value=2)
    first.next, second.next = second, first
    first.all = [first, second]
    home = convert(way.keeps(first), "basemodel")
    assert home.next.next is home
    assert home.all[0] is home
    assert home.all[1] is home.next

    one, two = Ring_(value=1), Ring_(value=2)
    one.next, two.next = two, one
    home = convert(way.keeps(one), "type_safe")
    assert home.next.next is home


@feature(SECTION, "recursive models, nested")
def test_recursive_models(way):
    way.keeps(Node(1, [Node(2, [Node(3, [Node(4)])]), Node(5)]))
    way.keeps(Link(value=1, next=Link(value=2, next=Link(value=3)), all=[Link(value=4)]))


@feature(SECTION, "a chain of 100 nested objects")
def test_chains(way):
    chain = None
    for number in range(100):
        chain = Link(value=number, next=chain)
    converted = convert(convert(chain, way.source), way.target)
    home = convert(converted, "basemodel")
    assert home == chain


@feature(SECTION, "a chain of 5,000 nested objects")
def test_very_deep_chains(way):
    for length in (1500, 1500, 5000):  # by the third, the functions are generated
        chain = None
        for number in range(length):
            chain = Node(number, parent=chain)
        arrived = convert(convert(chain, way.source), way.target)
        assert numbers(arrived) == numbers(convert(arrived, "dataclass")) == list(range(length))[::-1]
    way.outcomes.append(KEPT)


@feature(SECTION, "5,000 objects that refer to each other")
def test_very_deep_rings(way):
    first = last = Node(0)
    for number in range(1, 5000):
        last.parent = Node(number, children=[last])
        last = last.parent
    last.parent = first
    arrived = convert(convert(first, way.source), way.target)
    home = convert(arrived, "dataclass")
    for ring in (arrived, home):
        assert numbers(ring) == list(range(5000))
        assert ring.parent.children[0] is ring
    way.outcomes.append(KEPT)


def numbers(node: Any) -> list[int]:
    """The values of a node and its parents, once around."""
    found, first = [], node
    while node is not None:
        found.append(node.value)
        node = None if node.parent is first else node.parent
    return found


@feature(SECTION, "instances with missing attributes")
def test_missing_attributes(way):
    half_data = object.__new__(Circle)
    half_data.name = "n"

    class Named(BaseModel):
        name: str
        size: int = 1

    half_model = Named.model_construct()
    half_typed = object.__new__(Wheel)
    half_typed.__dict__["spokes"] = 1
    for half, missing in ((half_model, "name"), (half_typed, "name")):
        for _ in range(3):
            if kind_of(half) != way.target:
                with pytest.raises(MissingFieldError) as caught:
                    convert(half, way.target)
                assert caught.value.path == (missing,)
    # A default of a dataclass is a class attribute: reading it is what Python does.
    assert convert(half_data, way.target).radius == 1.0
    way.refuses(
        MissingFieldError,
        lambda: convert(half_typed if way.target != "type_safe" else half_model, way.target),
        "name",
        "such an instance is broken in its own kind",
    )


class Names(list):
    def __init__(self, items=(), note=""):
        super().__init__(items)
        self.note = note


class Table(dict):
    pass


class Text(str):
    pass


class Number(int):
    pass


@feature(SECTION, "subclasses of `list`, `dict`, `str`, `int`, `set` as values")
def test_subclasses_of_builtins(way):
    class Tags(set):
        pass

    @dataclass
    class Model:
        names: list[int]
        table: dict[str, int]
        text: str
        number: int
        tags: set[int]
        anything: Any

    source = Model(Names([1], "note"), Table(a=1), Text("t"), Number(5), Tags({1}), [Names([2]), Table(b=2), Text("x")])
    home = convert(way.keeps(source), "dataclass")
    assert type(home.names) is Names
    assert home.names.note == "note"
    assert type(home.table) is Table
    assert type(home.text) is Text
    assert home.names is not source.names


@feature(SECTION, "`deque`, `defaultdict`, `OrderedDict`, `Counter`, `frozenset`, `bytearray`")
def test_collections(way):
    @dataclass
    class Model:
        deque: collections.deque[int]
        default: collections.defaultdict[str, list[int]]
        ordered: collections.OrderedDict[str, int]
        counter: collections.Counter[str]
        frozen: frozenset[str]
        raw: bytearray
        anything: Any

    default = collections.defaultdict(list)
    default["a"].append(1)
    source = Model(
        collections.deque([1, 2], maxlen=3),
        default,
        collections.OrderedDict(b=1, a=2),
        collections.Counter("aab"),
        frozenset("ab"),
        bytearray(b"x"),
        collections.deque([1]),
    )
    home = convert(way.keeps(source), "dataclass")
    assert home.deque.maxlen == 3
    assert home.default["new"] == []
    assert home.raw is not source.raw
    assert list(home.ordered) == ["b", "a"]


@feature(SECTION, "`NaN`, infinities, negative zero, very large ints, surrogates, NUL")
def test_values_at_the_edges(way):
    @dataclass
    class Model:
        floats: list[float]
        number: int
        text: str
        raw: bytes = b""

    source = Model([math.nan, math.inf, -math.inf, -0.0, 5e-324], 10**400, "\ud800 \x00 \U0010ffff", b"\xff\x00")
    home = convert(way.keeps(source), "dataclass")
    assert math.copysign(1, home.floats[3]) == -1


@feature(SECTION, "everything empty")
def test_everything_empty(way):
    @dataclass
    class Nothing:
        pass

    class Bare(BaseModel):
        pass

    class Void(Type_Safe):
        pass

    @dataclass
    class Empty:
        a: list[int]
        b: dict[str, int]
        c: set[int]
        d: tuple[()]
        e: tuple[int, ...]
        f: str
        g: bytes
        h: Nothing
        i: frozenset[int]

    for source in (Nothing(), Bare(), Void(), Empty([], {}, set(), (), (), "", b"", Nothing(), frozenset())):
        way.keeps(source)


@feature(SECTION, "nothing is shared with the source, nothing of it changed")
def test_freshness(way):
    @dataclass
    class Model:
        items: list[list[int]]
        by_name: dict[str, list[int]]
        anything: Any
        node: Node

    source = Model([[1]], {"a": [2]}, {"deep": [3, {4}]}, Node(1, [Node(2)]))
    arrived = convert(convert(source, way.source), way.target)
    way.keeps(source)
    arrived.items[0].append(9)
    arrived.by_name["a"].append(9)
    arrived.anything["deep"].append(9)
    arrived.node.children[0].value = 9
    assert source == Model([[1]], {"a": [2]}, {"deep": [3, {4}]}, Node(1, [Node(2)]))


@feature(SECTION, "the path of an error, in lists, dicts, tuples, unions, cyclic models")
def test_paths_of_errors(way):
    @dataclass
    class Inner:
        x: int

    @dataclass
    class Model:
        a: list[dict[str, Inner]]
        b: tuple[int, Inner]
        c: Optional[Inner] = None
        d: Optional[Node] = None

    def good():
        return Model([{}, {"k": Inner(1)}], (1, Inner(2)), Inner(3), Node(1, [Node(2)]))

    way.keeps(good())
    for spoil, path in (
        (lambda m: setattr(m.a[1]["k"], "x", "bad"), ("a", 1, "k", "x")),
        (lambda m: setattr(m.b[1], "x", "bad"), ("b", 1, "x")),
        (lambda m: setattr(m.c, "x", "bad"), ("c", "x")),
        (lambda m: setattr(m.d.children[0], "value", "bad"), ("d", "children", 0, "value")),
        (lambda m: m.a.append(5), ("a", 2)),
        (lambda m: m.a[0].update({1: Inner(1)}), ("a", 0, 1)),
    ):
        source = good()
        spoil(source)
        broken = convert(source, way.source, validate=False) if way.source != "basemodel" else source
        if kind_of(broken) == way.target:
            continue
        for _ in range(3):
            with pytest.raises(ConversionError) as caught:
                convert(broken, way.target)
            assert caught.value.path == path


class Tone(enum.Enum):
    LOW = 1


@feature(SECTION, "keys and members that hash, with fields that do not")
def test_hashable_models_with_mutable_fields(way):
    @dataclass(frozen=True)
    class Key:
        x: int
        notes: list[str] = field(default_factory=list, compare=False)

    @dataclass(frozen=True)
    class Named:
        name: str
        notes: dict[str, int] = field(default_factory=dict)

        def __hash__(self):
            return hash(self.name)

    class Tag(BaseModel, frozen=True):
        name: str
        notes: list[str] = []

        def __hash__(self):
            return hash(self.name)

    @dataclass
    class Model:
        keys: frozenset[Key]
        by_key: dict[Key, int]
        by_pair: dict[tuple[Named, int], int]
        anything: Any

    class Tags(BaseModel):
        tags: frozenset[Tag]
        by_tag: dict[Tag, int]

    way.keeps(Model(frozenset({Key(1, ["n"])}), {Key(2): 1}, {(Named("n", {"a": 1}), 1): 1}, {Key(3), Key(4)}))
    way.keeps(Tags(tags=frozenset({Tag(name="a", notes=["n"])}), by_tag={Tag(name="b"): 1}))
    for cls in (Key, Named, Tag):
        made = convert_class(cls, way.target)
        if way.target != kind_of(cls) and way.target != "type_safe":
            name = next(iter(made.__annotations__))
            value = 1 if name == "x" else "n"
            assert hash(made(**{name: value})) == hash(made(**{name: value}))


@feature(SECTION, "models that hash by identity in frozensets")
def test_models_that_hash_by_identity(way):
    @dataclass
    class Model:
        parts: frozenset[Part]
        by_part: dict[Part, int]

    arrived = way.keeps(Model(frozenset({Part(name="a"), Part(name="a")}), {Part(name="b"): 1}))
    if way.target == "basemodel":
        assert type(arrived.parts) is list


class Peer(BaseModel):
    """Equal only to itself, while its counterparts are equal by value."""

    x: int

    def __eq__(self, other):
        return self is other

    def __hash__(self):
        return id(self)


def test_members_that_become_equal_are_not_lost_unnoticed():
    class Model(BaseModel):
        peers: frozenset[Peer]

    for _ in range(3):
        with pytest.raises(ConversionError, match="1 of the items become equal to others"):
            convert(Model(peers=frozenset({Peer(x=1), Peer(x=1)})), "dataclass")


@feature(SECTION, "keys of dicts: enums, tuples, models that hash, primitives, None")
def test_keys(way):
    @dataclass(frozen=True)
    class Key:
        x: int

    @dataclass(unsafe_hash=True, slots=True)
    class Mutable:
        x: int

    class Named(BaseModel):
        name: str

        def __hash__(self):
            return hash(self.name)

    @dataclass
    class Model:
        by_mutable: dict[Mutable, str]
        by_named: dict[Named, str]
        by_tone: dict[Tone, int]
        by_pair: dict[tuple[int, str], int]
        by_key: dict[Key, str]
        by_any: dict[Any, int]
        by_maybe: dict[Optional[int], str]

    way.keeps(
        Model(
            {Mutable(1): "m"},
            {Named(name="n"): "n"},
            {Tone.LOW: 1},
            {(1, "a"): 2},
            {Key(1): "k"},
            {None: 1, 2: 2, (3,): 3, Tone.LOW: 4},
            {None: "n", 1: "o"},
        )
    )
