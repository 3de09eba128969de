"""When an instance has come back from JSON as it was."""

from __future__ import annotations

from typing import Any

from benchmarks.equality import AS_JSON, difference, facts


def unlike(left: Any, right: Any) -> str | None:
    """How `right` differs from `left` in class or content, but for what JSON never holds: which fields were set, and
    the name of a time zone beside its offset."""
    return difference(facts(right, AS_JSON), facts(left, AS_JSON))
