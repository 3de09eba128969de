"""The package's own strict equality, against the oracle of the tests."""

import contextlib
import copy
from typing import List, TypeVar  # as Type_Safe's annotations have it

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from typing_extensions import TypeAliasType

from benchmarks.equality import difference, facts
from tests.properties.strategies import kinds
from type_safe_convert.hypothesis import instances, model_classes
from type_safe_convert.model.family import shape_of
from type_safe_convert.testing.equality import differences

T = TypeVar("T")
Numbers = TypeAliasType("Numbers", list[int])
Listed = TypeAliasType("Listed", list[T], type_params=(T,))
Tree = TypeAliasType("Tree", "list[Tree] | int")


@pytest.mark.parametrize(
    ("alias", "meaning"),
    [
        (Numbers, list[int]),
        (list[Numbers], list[list[int]]),
        (List[Numbers], List[list[int]]),
        (dict[str, Listed[str]], dict[str, list[str]]),
        (int | list[Numbers], int | list[list[int]]),
        (Listed[Numbers], list[list[int]]),
        (list[Tree], list[Tree]),
    ],
)
def test_an_alias_is_the_same_as_what_it_stands_for(alias, meaning):
    assert facts(Type_Safe__List(expected_type=alias)) == facts(Type_Safe__List(expected_type=meaning))
    assert facts(Type_Safe__List(expected_type=alias)) != facts(Type_Safe__List(expected_type=list[bytes]))


@kinds
def test_differences_agree_with_the_oracle(kind):
    """differences(a, b) is empty if, and only if, facts(a) == facts(b): of copies, of other instances, and of copies
    with one field of another instance. (The copies are shallow: a deep copy of osbot-utils' sets raises.)"""

    @given(st.data())
    def law(data):
        cls = data.draw(model_classes(kind))
        note(cls.__doc__)
        one, other = data.draw(instances(cls)), data.draw(instances(cls))
        changed = copy.copy(one)
        name = data.draw(st.sampled_from(sorted(shape_of(cls).fields) or ["none"]))
        with contextlib.suppress(AttributeError, TypeError):  # never set; on demand, of what cannot be made
            object.__setattr__(changed, name, getattr(other, name))
        for pair in ((one, copy.copy(one)), (one, other), (one, changed), (other, changed)):
            found = differences(*pair, sharing=True)
            wanted = difference(facts(pair[0]), facts(pair[1]))
            assert (not found) is (wanted is None), (list(map(str, found)), wanted)

    law()
