"""Types that are no single class: converted as the values of a field with that annotation."""

import collections
import dataclasses
import gc
import pickle
import typing
import weakref
from typing import Annotated, Any, Generic, Literal, NamedTuple, NewType, Optional, TypedDict, TypeVar, Union

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from pydantic import BaseModel, Field, field_validator
from typing_extensions import TypeAliasType

from type_safe_convert import (
    ConversionError,
    ExtraFieldError,
    MissingFieldError,
    NotAModelError,
    ValueConversionError,
    convert,
    convert_class,
    converter,
    explain,
    kind_of,
)
from type_safe_convert.testing.equality import same


@dataclasses.dataclass
class User:
    name: str


@dataclasses.dataclass
class Admin(User):
    level: int = 1


class UserModel(BaseModel):
    name: str


class AdminModel(UserModel):
    level: int


class SafeUser(Type_Safe):
    name: str


class SafeAdmin(SafeUser):
    level: int


@attrs.define
class AttrsUser:
    name: str


@dataclasses.dataclass
class Node:
    name: str
    next: Optional["Node"] = None


class NodeModel(BaseModel):
    name: str
    next: Optional["NodeModel"] = None


T = TypeVar("T")


@dataclasses.dataclass
class Box(Generic[T]):
    value: T


class BoxModel(BaseModel, Generic[T]):
    value: T


@attrs.define
class AttrsBox(Generic[T]):
    value: T


class SafeBox(Type_Safe, Generic[T]):
    value: T


def box_of(cls: Any, value: Any) -> Any:
    """A box made by its constructor; that of Type_Safe takes no value for a type variable."""
    return convert(Box(value), SafeBox) if cls is SafeBox else cls(value=value)


Users = TypeAliasType("Users", list[User])
Many = TypeAliasType("Many", dict[str, list[T]], type_params=(T,))
UserName = NewType("UserName", str)


class Team(TypedDict):
    lead: UserModel
    size: int


USERS = [User("a"), User("b")]
MODELS = [UserModel(name="a"), UserModel(name="b")]

CASES = [
    (USERS, list[UserModel], MODELS),
    (tuple(USERS), tuple[UserModel, ...], tuple(MODELS)),
    ((User("a"), 3), tuple[UserModel, int], (MODELS[0], 3)),
    ({"x": User("a")}, dict[str, UserModel], {"x": MODELS[0]}),
    ({"x": [USERS]}, dict[str, list[list[UserModel]]], {"x": [MODELS]}),
    (User("a"), UserModel | None, MODELS[0]),
    (None, Optional[UserModel], None),
    (None, None, None),
    (User("a"), Union[UserModel, int], MODELS[0]),
    (4, UserModel | int, 4),
    (MODELS, Users, USERS),
    ({"x": MODELS}, Many[User], {"x": USERS}),
    (MODELS[0], Annotated[User, "about"], USERS[0]),
    (3, Annotated[int, Field(gt=2)], 3),
    ("a", UserName, "a"),
    ("a", Literal["a", "b"], "a"),
    (3, int, 3),
    ({"a": [1]}, dict[str, list[int]], {"a": [1]}),
    (Box(3), BoxModel[int], BoxModel[int](value=3)),
    (BoxModel(value=3), Box[int], Box(3)),
    (Box(User("a")), BoxModel[UserModel], BoxModel[UserModel](value=MODELS[0])),
    ([BoxModel(value=3)], list[AttrsBox[int]], [AttrsBox(3)]),
    (AttrsBox(3), Box[int], Box(3)),
    ({"lead": User("a"), "size": 1}, Team, {"lead": MODELS[0], "size": 1}),
    (collections.deque(USERS, maxlen=4), collections.deque[UserModel], collections.deque(MODELS, maxlen=4)),
]


@pytest.mark.parametrize(("value", "to", "expected"), CASES, ids=[str(to)[:40] for _, to, _ in CASES])
def test_a_value_becomes_a_value_of_the_type(value: Any, to: Any, expected: Any) -> None:
    function = converter(type(value), to)
    for _ in range(3):  # step by step, compiled, and by what was compiled
        made = convert(value, to)
        assert same(made, expected)
        assert same(function(value), expected)
        if isinstance(value, list | dict):
            assert made is not value


def test_into_type_safe_and_attrs() -> None:
    made = convert(USERS, list[SafeUser])
    assert type(made) is list
    assert [type(user) for user in made] == [SafeUser, SafeUser]
    assert type(convert(box_of(SafeBox, 3), Box[int])) is Box
    assert convert(Box(3), SafeBox[int]).value == 3
    assert convert(made, list[AttrsUser]) == [AttrsUser("a"), AttrsUser("b")]
    named = convert(["a"], list[Safe_Str])
    assert type(named[0]) is Safe_Str
    assert convert(named, list[str]) == ["a"]
    assert type(convert(named, list[str])[0]) is str


@pytest.mark.parametrize("box", [Box, BoxModel, AttrsBox, SafeBox])
@pytest.mark.parametrize("source", [Box, BoxModel, AttrsBox, SafeBox])
def test_a_parametrised_class_is_checked_by_its_arguments(source: Any, box: Any) -> None:
    for _ in range(3):
        with pytest.raises(ValueConversionError) as caught:
            convert(box_of(source, "x"), box[int])
        assert caught.value.path == ("value",)
        assert convert(box_of(source, 5), box[int]).value == 5


@pytest.mark.parametrize("box", [Box, BoxModel, AttrsBox, SafeBox])
def test_a_parametrised_source_says_what_its_counterpart_holds(box: Any) -> None:
    function = converter(box[int], "dataclass")
    for _ in range(3):
        assert function(box[int](value=3) if box is BoxModel else box_of(box, 3)).value == 3
    if box is not BoxModel:  # one with other arguments is of another class
        with pytest.raises(ValueConversionError):
            function(box_of(box, "x"))


# errors


def test_errors_have_paths() -> None:
    cases = [
        (convert, [*USERS, User("c"), User(4)], list[UserModel], (3, "name"), "[3].name: expected str, found 4 (int)"),
        (convert, {"a": User(4)}, dict[str, UserModel], ("a", "name"), "['a'].name: expected str, found 4 (int)"),
        (convert, (User("a"), "x"), tuple[UserModel, int], (1,), "[1]: expected int, found 'x' (str)"),
        (convert, 3, Annotated[int, Field(gt=5)], (), "found 3 (int)"),
        (convert, "c", Literal["a", "b"], (), "found 'c' (str)"),
        (convert, User("a"), list[UserModel], (), "expected a list, found User(name='a') (User)"),
        (convert, {"x": [User("a"), 5]}, dict[str, list[UserModel]], ("x", 1), "['x'][1]: expected a UserModel"),
    ]
    for function, value, to, path, text in cases:
        for _ in range(3):
            with pytest.raises(ValueConversionError) as caught:
                function(value, to)
            assert caught.value.path == path
            assert text in str(caught.value)
            assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    assert str(caught.value).startswith("dict -> dict[str, list[UserModel]]: ")


def test_all_that_is_wrong_is_told_at_once() -> None:
    for _ in range(3):
        with pytest.raises(ValueConversionError) as caught:
            convert([User(1), User("b"), User(3)], list[UserModel])
        assert [error.path for error in caught.value.errors] == [(0, "name"), (2, "name")]


def test_what_a_class_lacks_is_told_where_the_source_is_named() -> None:
    with pytest.raises(MissingFieldError, match="level"):
        converter(list[User], list[AdminModel])
    with pytest.raises(MissingFieldError, match="level"):
        converter(dict[str, list[User]], dict[str, list[AdminModel]])
    with pytest.raises(MissingFieldError):
        convert([User("a")], list[AdminModel])


def test_options() -> None:
    with pytest.raises(ExtraFieldError):
        convert([Admin("a")], list[UserModel], forbid_extra=True)
    assert convert([Admin("a")], list[UserModel]) == [UserModel(name="a")]
    assert converter(list[User], list[UserModel], validate=False)([User(5)])[0].name == 5


@pytest.mark.parametrize("to", [5, object(), object, list["User"], "list[User]", pytest.mark])
def test_what_is_no_type_is_refused(to: Any) -> None:
    if to is object:
        assert convert(USERS[0], to) == USERS[0]
        return
    with pytest.raises(NotAModelError):
        convert(USERS[0], to)


def test_a_class_where_a_list_of_it_is_meant() -> None:
    with pytest.raises(NotAModelError, match=r"list\[UserModel\]"):
        convert(USERS, UserModel)
    with pytest.raises(NotAModelError):
        convert(5, "basemodel")
    with pytest.raises(NotAModelError):
        convert(USERS, "no kind")


# a kind, for what holds models


def test_a_kind_is_that_of_each_model_in_a_container() -> None:
    model = convert_class(User, "basemodel")
    for _ in range(3):
        made = convert([User("a"), {"x": (Admin("b"), 3)}], "basemodel")
        assert made == [model(name="a"), {"x": (convert(Admin("b"), "basemodel"), 3)}]
        assert convert(made, "dataclass") == [User("a"), {"x": (Admin("b"), 3)}]
    assert convert([], "basemodel") == []
    mixed = convert([User("a"), SafeUser(name="b"), UserModel(name="c")], "attrs")
    assert [type(item) for item in mixed] == [convert_class(cls, "attrs") for cls in (User, SafeUser, UserModel)]
    typed = Type_Safe__List(SafeUser, [SafeUser(name="a")])
    made = convert(typed, "basemodel")
    assert type(made) is list
    assert type(made[0]) is convert_class(SafeUser, "basemodel")


def test_a_kind_after_a_type_is_the_type_with_the_counterparts() -> None:
    function = converter(list[User], "basemodel")
    for _ in range(3):
        made = function([User("a"), Admin("b")])
        assert [type(item) for item in made] == [convert_class(cls, "basemodel") for cls in (User, Admin)]
        with pytest.raises(ValueConversionError, match="expected a User"):
            function([AttrsUser("a")])
    assert converter(list[User | SafeUser], "attrs")([User("a"), SafeUser(name="b")])[1].name == "b"
    with pytest.raises(NotAModelError):
        converter(list[User], "no kind")


# the runtime type decides, and what is shared stays shared


def test_subclasses_stay_subclasses() -> None:
    counterpart = convert_class(User, "basemodel")
    for target in (list[counterpart], list[convert_class(User, "attrs")]):
        made = convert([User("a"), Admin("b", 2)], target)
        assert made[1].level == 2
        back = convert(made, list[User])
        assert [type(item) for item in back] == [User, Admin]
    assert [type(item) for item in convert([Admin("a")], list[User])] == [Admin]


def test_a_subclass_stays_one_before_its_counterpart_was_made() -> None:
    @dataclasses.dataclass
    class Base:
        x: int

    @dataclasses.dataclass
    class Below(Base):
        y: int

    made = convert([Below(1, 2)], list[convert_class(Base, "basemodel")])
    assert type(made[0]) is convert_class(Below, "basemodel")


def test_what_is_shared_and_cyclic_keeps_its_shape() -> None:
    last = Node("z")
    last.next = last
    for _ in range(3):
        made = convert([Node("a", last), last, last], list[NodeModel])
        assert made[0].next is made[1] is made[2] is made[2].next


def test_what_nests_deeper_than_the_recursion_limit() -> None:
    node = None
    for number in range(5000):
        node = Node(str(number), node)
    for _ in range(2):
        made = convert([node, node], list[NodeModel])
        assert made[0] is made[1]
        count = 0
        item = made[0]
        while item is not None:
            count, item = count + 1, item.next
        assert count == 5000


def test_validators_of_models_run() -> None:
    class Upper(BaseModel):
        name: str

        @field_validator("name")
        @classmethod
        def upper(cls, value: str) -> str:
            if value == "bad":
                raise ValueError("no such name")
            return value.upper()

    for _ in range(3):
        assert convert(USERS, list[Upper])[0].name == "A"
        with pytest.raises(ValueConversionError) as caught:
            convert([User("bad")], list[Upper])
        assert caught.value.path == (0, "name")


# functions, and classes that can go


@pytest.mark.parametrize(
    ("source", "to"),
    [
        (list[User], list[UserModel]),
        (dict[str, User], "basemodel"),
        (Optional[User], Optional[UserModel]),
        (Users, list[UserModel]),
        (Box[int], BoxModel[int]),
        (User | Admin, UserModel),
    ],
)
def test_functions_pickle(source: Any, to: Any) -> None:
    function = converter(source, to)
    value: Any = {"x": User("a")} if "dict" in str(source) else Box(3) if source == Box[int] else USERS
    value = USERS[0] if source in (Optional[User], User | Admin) else value
    assert same(pickle.loads(pickle.dumps(function))(value), function(value))


def test_a_type_is_planned_once() -> None:
    assert converter(list[User], list[UserModel]) is converter(list[User], list[UserModel])
    assert converter(list[User], list[UserModel]) is not converter(list[User], list[UserModel], validate=False)


def test_types_keep_no_class_alive() -> None:
    def use() -> list[weakref.ref[type]]:
        source = dataclasses.make_dataclass("Source", [("x", int)])
        target = dataclasses.make_dataclass("Target", [("x", int)])
        for _ in range(3):
            assert convert([source(1)], list[target])[0].x == 1
            assert convert({"a": source(1)}, dict[str, target | User])["a"].x == 1
            assert convert([source(1)], "basemodel")[0].x == 1
            converter(list[source], list[target])([source(2)])
            converter(list[source], "basemodel")([source(2)])
        return [weakref.ref(source), weakref.ref(target)]

    found = use()
    for clear in typing._cleanups:  # type: ignore[attr-defined]
        clear()
    gc.collect()
    assert [item() for item in found] == [None, None]


def test_metadata_need_not_hash() -> None:
    @dataclasses.dataclass
    class Local:
        name: str

    described = Annotated[list[Local], {"about": ["users"]}]
    for _ in range(3):
        assert convert(MODELS, described) == [Local("a"), Local("b")]
    assert converter(list[UserModel], described) is converter(list[UserModel], described)


def test_the_order_of_a_union_is_its_own() -> None:
    """Unions of other orders are equal; what is remembered of one is not used for the other."""

    @dataclasses.dataclass
    class One:
        a: int

    @dataclasses.dataclass
    class Other:
        a: int

    @dataclasses.dataclass
    class Third:
        a: int

    assert type(convert([One(1)], list[Other | Third])[0]) is Other
    assert type(convert([One(1)], list[Third | Other])[0]) is Third


def test_explain_tells_of_types() -> None:
    found = explain(list[User], list[UserModel])
    assert found.fast_path
    assert str(found).splitlines()[0] == "list[User] to list[UserModel]"
    assert "User to UserModel" in str(found)
    assert explain(dict[str, list[User]], "basemodel").fast_path
    assert not explain(dict[str, tuple[User, int]], "basemodel").fast_path
    assert "[convert" not in found.code
    assert "for x in v]" in found.code


# the law


WRAPPERS: dict[Any, Any] = {}


def _in_field(value: Any, source: Any, to: Any) -> Any:
    def wrapper(annotation: Any) -> Any:
        key = repr(annotation)
        if key not in WRAPPERS:
            WRAPPERS[key] = dataclasses.make_dataclass("Wrapper", [("value", annotation)])
        return WRAPPERS[key]

    return convert(wrapper(source)(value), wrapper(to)).value


SOURCES = [User, Admin, SafeUser, Node, Box[int], int, str]
TARGETS = [UserModel, AdminModel, SafeUser, NodeModel, BoxModel[int], AttrsUser, int, str, float]


def _value_of(item: Any, text: str, number: int) -> Any:
    if item in (int, str):
        return text if item is str else number
    cls = typing.get_origin(item) or item
    value: Any = {"name": text} if cls is not Box else {"value": number}
    return cls(**value)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(SOURCES), st.text(max_size=3), st.integers()), max_size=4),
    st.lists(st.sampled_from(TARGETS), min_size=1, max_size=3),
    st.sampled_from(["list", "dict", "union", "tuple"]),
)
def test_a_type_at_the_root_is_as_in_a_field(drawn: Any, targets: list[Any], form: str) -> None:
    """Converting to a type gives what converting the only field of a dataclass with that annotation gives, or the error
    that this has in the field."""
    values = [_value_of(*item) for item in drawn]
    target = Union[tuple(targets)]
    value: Any = values
    if form == "dict":
        value = {str(number): item for number, item in enumerate(values)}
    elif form == "tuple":
        value = tuple(values)
    elif form == "union":
        value = values[0] if values else None
    to = {"list": list[target], "dict": dict[str, target], "tuple": tuple[target, ...], "union": target}[form]
    problem: ConversionError | None = None
    expected: Any = None
    try:
        expected = _in_field(value, Any, to)
    except ConversionError as error:
        problem = error
    if problem is None:
        assert same(convert(value, to), expected)
        assert same(converter(type(value), to)(value), expected)
        return
    with pytest.raises(ConversionError) as caught:
        convert(value, to)
    if isinstance(to, type) and isinstance(caught.value, NotAModelError):
        return  # a single class takes models
    assert ("value", *caught.value.path) == problem.path
    assert caught.value.detail == problem.detail


class Spot(TypedDict):
    x: int


class Mark(NamedTuple):
    x: int


class SpotModel(BaseModel):
    x: int


def test_dicts_of_a_typed_dict_and_named_tuples_in_containers() -> None:
    """The source says what a dict is; on the way to a kind, each is a model."""
    for _ in range(3):
        assert converter(list[Spot], list[SpotModel])([{"x": 1}]) == [SpotModel(x=1)]
        assert converter(dict[str, Spot], dict[str, SpotModel])({"a": {"x": 1}}) == {"a": SpotModel(x=1)}
        assert converter(Spot | None, SpotModel | None)({"x": 1}) == SpotModel(x=1)
        assert convert([SpotModel(x=1), Mark(2)], list[Spot]) == [{"x": 1}, {"x": 2}]
        assert convert([SpotModel(x=1)], list[Mark]) == [Mark(1)]
        assert converter(list[Spot], "attrs")([{"x": 1}])[0].x == 1
        assert [kind_of(item) for item in convert([Mark(1), SpotModel(x=2)], "dataclass")] == ["dataclass"] * 2
        assert convert([SpotModel(x=1)], "typeddict") == [{"x": 1}]
    with pytest.raises(ConversionError) as caught:
        converter(list[Spot], list[SpotModel])([{"x": 1}, {"x": "2"}])
    assert caught.value.path == (1, "x")
