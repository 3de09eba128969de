"""What a Struct of msgspec can say, through every other kind and back."""

import datetime
import functools
from typing import Annotated, Any, Generic, Literal, Optional, TypeVar, Union

import msgspec
import pytest
from msgspec import UNSET, Meta, Struct, UnsetType

from tests.matrix.way import feature
from type_safe_convert import ConversionError, convert, convert_class, converter

SECTION = "msgspec"
struct_feature = functools.partial(feature, SECTION, of="msgspec")


@struct_feature("defaults, `default_factory`")
def test_defaults(way):
    class Model(Struct):
        a: int
        b: list[int] = []
        c: dict[str, int] = msgspec.field(default_factory=dict)

    way.keeps(Model(1))
    way.keeps(Model(1, [2], {"c": 3}))


@struct_feature("`frozen`, `kw_only`, `order`, `eq=False`, `gc=False`, `weakref`, `cache_hash`")
def test_options(way):
    class Model(Struct, frozen=True, kw_only=True, order=True, weakref=True, cache_hash=True):
        a: int
        b: str = "b"

    class Other(Struct, eq=False, gc=False):
        a: int

    way.keeps(Model(a=1))
    way.keeps(Other(1))


@struct_feature("`rename`, `field(name=...)`, `forbid_unknown_fields`, `omit_defaults`, `array_like`")
def test_encoding(way):
    class Model(Struct, rename="camel", forbid_unknown_fields=True, omit_defaults=True):
        first_name: str
        other: int = msgspec.field(default=1, name="o")

    class Row(Struct, array_like=True):
        a: int
        b: str = "b"

    way.keeps(Model("n"))
    way.keeps(Row(1))
    if way.kind != "typeddict":
        assert msgspec.json.encode(convert(convert(Model("n", 2), way.kind), Model)) == b'{"firstName":"n","o":2}'


@struct_feature("`tag`, `tag_field`, unions of tagged Structs")
def test_tags(way):
    class Cat(Struct, tag=True):
        lives: int

    class Dog(Struct, tag="dog", tag_field="type"):
        name: str

    class Bird(Struct, tag="bird", tag_field="type"):
        wings: int

    class Model(Struct):
        cat: Cat
        pet: Union[Dog, Bird]
        pets: list[Union[Dog, Bird]]

    way.keeps(Model(Cat(1), Dog("a"), [Bird(2), Dog("b")]))


@struct_feature("constraints by `Meta`")
def test_constraints(way):
    class Model(Struct):
        a: Annotated[int, Meta(gt=0, le=9)]
        b: Annotated[str, Meta(min_length=1, pattern="^a")]
        c: Annotated[list[Annotated[int, Meta(multiple_of=2)]], Meta(max_length=2)]

    way.keeps(Model(1, "ab", [2, 4]))
    for name, value in (("a", 10), ("b", "b"), ("c", [2, 4, 6])):
        broken = Model(1, "ab", [2, 4])
        setattr(broken, name, value)
        with pytest.raises(ConversionError) as caught:
            converter(Model, convert_class(Model, way.kind))(broken)
        assert caught.value.path == (name,)


@struct_feature("`UNSET`")
def test_unset(way):
    class Model(Struct):
        a: Union[int, UnsetType] = UNSET
        b: Union[str, UnsetType, None] = UNSET

    way.keeps(Model())
    way.keeps(Model(1, None))


@struct_feature("`__post_init__`")
def test_post_init(way):
    class Model(Struct):
        a: int
        b: int = 0

        def __post_init__(self):
            if self.a < 0:
                raise ValueError("negative")
            self.b = self.a * 2

    way.keeps(Model(1))
    changed = Model(1)
    changed.b = 5
    way.keeps(changed)


@struct_feature("attributes beside the fields (`dict=True`)")
def test_attributes_beside_the_fields(way):
    class Model(Struct, dict=True):
        a: int

    instance = Model(1)
    instance.more = 2
    way.keeps(instance)


T = TypeVar("T")


class Leaf(Struct):
    value: int


class Heavy(Leaf):
    weight: float = 1.0


class Box(Struct, Generic[T]):
    content: T
    more: list[T] = []


@struct_feature("inheritance, nesting, containers, generic Structs")
def test_nesting(way):
    class Base(Struct, kw_only=True):
        leaf: Leaf
        when: datetime.datetime

    class Model(Base):
        by_name: dict[str, Leaf]
        box: Box[Leaf]
        pair: tuple[Leaf, int]
        maybe: Optional[Box[int]] = None

    instance = Model(
        {"a": Leaf(1)}, Box(Leaf(2), [Leaf(3)]), (Leaf(4), 5), Box(6), leaf=Leaf(7), when=datetime.datetime(2026, 1, 1)
    )
    way.keeps(instance)


@struct_feature("a subclass where its base is declared")
def test_polymorphism(way):
    class Model(Struct):
        leaf: Leaf
        leaves: list[Leaf]

    way.keeps(Model(Heavy(1, 2.0), [Leaf(1), Heavy(3)]))


class Node(Struct, eq=False):
    value: int
    parent: Optional["Node"] = None
    children: list["Node"] = []


@struct_feature("recursive Structs; cycles")
def test_recursion(way):
    way.keeps(Node(1, children=[Node(2, children=[Node(3)])]))
    root = Node(1)
    root.children.append(Node(2, parent=root))
    way.keeps(root)


@struct_feature("`Raw`, `Any`, `Literal`")
def test_anything(way):
    class Model(Struct):
        kind: Literal["a", "b"]
        anything: Any
        raw: msgspec.Raw = msgspec.Raw(b"{}")

    way.keeps(Model("a", [1, {"b": None}]))


@struct_feature("`msgspec.defstruct`")
def test_defstruct(way):
    model = msgspec.defstruct("Defined", [("a", int), ("b", str, "b")], module=__name__)
    way.keeps(model(1))
