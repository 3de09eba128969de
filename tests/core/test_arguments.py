"""An argument of a wrong type is an error of ours, which says what is expected."""

import inspect
import io
import linecache
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import type_safe_convert
from type_safe_convert import (
    Rules,
    explain,
    from_json,
    iter_json_lines,
    json_schema,
    register_kind,
    source,
    to_json,
    to_python,
    write_json_lines,
    write_source,
)
from type_safe_convert.registry import kind_names

PACKAGE = str(Path(type_safe_convert.__file__).parent)


@dataclass
class User:
    name: str = "a"


GOOD: dict[str, Callable[[], Any]] = {
    "obj": User, "cls": lambda: User, "source": lambda: User, "target": lambda: "basemodel", "to": lambda: "basemodel",
    "kind": lambda: "attrs", "data": lambda: b'{"name":"a"}', "file": lambda: io.BytesIO(b'{"name":"a"}\n'),
    "objects": lambda: [User()], "classes": lambda: [User],
}  # fmt: skip
WRONG = [5, -1, True, None, 1.5, "x", b"x", object(), [], {}, [5], int, User, User()]
# What it makes of any value is a rule, a model or a plain result.
FUNCTIONS = [
    name
    for name in type_safe_convert.__all__
    if inspect.isroutine(getattr(type_safe_convert, name)) and name not in ("register_kind", "kind_of")
]


def calls(function: Callable[..., Any]) -> Iterator[tuple[str, Any, list[Any], dict[str, Any]]]:
    """The calls with one wrong argument, the others being as they should."""
    parameters = inspect.signature(function).parameters
    for wrong_one in parameters:
        for wrong in WRONG:
            given: dict[str, Any] = {}
            for name, parameter in parameters.items():
                if name == wrong_one:
                    given[name] = wrong
                elif parameter.default is parameter.empty:
                    given[name] = GOOD[name]() if name in GOOD else GOOD["obj"]()
            by_position = [name for name in given if parameters[name].kind is inspect.Parameter.POSITIONAL_ONLY]
            yield wrong_one, wrong, [given.pop(name) for name in by_position], given


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.filterwarnings("ignore")
def test_the_error_for_a_wrong_argument_is_one_of_ours(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    function = getattr(type_safe_convert, name)
    for parameter, wrong, args, given in calls(function):
        try:
            made = function(*args, **given)
            if inspect.isgenerator(made):
                list(made)
        except FileNotFoundError:  # "x" as a path
            continue
        except (TypeError, ValueError) as error:
            frame = traceback.extract_tb(error.__traceback__)[-1]
            told = f"{name}({parameter}={wrong!r}): {type(error).__name__}: {error}"
            assert frame.filename.startswith(PACKAGE), told
            assert linecache.getline(frame.filename, frame.lineno or 0).strip().startswith("raise "), told


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: explain(User, "attrs", rules=5), "rules: expected a Rules or None, found 5 (int)"),
        (lambda: explain(User, "attrs", rules=Rules), "rules: expected a Rules or None, found"),
        (lambda: list(iter_json_lines(User, 5)), "file: expected a path, a file or an iterable of lines, found"),
        (lambda: list(iter_json_lines(User, b"{}")), "to read one value: from_json(cls, data)"),
        (lambda: write_json_lines(User(), io.BytesIO()), "for one of them: [obj]"),
        (lambda: write_json_lines([User()], 5), "file: expected a file that can be written, or a path, found 5 (int)"),
        (lambda: write_source(User, "attrs"), "for one of them: source(cls, kind)"),
        (lambda: write_source([], "attrs"), "classes: expected at least one model class, found [] (list)"),
        (lambda: source(User, []), "expected the name of a kind, found [] (list)"),
        (lambda: from_json(User, b"{}", max_bytes="5"), "max_bytes: expected an int or None, found '5' (str)"),
        (lambda: from_json(User, b"{}", strict="no"), "strict: expected True or False, found 'no' (str)"),
        (lambda: to_json(User(), indent="  "), "indent: expected an int or None, found '  ' (str)"),
        (lambda: to_json(User(), include="name"), "include and exclude: expected a set or dict of names"),
        (lambda: to_python(User(), mode="yaml"), "no such mode: expected 'python' or 'json', found 'yaml'"),
        (lambda: json_schema(User, mode="x"), "no such mode: expected 'validation' or 'serialization', found 'x'"),
        (lambda: json_schema(User, dialect=[]), "no such dialect: expected '2020-12' or 'openapi-3.1', found []"),
    ],
)  # fmt: skip
def test_the_message_names_what_is_expected(call: Callable[[], Any], message: str) -> None:
    with pytest.raises((TypeError, ValueError)) as raised:
        call()
    assert message in str(raised.value)


@pytest.mark.parametrize("kind", [*WRONG, type_safe_convert.kind_of], ids=lambda kind: type(kind).__name__)
def test_what_is_no_kind_is_not_registered(kind: Any) -> None:
    before = kind_names()
    with pytest.raises(TypeError, match="kind: expected an instance of a ModelKind, found"):
        register_kind(kind)
    assert kind_names() == before
