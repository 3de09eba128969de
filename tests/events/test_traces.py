"""A trace is the one that Python writes, but for the carets, which cost more than all the rest."""

import re
import traceback
from collections.abc import Callable

import pytest

from fast_api.redaction.traces import trace_of


def deep(depth: int) -> float:
    return deep(depth - 1) if depth else 1 / 0


def caused() -> None:
    try:
        deep(3)
    except ZeroDivisionError as error:
        error.add_note("a note")
        raise ValueError("caused") from error


def in_context() -> None:
    try:
        caused()
    except ValueError:
        raise KeyError("in context")  # noqa: B904  # the context is what is tested


def without_context() -> None:
    try:
        caused()
    except ValueError:
        raise KeyError("without context") from None


def grouped() -> None:
    errors = []
    for raising in (caused, in_context):
        try:
            raising()
        except Exception as error:
            errors.append(error)
    raise ExceptionGroup("a group", errors)


def in_circles() -> None:
    try:
        caused()
    except ValueError as error:
        other = KeyError("in circles")
        error.__context__ = other
        raise other from error


def no_python() -> None:
    compile("a b", "x", "exec")


@pytest.mark.parametrize(
    "raising",
    [caused, in_context, without_context, grouped, in_circles, no_python, lambda: deep(2000)],
)
def test_a_trace_is_that_of_python_without_carets(raising: Callable[[], object]) -> None:
    with pytest.raises(Exception) as raised:  # noqa: PT011  # whichever it is
        print(raising())
    found = trace_of(raised.value).splitlines()
    lines = "".join(traceback.format_exception(raised.value)).splitlines()
    carets = [line for line in lines if re.fullmatch(r"[ |]*[\^~]+[\^~ ]*", line)]
    assert carets
    if raising is not no_python:  # its message has a caret of its own
        assert found == [line for line in lines if line not in carets]
    assert [line for line in found if line not in carets] == [line for line in lines if line not in carets]
