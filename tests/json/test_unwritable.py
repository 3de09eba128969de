"""An error for a value that has no form in JSON says where the value stands, without pydantic-core's own words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, ConfigDict

from type_safe_convert import ValueConversionError, convert_class, to_json, to_python
from type_safe_convert.conversion.conversion import conversion


class Store: ...


@dataclass
class Inner:
    store: Store | None = None
    anything: Any = None


class Pair(NamedTuple):
    left: int
    right: Any


@dataclass
class Outer:
    items: list[Inner]
    by_name: dict[str, Inner]
    pair: Pair | None = None


class Model(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)
    inner: Inner
    anything: Any = None


class Typed(Type_Safe):
    inner: Inner


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (Outer([Inner(), Inner(Store())], {}), "Outer: items[1].store"),
        (Outer([], {"a": Inner(anything=[1, {"b": Store()}])}), "Outer: by_name['a'].anything[1]['b']"),
        (Outer([], {}, Pair(1, {"x": Store()})), "Outer: pair.right['x']"),
        (Model(inner=Inner(Store())), "Model: inner.store"),
        (Model(inner=Inner(), anything=(Store(),)), "Model: anything[0]"),
        (Typed(inner=Inner(Store())), "Typed: inner.store"),
        ([Inner(), Inner(anything=Store())], "list: [1].anything"),
        ({"a": Store()}, "dict: ['a']"),
    ],
)
def test_the_error_names_the_place(value: Any, path: str) -> None:
    for _ in range(2):
        with pytest.raises(ValueConversionError) as caught:
            to_json(value)
        assert str(caught.value).startswith(f"{path}: a Store has no form in JSON; make its class a model")


def test_in_a_generated_class() -> None:
    cls = convert_class(Outer, "attrs")
    made: Any = conversion(Outer, cls).run(Outer([Inner(Store())], {}))
    with pytest.raises(ValueConversionError) as caught:
        to_json(made)
    assert caught.value.path == ("items", 0, "store")


def test_another_type_than_the_declared_one_is_named() -> None:
    class Below(Store): ...

    with pytest.raises(ValueConversionError, match="store: a Below in a field of type Store has no form in JSON"):
        to_json(Inner(Below()))


def test_python_values_may_be_anything() -> None:
    store = Store()
    assert to_python(Inner(anything=store))["anything"] is store
