"""The kinds that rows become, and what is promised of each row there."""

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from type_safe_convert import convert, convert_class
from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import made_kinds
from type_safe_convert.testing.equality import differences
from type_safe_convert.testing.hypothesis import instances

# A tuple is made of finished values: it can be in no cycle, and has no place for what is unset.
KINDS = tuple(kind for kind in made_kinds() if not get_kind(kind).traits.is_value)
VALUE_KINDS = tuple(kind for kind in made_kinds() if get_kind(kind).traits.is_value)

every_kind = pytest.mark.parametrize("kind", KINDS)


def check_rows(row: Any) -> None:
    """A row comes back from every kind, also by way of another, and every way leads to the same."""
    for first, second in itertools.permutations(KINDS, 2):
        direct, indirect = convert(row, second), convert(convert(row, first), second)
        assert type(direct) is type(indirect) is convert_class(type(row), second)
        assert differences(direct, indirect) == []
        assert differences(row, convert(indirect, type(row))) == []


def check_law(cls: type) -> None:
    """`check_rows` for random rows."""

    @settings(max_examples=10, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(instances(cls, depth=1))
    def law(row: Any) -> None:
        check_rows(row)

    law()
