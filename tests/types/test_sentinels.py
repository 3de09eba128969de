"""Sentinels (PEP 661): an object that says that a field has no value. A builtin since Python 3.15, else of
typing_extensions; pydantic has one, `MISSING`."""

import builtins
import dataclasses
import json
import pickle
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from pydantic import BaseModel
from pydantic_core import MISSING
from typing_extensions import Sentinel

from type_safe_convert import ConversionError, convert, convert_class, from_json, json_schema, source, to_json
from type_safe_convert.hypothesis import check_round_trip, instances
from type_safe_convert.registry import made_kinds

UNCHANGED = Sentinel("UNCHANGED")
UNKNOWN = Sentinel("UNKNOWN")


@dataclasses.dataclass
class Tag:
    name: str


@dataclasses.dataclass
class Patch:
    limit: int | UNCHANGED = UNCHANGED  # type: ignore[valid-type]
    note: str | UNCHANGED | None = UNCHANGED  # type: ignore[valid-type]
    tags: list[Tag] | UNCHANGED = UNCHANGED  # type: ignore[valid-type]


class Changes(BaseModel):
    limit: int | MISSING = MISSING
    note: str | MISSING | None = MISSING


PATCHES = [Patch(), Patch(note=None), Patch(1, "a", [Tag("b")])]
KINDS = [kind for kind in made_kinds() if kind != "dataclass"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_a_sentinel_stays_one_and_is_no_part_of_json(kind: str) -> None:
    made: Any = convert_class(Patch, kind)
    for patch in PATCHES:
        check_round_trip(patch)
        there = convert(patch, kind)
        given = {name: value for name, value in dataclasses.asdict(patch).items() if value is not UNCHANGED}
        text = to_json(there) if kind != "typeddict" else to_json(there, made)
        assert json.loads(text) == json.loads(to_json(patch)) == given
        assert convert(from_json(made, text), Patch) == patch if kind != "typeddict" else True
        assert from_json(Patch, text) == patch
    for cls in (Patch, made):
        assert json_schema(cls)["properties"]["limit"]["type"] == "integer"
    for wrong in (Patch(UNKNOWN), Patch("1"), Patch(tags=[1])):
        with pytest.raises(ConversionError):
            convert(wrong, kind)


def test_the_sentinel_of_pydantic_goes_everywhere() -> None:
    for changes in (Changes(), Changes(note=None), Changes(limit=1, note="a")):
        check_round_trip(changes)
        for kind in {"type_safe", "dataclass", "attrs", "msgspec"}.intersection(made_kinds()):
            assert json.loads(to_json(convert(changes, kind))) == changes.model_dump()
            assert convert(from_json(convert_class(Changes, kind), changes.model_dump_json()), Changes) == changes


def test_generated_models_validate_and_dump_it() -> None:
    model: Any = convert_class(Patch, "basemodel")
    assert model().model_dump() == {}
    assert model(limit=UNCHANGED, note="a").model_dump() == {"note": "a"}
    with pytest.raises(ValueError, match="UNCHANGED"):
        model(limit=UNKNOWN)
    assert pickle.loads(pickle.dumps(model(limit=1))).limit == 1


def test_instances_are_drawn_and_the_source_names_it() -> None:
    @settings(max_examples=30, database=None)
    @given(instances(Patch))
    def law(patch: Patch) -> None:
        found.add(patch.limit is UNCHANGED)

    found: set[bool] = set()
    law()
    assert found == {True, False}
    text = source(Patch, "attrs")
    assert f"from {__name__} import" in text
    assert "limit: int | UNCHANGED = UNCHANGED" in text


def test_the_builtin_one_is_the_same() -> None:
    assert getattr(builtins, "sentinel", Sentinel) is Sentinel
    assert hasattr(builtins, "sentinel") is (sys.version_info >= (3, 15))
