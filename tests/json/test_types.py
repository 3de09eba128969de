"""JSON of types that are no single class: that of a field with this annotation."""

import dataclasses
import gc
import io
import json
import typing
import warnings
import weakref
from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Generic, Literal, NewType, Optional, TypedDict, TypeVar, Union

import attrs
import pydantic
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given, settings
from hypothesis import strategies as st
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from typing_extensions import TypeAliasType

from type_safe_convert import (
    JsonError,
    LineError,
    NotAModelError,
    Pydantic,
    UntypedKeyWarning,
    convert,
    convert_class,
    from_json,
    from_python,
    iter_json_lines,
    json_schema,
    to_json,
    to_python,
    write_json_lines,
)
from type_safe_convert.registry import made_kinds
from type_safe_convert.testing.equality import differences, same


@dataclasses.dataclass
class User:
    name: str


@dataclasses.dataclass
class Admin(User):
    level: int = 1


class UserModel(BaseModel):
    name: str


class Guest(BaseModel):
    name: str = "guest"


class SafeUser(Type_Safe):
    name: str


@attrs.define
class AttrsUser:
    name: str


T = TypeVar("T")


@dataclasses.dataclass
class Box(Generic[T]):
    value: T


class BoxModel(BaseModel, Generic[T]):
    value: T


class Secret(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)
    code: int


class Team(TypedDict):
    lead: SafeUser
    size: int


Users = TypeAliasType("Users", list[User])
Tree = TypeAliasType("Tree", "dict[str, Tree] | User")
Age = NewType("Age", int)
UserMade: Any = convert_class(SafeUser, "dataclass")

CASES: list[tuple[Any, Any]] = [
    (list[User], [User("a"), User("b")]),
    (dict[str, UserModel], {"x": UserModel(name="a")}),
    (dict[int, list[AttrsUser]], {3: [AttrsUser("a")]}),
    (tuple[SafeUser, int], (SafeUser(name="a"), 3)),
    (tuple[User, ...], (User("a"),)),
    (User | SafeUser | None, User("a")),
    (Optional[User], None),
    (Box[int], Box(3)),
    (Box[User], Box(User("a"))),
    (BoxModel[Decimal], BoxModel[Decimal](value=Decimal("1.5"))),
    (list[Box[Decimal]], [Box(Decimal("1.5"))]),
    (Users, [User("a")]),
    (Tree, {"a": {"b": User("c")}}),
    (Annotated[list[User], Field(max_length=2)], [User("a")]),
    (list[Age], [Age(3)]),
    (Literal["a", 1], 1),
    (list[Safe_Int], [Safe_Int(3)]),
    (set[Decimal], {Decimal("1.50")}),
    (dict[tuple[int, str], bytes], {(1, "a"): b"\xff"}),
    (list[float], [float("inf"), 1.5]),
    (Team, Team(lead=SafeUser(name="a"), size=2)),
    (list[UserMade], [UserMade("a")]),
    (Sequence[User], [User("a")]),
    (int, 5),
    (User, User("a")),
]
IDS = [str(cls)[:40] for cls, _ in CASES]


@pytest.mark.parametrize(("cls", "value"), CASES, ids=IDS)
def test_there_and_back(cls: Any, value: Any) -> None:
    text = to_json(value, cls)
    assert same(from_json(cls, text), value)
    assert same(from_python(cls, to_python(value, cls)), value)
    if cls != list[float]:  # JSON's form of infinity is a text, that of Python is not
        assert to_python(value, cls, mode="json") == json.loads(text)
    file = io.BytesIO()
    assert write_json_lines([value, value], file, cls) == 2
    file.seek(0)
    assert all(same(made, value) for made in iter_json_lines(cls, file))


@pytest.mark.parametrize(("cls", "value"), CASES, ids=IDS)
def test_a_type_is_read_and_written_as_in_a_field(cls: Any, value: Any) -> None:
    wrapper = dataclasses.make_dataclass("Wrapper", [("value", cls)])
    text = to_json(value, cls)
    assert to_json(wrapper(value)) == b'{"value":' + text + b"}"
    assert same(from_json(wrapper, b'{"value":' + text + b"}").value, value)
    for mode in ("validation", "serialization"):
        whole = json_schema(wrapper, mode=mode)
        inside = whole["$defs"].pop("Wrapper") if "Wrapper" in whole.get("$defs", {}) else whole
        shown = json_schema(cls, mode=mode)
        expected = {"title": "Value", **inside["properties"]["value"]}
        assert shown["$schema"] == whole["$schema"]
        assert shown.get("$defs", {}) == whole.get("$defs", {}) or "$ref" in expected
        if "$ref" not in expected:
            shown = {key: item for key, item in shown.items() if key not in ("$schema", "$defs")}
            assert {"title": "Value", **shown} == expected


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=2) | st.floats(allow_nan=False),
        lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["name", "value", "x"]), inner),
        max_leaves=5,
    ),
    st.sampled_from([cls for cls, _ in CASES]),
    st.booleans(),
)
def test_any_data_is_read_as_in_a_field(data: Any, cls: Any, strict: bool) -> None:
    """`from_json(T, data)` gives what the only field of a dataclass gets from the data, or the error that it gets."""
    wrapper = dataclasses.make_dataclass("Wrapper", [("value", cls)])
    expected: Any = None
    problem: JsonError | None = None
    try:
        expected = from_json(wrapper, json.dumps({"value": data}), strict=strict)
    except JsonError as error:
        problem = error
    if problem is None:
        assert same(from_json(cls, json.dumps(data), strict=strict), expected.value)
        return
    with pytest.raises(JsonError) as caught:
        from_json(cls, json.dumps(data), strict=strict)
    assert ("value", *caught.value.path) == problem.path


def test_errors_have_paths() -> None:
    with pytest.raises(JsonError) as caught:
        from_json(list[User], b'[{"name": "a"}, {"name": 5}, {}]')
    assert [error.path for error in caught.value.errors] == [(1, "name"), (2, "name")]
    assert str(caught.value).startswith("[1].name: ")
    with pytest.raises(JsonError) as caught:
        from_json(dict[str, User], b'{"a": {"name": 5}}')
    assert caught.value.path == ("a", "name")
    assert str(caught.value).startswith("['a'].name: ")
    with pytest.raises(LineError) as line:
        list(iter_json_lines(list[User], [b"[]", b"[1]"]))
    assert (line.value.line, line.value.path) == (2, (0,))
    with pytest.raises(JsonError, match="at most 3 bytes"):
        from_json(list[User], b'[{"name": "a"}]', max_bytes=3)


def test_python_values_are_strict() -> None:
    for cls in (list[User], list[UserModel], list[SafeUser], dict[str, AttrsUser]):
        wrong: Any = [{"name": 5}] if "list" in str(cls) else {"a": {"name": 5}}
        with pytest.raises(JsonError):
            from_python(cls, wrong)
    assert from_python(list[UserModel], [{"name": "a"}, UserModel(name="b")])[1].name == "b"
    assert from_python(list[int], ["5"], strict=False) == [5]
    with pytest.raises(JsonError):
        from_python(list[int], ["5"])


def test_values_without_a_type() -> None:
    assert to_json([User("a"), {"x": UserModel(name="b")}]) == b'[{"name":"a"},{"x":{"name":"b"}}]'
    assert to_python((User("a"), Decimal(1))) == ({"name": "a"}, Decimal(1))
    with pytest.warns(UntypedKeyWarning, match="keys of int"):
        assert to_json({1: User("a")}) == b'{"1":{"name":"a"}}'
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert to_json({1: User("a")}, dict[int, User]) == b'{"1":{"name":"a"}}'


def test_options() -> None:
    users = [SafeUser(name="a"), SafeUser()]
    assert to_json(users, list[SafeUser], exclude={1}) == b'[{"name":"a"}]'
    assert to_json(users, list[SafeUser], exclude_defaults=True) == b'[{"name":"a"},{}]'
    model = [Guest(name="a"), Guest()]
    assert to_json(model, list[Guest], exclude_unset=True) == to_json(model, exclude_unset=True) == b'[{"name":"a"},{}]'
    made = convert(model, "dataclass")
    assert to_json(made, list[convert_class(Guest, "dataclass")], exclude_unset=True) == b'[{"name":"a"},{}]'
    assert to_json(made, exclude_unset=True) == b'[{"name":"a"},{}]'
    assert to_json([User("a")], list[User], indent=1) == b'[\n {\n  "name": "a"\n }\n]'


def test_subclasses() -> None:
    users = [User("a"), Admin("b", 2)]
    text = to_json(users, list[User])
    assert text == b'[{"name":"a"},{"name":"b","level":2}]'
    assert from_json(list[User], text) == [User("a"), User("b")]
    assert from_json(list[User], text, subclasses=True) == users
    assert from_python(list[User], to_python(users), subclasses=True) == users

    @dataclasses.dataclass
    class Root(User):
        key: str = ""

    assert from_json(list[User], b'[{"name":"a","key":"k"}]', subclasses=True) == [Root("a", "k")]


def test_a_model_that_hides_its_input_hides_it_in_types() -> None:
    with pytest.raises(JsonError) as caught:
        from_json(dict[str, list[Secret]], b'{"a": [{"code": "12345x"}]}')
    assert caught.value.path == ("a", 0, "code")
    assert "12345x" not in str(caught.value)


@pytest.mark.parametrize("cls", [5, object(), "list[User]", list["User"]])
def test_what_is_no_type_is_refused(cls: Any) -> None:
    for call in (lambda: from_json(cls, b"1"), lambda: to_json(5, cls), lambda: json_schema(cls)):
        with pytest.raises(NotAModelError):
            call()
    with pytest.raises(NotAModelError):
        Pydantic[cls]


def test_types_in_pydantic() -> None:
    class Basket(BaseModel):
        users: Pydantic[list[SafeUser]]
        by_name: Pydantic[dict[str, User | None]] = {}
        box: Pydantic[Box[int]] | None = None

    basket = Basket.model_validate({"users": [{"name": "a"}], "by_name": {"x": {"name": "b"}}, "box": {"value": 3}})
    assert type(basket.users[0]) is SafeUser
    assert basket.by_name == {"x": User("b")}
    assert basket.box == Box(3)
    with pytest.raises(ValidationError):
        Basket.model_validate({"users": [], "box": {"value": "x"}})
    assert json.loads(basket.model_dump_json())["by_name"] == {"x": {"name": "b"}}
    assert set(Basket.model_json_schema()["$defs"]) >= {"SafeUser", "User"}
    assert TypeAdapter(Pydantic[Union[User, SafeUser]]).validate_python(User("a")) == User("a")
    made = convert(basket, "dataclass")
    assert [type(user) for user in convert(made, "basemodel").users] == [SafeUser]


app = FastAPI()


@app.post("/users")
def post_users(users: Pydantic[list[SafeUser]]) -> Pydantic[dict[str, SafeUser]]:
    return {user.name: user for user in users}


def test_types_in_plain_fastapi() -> None:
    client = TestClient(app)
    assert client.post("/users", json=[{"name": "a"}]).json() == {"a": {"name": "a"}}
    answer = client.post("/users", json=[{"name": 5}])
    assert answer.status_code == 422
    schemas = app.openapi()["components"]["schemas"]
    assert [*schemas] == ["HTTPValidationError", "SafeUser", "ValidationError"]


def test_a_type_is_compiled_once_and_keeps_no_class_alive() -> None:
    def use() -> weakref.ref[type]:
        cls = dataclasses.make_dataclass("Local", [("x", int)])
        for _ in range(2):
            assert from_json(list[cls], b'[{"x": 1}]')[0].x == 1
            assert to_json([cls(1)], list[cls]) == b'[{"x":1}]'
            assert from_json(dict[str, cls | User], b'{"a": {"x": 1}}', subclasses=True)["a"].x == 1
            json_schema(list[cls])
        return weakref.ref(cls)

    found = use()
    for clear in typing._cleanups:  # type: ignore[attr-defined]
        clear()
    gc.collect()
    assert found() is None


@pydantic.dataclasses.dataclass
class Shelf(Generic[T]):
    items: list[T]
    first: T


@attrs.define
class Account:
    number: int


@dataclasses.dataclass
class Book:
    shelf: Shelf[Account]


@pytest.mark.parametrize("kind", made_kinds())
def test_a_generic_pydantic_dataclass_in_a_counterpart_holds_counterparts(kind: str) -> None:
    book = Book(Shelf([Account(1)], Account(2)))
    cls = convert_class(Book, kind)
    text = b'{"shelf":{"items":[{"number":1}],"first":{"number":2}}}'
    assert differences(convert(book, kind), from_json(cls, text)) == []
    assert to_json(from_json(cls, text), cls) == text
