"""What an attrs class can say, through every other kind and back."""

import enum
import functools
from typing import Any, Generic, Optional, TypeVar

import attrs
import pytest
from attrs import validators

from tests.matrix.way import feature
from type_safe_convert import ConversionError, convert, convert_class

SECTION = "attrs"
attrs_feature = functools.partial(feature, SECTION, of="attrs")


@attrs_feature("defaults, `factory`, `@x.default`")
def test_defaults(way):
    @attrs.define
    class Model:
        a: int = 1
        b: list[int] = attrs.field(factory=list)
        c: int = attrs.field()

        @c.default
        def _c(self):
            return self.a + 1

    way.keeps(Model())
    way.keeps(Model(2, [3], 4))


@attrs_feature("converters")
def test_converters(way):
    @attrs.define
    class Model:
        a: int = attrs.field(converter=int)
        b: Optional[str] = attrs.field(default=None, converter=attrs.converters.optional(str.strip))

    way.keeps(Model("5", " b "))
    way.keeps(Model("5"))


@attrs_feature("validators that become constraints")
def test_constraints(way):
    @attrs.define
    class Model:
        a: int = attrs.field(validator=[validators.gt(0), validators.lt(9)])
        b: str = attrs.field(validator=validators.max_len(3))

    way.keeps(Model(1, "abc"))
    broken = Model(1, "abc")
    object.__setattr__(broken, "a", 10)
    if way.kind != "typeddict":  # whose instance the function of the class would be needed for
        with pytest.raises(ConversionError) as caught:
            convert(broken, way.kind)
        assert caught.value.path == ("a",)


@attrs_feature("validators of a user")
def test_own_validators(way):
    @attrs.define
    class Model:
        low: int
        high: int = attrs.field()

        @high.validator
        def _check(self, attribute, value):
            if value < self.low:
                raise ValueError("too low")

    way.keeps(Model(1, 2))


@attrs_feature("`__attrs_post_init__`, `__attrs_pre_init__`")
def test_post_init(way):
    @attrs.define
    class Model:
        a: int
        total: int = attrs.field(init=False)

        def __attrs_pre_init__(self):
            self.total = 0

        def __attrs_post_init__(self):
            self.total = self.a * 2

    way.keeps(Model(3))


@attrs_feature("`init=False`, never set")
def test_never_set(way):
    @attrs.define
    class Model:
        a: int
        later: int = attrs.field(init=False)

    way.keeps(Model(3))
    done = Model(3)
    done.later = 4
    way.keeps(done)


@attrs_feature("private names, `alias`")
def test_private_names(way):
    @attrs.define
    class Model:
        _a: int
        b: int = attrs.field(default=2, alias="bee")

    way.keeps(Model(a=1, bee=3))


@attrs_feature("`frozen`, `slots`")
def test_frozen(way):
    @attrs.frozen
    class Slotted:
        a: int

    @attrs.frozen(slots=False)
    class Plain:
        a: int

    way.keeps(Slotted(1))
    way.keeps(Plain(1))


@attrs_feature("attributes beside the fields")
def test_attributes_beside_the_fields(way):
    @attrs.define(slots=False)
    class Model:
        a: int

    instance = Model(1)
    instance.more = 2
    way.keeps(instance)


@attrs_feature("`kw_only`, `eq`, `order`, `hash`, `repr`, `metadata`, `on_setattr`")
def test_options(way):
    @attrs.define(kw_only=True, order=True, unsafe_hash=True)
    class Model:
        a: int = attrs.field(repr=False, eq=False, metadata={"m": 1})
        b: int = attrs.field(default=1, on_setattr=attrs.setters.frozen)

    way.keeps(Model(a=1, b=2))


T = TypeVar("T")


@attrs.define
class Box(Generic[T]):
    content: T


@attrs.define
class Leaf:
    value: int


@attrs.define
class Heavy(Leaf):
    weight: float = 1.0


@attrs_feature("inheritance, nesting, containers, generic classes")
def test_nesting(way):
    class Size(enum.Enum):
        S = "s"

    @attrs.define
    class Base:
        leaf: Leaf
        leaves: list[Leaf] = attrs.field(factory=list)

    @attrs.define
    class Model(Base):
        by_name: dict[str, Leaf] = attrs.field(factory=dict)
        box: Optional[Box[Leaf]] = None
        size: Size = Size.S

    way.keeps(Model(Leaf(1), [Leaf(2)], {"a": Leaf(3)}, Box(Leaf(4))))
    assert issubclass(convert_class(Model, "attrs"), Base)


@attrs_feature("a subclass where its base is declared")
def test_polymorphism(way):
    @attrs.define
    class Model:
        leaf: Leaf
        leaves: list[Leaf]

    way.keeps(Model(Heavy(1, 2.0), [Leaf(1), Heavy(3)]))


@attrs.define(eq=False)
class Node:
    value: int
    parent: Optional["Node"] = None
    children: list["Node"] = attrs.field(factory=list)


@attrs_feature("recursive classes; cycles")
def test_recursion(way):
    way.keeps(Node(1, children=[Node(2, children=[Node(3)])]))
    root = Node(1)
    root.children.append(Node(2, parent=root))
    way.keeps(root)


@attrs_feature("`cached_property`, methods, `ClassVar`s, `@attr.s(auto_attribs=True)`, fields without annotations")
def test_older_syntax(way):
    import attr

    @attr.s(auto_attribs=True)
    class Older:
        a: int = 1
        b: Any = None

    @attr.s
    class Oldest:
        a = attr.ib()
        b = attr.ib(type=int, default=2)

    way.keeps(Older(2, [1]))
    way.keeps(Oldest("x"))
