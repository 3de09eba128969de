"""Classes that somebody meets before the statement that defines them has ended, as another thread may."""

import dataclasses
import gc
import threading
from collections.abc import Callable, Iterator
from typing import Any, Literal

import attrs
import msgspec
import pydantic.dataclasses
import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel

from type_safe_convert import NotAModelError, convert, convert_class, from_json, json_schema, to_json
from type_safe_convert.registry import made_kinds

looks: list[Callable[[], Any]] = []


class Seen:
    """Its subclasses are looked at by another thread when their body has run."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for look in looks:
            thread = threading.Thread(target=look)
            thread.start()
            thread.join()


class SeenStruct(msgspec.Struct):
    __init_subclass__ = Seen.__init_subclass__


class SeenModel(BaseModel, Seen):
    pass


class SeenTypeSafe(Type_Safe, Seen):
    pass


def as_it_is(cls: type) -> type:
    return cls


DEFINITIONS = [
    pytest.param(dataclasses.dataclass, Seen, id="dataclass"),
    pytest.param(dataclasses.dataclass(frozen=True), Seen, id="frozen dataclass"),
    pytest.param(dataclasses.dataclass(match_args=False), Seen, id="dataclass without match_args"),
    pytest.param(dataclasses.dataclass(slots=True), Seen, id="dataclass with slots"),
    pytest.param(pydantic.dataclasses.dataclass, Seen, id="pydantic dataclass"),
    pytest.param(attrs.define(slots=False), Seen, id="attrs"),
    pytest.param(attrs.define, Seen, id="attrs with slots"),
    pytest.param(as_it_is, SeenStruct, id="msgspec"),
    pytest.param(as_it_is, SeenModel, id="basemodel"),
    pytest.param(as_it_is, SeenTypeSafe, id="type_safe"),
]


@pytest.mark.parametrize(("decorate", "base"), DEFINITIONS)
def test_a_class_met_while_it_is_defined_has_all_of_its_fields_later(decorate: Any, base: Any) -> None:
    problems: list[Exception] = []
    has_subclasses = base is not SeenModel and decorate is not pydantic.dataclasses.dataclass  # for `from_json`

    def look() -> None:
        try:
            for kind in made_kinds():
                convert_class(Holder, kind)
                convert(Holder(items=[Base(name="a", tag="base")]), kind)
            json_schema(Base)
            assert from_json(Base, to_json(Base(name="a", tag="base")), subclasses=has_subclasses).name == "a"
            for cls in type.__subclasses__(Base):
                if base is Seen:  # the others are no models before all of them is there
                    convert_class(cls, "msgspec")
                    json_schema(cls)
        except Exception as error:
            problems.append(error)

    @decorate
    class Base(base):  # type: ignore[misc]
        name: str
        tag: Literal["base"]

    @decorate
    class Holder(base):  # type: ignore[misc]
        items: list[Base]

    looks.append(look)
    try:

        @decorate
        class Sub(Base):
            tag: Literal["sub"]  # type: ignore[assignment]
            more: int

    finally:
        looks.clear()
    if problems:
        raise problems[0]
    sub = Sub(name="a", tag="sub", more=1)
    for kind in made_kinds():
        made = convert_class(Sub, kind)
        assert convert_class(Sub, kind) is made
        held = convert(Holder(items=[sub]), kind)
        (item,) = held["items"] if isinstance(held, dict) else held.items
        assert (item["more"] if isinstance(item, dict) else item.more) == 1
        if not isinstance(item, dict):
            assert type(item) is made
            assert convert(item, Sub).more == 1
    assert b'"more":1' in to_json(sub)
    assert from_json(Sub, to_json(sub)).more == 1
    assert not has_subclasses or type(from_json(Base, to_json(sub), subclasses=True)) is Sub
    assert "more" in json_schema(Sub)["properties"]


@pytest.fixture
def garbage_stays() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("garbage_stays")
@pytest.mark.parametrize("decorate", [dataclasses.dataclass(slots=True), attrs.define], ids=["dataclass", "attrs"])
def test_the_class_that_slots_made_anew_is_no_subclass(decorate: Any) -> None:
    def define() -> Any:
        @decorate
        class Base:
            tag: Literal["base"]

        @decorate
        class Sub(Base):
            tag: Literal["sub"]  # type: ignore[assignment]
            more: int

        @decorate
        class Plain:
            x: int

        @decorate
        class More(Plain):
            y: int

        @decorate
        class Holder:
            items: list[Base]
            others: list[Plain]

        return Sub, More, Holder

    sub, more, holder = define()
    other_sub, other_more, other_holder = define()
    value = holder([sub("sub", 1)], [more(1, 2)])
    assert len(type.__subclasses__(sub.__bases__[0])) == 2
    assert convert(value, other_holder) == other_holder([other_sub("sub", 1)], [other_more(1, 2)])
    assert convert(holder(value.items, []), "typeddict")["items"] == [{"tag": "sub", "more": 1}]
    assert from_json(holder, to_json(value), subclasses=True) == value


@pytest.mark.parametrize("base", [SeenModel, SeenStruct])
def test_a_class_that_its_library_has_not_finished_is_no_model_yet(base: Any) -> None:
    class Base(base):
        x: int

    def look() -> None:
        (cls,) = type.__subclasses__(Base)
        with pytest.raises(NotAModelError, match="has not finished Sub, which is derived from Base: use it after"):
            convert_class(cls, "dataclass")
        looked.append(cls)

    looked: list[Any] = []
    looks.append(look)
    try:

        class Sub(Base):
            y: int

    finally:
        looks.clear()
    assert looked == [Sub]
    assert convert_class(Sub, "dataclass")(x=1, y=2).y == 2
