"""Sets and dicts of what has no hash in another kind: a list stands for them there, and they come back as they were."""

import collections
import dataclasses
import typing
import warnings
from collections.abc import Collection, Mapping, MutableMapping, MutableSequence, MutableSet
from collections.abc import Set as AbstractSet
from typing import Any

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe

from type_safe_convert import (
    ValueConversionError,
    convert,
    convert_class,
    converter,
    from_json,
    from_python,
    json_schema,
    to_json,
    to_python,
)
from type_safe_convert.registry import made_kinds
from type_safe_convert.testing.equality import differences


@dataclasses.dataclass(frozen=True)
class Key:
    a: int = 1


class ById(Type_Safe):
    """Hashes by identity, so its counterparts have no hash."""

    a: int


class OwnSet(set[Any]):
    pass


def holder(annotation: Any) -> Any:
    return dataclasses.make_dataclass("Holder", [("x", annotation)])


ROW = {"a": 1}
SETS: list[tuple[Any, Any, Any]] = [
    (AbstractSet[Key], {Key()}, [ROW]),
    (AbstractSet[Key], frozenset({Key()}), (ROW,)),
    (MutableSet[Key], {Key()}, [ROW]),
    (AbstractSet[tuple[Key, int]], {(Key(), 2)}, [(ROW, 2)]),
    (dict[str, AbstractSet[Key]], {"k": {Key()}}, {"k": [ROW]}),
]
DICTS: list[tuple[Any, Any, Any]] = [
    (Mapping[Key, int], {Key(): 1}, [(ROW, 1)]),
    (MutableMapping[Key, int], {Key(): 1}, [(ROW, 1)]),
    (Mapping[tuple[Key, int], int], {(Key(), 2): 1}, [((ROW, 2), 1)]),
    (typing.OrderedDict[Key, int], collections.OrderedDict({Key(): 1}), [(ROW, 1)]),
    (typing.Counter[Key], collections.Counter([Key()]), [(ROW, 1)]),
]


@pytest.mark.parametrize(("annotation", "value", "held"), SETS + DICTS)
def test_a_typed_dict_has_a_list_for_a_set_or_dict_of_models(annotation: Any, value: Any, held: Any) -> None:
    cls = holder(annotation)
    made = convert_class(cls, "typeddict")
    record = convert(cls(value), "typeddict")
    assert record == {"x": held}
    for _ in ("interpreted", "compiled"):
        assert convert(cls(value), "typeddict") == record
        assert not differences(converter(made, cls)(record), cls(value))
    assert not differences(converter(convert_class(cls, "attrs"), made)(convert(cls(value), "attrs")), record)
    assert from_json(made, to_json(record, made)) == ({"x": [*held]} if isinstance(held, tuple) else record)
    assert json_schema(made)["properties"]["x"]["type"] == ("object" if isinstance(held, dict) else "array")


@pytest.mark.parametrize("kind", ["basemodel", "attrs", "msgspec", "typeddict"])
@pytest.mark.parametrize(
    ("annotation", "make"),
    [
        (AbstractSet[ById], lambda key: {key}),
        (AbstractSet[ById], lambda key: frozenset({key})),
        (Mapping[ById, int], lambda key: {key: 1}),
        (typing.OrderedDict[ById, int], lambda key: collections.OrderedDict({key: 1})),
    ],
)
def test_so_it_is_for_counterparts_that_compare_by_value(annotation: Any, make: Any, kind: Any) -> None:
    cls = type("Own", (Type_Safe,), {"__annotations__": {"x": annotation}, "__module__": __name__})
    obj = cls()
    obj.__dict__["x"] = make(ById(a=3))
    for _ in ("interpreted", "compiled"):
        assert not differences(obj, converter(convert_class(cls, kind), cls)(convert(obj, kind)))


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (set[Key], OwnSet({Key()})),
        (AbstractSet[Key], OwnSet({Key()})),
        (dict[Key, int], collections.OrderedDict({Key(): 1})),
        (Mapping[Key, int], collections.defaultdict(int, {Key(): 1})),
    ],
)
def test_a_class_that_a_list_does_not_tell_is_refused(annotation: Any, value: Any) -> None:
    with pytest.raises(ValueConversionError, match="a list does not keep its class") as caught:
        convert(holder(annotation)(value), "typeddict")
    assert caught.value.path == ("x",)


@pytest.mark.parametrize(
    ("annotation", "value", "path", "advice"),
    [
        (Collection[Key], {Key()}, ("x",), "as a list, or as a set"),
        (typing.Iterable[Key], frozenset({Key()}), ("x",), "as a list, or as a set"),
        (typing.DefaultDict[Key, int], collections.defaultdict(int, {Key(): 1}), ("x", Key()), "as a dict"),
    ],
)
def test_what_no_list_can_stand_for_is_refused_with_advice(annotation: Any, value: Any, path: Any, advice: str) -> None:
    with pytest.raises(ValueConversionError, match="no hash in the target") as caught:
        convert(holder(annotation)(value), "typeddict")
    assert caught.value.path == path
    assert advice in caught.value.advice
    assert convert(holder(annotation)(type(value)()), "typeddict")["x"] == type(value)()


def test_a_set_of_dicts_in_a_class_of_a_user_is_refused() -> None:
    class Row(typing.TypedDict):
        a: int

    class Rows(typing.TypedDict):
        x: set[Row]  # type: ignore[type-var,unused-ignore]

    with pytest.raises(ValueConversionError, match="no hash in the target") as caught:
        convert(holder(set[Key])({Key()}), Rows)
    assert caught.value.path == ("x",)


@pytest.mark.parametrize(
    ("annotation", "value", "read"),
    [
        (AbstractSet[int], {1}, frozenset({1})),
        (Collection[int], (1,), [1]),
        (Collection[int], {1}, [1]),
        (typing.Iterable[int], collections.deque([1]), [1]),
        (MutableSequence[int], collections.deque([1]), [1]),
    ],
)
def test_collections_that_fit_an_abstract_type_are_written_without_a_warning(
    annotation: Any, value: Any, read: Any
) -> None:
    cls = holder(annotation)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert to_json(cls(value)) == b'{"x":[1]}'
        assert not differences(from_json(cls, b'{"x":[1]}'), cls(read))
        assert not differences(from_python(cls, to_python(cls(value))), cls(read))


@dataclasses.dataclass
class Same:
    """Compares by identity and hashes; counterparts compare by value."""

    size: int = 1

    def __hash__(self) -> int:
        return hash(self.size)

    def __eq__(self, other: object) -> bool:
        return self is other


@pytest.mark.parametrize("kind", ["basemodel", "attrs", "msgspec", "namedtuple"])
@pytest.mark.parametrize(
    ("annotation", "held", "what"),
    [
        (dict[Same, int], {Same(): 1, Same(): 2}, "keys"),
        (Mapping[tuple[Same, int], str], {(Same(), number % 1): "a" for number in range(2)}, "keys"),
        (AbstractSet[Same], frozenset({Same(), Same()}), "items"),
        (frozenset[Same], frozenset({Same(), Same()}), "items"),
        (Any, {Same(): 1, Same(): 2}, "keys"),
        (Any, [{Same(), Same()}], "items"),
    ],
)
def test_nothing_is_lost_where_keys_or_items_become_equal(annotation, held, what, kind):
    cls = dataclasses.make_dataclass("Holding", [("held", annotation)])
    for _ in range(3):
        with pytest.raises(ValueConversionError, match=f"held.*: 1 of the {what} become equal to others"):
            convert(cls(held), kind)


@dataclasses.dataclass(eq=False)
class Thing:
    size: int = 1
    tags: list[str] = dataclasses.field(default_factory=list)


@pytest.mark.parametrize("kind", made_kinds())
@pytest.mark.parametrize(
    ("annotation", "held"),
    [
        (dict[Thing, int], {Thing(): 1, Thing(): 2}),
        (Mapping[Thing, Thing], {Thing(): Thing(), Thing(): Thing(2)}),
        (dict[tuple[Thing, int], str], {(Thing(), number % 1): "a" for number in range(2)}),
        (frozenset[Thing], frozenset({Thing(), Thing()})),
        (AbstractSet[Thing], {Thing(), Thing()}),
    ],
)
def test_keys_and_members_that_compare_by_identity_come_back(annotation, held, kind):
    cls = dataclasses.make_dataclass("Holding", [("held", annotation)])
    for _ in range(3):
        there = convert(cls(held), kind)
        back = converter(convert_class(cls, kind), cls)(there)
        assert differences(back.held, held) == []
