"""What a dataclass can say, in every direction."""

import dataclasses
import sys
from dataclasses import KW_ONLY, InitVar, dataclass, field
from typing import Annotated, Any, ClassVar, Generic, Optional, TypeVar

import pydantic
import pytest
from pydantic import ValidationError

from tests.matrix.way import UNCHECKED, feature
from type_safe_convert import ConversionError, ValueConversionError, convert, convert_class

SECTION = "dataclass"


def fields_of(cls: type) -> dict[str, Any]:
    return {item.name: item for item in dataclasses.fields(cls)}


@feature(SECTION, "`default_factory`")
def test_default_factories_make_fresh_values(way):
    @dataclass
    class Model:
        x: list[int] = field(default_factory=lambda: [1])
        y: dict[str, list[int]] = field(default_factory=dict)

    way.keeps(Model())
    way.keeps(Model([2], {"a": [3]}))
    made = convert_class(Model, way.target)
    assert made().x == [1]
    assert made().x is not made().x


@feature(SECTION, "`init=False`")
def test_fields_that_the_constructor_does_not_take(way):
    @dataclass
    class Model:
        x: int
        y: int = field(init=False, default=5)
        z: list[int] = field(init=False, default_factory=list)
        computed: int = field(init=False)

        def __post_init__(self):
            self.computed = self.x + 1

    way.keeps(Model(1))
    changed = Model(1)
    changed.y, changed.computed = 7, 99
    home = convert(way.keeps(changed), "dataclass")
    assert (home.y, home.computed) == (7, 99)


@feature(SECTION, "`init=False` without a value that was never set")
def test_fields_that_were_never_set(way):
    @dataclass
    class Model:
        x: int
        y: int = field(init=False)

    half = Model(1)
    arrived = way.keeps(half)
    arrived.y = 4
    assert convert(arrived, "dataclass").y == 4
    half.y = 3
    way.keeps(half)

    @dataclass(slots=True)
    class Slotted:
        x: int
        y: int = field(init=False)

    assert not hasattr(convert(way.keeps(Slotted(1)), "dataclass"), "y")

    @dataclass
    class Other:
        x: int
        y: int

    with pytest.raises(ConversionError) as caught:
        convert(convert(Model(1), way.source), Other)
    assert caught.value.path == ("y",)


@feature(SECTION, "`repr=False`, `compare=False`, `hash`")
def test_field_flags(way):
    @dataclass(unsafe_hash=True)
    class Model:
        x: int
        y: int = field(default=0, repr=False)
        z: int = field(default=0, compare=False)
        w: int = field(default=0, hash=False)

    way.keeps(Model(1, 2, 3, 4))
    if way.source == "dataclass":
        assert convert(convert(Model(1, z=5), way.target), "dataclass") == Model(1, z=6)
    if way.target == "basemodel":
        assert repr(convert(Model(1, 2, 3, 4), "basemodel")).endswith("(x=1, z=3, w=4)")


@feature(SECTION, "`kw_only`, of the class, of a field, by `KW_ONLY`")
def test_keyword_only(way):
    @dataclass(kw_only=True)
    class Whole:
        x: int = 1
        y: int

    @dataclass
    class Parts:
        x: int = 1
        z: int = field(kw_only=True)
        _: KW_ONLY
        y: int

    way.keeps(Whole(y=2))
    way.keeps(Parts(5, y=2, z=3))


@feature(SECTION, "`metadata`")
def test_metadata_is_carried(way):
    marker = object()

    @dataclass
    class Model:
        x: int = field(default=0, metadata={"description": "an x", "title": "X", "examples": (1, 2), "own": marker})
        y: int = field(default=0, metadata={"deprecated": "use x", "alias": "z", "json_schema_extra": {"unit": "m"}})

    way.keeps(Model(1))
    made = convert_class(Model, "basemodel")
    info = made.model_fields["x"]
    assert (info.description, info.title, info.examples) == ("an x", "X", [1, 2])
    info = made.model_fields["y"]
    assert (info.deprecated, info.alias, info.json_schema_extra) == ("use x", "z", {"unit": "m"})
    assert fields_of(convert_class(made, "dataclass"))["x"].metadata["own"] is marker


def test_metadata_of_another_library_under_known_names_is_left_alone():
    @dataclass
    class Model:
        x: int = field(default=1, metadata={"alias": 7, "title": ["x"], "examples": "abc", "description": None})
        y: int = field(default=2, metadata={"json_schema_extra": "y", "deprecated": 0, "examples": (1, 2)})

    made = convert_class(Model, "basemodel")
    assert made.model_json_schema()["properties"] == {
        "x": {"default": 1, "title": "X", "type": "integer"},
        "y": {"default": 2, "examples": [1, 2], "title": "Y", "type": "integer"},
    }
    assert made(x=3).x == 3


class Documented(dataclasses.Field):
    """A field with a `doc`, as Python 3.14 makes them."""

    __slots__ = ("doc",)


def documented(doc, metadata):
    if sys.version_info >= (3, 14):
        return dataclasses.field(default=0, doc=doc, metadata=metadata)
    made = Documented(
        default=0,
        default_factory=dataclasses.MISSING,
        init=True,
        repr=True,
        hash=None,
        compare=True,
        metadata=metadata,
        kw_only=dataclasses.MISSING,
    )
    made.doc = doc
    return made


@feature(SECTION, "`doc` of a field, since Python 3.14")
def test_the_doc_of_a_field_is_its_description(way):
    @dataclass
    class Model:
        x: int = documented("an x", {})
        y: int = documented("of the field", {"description": "of its metadata"})
        z: int = documented(None, {})

    way.keeps(Model(1, 2, 3))
    infos = convert_class(Model, "basemodel").model_fields
    assert [info.description for info in infos.values()] == ["an x", "of its metadata", None]


@feature(SECTION, "`Annotated` metadata and its constraints")
def test_annotated_is_kept_and_enforced(way):
    import annotated_types

    @dataclass
    class Model:
        x: Annotated[int, annotated_types.Gt(0), "a note"] = 1

    way.keeps(Model(3))
    with pytest.raises(ConversionError) as caught:
        convert(convert(Model(-1), way.source, validate=False), way.target)
    assert caught.value.path == ("x",)
    if way.target not in UNCHECKED:
        with pytest.raises(ValueError, match="x"):
            convert_class(Model, way.target)(x=-1)


@feature(SECTION, "`InitVar` with a default")
def test_init_variables_get_their_default(way):
    @dataclass
    class Model:
        x: int
        scale: InitVar[int] = 2
        y: int = field(init=False, default=0)

        def __post_init__(self, scale):
            self.y = self.x * scale

    source = Model(3, scale=5)
    home = convert(way.keeps(source), "dataclass")
    assert home.y == 15


@feature(SECTION, "`InitVar` without a default")
def test_required_init_variables(way):
    @dataclass
    class Model:
        x: int
        scale: InitVar[int]

        def __post_init__(self, scale):
            self.x *= scale

    arrived = way.keeps(Model(3, 5))
    assert arrived.x == 15
    if way.target != "dataclass":  # nobody knows what the `InitVar` of this one would be
        with pytest.raises(ValueConversionError) as caught:
            convert(type(arrived)(x=3), "dataclass")
        assert caught.value.path == ("scale",)

    @dataclass(frozen=True, slots=True)
    class Slotted:
        x: int
        scale: InitVar[int]

    way.keeps(Slotted(3, 5))


@feature(SECTION, "`ClassVar`")
def test_class_variables_are_no_fields(way):
    @dataclass
    class Model:
        shared: ClassVar[list[int]] = []
        x: int = 1

    arrived = way.keeps(Model(2))
    assert list(convert_class(Model, "dataclass").__dataclass_fields__) == ["shared", "x"]
    assert "shared" not in getattr(arrived, "__dict__", {})


@feature(SECTION, "`__post_init__` that computes, validates, raises")
def test_post_init(way):
    @dataclass
    class Model:
        name: str
        tags: list[str] = field(default_factory=list)

        def __post_init__(self):
            if not self.name:
                raise ValueError("a name is needed")
            self.tags = [*self.tags, "seen"]

    @dataclass
    class Empty:
        def __post_init__(self):
            self.calls = 1

    way.keeps(Empty())
    source = Model("n")
    home = convert(way.keeps(source), "dataclass")
    assert home.tags == ["seen"]
    if way.target == "dataclass":
        made = convert(source, way.source)
        made.name = ""
        with pytest.raises(ValueConversionError, match="a name is needed"):
            convert(made, "dataclass")


@feature(SECTION, "`frozen`")
def test_frozen(way):
    @dataclass(frozen=True)
    class Model:
        x: int
        y: tuple[int, ...] = ()

    arrived = way.keeps(Model(1, (2,)))
    with pytest.raises((AttributeError, ValidationError)):
        arrived.x = 2


@feature(SECTION, "frozen below mutable, mixed by hand")
def test_mixed_hierarchies(way):
    class Model(pydantic.BaseModel):
        x: int

    class Frozen(Model, frozen=True):
        y: int

    arrived = way.keeps(Frozen(x=1, y=2))
    with pytest.raises((AttributeError, ValidationError)):
        arrived.x = 2


@feature(SECTION, "`slots`")
def test_slots(way):
    @dataclass(slots=True)
    class Base:
        x: int
        y: "Optional[Base]" = None

    @dataclass(slots=True)
    class Child(Base):
        z: list[int] = field(default_factory=list)

    @dataclass(frozen=True, slots=True, weakref_slot=True)
    class Frozen:
        x: int

    way.keeps(Base(1))
    way.keeps(Child(1, Child(2), [3]))
    way.keeps(Frozen(1))


@feature(SECTION, "`order`, `eq=False`")
def test_order_and_equality(way):
    @dataclass(order=True)
    class Ordered:
        x: int

    @dataclass(eq=False)
    class Identity:
        x: int

    way.keeps(Ordered(1))
    way.keeps(Identity(1))
    if way.target != "dataclass":
        assert convert(Identity(1), way.target) != convert(Identity(1), way.target)

    @dataclass
    class Keyed:
        by_one: dict[Identity, int]
        some: frozenset[Identity]

    way.keeps(Keyed({Identity(1): 2, Identity(2): 3}, frozenset({Identity(1)})))
    assert convert(convert(Ordered(1), way.target), "dataclass") < Ordered(2)


@feature(SECTION, "inheritance with overridden fields")
def test_inheritance(way):
    @dataclass
    class Base:
        x: Any
        y: int = 1

    @dataclass
    class Child(Base):
        z: str = "z"
        x: int = 5

    @dataclass
    class Plain(Child):
        pass

    class Undecorated(Child):
        pass

    for cls in (Base, Child, Plain, Undecorated):
        home = convert(way.keeps(cls(3, 4)), "dataclass")
        assert type(home) is cls
    assert issubclass(convert_class(Child, way.target), convert_class(Base, way.target))


T = TypeVar("T")
U = TypeVar("U")


@dataclass
class Box(Generic[T]):
    content: T
    more: list[T] = field(default_factory=list)


@dataclass
class IntBox(Box[int]):
    label: str = ""


@dataclass
class Two(Generic[T, U]):
    left: T
    right: Box[U]


@feature(SECTION, "generic dataclasses, and fields of a parametrised one")
def test_generic_dataclasses(way):
    @dataclass
    class Model:
        box: Box[int]
        two: Two[int, str]
        boxes: list[Box[str]] = field(default_factory=list)

    way.keeps(Box("anything", [1]))
    way.keeps(IntBox(1, [2], "l"))
    way.keeps(Model(Box(1, [2]), Two(1, Box("r")), [Box("s")]))
    with pytest.raises(ConversionError) as caught:
        convert(convert(Model(Box("no"), Two(1, Box("r"))), way.source, validate=False), way.target)
    assert caught.value.path == ("box", "content")
    with pytest.raises(ConversionError) as caught:
        convert(convert(IntBox("no"), way.source, validate=False), way.target)
    assert caught.value.path == ("content",)


@feature(SECTION, "pydantic dataclasses")
def test_pydantic_dataclasses(way):
    @pydantic.dataclasses.dataclass
    class Model:
        x: int = pydantic.Field(gt=0, description="an x")
        y: list[int] = pydantic.Field(default_factory=list)
        z: int = pydantic.Field(default=0, alias="zed")

        @pydantic.field_validator("x")
        @classmethod
        def check(cls, value):
            if value == 13:
                raise ValueError("unlucky")
            return value

    way.keeps(Model(x=1, y=[2], zed=3))

    @pydantic.dataclasses.dataclass
    class Encoded:
        raw: pydantic.Base64Bytes
        many: list[pydantic.Json[int]] = pydantic.Field(default_factory=list)

    way.keeps(Encoded(raw=b"YUdrPQ==", many=["1", "2"]))
    if way.target == "dataclass":
        made = convert_class(Model, way.source).model_construct if way.source == "basemodel" else None
        if made is not None:
            with pytest.raises(ConversionError, match="unlucky"):
                convert(made(x=13, y=[]), "dataclass")


@feature(SECTION, "a hand-written `__init__` of the same signature")
def test_own_init_with_the_fields_as_keywords(way):
    @dataclass
    class Model:
        x: int
        y: int = 0

        def __init__(self, x, y=0, **more):
            self.x = x
            self.y = y
            self.calls = 1

    way.keeps(Model(1, 2))


@feature(SECTION, "a hand-written `__init__` of another signature")
def test_own_init_of_another_signature(way):
    @dataclass
    class Model:
        x: int
        y: int

        def __init__(self, text):
            self.x, self.y = map(int, text.split(","))

    home = convert(way.keeps(Model("1,2")), "dataclass")
    assert (home.x, home.y) == (1, 2)


@feature(SECTION, "`__setattr__`, properties and descriptors over fields")
def test_guarded_attributes(way):
    @dataclass
    class Model:
        x: int
        y: int = 1

        def __setattr__(self, name, value):
            if name == "x" and value < 0:
                raise ValueError("negative")
            super().__setattr__(name, value)

    way.keeps(Model(1, 2))


@feature(SECTION, "fields behind a property")
def test_fields_behind_a_property(way):
    @dataclass
    class Model:
        x: int

        def get(self):
            return self._x

        def put(self, value):
            self._x = value

    Model.x = property(Model.get, Model.put)
    way.keeps(Model(3))


@feature(SECTION, "attributes set beside the fields")
def test_undeclared_attributes(way):
    @dataclass
    class Model:
        x: int

    source = Model(1)
    source.note = ["n"]
    home = convert(way.keeps(source), "dataclass")
    assert home.note == ["n"]
    assert home.note is not source.note


@feature(SECTION, "names that pydantic refuses: `_x`, `model_config`, `model_fields`, `class_`")
def test_refused_names(way):
    @dataclass
    class Model:
        _x: int
        x: int
        model_config: str
        model_fields: int = 1
        class_: str = "c"
        __dunder: int = 2

    way.keeps(Model(1, 2, "m"))
    dump = convert(Model(1, 2, "m"), "basemodel").model_dump(by_alias=True)
    assert dump["_x"] == 1
    assert dump["x"] == 2
    assert dump["model_config"] == "m"


@feature(SECTION, "a field's default that is a mutable or unhashable object")
def test_unusual_defaults(way):
    class Odd:
        def __eq__(self, other):
            return type(other) is Odd

        __hash__ = None

    @dataclass(frozen=True)
    class Inner:
        x: int = 1

    @dataclass
    class Model:
        inner: Inner = Inner(5)
        kind: type = int
        call: Any = len
        maybe: Optional[int] = None

    way.keeps(Model())
    made = convert_class(Model, way.target)()
    assert made.inner.x == 5
    assert made.kind is int


@feature(SECTION, "a nested model of a foreign kind")
def test_foreign_models(way):
    class Inner(pydantic.BaseModel):
        x: int

    @dataclass
    class Model:
        inner: Inner
        many: list[Inner]

    way.keeps(Model(Inner(x=1), [Inner(x=2)]))
