"""Field names that Python's source reads otherwise, or that show themselves otherwise."""

import dataclasses
from typing import Any

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, create_model

from type_safe_convert import convert, convert_class, from_json, to_json
from type_safe_convert.hypothesis import check_round_trip

WIDE = "\N{FULLWIDTH LATIN SMALL LETTER R}ole"  # the NFKC form of this is `role`
Wide: Any = create_model("Wide", role=(str, "user"), **{WIDE: (str, "x"), f"_{WIDE}": (int, 0), "①": (int, 1)})
WideTypeSafe: Any = type("WideTypeSafe", (Type_Safe,), {"__annotations__": {"role": str, WIDE: str}})
LongName: Any = create_model("LongName", **{WIDE: (str, ...)})


class Disguised(str):
    """A name whose text in source would be code."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "1 / 0"

    def __str__(self) -> str:
        return "1 / 0"

    def __format__(self, spec: str) -> str:
        return "1 / 0"

    def isidentifier(self) -> bool:
        return True


@pytest.mark.parametrize("cls", [Wide, WideTypeSafe])
def test_names_that_nfkc_makes_equal_keep_their_own_values(cls: Any) -> None:
    for number in range(4):  # generated code takes over at the second conversion
        made = cls(**{"role": f"a{number}", WIDE: f"b{number}"})
        check_round_trip(made)
        for kind in ("basemodel", "dataclass", "type_safe"):
            converted = convert(made, kind)
            assert converted.role == f"a{number}"
            assert from_json(type(converted), to_json(converted)).role == f"a{number}"
            back = convert(converted, cls)
            assert (getattr(back, "role"), getattr(back, WIDE)) == (f"a{number}", f"b{number}")  # noqa: B009


def test_a_written_target_with_such_a_name() -> None:
    class Target(BaseModel):
        role: str = "none"

    for number in range(3):
        assert convert(LongName(**{WIDE: str(number)}), Target).role == "none"


def _disguised() -> list[Any]:
    pydantic = create_model("pydantic", **{Disguised("role"): (str, "x")})
    annotated = type("Annotated", (Type_Safe,), {"__annotations__": {Disguised("role"): str}})
    plain: Any = type("Plain", (), {"__annotations__": {"role": str}})
    dataclass = dataclasses.dataclass(plain)
    dataclass.__dataclass_fields__[Disguised("role")] = dataclass.__dataclass_fields__.pop("role")  # type: ignore[attr-defined]
    dataclass.__dataclass_fields__["role"].name = Disguised("role")  # type: ignore[attr-defined]
    return [pydantic(role="a"), annotated(role="a"), dataclass("a")]


@pytest.mark.parametrize("made", _disguised(), ids=lambda made: type(made).__name__)
def test_a_name_is_its_characters_whatever_its_class_says(made: Any) -> None:
    for _ in range(3):
        for kind in ("basemodel", "dataclass", "type_safe"):
            converted = convert(made, kind)
            assert converted.role == "a"
            assert convert(converted, type(made)).role == "a"


class PrivateBase(Type_Safe):
    _id: int = 1


class PublicToo(PrivateBase):
    id: int = 2


DashBase = create_model("DashBase", __module__=__name__, **{"x-y": (int, 1)})
DashToo = create_model("DashToo", __base__=DashBase, __module__=__name__, x_y=(int, 2))


@pytest.mark.parametrize(
    ("cls", "kind", "inherited", "own"),
    [
        (PublicToo, "basemodel", "_id", "id"),
        (PublicToo, "dataclass", "_id", "id"),
        (DashToo, "type_safe", "x-y", "x_y"),
        (DashToo, "dataclass", "x-y", "x_y"),
    ],
)
def test_an_own_field_may_take_the_name_that_an_inherited_one_has_in_the_counterpart_of_the_base(
    cls: type, kind: str, inherited: str, own: str
) -> None:
    value = cls(**{inherited: 3, own: 4})
    back = convert(convert(value, kind), type(value))
    assert {name: getattr(back, name) for name in (inherited, own)} == {inherited: 3, own: 4}
    made = convert_class(cls, kind)
    assert issubclass(made, convert_class(cls.__bases__[0], kind))
    values = {name: item for name, item in vars(convert(cls(), kind)).items() if not name.startswith("__")}
    assert sorted(values.values()) == [1, 2]
