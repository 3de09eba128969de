"""What is read and what is refused: strict JSON, unknown keys, and Type_Safe's own `from_json` as the oracle."""

import dataclasses
import json
import sys
from typing import Any

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe

from tests.json.compare import unlike
from tests.json.models import Closed, Computed, Everything, Item, Node, Open, Person, Tag, Thing, thing
from type_safe_convert import convert_class
from type_safe_convert.json.codec import JsonError, from_json, from_python, to_json

KINDS = ("type_safe", "basemodel", "dataclass")

REFUSED = [
    {"number": "5"},
    {"number": 5.0},
    {"number": True},
    {"ratio": "1.5"},
    {"ratio": True},
    {"flag": 1},
    {"flag": "true"},
    {"text": 5},
    {"raw": 5},
    {"raw": "not base64!"},
    {"day": "2024-02-30"},
    {"moment": "yesterday"},
    {"key": "5"},
    {"amount": "many"},
    {"color": "purple"},
    {"level": 2},
    {"choice": "z"},
    {"sku": 5},
    {"sku": 1.5},
    {"sku": True},
    {"stock": "7"},
    {"stock": ""},
    {"price": "1.5"},
    {"price": True},
    {"price": False},
    {"sku": ["a"]},
    {"sku": {"a": 1}},
    {"stock": -1},
    {"stock": 5.5},
    {"stock": True},
    {"names": "abc"},
    {"names": ["a", 5]},
    {"rows": [[1], ["x"]]},
    {"table": {"a": ["x"]}},
    {"by_number": {"x": "y"}},
    {"members": [1, "2"]},
    {"members": {"1": 2}},
    {"pair": [1]},
    {"pair": [1, "a", 2]},
    {"pair": ["a", 1]},
    {"either": 1.5},
    {"small": 100},
    {"small": -1},
    {"tag": {"name": 5}},
    {"tag": []},
    {"tags": {"name": "x"}},
    {"kind": "tests.json.models.Node"},
    {"kind": "tests.json.models.nothing"},
    {"kind": "nowhere.Tag"},
    {"unknown": 1},
    {"tag": {"unknown": 1}},
]


@pytest.mark.parametrize("data", REFUSED, ids=json.dumps)
def test_what_does_not_fit_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(JsonError):
        from_json(Everything, json.dumps(data))


@pytest.mark.parametrize("data", [case for case in REFUSED if "unknown" not in json.dumps(case)], ids=json.dumps)
@pytest.mark.parametrize("kind", ["basemodel", "dataclass"])
def test_generated_classes_refuse_the_same(data: dict[str, Any], kind: str) -> None:
    with pytest.raises(JsonError):
        from_json(convert_class(Everything, kind), json.dumps(data))


READ = [
    ({"ratio": 3}, 3.0),
    ({"amount": 1.5}, None),
    ({"color": "RED"}, None),
    ({"color": "r"}, None),
    ({"sku": "a b$"}, "a_b_"),
    ({"stock": 7}, 7),
    ({"price": 1}, 1.0),
    ({"members": [1, 1, 2]}, {1, 2}),
    ({"pair": []}, ()),
    ({"either": "5"}, "5"),
    ({"choice": "a"}, "a"),
    ({"by_number": {"5": "x"}}, {5: "x"}),
    ({"kind": "tests.json.models.Tag"}, Tag),
    ({"maybe": None}, None),
]


@pytest.mark.parametrize(("data", "expected"), READ, ids=str)
def test_what_fits_is_read(data: dict[str, Any], expected: Any) -> None:
    [name] = data
    found = getattr(from_json(Everything, json.dumps(data)), name)

    assert expected is None or found == expected


ORACLE = [
    {},
    {"text": "x", "number": 5, "ratio": 1.5, "flag": True},
    {"text": None, "number": None, "names": None},
    {"color": "RED", "level": "HIGH"},
    {"color": "r"},
    {"color": 2},
    {"choice": "a"},
    {"sku": "a b$", "stock": 5, "price": 2},
    {"names": ["a", "b"], "table": {"a": [1]}},
    {"members": [1, 2, 2]},
    {"pair": [1, "a"]},
    {"pair": []},
    {"maybe": 5, "either": "5"},
    {"either": 5},
    {"tag": {"name": "a", "weight": 2.5}, "tags": [{"name": "b"}], "by_name": {"c": {"name": "c"}}},
    {"kind": "tests.json.models.Tag"},
    {"anything": {"a": [1, None]}},
    {"maybe_tag": {"name": "a"}},
    {"maybe_tag": None},
]


# Since Python 3.14 `Optional[X]` is `X | None`, into which osbot-utils reads no dict: then it is no oracle.
if sys.version_info >= (3, 14):
    ORACLE = [data for data in ORACLE if not isinstance(data.get("maybe_tag"), dict)]


@pytest.mark.parametrize("data", ORACLE, ids=json.dumps)
def test_what_type_safe_reads_arrives_the_same(data: dict[str, Any]) -> None:
    assert unlike(Everything.from_json(data), from_json(Everything, json.dumps(data))) is None


def test_what_type_safe_writes_is_read() -> None:
    original = Node(name="a", children=[Node(name="b")])

    assert unlike(original, from_json(Node, json.dumps(original.json()))) is None


def test_unknown_keys_follow_the_model() -> None:
    assert from_json(Open, b'{"a": 1, "b": 2}').b == 2
    assert from_json(Person, b'{"name": "x", "userId": 1, "b": 2}').name == "x"
    assert from_json(Tag, b'{"name": "x"}').name == "x"
    for cls in (Closed, Tag, Item):
        with pytest.raises(JsonError):
            from_json(cls, b'{"a": 1, "b": 2}')


def test_unknown_keys_are_kept_in_generated_classes_of_an_open_model() -> None:
    made = from_json(convert_class(Open, "type_safe"), b'{"a": 1, "b": 2}')

    assert json.loads(to_json(made)) == {"a": 1, "b": 2}


@pytest.mark.parametrize("kind", KINDS)
def test_validators_of_a_model_run_for_the_classes_made_from_it(kind: str) -> None:
    with pytest.raises(JsonError, match="a person has a name"):
        from_json(convert_class(Person, kind), b'{"name": "", "userId": 1}')


def test_what_a_dataclass_computes_is_not_read() -> None:
    assert from_json(Computed, b'{"a": 4, "b": 100}') == Computed(4)


def test_lax_mode_is_pydantics() -> None:
    assert from_json(Tag, b'{"weight": "2.5"}', strict=False).weight == 2.5
    assert from_python(Everything, {"day": "2024-02-29"}, strict=False).day.month == 2
    with pytest.raises(JsonError):
        from_python(Everything, {"day": "2024-02-29"})


def test_an_instance_of_the_class_passes() -> None:
    made = thing()

    assert from_python(Thing, made) is made


def test_required_keys_are_required() -> None:
    @dataclasses.dataclass
    class Pair:
        a: int
        b: int = 1

    class Strict(Type_Safe):
        pair: Pair

    assert from_json(Strict, b'{"pair": {"a": 1}}').pair == Pair(1)
    with pytest.raises(JsonError, match=r"pair\.a: Field required"):
        from_json(Strict, b'{"pair": {}}')
