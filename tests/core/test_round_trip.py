"""What goes to another kind comes back equal and of its own class, whichever way it goes."""

import collections
import copy
import datetime
import itertools
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Union

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel

from benchmarks.equality import facts
from tests.core import models
from type_safe_convert import ValueConversionError, convert, convert_class, kind_of

KINDS = ("type_safe", "basemodel", "dataclass")
MAKERS = [models.order, models.customer, models.drawing, models.node]
MADE = [(make, kind) for make in MAKERS for kind in KINDS if kind != kind_of(make())]
PATHS = [path for path in itertools.product(KINDS, repeat=3) if path[0] != path[1] and path[1] != path[2]]


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("kind", KINDS)
def test_there_and_back_is_the_same(make, kind):
    source = make()
    before = facts(source)
    there = convert(source, kind)
    back = convert(there, kind_of(source))
    assert type(back) is type(source)
    assert facts(back) == before
    assert facts(source) == before, "the source was changed"


@pytest.mark.parametrize("make", MAKERS)
def test_every_path_through_the_triangle_comes_back(make):
    source = make()
    for path in PATHS:
        value = source
        for kind in path:
            value = convert(value, kind)
        assert facts(convert(value, kind_of(source))) == facts(source), path


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_triangle_commutes(make, kind):
    source = make()
    direct = convert(source, kind)
    for other in KINDS:
        around = convert(convert(source, other), kind)
        assert type(around) is type(direct)
        assert facts(around) == facts(direct)


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("kind", KINDS)
def test_unchecked_conversion_gives_the_same(make, kind):
    source = make()
    assert facts(convert(source, kind, validate=False)) == facts(convert(source, kind))


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("kind", KINDS)
def test_results_share_no_mutable_state(make, kind):
    source = make()
    before = facts(source)
    result = convert(source, kind)
    _scribble(result)
    assert facts(source) == before


def _scribble(value, seen=None):
    seen = seen if seen is not None else set()
    if id(value) in seen:
        return
    seen.add(id(value))
    children = list(vars(value).values()) if hasattr(value, "__dict__") else []
    if isinstance(value, dict):
        children += list(dict.values(value))
        dict.clear(value)
    elif isinstance(value, list):
        children += list(value)
        list.clear(value)
    elif isinstance(value, set):
        set.clear(value)
    for child in children:
        if not isinstance(child, type):
            _scribble(child, seen)


# A shallow copy of an instance that refers to itself refers to the first one, and is no equal tree.
@pytest.mark.parametrize(("make", "kind"), MADE)
@pytest.mark.parametrize("copier", [copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_generated_instances_copy_and_pickle(make, kind, copier):
    source = make()
    made = convert(source, kind)
    assert facts(copier(made)) == facts(made)


@pytest.mark.parametrize(("make", "kind"), [pair for pair in MADE if pair[0] is not models.node])
def test_generated_instances_copy_shallowly(make, kind):
    made = convert(make(), kind)
    assert facts(copy.copy(made)) == facts(made)


def test_shared_and_cyclic_instances_keep_their_shape():
    root = models.node()
    for kind in KINDS:
        made = convert(root, kind)
        assert made.children[1].children[0].parent is made
    twin = models.Node(5)
    both = convert(models.Node(0, [twin, twin]), "basemodel")
    assert both.children[0] is both.children[1]


class Linked(BaseModel):
    x: int = 1
    again: "Linked | None" = None


class AnyLinked(BaseModel):
    one: Union[Linked, Any] = None
    many: list[Union[str, Linked, Any]] = []


@pytest.mark.parametrize("kind", ["type_safe", "dataclass"])
def test_what_failed_as_one_member_of_a_union_is_not_left_half_made_by_the_next(kind):
    wrong = Linked.model_construct(x="x", again=Linked())
    for source in (AnyLinked.model_construct(one=wrong), AnyLinked.model_construct(many=["a", wrong])):
        for _ in range(3):
            with pytest.raises(ValueConversionError, match=r"\.x: expected int"):
                convert(source, kind)


def test_first_and_later_conversions_agree():
    for make in MAKERS:
        for kind in KINDS:
            source = make()
            results = [facts(convert(source, kind)) for _ in range(3)]
            assert results[0] == results[1] == results[2]


def test_a_local_class_with_string_annotations():
    namespace: dict = {}
    code = """
from __future__ import annotations
from dataclasses import dataclass
def make():
    @dataclass
    class Inner:
        x: int
    @dataclass
    class Outer:
        inner: Inner
        many: list[Inner]
    return Outer, Inner
"""
    exec(code, namespace)
    outer, inner = namespace["make"]()
    made = convert(outer(inner(1), [inner(2)]), "basemodel")
    assert type(made.inner) is convert_class(inner, "basemodel")
    assert convert(made, "dataclass") == outer(inner(1), [inner(2)])


def test_an_explicit_none_in_a_type_safe_field_stays_none():
    item = models.Item(sku="a")
    item.tags = None
    for kind in ("basemodel", "dataclass"):
        made = convert(item, kind)
        assert made.tags is None
        assert convert(made, "type_safe").tags is None


def test_the_datetime_default_of_type_safe_is_none():
    made = convert(models.Order(), "basemodel")
    assert made.when is None
    made.when = datetime.datetime(2026, 1, 1)
    assert convert(made, "type_safe").when == datetime.datetime(2026, 1, 1)


def test_an_empty_dict_in_a_union_is_the_mapping_and_not_a_model_without_values():
    class Empty(Type_Safe):
        pass

    @dataclass
    class Holder:
        value: Union[Empty, Mapping[str, int]]

    made = convert(Holder({}), "type_safe")
    assert type(made.value) is type(copy.deepcopy(made).value) is dict
    assert convert(made, "dataclass") == Holder({})


def test_the_keys_of_an_ordered_dict_may_be_models() -> None:
    @dataclass(frozen=True)
    class Key:
        name: str

    @dataclass
    class Cache:
        order: collections.OrderedDict[Key, int]

    cache = Cache(collections.OrderedDict({Key("b"): 1, Key("a"): 2}))
    for kind in ("basemodel", "attrs", "dataclass"):
        back = convert(convert(cache, kind), Cache)
        assert back == cache
        back.order.move_to_end(Key("b"))
        assert [*back.order] == [Key("a"), Key("b")]
