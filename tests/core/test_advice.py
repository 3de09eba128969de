"""Errors for mistakes say what to do instead, and tracebacks say no more than that."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import io
import subprocess
import sys
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import pydantic
import pydantic.v1
import pytest
from annotated_types import MinLen
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel

import type_safe_convert
from type_safe_convert import (
    BaseModel__To__Type_Safe,
    ConversionError,
    JsonError,
    MissingFieldError,
    NotAModelError,
    Pydantic,
    convert,
    convert_class,
    converter,
    dataclass__to__basemodel,
    explain,
    from_json,
    from_python,
    to_json,
    to_python,
)
from type_safe_convert.hypothesis import check_round_trip
from type_safe_convert.json.lines import iter_json_lines
from type_safe_convert.registry import describe_kinds, kind_names
from type_safe_convert.testing import samples
from type_safe_convert.words import with_article

PACKAGE = Path(type_safe_convert.__file__).parent


@dataclasses.dataclass
class User:
    name: str = ""
    age: int = 0


class Account(BaseModel):
    name: str = ""
    agee: int


class Plain:
    pass


class Color(enum.Enum):
    RED = "red"


class Old(pydantic.v1.BaseModel):
    name: str = ""


class Named(Type_Safe):
    name: str


@dataclasses.dataclass
class Item:
    sku: Any = ""


@dataclasses.dataclass
class Cart:
    items: list[Item]


class NumberedItem(BaseModel):
    sku: int


class NumberedCart(BaseModel):
    items: list[NumberedItem]


USER = User("a", 1)
PLAIN_WAY = f"make it {describe_kinds()}, or teach its kind with register_kind()"

MISTAKES: dict[str, tuple[Callable[[], Any], str]] = {
    "a class for an instance, to a kind": (
        lambda: convert(User, "basemodel"),
        "for the class itself, convert_class(User, 'basemodel')",
    ),
    "a class for an instance, to a class": (
        lambda: convert(User, Account),
        "for the class itself, converter(User, Account)",
    ),
    "a class for an instance, as JSON": (
        lambda: to_json(User),
        "pass an instance; for the schema of the class, json_sch",
    ),
    "a class for an instance, as data": (lambda: to_python(Account), "pass an instance; for the schema of the class, "),
    "an instance for a class": (lambda: convert_class(USER, "basemodel"), "pass its class, User"),  # type: ignore[arg-type]
    "an instance for the source": (lambda: converter(USER, Account), "pass its class, User"),
    "an instance for the target": (lambda: convert(USER, USER), "pass its class, User"),
    "an instance to explain": (lambda: explain(USER, "basemodel"), "pass its class, User"),
    "an instance in brackets": (lambda: Pydantic[USER], "pass its class, User"),  # type: ignore[valid-type]
    "a dict": (lambda: convert({"name": "a"}, User), "from_python(User, data)"),
    "a list of dicts": (lambda: convert([{"name": "a"}], User), "from_python(list[User], data)"),
    "a list of models": (lambda: convert([USER], Account), "convert(values, list[Account])"),
    "a dict of models": (lambda: convert({"a": USER}, Account), "convert(values, dict[str, Account])"),
    "JSON text": (lambda: convert('{"name": "a"}', User), "from_json(User, text)"),
    "JSON bytes": (lambda: convert(b"{}", User), "from_json(User, text)"),
    "JSON text, to a kind": (lambda: convert("{}", "basemodel"), "from_json(YourClass, text)"),
    "a file name": (lambda: convert("users.json", User), "open it, and from_json(User, file.read())"),
    "a path": (lambda: convert(Path("users.json"), User), "open it, and from_json(User, file.read())"),
    "an open file": (lambda: convert(io.StringIO("{}"), User), "open it, and from_json(User, file.read())"),
    "a file name without an ending": (lambda: convert("data/users", User), "open it, and from_json(User, file.read())"),
    "a mapping": (lambda: convert(types.MappingProxyType({"name": "a"}), User), "from_python(User, dict(data))"),
    "a generator": (lambda: convert((user for user in [USER]), Account), "map(converter(YourClass, Account), values)"),
    "a generator, to a kind": (lambda: convert(iter([USER]), "attrs"), "map(converter(YourClass, 'attrs'), values)"),
    "a class for a list": (
        lambda: convert(User, list[Account]),
        "pass a list of instances; for the types, converter(list[User], list[Account])",
    ),
    "a file name as JSON": (lambda: from_json(User, "users.json"), "open it, and from_json(User, file.read())"),
    "a path as JSON": (lambda: from_json(User, Path("users.json")), "open it, and"),  # type: ignore[arg-type]
    "a dict as JSON": (lambda: from_json(User, {"name": "a"}), "from_python(User, data)"),  # type: ignore[arg-type]
    "JSON as plain data": (lambda: from_python(User, '{"name": "a"}'), "from_json(User, text)"),
    "JSON for a class": (lambda: from_json('{"name": "a"}', User), "pass the class itself"),  # type: ignore[arg-type]
    "a kind for a class": (lambda: from_python("basemodel", {}), "pass the class itself"),
    "a misspelt kind": (lambda: convert(USER, "basemodle"), "did you mean 'basemodel'?"),
    "the title of a kind": (lambda: convert_class(User, "BaseModels"), "did you mean 'basemodel'?"),
    "the library of a kind": (lambda: convert_class(User, "pydantic"), "did you mean 'basemodel'?"),
    "the name of a class": (lambda: convert(USER, "Account"), "pass the class itself, not a name"),  # type: ignore[call-overload]
    "the decorator of a kind": (lambda: convert(USER, dataclasses.dataclass), "use 'dataclass'"),  # type: ignore[call-overload]
    "the function of a kind": (lambda: convert(USER, NamedTuple), "use 'namedtuple'"),
    "the module of a kind": (lambda: converter(User, pydantic), "use 'basemodel'"),  # type: ignore[call-overload]
    "a misspelt kind for a list": (lambda: convert([USER], "data_class"), "did you mean 'dataclass'?"),
    "the bare base for a class": (lambda: convert_class(BaseModel, "dataclass"), "use 'basemodel', or a class derived"),
    "the bare base for a kind": (lambda: convert_class(User, Type_Safe), "use 'type_safe', or a class derived"),  # type: ignore[call-overload]
    "a class for a kind": (lambda: convert_class(User, Account), "call convert() or converter()"),  # type: ignore[call-overload]
    "the bare base as plain data": (lambda: from_python(BaseModel, {}), "pass a class derived from BaseModel"),
    "the bare base as JSON": (lambda: from_json(Type_Safe, "{}"), "pass a class derived from Type_Safe"),
    "JSON of a list for one": (lambda: from_json(User, "[]"), "from_json(list[User], data)"),
    "a list as plain data of one": (lambda: from_python(User, [{"name": "a"}]), "from_python(list[User], data)"),
    "a pydantic v1 instance": (
        lambda: convert(Old(), User),
        "Old is a pydantic v1 model: from_python(User, obj.dict())",
    ),
    "a pydantic v1 class": (lambda: convert(USER, Old), "Old is a pydantic v1 model: derive Old from pydantic 2's"),
    "a plain instance": (lambda: convert(Plain(), User), f"Plain is a plain class: {PLAIN_WAY}"),
    "a plain class": (lambda: convert_class(Plain, "dataclass"), f"Plain is a plain class: {PLAIN_WAY}"),
    "a date": (lambda: convert(datetime.date(2026, 1, 2), User), f"pass {describe_kinds()}"),
    "a member of an enum": (lambda: convert(Color.RED, User), f"pass {describe_kinds()}"),
    "a class of the standard library": (lambda: convert_class(datetime.date, "dataclass"), f"pass {describe_kinds()}"),
    "a plain target": (lambda: convert(USER, Plain), f"Plain is a plain class: {PLAIN_WAY}"),
    "a plain class as JSON": (lambda: from_json(Plain, b"{}"), f"Plain is a plain class: {PLAIN_WAY}"),
    "a missing field": (lambda: convert(USER, Account), "did you mean 'age'?"),
    "a missing key": (lambda: from_python(Account, {"name": "a", "age": 1}), "did you mean 'age'?"),
    "an unknown key": (lambda: from_json(Named, b'{"nmae": "a"}'), "did you mean 'name'?"),
    "a class for the function": (lambda: converter(User, "basemodel")(User), "pass an instance, not the class"),
    "a dict for the function": (lambda: converter(User, "basemodel")({"name": 1}), "from_python(User, data)"),
    "a dict in a list": (lambda: convert([{"name": "a"}], list[User]), "from_python(User, data)"),
    "a model of another kind": (
        lambda: BaseModel__To__Type_Safe().convert_class(User),
        "convert() and convert_class()",
    ),
    "a class for an instance of one kind": (
        lambda: dataclass__to__basemodel.convert_instance(User),
        "pass an instance; for the class itself, convert_class(User)",
    ),
    "an instance for a class of one kind": (
        lambda: dataclass__to__basemodel.convert_class(USER),  # type: ignore[arg-type]
        "pass its class, User",
    ),
    "a dict for one kind": (
        lambda: dataclass__to__basemodel.convert_instance({"name": "a"}),
        "from_python(YourClass, data)",
    ),
    "a type for a class": (
        lambda: convert_class(list[User], "basemodel"),  # type: ignore[type-var]
        "convert_class() takes one class; convert() and converter() take types",
    ),
    "an instance as JSON": (lambda: from_json(User, USER), "User is a model already: convert(obj, User)"),  # type: ignore[arg-type]
    "another model as plain data": (
        lambda: from_python(User, Account(agee=1)),
        "Account is a model already: convert(obj, User)",
    ),
    "JSON of one for a list": (lambda: from_json(list[User], '{"name": "a"}'), "to read one: from_json(User, data)"),
    "Python's text as JSON": (lambda: from_json(User, "{'name': 'a'}"), "JSON has double quotes"),
    "a plain instance to JSON": (lambda: to_json(Plain()), "make its class a model, or leave it out by exclude"),
    "a generator for a list": (
        lambda: convert((user for user in [USER]), list[Account]),
        "pass a list, or map(converter(YourClass, Account), values)",
    ),
    "one for a list": (lambda: convert(USER, list[Account]), "to convert one: convert(obj, Account)"),
    "a plain class for samples": (lambda: samples(Plain), f"Plain is a plain class: {PLAIN_WAY}"),
    "an instance for samples": (lambda: samples(USER), "pass its class, User"),  # type: ignore[arg-type]
    "a class for a round trip": (lambda: check_round_trip(User), "pass an instance"),
    "a dict for a round trip": (lambda: check_round_trip({"name": "a"}), "from_python(YourClass, data)"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_answered_with_what_to_do(mistake: str) -> None:
    make, advice = MISTAKES[mistake]
    with pytest.raises(ConversionError) as caught:
        make()
    assert advice in caught.value.advice
    assert str(caught.value).endswith(caught.value.advice)
    assert caught.value.__cause__ is None
    assert "During handling" not in "".join(traceback.format_exception(caught.value))


def test_an_unknown_kind_lists_the_kinds_and_guesses_nothing_far_off() -> None:
    with pytest.raises(NotAModelError) as caught:
        convert(USER, "protobuf")
    assert all(repr(name) in caught.value.expected for name in kind_names())
    assert caught.value.advice == ""


def test_the_bare_base_as_target_is_its_kind() -> None:
    assert type(convert(USER, BaseModel)) is convert_class(User, "basemodel")
    assert type(convert(USER, Type_Safe)) is convert_class(User, "type_safe")


@pytest.mark.parametrize("name", ["attrs", "msgspec", "sqlalchemy"])
def test_a_kind_without_its_library_names_the_extra(name: str) -> None:
    """In a process in which no such library can be found."""
    code = (
        "import sys, importlib.util as u\n"
        f"find = u.find_spec; u.find_spec = lambda n, *a: None if n == {name!r} else find(n, *a)\n"
        "import dataclasses, type_safe_convert as t\n"
        "User = dataclasses.make_dataclass('User', [('name', str)])\n"
        f"t.convert(User('a'), {name!r})\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert f"install the extra: pip install 'type-safe-convert[{name}]'" in done.stderr.splitlines()[-1]


def test_django_and_protobuf_are_told_apart_without_their_libraries() -> None:
    django = pytest.importorskip("django")
    protobuf = pytest.importorskip("google.protobuf.struct_pb2")
    from django.conf import settings
    from django.db import models

    settings.configure()
    django.setup()

    class Row(models.Model):
        class Meta:
            app_label = "tests"

    for value, label in ((Row(), "a Django model"), (protobuf.Value(), "a protobuf message")):
        with pytest.raises(NotAModelError, match=f"is {label}: from_"):
            convert(value, User)
        with pytest.raises(NotAModelError, match=f"is {label}: write"):
            convert(USER, type(value))


def test_an_article_fits_its_name() -> None:
    told = ["a Cart", "an Item", "an OrderedDict", "an Update", "a User", "a UUID", "a URL", "a Unit"]
    assert [with_article(words.split()[1]) for words in told] == told
    with pytest.raises(ConversionError) as caught:
        convert(Cart([USER]), "basemodel")  # type: ignore[list-item]
    assert caught.value.expected == "an Item"


def test_no_part_of_a_message_stands_twice() -> None:
    with pytest.raises(ConversionError) as caught:
        converter(User, "basemodel")(User(name=5, age="x"))  # type: ignore[arg-type]
    assert str(caught.value).splitlines() == [
        "User -> User__BaseModel: name: expected str, found 5 (int)",
        "  age: expected int, found 'x' (str)",
    ]
    with pytest.raises(JsonError) as refused:
        from_json(User, b'{"name": 5, "age": "x"}')
    first, second = str(refused.value).splitlines()
    assert (first.partition(":")[0], second.partition(":")[0]) == ("name", "  age")
    with pytest.raises(ConversionError) as unwritten:
        to_json(Plain())
    assert str(unwritten.value).startswith("Plain: a Plain has no form in JSON; make")


def _generated_frames(error: BaseException) -> int:
    return sum(not frame.filename.startswith("/") for frame in traceback.extract_tb(error.__traceback__))


def test_a_traceback_shows_one_frame_of_generated_code_at_most() -> None:
    run = converter(Cart, NumberedCart)
    cart = Cart([Item("no number")])
    runs: list[Callable[[], Any]] = [
        lambda: run(cart),
        lambda: convert(cart, NumberedCart),
        lambda: converter(list[Cart], list[NumberedCart])([cart]),
        lambda: run(Plain()),
    ]
    for make in runs:
        with pytest.raises(ConversionError) as caught:
            make()
        assert _generated_frames(caught.value) <= 1
        assert len(traceback.extract_tb(caught.value.__traceback__)) <= 6


@dataclasses.dataclass
class Refusing:
    name: str
    age: int

    def __post_init__(self) -> None:
        raise LookupError("no such age")


def test_what_a_users_class_raised_is_the_cause_without_our_frames() -> None:
    run = converter(User, Refusing)
    for _ in range(2):
        with pytest.raises(ConversionError, match="LookupError: no such age") as caught:
            run(USER)
        assert isinstance(caught.value.__cause__, LookupError)
        frames = traceback.extract_tb(caught.value.__cause__.__traceback__)
        assert [frame.name for frame in frames][-1] == "__post_init__"
        assert not any(Path(frame.filename).is_relative_to(PACKAGE) for frame in frames)


def test_a_missing_field_is_answered_with_a_name_that_is_not_taken() -> None:
    target = dataclasses.make_dataclass("Target", [("names", str), ("name", str)])
    source = dataclasses.make_dataclass("Source", [("name", str), ("namess", str)])
    with pytest.raises(MissingFieldError, match="did you mean 'namess'"):
        converter(source, target)


def test_a_bad_line_is_named_once() -> None:
    with pytest.raises(ConversionError) as caught:
        list(iter_json_lines(User, [b'{"name": 5}']))
    assert str(caught.value).count("line") == 1
    assert "was the direct cause" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "read",
    [
        lambda: from_python(Account, {"agee": "x"}),
        lambda: from_python(list[User], {"name": "a"}),
        lambda: from_python(Annotated[list[User], MinLen(1)], []),
        lambda: from_python(Refusing, {"name": "a", "age": 1}),
        lambda: from_json(User, b"{"),
    ],
)
def test_no_advice_is_better_than_a_wrong_one(read: Callable[[], Any]) -> None:
    with pytest.raises(ConversionError) as caught:
        read()
    assert caught.value.advice == ""
