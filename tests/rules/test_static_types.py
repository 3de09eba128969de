"""A type checker sees the target's class (pyright says the same: `pyright tests/rules/test_static_types.py`)."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.rules.models import Color, ColorDto, Order, OrderDto
from type_safe_convert import Rules

if TYPE_CHECKING:
    from typing_extensions import assert_type

    rules = Rules()
    assert_type(rules.converter(Order, OrderDto), Callable[..., OrderDto])
    assert_type(rules.converter(Order, "basemodel"), Callable[..., Any])
    assert_type(rules.converter(list[Order], list[OrderDto]), Callable[..., list[OrderDto]])
    assert_type(rules.converter(list[Order], OrderDto | None), Callable[..., OrderDto | None])
    assert_type(rules.converter(list[Order], "basemodel"), Callable[..., Any])
    assert_type(rules.convert(Order, OrderDto), OrderDto)
    assert_type(rules.convert([Order], list[OrderDto], values={"a": 1}), list[OrderDto])
    assert_type(rules.convert(Order, OrderDto, values={"a": 1}), OrderDto)
    assert_type(rules.reversed(OrderDto, Order), Rules)
    rules.coerce(str, datetime, datetime.fromisoformat)
    rules.coerce(Color, ColorDto)
    rules.coerce(str, int)  # type: ignore[arg-type]  # only enums need no function
    rules.coerce(str, datetime, len)  # type: ignore[arg-type]


def test_mypy_sees_the_class_of_the_target() -> None:
    api = pytest.importorskip("mypy.api")
    output, errors, status = api.run(["--warn-unused-ignores", "--follow-imports=silent", str(Path(__file__))])
    assert (status, errors) == (0, ""), output
    assert sys.version_info >= (3, 11)
