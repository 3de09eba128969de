"""What annotations mean, to conversions and to made classes: each form of annotation that typing has."""

import collections
import enum
import types
import typing
from dataclasses import dataclass, field, make_dataclass
from typing import (
    Annotated,
    Any,
    Callable,
    Deque,
    Dict,
    Final,
    FrozenSet,
    Generic,
    List,
    Literal,
    Mapping,
    NewType,
    Optional,
    Sequence,
    Set,
    Tuple,
    TypeVar,
    Union,
)

import pydantic_core.core_schema
import pytest
import typing_extensions
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.Type_Safe__Primitive import Type_Safe__Primitive
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Tuple import Type_Safe__Tuple
from pydantic import BaseModel, EmailStr
from typing_extensions import LiteralString, NotRequired, TypeAliasType, TypedDict

from type_safe_convert import ConversionError, UnresolvedNameWarning, ValueConversionError, convert, convert_class
from type_safe_convert.hypothesis import check_round_trip
from type_safe_convert.model.family import shape_of

T = TypeVar("T")
Number = NewType("Number", int)
KINDS = ("type_safe", "basemodel")


JSON = TypeAliasType("JSON", Union[dict[str, "JSON"], list["JSON"], str, int, None])
Defaulted = typing_extensions.TypeVar("Defaulted", default=int)


class Color(enum.Enum):
    RED = "red"


class Child(Type_Safe):
    n: int


class Record(TypedDict):
    a: int
    b: NotRequired[str]


@dataclass
class Holder:
    x: Any


def class_of(annotation: Any) -> Any:
    return dataclass(type("Target", (), {"__annotations__": {"x": annotation}}))


@pytest.mark.parametrize(
    ("annotation", "good", "bad"),
    [
        (Final[int], 1, "a"),
        (Number, 1, "a"),
        (EmailStr, "a@example.com", "nope"),
        (Type_Safe__Primitive, Safe_Str("a"), "a"),
        (tuple[int, *tuple[str, ...]], (1, "a", "b"), [1]),
        (Tuple, (1, "a"), [1]),
        (Type_Safe__Tuple, (1, "a"), [1]),
        (tuple[()], (), (1,)),
        (List, [1, "a"], (1,)),
        (Dict, {1: "a"}, [1]),
        (Deque[int], collections.deque([1], maxlen=3), [1]),
        (collections.Counter[str], collections.Counter("aab"), {"a": 1.5}),
        (Literal["a", 1], 1, True),
        (type[int], bool, str),
        (Callable[[int], str], str, "a"),
        (Record, {"a": 1}, {"b": "c"}),
        (Record, {"a": 1, "b": "c"}, {"a": 1, "b": 2}),
        (Record, {"a": 1, "more": [1]}, {"more": [1]}),
        (Union[Literal["a"], int], "a", "b"),
        (Annotated[Optional[list[int]], "a note"], [1], ["a"]),
        (Sequence[int], (1, 2), ("a",)),
        (Mapping[str, int], {"a": 1}, {"a": "b"}),
        (Optional[FrozenSet[int]], frozenset({1}), {1}),
        (Sequence[int], range(3), 3),
        (Color, Color.RED, "blue"),
        (LiteralString, "a", 1),
        (Defaulted, 1, "a"),
        (JSON, {"a": [1, None]}, {1}),
    ],
)
def test_what_an_annotation_allows_and_what_it_forbids(annotation, good, bad):
    """From a field that takes anything, in the interpreted way and in generated code."""
    target = class_of(annotation)
    for _ in range(3):
        assert convert(Holder(good), target).x == good
        with pytest.raises(ConversionError) as caught:
            convert(Holder(bad), target)
        assert caught.value.path[0] == "x"
        assert "Error" not in str(caught.value)
    for _ in range(3):
        check_round_trip(target(good))


@dataclass
class Everything:
    mapping: dict[str, Child]
    many: tuple[Child, ...]
    pair: tuple[int, Child]
    nested: Optional[list[dict[str, Child]]]
    queue: collections.deque[Child]
    record: Record
    bare_tuple: tuple
    bare_list: list
    annotated: Annotated[list[Child], "a note"]
    union: Union[Child, int]
    counted: collections.Counter[str]
    choice: Literal["a"]
    cls: type[int]
    function: Callable[[int], str]
    frozen: frozenset[str]
    read: Mapping[str, Child]
    ordered: Sequence[Child]
    nothing: tuple[()]
    literal: LiteralString
    json: JSON
    typed: Type_Safe__Tuple


@pytest.mark.parametrize("kind", KINDS)
def test_annotations_of_a_made_class_name_its_siblings(kind):
    """At any depth; whatever holds no model is annotated as in the origin."""
    child: Any = convert_class(Child, kind)
    assert convert_class(Everything, kind).__annotations__ == {
        "mapping": dict[str, child],
        "many": tuple[child, ...],
        "pair": tuple[int, child],
        "nested": Optional[list[dict[str, child]]],
        "queue": collections.deque[child],
        "record": Record,
        "bare_tuple": tuple,
        "bare_list": list,
        "annotated": Annotated[list[child], "a note"],
        "union": Union[child, int],
        "counted": collections.Counter[str],
        "choice": Literal["a"],
        "cls": type[int],
        "function": Callable[[int], str],
        "frozen": frozenset[str],
        "read": collections.abc.Mapping[str, child],
        "ordered": collections.abc.Sequence[child],
        "nothing": tuple[()],
        "literal": LiteralString,
        "json": Union[dict[str, Any], list[Any], str, int, None],
        "typed": tuple,
    }


def test_a_made_class_takes_siblings_and_refuses_origins():
    model: Any = convert_class(class_of(dict[str, Child]), "basemodel")
    made = convert(Child(n=1), "basemodel")
    assert model(x={"a": made}).x["a"].n == 1
    with pytest.raises(ValueError, match="Child__BaseModel"):
        model(x={"a": Child(n=1)})


@dataclass
class Base(Generic[T]):
    items: List[T]
    table: Dict[str, Optional[T]] = field(default_factory=dict)


@dataclass
class Filled(Base[int]):
    pass


def test_a_generic_base_knows_what_its_subclass_filled_in():
    for kind in KINDS:
        assert convert(Filled([1], {"a": None}), kind).items == [1]
        for bad in (Filled(["a"]), Filled([], {"a": "b"})):
            with pytest.raises(ValueConversionError):
                convert(bad, kind)


@dataclass
class Box(Generic[T]):
    _x: T


@dataclass
class Boxes:
    box: Box[int]


def test_a_parametrised_model_is_checked_by_the_name_that_its_field_has_there():
    made = convert(Boxes(Box(1)), "basemodel")
    assert convert(made, "dataclass") == Boxes(Box(1))
    made.box.x = "a"
    with pytest.raises(ValueConversionError) as caught:
        convert(made, "dataclass")
    assert caught.value.path == ("box", "_x")


class BoxOf(Type_Safe, Generic[T]):
    x: T


class Typed(Type_Safe):
    boxes: List[BoxOf[int]]


def test_a_typed_list_expects_what_the_constructor_has_it_expect():
    source = Typed()
    home = convert(convert(source, "dataclass"), "type_safe")
    assert home.boxes.expected_type == source.boxes.expected_type


Recursive = typing.ForwardRef("Nowhere")


@pytest.mark.filterwarnings("ignore::type_safe_convert.UnresolvedNameWarning")
def test_what_cannot_be_resolved_is_anything_in_a_made_class():
    for kind in KINDS:
        assert convert_class(class_of(Recursive), kind).__annotations__["x"] is Any


@dataclass
class Partly:
    items: "list[Missing]"  # noqa: F821
    maybe: "Missing | None"  # noqa: F821
    pair: "Tuple[Missing, int]"  # noqa: F821
    whole: "missing.Missing[int]"  # noqa: F821


@pytest.mark.filterwarnings("ignore::type_safe_convert.UnresolvedNameWarning")
def test_what_is_known_of_text_with_an_unknown_name_counts():
    for kind in KINDS:
        annotations = convert_class(Partly, kind).__annotations__
        assert annotations == {"items": list[Any], "maybe": Optional[Any], "pair": tuple[Any, int], "whole": Any}
        convert(Partly([Child(), 1], None, ("a", 1), 5), kind)
        for bad in (Partly(3, None, ("a", 1), 5), Partly([], 1, ("a", "b"), 5)):
            with pytest.raises(ValueConversionError):
                convert(bad, kind)
    unresolved = [field.node.unresolved for field in shape_of(Partly).fields.values() if field.name == "whole"]
    assert unresolved == ["missing.Missing[int]"]


def test_where_text_is_no_expression_any_value_passes():
    for text in ("", " ", "a note", "1 +"):
        with pytest.warns(UnresolvedNameWarning, match="its annotations cannot be evaluated"):
            assert convert(class_of(text)(3), "basemodel").x == 3


def _functions_classes():
    @dataclass
    class Outer:
        inner: "Inner"
        maybe: "Optional[Inner]" = None
        many: Optional[list["Inner"]] = None
        table: Dict[str, "Inner"] = field(default_factory=dict)
        noted: Annotated[Union["Inner", int], "a note"] = 1
        pair: tuple["Inner", ...] = ()
        made_by: Callable[["Inner"], "Inner"] = len

    @dataclass
    class Inner:
        n: int

    class Late(BaseModel):
        of: "Optional[Early]" = None

    class Early(BaseModel):
        n: int

    return Outer, Inner, Late, Early


def test_names_of_a_function_that_has_returned():
    """They mean the classes that it made, whatever is called so where the conversion is asked for."""
    Inner = str  # noqa: F841  # the name that must not be found
    outer, inner, late, early = _functions_classes()
    for kind in KINDS:
        sibling = convert_class(inner, kind)
        made = convert(outer(inner(1), None, [inner(2)], {"a": inner(3)}, inner(4), (inner(5),)), kind)
        for found in (made.inner, made.many[0], made.table["a"], made.noted, made.pair[0]):
            assert type(found) is sibling
        for bad in (outer("a"), outer(inner(1), many=["a"]), outer(inner(1), noted="a"), outer(inner(1), pair=("a",))):
            with pytest.raises(ValueConversionError):
                convert(bad, kind)
    with pytest.raises(ValueConversionError):
        convert(late.model_construct(of=3), "dataclass")
    assert convert(late.model_construct(of=early(n=1)), "dataclass").of.n == 1


def test_sets_of_numbers_in_type_safe_accept_subclasses():
    class Model(Type_Safe):
        x: Set[int]

    assert convert(Holder({True}), class_of(Set[bool])).x == {True}
    with pytest.raises(ValueConversionError):
        convert(Holder({True}), Model)


Chain = TypeAliasType("Chain", "tuple[T, Chain[T]] | None", type_params=(T,))
Json = TypeAliasType("Json", "dict[str, Json] | list[Json] | int | None")
Even = TypeAliasType("Even", "int | list[Odd]")
Odd = TypeAliasType("Odd", dict[str, "Even"])


class Part(TypedDict):
    number: int
    parts: "list[Part]"


class Turn(typing.NamedTuple):
    number: int
    next: "Optional[Turn]" = None


@pytest.mark.parametrize(
    ("annotation", "good", "bad", "path"),
    [
        (Chain[int], (1, (2, None)), (1, ("2", None)), (1, 0)),
        (Json, {"a": [{"b": [None, 3]}]}, {"a": [{"b": [None, "3"]}]}, ("a", 0, "b", 1)),
        (Even, [{"a": [{"b": 1}]}], [{"a": [{"b": True}]}], (0, "a", 0, "b")),
        (
            Part,
            {"number": 1, "parts": [{"number": 2, "parts": []}]},
            {"number": 1, "parts": [{"number": "2", "parts": []}]},
            ("parts", 0, "number"),
        ),
        (Turn, Turn(1, Turn(2, Turn(3))), Turn(1, Turn(2, Turn("3"))), (1, 1, 0)),
    ],
)
@pytest.mark.parametrize("base", [Type_Safe, BaseModel, object])
def test_what_refers_to_itself_is_checked_at_every_depth(annotation, good, bad, path, base):
    written = (
        class_of(annotation) if base is object else type("Target", (base,), {"__annotations__": {"x": annotation}})
    )
    for _ in range(3):
        assert convert(Holder(good), written).x == good
        with pytest.raises(ValueConversionError) as caught:
            convert(Holder(bad), written)
        assert caught.value.path == ("x", *path)


@pytest.mark.parametrize(
    "make", {TypeAliasType, getattr(typing, "TypeAliasType", TypeAliasType)}, ids=lambda cls: cls.__module__
)
def test_an_alias_means_what_it_stands_for_whoever_made_it(make):
    """That of the interpreter, which `type X = ...` makes, is another class than that of typing_extensions."""

    class Inner(BaseModel):
        n: int

    alias, generic = make("alias", list[Inner]), make("generic", dict[str, T], type_params=(T,))
    written = class_of(tuple[alias, generic[Inner]])
    made = convert(written(([Inner(n=1)], {"a": Inner(n=2)})), "type_safe")
    inner = convert_class(Inner, "type_safe")
    assert shape_of(written).fields["x"].unresolved == ()
    assert convert(made, "dataclass").x == ([Inner(n=1)], {"a": Inner(n=2)})
    assert (type(made.x[0][0]), type(made.x[1]["a"])) == (inner, inner)


class Tree(TypedDict):
    """Refers to itself, by way of another, and to a model."""

    value: int
    trees: "list[Tree]"
    leaf: "Leaf"
    other: NotRequired["Other"]


class Other(TypedDict):
    tree: NotRequired[Tree]
    others: "dict[str, Other]"


class Leaf(BaseModel):
    size: int = 1


class Link(typing.NamedTuple):
    name: str
    next: "Link | None" = None


class Referring(BaseModel):
    tree: Tree
    other: Other
    link: Link


def test_typed_dicts_and_named_tuples_that_refer_to_themselves():
    inner: Any = {"value": 2, "trees": [], "leaf": Leaf(size=3)}
    tree: Any = {"value": 1, "trees": [inner], "leaf": Leaf(), "other": {"others": {"a": {"others": {}}}}}
    source = Referring(tree=tree, other={"tree": tree, "others": {}}, link=Link("a", Link("b")))
    for kind in ("type_safe", "dataclass"):
        made = convert(source, kind)
        assert type(made.tree["trees"][0]["leaf"]) is convert_class(Leaf, kind)
        assert type(made.link.next) is Link
    check_round_trip(source)
    wrong = Referring.model_construct(tree={**tree, "value": "1"}, other=source.other, link=source.link)
    with pytest.raises(ValueConversionError, match=r"tree\.value: expected int"):
        convert(wrong, "dataclass")


@dataclass
class Schemas:
    schema: "pydantic_core.core_schema.CoreSchema"


def test_many_typed_dicts_that_refer_to_each_other():
    """Pydantic's own core schemas: some fifty, each of which may hold any other."""
    check_round_trip(Schemas(Referring.__pydantic_core_schema__))


@pytest.mark.parametrize("cls", [types.GenericAlias, types.UnionType, typing.TypeVar, typing.ForwardRef])
@pytest.mark.parametrize(
    "wrap", [lambda cls: cls, lambda cls: cls | None, lambda cls: list[cls], lambda cls: dict[str, cls]]
)
def test_the_classes_of_annotations_are_annotations_too(cls, wrap):
    holder = make_dataclass("Holder", [("held", wrap(cls))])
    for kind in ("basemodel", "type_safe"):
        with pytest.raises(ValueConversionError):
            convert(holder({"a": [3]}), kind)
