"""Errors say where in the data and why; limits hold; whatever the bytes, an error or a value."""

import json
import pickle
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.json.compare import unlike
from tests.json.models import Everything, Node, Open, Person, Tag, Thing, Zoo
from type_safe_convert import ConversionError, NestingTooDeepError, NotAModelError, ValueConversionError, convert_class
from type_safe_convert.json.codec import JsonError, from_json, from_python, to_json, to_python


def refusal(cls: type, data: bytes | str) -> JsonError:
    with pytest.raises(JsonError) as caught:
        from_json(cls, data)
    return caught.value


@pytest.mark.parametrize("kind", ["type_safe", "basemodel", "dataclass"])
def test_the_path_leads_into_the_data(kind: str) -> None:
    cls = convert_class(Everything, kind)
    data = {"tags": [{"name": "a"}, {"name": "b", "weight": "x"}]}

    error = refusal(cls, json.dumps(data))

    assert error.path == ("tags", 1, "weight")
    assert "tags[1].weight" in str(error)
    assert error.found == "'x' (str)"
    assert error.target_class is cls


def test_a_path_has_keys_of_dicts_and_the_missing_key() -> None:
    assert refusal(Everything, '{"by_name": {"some key": {"name": 5}}}').path == ("by_name", "some key", "name")
    assert refusal(Person, '{"name": "x"}').path == ("userId",)


def test_a_path_has_no_names_of_union_members() -> None:
    assert refusal(Everything, '{"either": 1.5}').path == ("either",)
    assert refusal(Thing, '{"tag": {"weight": "x"}}').errors[0].path[:1] != ()


def test_several_problems_are_told_at_once() -> None:
    error = refusal(Everything, '{"number": "x", "tags": [{"weight": "y"}], "unknown": 1}')

    assert [item.path for item in error.errors] == [("number",), ("tags", 0, "weight"), ("unknown",)]
    assert error.errors[2].reason == "unknown key"


def test_pydantics_errors_are_there() -> None:
    [problem] = refusal(Everything, '{"tag": {"name": 5}}').pydantic_errors()

    assert problem["type"] == "string_type"
    assert problem["loc"] == ("tag", "name")
    assert problem["input"] == 5


def test_text_that_is_no_json_says_where_it_ends() -> None:
    assert "line 1 column 9" in str(refusal(Tag, '{"name": '))


def test_errors_pickle() -> None:
    error = refusal(Everything, '{"stock": -1, "number": "x"}')

    again = pickle.loads(pickle.dumps(error))

    assert str(again) == str(error)
    assert again.pydantic_errors() == error.pydantic_errors()


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(NotAModelError):
        from_json(5, b"1")
    with pytest.raises(NotAModelError):
        to_json(5, "int")
    with pytest.raises(NotAModelError):
        to_python({"a": 1}, object())


def test_a_value_without_a_form_in_json_is_an_error() -> None:
    made = Everything(anything=object())

    with pytest.raises(ValueConversionError, match="no form in JSON"):
        to_json(made)
    assert to_python(made)["anything"] is made.anything


def test_an_instance_that_holds_itself_is_an_error() -> None:
    node = Node(name="a")
    node.children.append(node)

    with pytest.raises(ValueConversionError, match="Circular"):
        to_json(node)


def test_a_chain_deeper_than_json_is_written_is_an_error() -> None:
    node = Node(name="a")
    for _ in range(400):
        node = Node(name="a", children=[node])

    with pytest.raises(NestingTooDeepError):
        to_json(node)


# limits


def test_a_size_limit_holds_before_the_data_is_read() -> None:
    data = b'{"name": "aaaa"}'

    assert from_json(Tag, data, max_bytes=len(data)).name == "aaaa"
    with pytest.raises(JsonError, match="at most 15 bytes"):
        from_json(Tag, data, max_bytes=15)
    with pytest.raises(JsonError, match="at most 8 bytes"):
        from_json(Tag, '"äöüß€"', max_bytes=8)


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'{"children":[', b'{"parent":'])
@pytest.mark.parametrize("depth", [150, 199, 201, 1000, 100_000])
def test_deep_nesting_is_an_error_or_a_value(opening: bytes, depth: int) -> None:
    closing = {b"[": b"]", b'{"a":': b"1}", b'{"children":[': b"]}", b'{"parent":': b"{}}"}[opening]

    for cls in (Node, Everything, convert_class(Node, "basemodel")):
        with pytest.raises(ConversionError):
            from_json(cls, opening * depth + b"5" + closing * depth)


def test_a_deep_tree_that_fits_is_read_or_refused_by_name() -> None:
    for depth in (50, 90, 150, 250):
        data = b'{"name":"a","children":[' * depth + b"]}" * depth
        try:
            made: Any = from_json(Node, data)
        except ConversionError:
            assert depth > 90
        else:
            for _ in range(depth - 1):
                [made] = made.children
            assert type(made) is Node


# whatever the bytes

CLASSES = [Everything, Node, Thing, Person, Open, Zoo, convert_class(Everything, "basemodel")]
CLASSES += [convert_class(Everything, "dataclass"), convert_class(Person, "type_safe")]

_EDGES = [
    b"",
    b"\xff\xfe",
    b"\xef\xbb\xbf{}",
    b"nul",
    b"NaN",
    b'{"ratio": NaN, "ratio": -Infinity}',
    b'{"ratio": 1e999, "number": 1e400}',
    b'{"number": ' + b"9" * 5000 + b"}",
    b'{"number": -0, "ratio": -0.0}',
    b'{"text": "\\ud800"}',
    b'{"text": "\\udc00\\ud800"}',
    b'{"text": "\xed\xa0\x80"}',
    b'{"text": "\\u0000"}',
    b'{"a": 1, "a": 2}',
    b'{"number": 1, "number": "x"}',
    b'{"name": "x", "name": 5}',
    b'{"amount": "NaN", "amount": "1e999999999999"}',
    b'{"moment": 1e308, "span": 1e308, "day": 99999999999}',
    b'{"span": "P999999999999D"}',
    b'{"__class__": 1, "__dict__": {}}',
    b'{"__init__": 1, "self": 1, "cls": 1}',
    b'{"kind": "builtins.exec"}',
    b'{"path": "\\u0000", "corner": [0, 0]}',
]


def check(cls: Any, data: bytes | str) -> None:
    try:
        made = from_json(cls, data)
    except ConversionError:
        return
    assert type(made) is cls
    assert not [name for name in getattr(cls, "__annotations__", {}) if not hasattr(made, name)]
    assert unlike(made, from_json(cls, to_json(made))) is None


@pytest.mark.parametrize("data", _EDGES, ids=lambda data: repr(data[:40]))
def test_edges_give_an_error_or_a_whole_instance(data: bytes) -> None:
    for cls in CLASSES:
        check(cls, data)


_fields = st.sampled_from(sorted({*Everything.__annotations__, "name", "children", "parent", "a", "userId", "animals"}))
_scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(exclude_categories=[]), max_size=8)
)
_values = st.recursive(
    _scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_fields | st.text(max_size=4), inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(CLASSES), st.binary(max_size=60))
def test_any_bytes_give_an_error_or_a_whole_instance(cls: Any, data: bytes) -> None:
    """from_json(cls, b) is an instance of cls or raises a ConversionError."""
    check(cls, data)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(CLASSES), st.dictionaries(_fields, _values, max_size=5))
@example(Everything, {"ratio": float("nan")})
@example(Everything, {"text": "\ud800"})
def test_any_json_gives_an_error_or_a_whole_instance(cls: Any, data: dict[str, Any]) -> None:
    """from_json(cls, json) is an instance of cls or raises a ConversionError."""
    check(cls, json.dumps(data))
    check(cls, json.dumps(data, ensure_ascii=False))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(CLASSES), _values | st.dictionaries(_fields, _values | st.binary() | st.dates(), max_size=3))
def test_any_python_gives_an_error_or_a_whole_instance(cls: Any, data: Any) -> None:
    """from_python(cls, x) is an instance of cls or raises a ConversionError."""
    for strict in (True, False):
        try:
            made = from_python(cls, data, strict=strict)
        except ConversionError:
            continue
        assert type(made) is cls
