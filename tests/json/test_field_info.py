"""`Field()` of pydantic in standard dataclasses and in `Annotated` of Type_Safe classes: read as `TypeAdapter` does."""

import dataclasses
import json
import warnings
from typing import Annotated, Any, NamedTuple, Union

import attrs
import msgspec
import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import AliasChoices, AliasPath, Field, TypeAdapter, ValidationError, create_model
from typing_extensions import TypedDict

from type_safe_convert import ValueConversionError, convert, convert_class, json_schema
from type_safe_convert.json.codec import JsonError, from_json, from_python, to_json, to_python

pytestmark = pytest.mark.filterwarnings("error")


@dataclasses.dataclass
class Order:
    first: Annotated[str, Field(alias="First", max_length=3)]
    count: int = Field(2, ge=1, description="How many")
    tags: list[int] = Field(default_factory=list, alias="Tags", max_length=2)  # noqa: RUF009  # meant
    hidden: str = Field("x", exclude=True)
    choice: int = Field(default=1, validation_alias=AliasChoices("C", AliasPath("cs", 0)), serialization_alias="out")
    short: str = dataclasses.field(default="abc", metadata={"max_length": 3})
    strict: Annotated[float, Field(strict=True, multiple_of=0.5)] = 1.5
    either: Union[Annotated[int, Field(gt=5)], str] = 7
    needed: int = Field(gt=0)


@dataclasses.dataclass
class Small:
    kept: int = Field(1, le=5)

    def __post_init__(self) -> None:
        assert isinstance(self.kept, int)


@dataclasses.dataclass
class Nest:
    small: Small = Field(default_factory=lambda: Small(1))  # noqa: RUF009  # meant
    smalls: list[Small] = Field(default_factory=list)  # noqa: RUF009  # meant


@dataclasses.dataclass
class Holder:
    order: Order
    orders: list[Order] = Field(default_factory=list, alias="All")  # noqa: RUF009  # meant


DATA: list[dict[str, Any]] = [
    {"First": "a", "needed": 1},
    {"First": "a", "needed": 1, "count": 5, "Tags": [1, 2], "C": 3, "short": "a", "strict": 2.5, "either": "s"},
    {"First": "a", "needed": 1, "cs": [4]},
    {"First": "abcd", "needed": 1},
    {"First": "a"},
    {"First": "a", "needed": 0},
    {"First": "a", "needed": 1, "count": 0},
    {"First": "a", "needed": 1, "Tags": [1, 2, 3]},
    {"First": "a", "needed": 1, "short": "abcd"},
    {"First": "a", "needed": 1, "strict": 0.3},
    {"First": "a", "needed": 1, "either": 3},
]
GENERATED = [convert_class(Order, kind) for kind in ("basemodel", "type_safe")]


@pytest.mark.parametrize("cls", [Order, *GENERATED])
@pytest.mark.parametrize("data", DATA)
def test_json_is_read_and_written_as_a_type_adapter_does(data: dict[str, Any], cls: Any) -> None:
    adapter = TypeAdapter(Order)
    text = json.dumps(data)
    try:
        expected = adapter.validate_json(text)
    except ValidationError:
        with pytest.raises(JsonError):
            from_json(cls, text)
        return
    made = from_json(cls, text)

    assert convert(made, Order) == expected
    for by_alias in (True, False):
        assert json.loads(to_json(made, by_alias=by_alias)) == json.loads(
            adapter.dump_json(expected, by_alias=by_alias)
        )


def test_a_holder_reads_and_writes_what_is_inside() -> None:
    text = '{"order":{"First":"a","needed":1},"All":[{"First":"b","needed":2}]}'
    for cls in (Holder, convert_class(Holder, "basemodel"), convert_class(Holder, "type_safe")):
        made = from_json(cls, text)
        assert [item.first for item in made.orders] == ["b"]
        assert convert(from_json(cls, to_json(made, by_alias=True)), Holder) == convert(made, Holder)
        assert json.loads(to_json(made, by_alias=True)) == json.loads(
            TypeAdapter(Holder).dump_json(TypeAdapter(Holder).validate_json(text), by_alias=True)
        )


@pytest.mark.parametrize("cls", [Order, *GENERATED])
def test_the_schema_is_that_of_a_type_adapter(cls: Any) -> None:
    for by_alias in (True, False):
        expected = TypeAdapter(Order).json_schema(by_alias=by_alias)["properties"]
        assert json_schema(cls, by_alias=by_alias)["properties"] == expected


def test_the_generated_model_validates_by_itself() -> None:
    model = convert_class(Order, "basemodel")

    assert model.model_validate({"First": "a", "needed": 1}).count == 2
    assert model(first="a", needed=1).tags == []
    with pytest.raises(ValidationError):
        model.model_validate({"First": "a", "needed": 1, "count": 0})
    assert model.model_fields["count"].description == "How many"


def test_what_the_constructor_leaves_there_stands_for_the_default() -> None:
    order, nest = Order("a", needed=3), Nest()

    for kind in ("basemodel", "type_safe"):
        for _ in range(3):  # interpreted, then generated
            made = convert(order, kind)
            assert (made.count, made.tags, made.choice) == (2, [], 1)
            assert convert(made, Order).count == 2
            assert convert(convert(nest, kind), Nest) == Nest(Small(1), [])


def test_constraints_count_in_conversions() -> None:
    for wrong in ({"count": 0}, {"tags": [1, 2, 3]}, {"short": "abcd"}, {"strict": 0.3}, {"needed": -1}):
        values = {"first": "a", "count": 1, "tags": [], "choice": 1, "needed": 1, "hidden": "", **wrong}
        for kind in ("basemodel", "type_safe"):
            with pytest.raises(ValueConversionError) as caught:
                convert(Order(**values), kind)
            assert caught.value.path[0] in wrong


def test_a_field_that_the_source_lacks_gets_the_default() -> None:
    @dataclasses.dataclass
    class Nothing:
        pass

    assert convert(Nothing(), Small) == Small(1)


class Safe(Type_Safe):
    first: Annotated[str, Field(alias="First", max_length=3, description="A name")]
    items: Annotated[list[int], Field(alias="Items")]


def test_a_type_safe_class_may_say_it_in_annotated() -> None:
    for cls in (Safe, convert_class(Safe, "basemodel"), convert_class(Safe, "dataclass")):
        made = from_json(cls, '{"First":"a","Items":[1]}')
        assert made.first == "a"
        assert to_json(made, by_alias=True) == b'{"First":"a","Items":[1]}'
        assert json_schema(cls)["properties"]["First"]["description"] == "A name"
        with pytest.raises(JsonError):
            from_json(cls, '{"First":"abcd"}')


NAMED: dict[str, Any] = {
    "a": Annotated[int, Field(alias="A")],
    "b": Annotated[int, Field(serialization_alias="B")],
    "c": Annotated[int, Field(validation_alias=AliasChoices("C", "D"))],
    "secret": Annotated[int, Field(exclude=True)],
    "maybe": Annotated[int | None, Field(exclude_if=lambda value: value is None)],
}


def _check(self: Any) -> None:
    """A `__post_init__`: the class is made by its constructor."""


SAID_IN_METADATA: dict[str, tuple[Any, dict[str, Any]]] = {
    "a": (int, {"alias": "A"}),
    "b": (int, {"serialization_alias": "B"}),
    "c": (int, {"validation_alias": AliasChoices("C", "D")}),
    "secret": (int, {"exclude": True}),
    "maybe": (int | None, {"exclude_if": lambda value: value is None}),
}


def _annotated(name: str, *bases: Any) -> Any:
    return type(name, bases, {"__annotations__": NAMED, "__module__": __name__})


CLASSES: list[Any] = [
    dataclasses.make_dataclass("Plain", NAMED.items()),
    dataclasses.make_dataclass("Checked", NAMED.items(), namespace={"__post_init__": _check}),
    dataclasses.make_dataclass("Slotted", NAMED.items(), slots=True),
    dataclasses.make_dataclass("Slotted_And_Checked", NAMED.items(), slots=True, namespace={"__post_init__": _check}),
    msgspec.defstruct("Struct", list(NAMED.items())),
    msgspec.defstruct("With_Dict", list(NAMED.items()), dict=True),
    msgspec.defstruct("Renamed", [("a", int), *list(NAMED.items())[1:]], rename={"a": "A"}),
    attrs.define(_annotated("Attrs")),
    attrs.frozen(slots=False)(_annotated("Frozen")),
    dataclasses.make_dataclass(
        "Metadata", [(name, cls, dataclasses.field(metadata=said)) for name, (cls, said) in SAID_IN_METADATA.items()]
    ),
    attrs.make_class(
        "Attrs_Metadata", {name: attrs.field(type=cls, metadata=said) for name, (cls, said) in SAID_IN_METADATA.items()}
    ),
    NamedTuple("Tuple", list(NAMED.items())),
    TypedDict("Dict", NAMED),
]


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_what_a_field_says_of_its_names_holds_in_every_kind_of_class(cls: Any) -> None:
    model = create_model("Model", **{name: (annotation, ...) for name, annotation in NAMED.items()})
    given: dict[str, Any] = {"A": 1, "b": 2, "D": 3, "secret": 4, "maybe": None}
    expected, made = model(**given), from_python(cls, given)
    told = cls if type(made) is dict else None
    for by_alias in (True, False):
        text = expected.model_dump_json(by_alias=by_alias).encode()
        assert to_json(made, told, by_alias=by_alias) == text
        if not isinstance(made, tuple):  # one inside of something is an array
            assert to_json([made], list[cls], by_alias=by_alias) == b"[" + text + b"]"
        assert to_python(made, told, by_alias=by_alias) == expected.model_dump(by_alias=by_alias)
        for mode in ("validation", "serialization"):
            schema = model.model_json_schema(by_alias=by_alias, mode=mode)
            for each in (cls, convert_class(cls, "basemodel")):
                found = json_schema(each, by_alias=by_alias, mode=mode)
                assert found["properties"] == schema["properties"]
                assert mode == "serialization" or found["required"] == schema["required"]


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_what_is_excluded_is_not_written_beside_a_value_that_does_not_fit(cls: Any) -> None:
    values: dict[str, Any] = {"a": 1, "b": "no number", "c": 3, "secret": 4, "maybe": None}
    made = cls(**values)
    told = cls if type(made) is dict else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pydantic's, of the value
        assert {"secret", "maybe"}.isdisjoint(json.loads(to_json(made, told)))
        if not isinstance(made, tuple):
            (written,) = json.loads(to_json([made], list[cls]))
            assert {"secret", "maybe"}.isdisjoint(written)


@pytest.mark.parametrize("holder", ["dataclass", "attrs", "msgspec", "namedtuple", "type_safe"])
def test_what_a_field_says_of_its_names_holds_in_a_typed_dict_of_a_field(holder: str) -> None:
    inner = TypedDict("inner", NAMED)
    origin = dataclasses.make_dataclass("Origin", [("one", inner), ("many", list[inner])])
    cls, oracle = convert_class(origin, holder), TypeAdapter(origin)
    item: dict[str, Any] = {"A": 1, "b": 2, "D": 3, "secret": 4, "maybe": None}
    expected = oracle.validate_python({"one": item, "many": [item]})
    made = from_python(cls, {"one": item, "many": [item]})
    for by_alias in (True, False):
        assert to_json(made, by_alias=by_alias) == oracle.dump_json(expected, by_alias=by_alias)
    assert json_schema(cls, mode="serialization")["properties"]["one"]["properties"]["A"]["type"] == "integer"


def test_metadata_of_other_libraries_says_nothing() -> None:
    @dataclasses.dataclass
    class Other:
        a: int = dataclasses.field(default=1, metadata={"max_length": "long", "pattern": 5, "strict": None, "alias": 3})

    with warnings.catch_warnings():
        assert from_json(Other, '{"a": 7}') == Other(7)


@dataclasses.dataclass
class Following:
    a: int = 2
    b: int = Field(default_factory=lambda values: values["a"] + 1)  # meant
    c: list[int] = Field(default_factory=lambda values: [values["b"]], alias="C")  # noqa: RUF009  # meant


@dataclasses.dataclass
class FollowingHolder:
    many: list[Following]
    by_name: dict[str, Following | None] = dataclasses.field(default_factory=dict)


@dataclasses.dataclass
class WithoutFollowing:
    a: int = 2


def test_a_default_factory_is_given_the_fields_before() -> None:
    expected = TypeAdapter(Following).validate_python({"a": 5})
    assert from_json(Following, '{"a":5}') == expected == Following(5, 6, [6])
    assert from_json(Following, '{"a":5,"b":1}') == Following(5, 1, [1])
    assert convert(WithoutFollowing(5), Following) == expected
    for kind in ("basemodel", "type_safe", "dataclass"):
        made = convert_class(FollowingHolder, kind)
        assert convert(made(many=[convert(Following(5), kind)]), FollowingHolder) == FollowingHolder([expected])
        read = from_json(made, '{"many":[{"a":5}],"by_name":{"x":{"a":6,"C":[]},"y":null}}')
        assert convert(read, FollowingHolder) == FollowingHolder([expected], {"x": Following(6, 7, []), "y": None})


def test_what_the_constructor_leaves_as_a_field_is_written_as_the_default() -> None:
    for value in (Following(5), FollowingHolder([Following(5)]), SlottedSmall()):
        cls: Any = type(value)
        assert from_json(cls, to_json(value)) == from_json(cls, to_json(convert(value, "basemodel")))
        assert from_python(cls, to_python(value)) == from_json(cls, to_json(value))
        assert to_json(value, by_alias=True) == TypeAdapter(cls).dump_json(
            from_json(cls, to_json(value)), by_alias=True
        )


@dataclasses.dataclass(slots=True)
class SlottedSmall:
    a: int = Field(3, alias="A")  # meant


@dataclasses.dataclass
class Computing:
    a: int = Field(3, alias="A")  # meant
    b: int = dataclasses.field(init=False, default=4)


def test_a_class_that_is_constructed_gets_the_default_too() -> None:
    assert from_json(Computing, "{}").a == 3
    assert from_json(Computing, '{"A":1,"b":2}') == convert(from_json(Computing, '{"a":1,"b":2}'), Computing)
