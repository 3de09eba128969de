"""Lists where a signature of a public name has `Any`; `python -m tests.typing.any_in_signatures` renews the list."""

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import FunctionType
from typing import Any

import fast_api
import type_safe_convert
import type_safe_convert.hypothesis
import type_safe_convert.testing

LIST = Path(__file__).with_suffix(".txt")
MODULES = [type_safe_convert, type_safe_convert.testing, type_safe_convert.hypothesis, fast_api]
_PACKAGES = ("type_safe_convert", "fast_api")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def found() -> list[str]:
    """`module.name: parameter, return`, sorted: of overloads, not of the function behind them."""
    names = [getattr(module, name) for module in MODULES for name in module.__all__]
    lines = {line for value in names if isinstance(value, FunctionType) for line in _of_function(value)}
    return sorted(lines | {line for value in names if isinstance(value, type) for line in _of_class(value)})


def _of_function(function: FunctionType) -> Iterator[str]:
    yield from _of_functions(function.__module__, function.__name__, _source(function).body)


def _of_class(cls: type) -> Iterator[str]:
    for base in cls.__mro__:
        if base.__module__.partition(".")[0] not in _PACKAGES:
            continue
        classes = [node for node in ast.walk(_source(base)) if isinstance(node, ast.ClassDef)]
        body = next((node.body for node in classes if node.name == base.__name__), [])
        # A constructor for type checkers alone stands in an `if`.
        body = [*body, *(inner for node in body if isinstance(node, ast.If) for inner in node.body)]
        for name in {node.name for node in body if isinstance(node, _FUNCTIONS)}:
            if not name.startswith("_") or name in ("__init__", "__call__"):
                yield from _of_functions(f"{base.__module__}.{base.__name__}", name, body)


def _source(value: Any) -> ast.Module:
    return ast.parse(Path(str(inspect.getsourcefile(value))).read_text())


def _of_functions(owner: str, name: str, body: Iterable[ast.stmt]) -> Iterator[str]:
    same = [node for node in body if isinstance(node, _FUNCTIONS) and node.name == name]
    overloads = [node for node in same if any(ast.unparse(mark) == "overload" for mark in node.decorator_list)]
    places = {place for node in overloads or same for place in _places(node)}
    if places:
        yield f"{owner}.{name}: {', '.join(sorted(places))}"


def _places(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[str]:
    given = function.args
    for argument in (*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg):
        if argument is not None and _has_any(argument.annotation):
            yield argument.arg
    if _has_any(function.returns):
        yield "return"


def _has_any(annotation: ast.expr | None) -> bool:
    return annotation is not None and re.search(r"\bAny\b", ast.unparse(annotation)) is not None


if __name__ == "__main__":
    LIST.write_text("\n".join(found()) + "\n")
