"""A value of another type than its annotation's is not written without a word."""

import dataclasses
import datetime
import decimal
import enum
import uuid
import warnings
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict

from type_safe_convert import ConversionError, convert_class, converter, from_json, to_json, to_python

KINDS = ("dataclass", "basemodel", "type_safe", "attrs", "msgspec", "namedtuple", "typeddict")


class Colour(enum.Enum):
    RED = "red"


class Named(list[str]): ...


class Untold(enum.Enum):
    PAIR = (1, 2)


@dataclasses.dataclass
class Inner:
    a: int = 1


MISFITS = [
    (int, "x"), (int, 1.5), (float, "x"), (str, 5), (str, b"x"), (bool, 1), (bytes, "x"), (list[str], [3]),
    (list[str], ("x",)), (set[int], {"x"}), (set[int], [1]), (frozenset[str], frozenset([1])),
    (dict[str, int], {"a": "x"}),
    (dict[str, int], {1: 1}), (tuple[int, str], (1, 2)), (tuple[int, ...], (1, "x")), (Sequence[int], ["x"]),
    (Mapping[str, int], {"a": "b"}), (int | None, "x"), (int | str, 1.5), (list[int] | None, ["x"]),
    (datetime.datetime, "2020"), (datetime.datetime, datetime.date(2020, 1, 1)), (datetime.timedelta, 5),
    (uuid.UUID, "x"), (decimal.Decimal, 1.5), (Colour, "x"),
    (Inner, 5), (list[Inner], [5]), (list[Inner], [Inner("x")]),
    (Inner | None, Inner("x")), (dict[str, Inner], {"a": Inner("x")}),
]  # fmt: skip


def holding(kind: str, annotation: Any, value: Any) -> tuple[Any, Any]:
    """A class with one field, and an instance that was not checked."""
    cls: Any = dataclasses.make_dataclass("Holder", [("f", annotation)])
    if kind != "dataclass":
        cls = convert_class(cls, kind)
    if kind == "basemodel":
        return cls, cls.model_construct(f=value)
    if kind == "type_safe":
        instance = object.__new__(cls)
        instance.__dict__["f"] = value
        return cls, instance
    return cls, cls(f=value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("annotation", "value"), MISFITS)
def test_what_a_conversion_refuses_is_told(kind: str, annotation: Any, value: Any) -> None:
    cls, instance = holding(kind, annotation, value)
    with pytest.raises(ConversionError) as refused:
        converter(cls, cls)(instance)
    for write in (to_json, to_python):
        with pytest.warns(UserWarning, match="Pydantic serializer warnings"):
            write(instance, cls)
        with warnings.catch_warnings():
            warnings.filterwarnings("error", "Pydantic serializer warnings")
            with pytest.raises(ConversionError) as told:
                write(instance, cls)
        assert [e.path for e in told.value.errors or (told.value,)] == [
            e.path for e in refused.value.errors or (refused.value,)
        ]


# Python's own values have no other form, so `to_python` takes these as they are.
MISFITS_OF_JSON = [(Untold, 5), (Literal[b"x"], b"y"), (type[int], 5), (Named, ["x"]), (Sequence[int], {1})]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("annotation", "value"), MISFITS_OF_JSON)
def test_what_has_a_form_of_its_own_in_json_is_told(kind: str, annotation: Any, value: Any) -> None:
    cls, instance = holding(kind, annotation, value)
    with pytest.warns(UserWarning, match="Pydantic serializer warnings"):
        to_json(instance, cls)


@pytest.mark.parametrize("kind", KINDS)
def test_one_misfit_leaves_the_form_of_the_other_fields(kind: str) -> None:
    source: Any = dataclasses.make_dataclass(
        "Sloppy", [("n", int, "auto"), ("data", bytes, b"\xff"), ("d", float, float("inf"))]
    )
    cls: Any = source if kind == "dataclass" else convert_class(source, kind)
    instance = {"n": "auto", "data": b"\xff", "d": float("inf")} if kind == "typeddict" else cls()
    with pytest.warns(UserWarning, match="n"):
        assert to_json(instance, cls) == b'{"n":"auto","data":"_w==","d":"Infinity"}'


def test_values_that_fit_are_written_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert to_json([Inner(1)]) == b'[{"a":1}]'
        assert to_json({"a": Inner(1)}, dict[str, Inner]) == b'{"a":{"a":1}}'


def test_values_that_a_model_hides_are_in_no_warning() -> None:
    class Hiding(BaseModel):
        model_config = ConfigDict(hide_input_in_errors=True)
        pin: int

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        to_json(Hiding.model_construct(pin="1234"))
    with pytest.raises(ConversionError) as refused:
        from_json(Hiding, to_json(Hiding.model_construct(pin="x234")))
    assert "x234" not in str(refused.value)
