"""Makes annotations of others, for those that cannot be written with brackets and `|`."""

from __future__ import annotations

import typing
from typing import Any

from typing_extensions import ReadOnly


def union(*members: Any) -> Any:
    """The union of any annotations; `|` refuses a ForwardRef."""
    try:
        return typing.Union[members]  # noqa: UP007
    except TypeError:
        # Before Python 3.13 `typing` must hash the members, and metadata, such as SQLModel's, may have no hash.
        return type(typing.Union[int, str])(typing.Union, members)  # type: ignore[call-arg]  # noqa: UP007


def annotated(annotation: Any, *metadata: Any) -> Any:
    """`Annotated[annotation, *metadata]`; the annotation itself without metadata."""
    return typing.Annotated[(annotation, *metadata)] if metadata else annotation


def optional(annotation: Any) -> Any:
    """`annotation | None`, for any annotation."""
    return union(annotation, type(None))


def not_required(annotation: Any) -> Any:
    """The annotation of a key that a TypedDict need not have."""
    return typing.NotRequired[annotation]


def read_only(annotation: Any) -> Any:
    """The annotation of a key that is not to be changed."""
    return ReadOnly[annotation]


def forward_reference(name: str) -> Any:
    return typing.ForwardRef(name)
