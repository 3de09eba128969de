"""When an instance has come back from JSON as it was."""

from __future__ import annotations

import datetime as dt
from typing import Any

from type_safe_convert.testing.equality import differences


def unlike(left: Any, right: Any) -> list[str]:
    """How `right` differs from `left` in class or content, but for what JSON never holds: which fields were set, and
    the name of a time zone beside its offset."""
    return [
        str(item)
        for item in differences(left, right)
        if "model_fields_set" not in item.path and not _same_moment(_follow(left, item.path), _follow(right, item.path))
    ]


def _follow(value: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        else:
            indexed = isinstance(value, list | tuple) and isinstance(step, int)
            value = value[step] if indexed else getattr(value, str(step), None)
    return value


def _same_moment(left: Any, right: Any) -> bool:
    if not isinstance(left, dt.datetime | dt.time) or type(left) is not type(right):
        return False
    return left == right and left.utcoffset() == right.utcoffset()
