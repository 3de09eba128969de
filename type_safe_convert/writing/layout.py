"""Expressions of source text, and how they are broken into lines: as `ruff format` breaks them."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

WIDTH = 88


@dataclasses.dataclass(frozen=True)
class Brackets:
    """A call, a display or a subscript. `comma`: whether a last comma may follow a single item."""

    opening: str
    items: Sequence[Expression]
    closing: str
    comma: bool = True


@dataclasses.dataclass(frozen=True)
class After:
    """An expression after a prefix that stays on its line: `ge=1`, `lambda: []`, `"key": 1`."""

    prefix: str
    inner: Expression


@dataclasses.dataclass(frozen=True)
class Alternatives:
    """The members of a union, with `|` between them."""

    members: Sequence[Expression]


Expression = str | Brackets | After | Alternatives


def call(name: str, /, *items: Expression, **keywords: Expression) -> Brackets:
    """A call with these arguments."""
    return Brackets(f"{name}(", [*items, *(After(f"{key}=", value) for key, value in keywords.items())], ")")


def subscript(name: str, *items: Expression) -> Brackets:
    """A type with these arguments in square brackets."""
    return Brackets(f"{name}[", items, "]", comma=len(items) > 1)


def text_of(expression: Expression) -> str:
    """The expression on one line."""
    match expression:
        case Brackets(opening, items, closing):
            only = closing == ")" and opening == "(" and len(items) == 1
            return f"{opening}{', '.join(map(text_of, items))}{',' if only else ''}{closing}"
        case After(prefix, inner):
            return prefix + text_of(inner)
        case Alternatives(members):
            return " | ".join(map(text_of, members))
        case str():
            return expression


def laid_out(expression: Expression, indent: int, column: int, reserve: int = 0, enclosed: bool = False) -> str:
    """The expression, on as many lines as it needs.

    Args:
        indent: of the line that it begins on.
        column: where on this line it begins.
        reserve: what follows it on its last line.
        enclosed: whether it stands on its own inside of brackets, where an operator may begin a line.
    """
    flat = text_of(expression)
    if column + len(flat) + reserve <= WIDTH:
        return flat
    pad = " " * (indent + 4)
    match expression:
        case Brackets(opening, items, closing, comma) if items:
            ends = "," if comma else ""
            lines = [pad + laid_out(item, indent + 4, indent + 4, 1, enclosed=True) + ends for item in items]
            return "\n".join([opening, *lines, " " * indent + closing])
        case After(prefix, inner):
            return prefix + laid_out(inner, indent, column + len(prefix), reserve)
        case Alternatives(members) if enclosed:
            broken = [laid_out(item, indent, indent + 2, reserve) for item in members]
            return f"\n{' ' * indent}| ".join(broken)
        case Alternatives(members):
            return f"(\n{pad}{laid_out(expression, indent + 4, indent + 4, 0, enclosed=True)}\n{' ' * indent})"
    return flat


def declaration(name: str, annotation: Expression, value: Expression | None, indent: int = 4) -> str:
    """The line or lines `name: annotation = value` in the body of a class."""
    pad, head = " " * indent, f"{name}: "
    if value is None:
        return pad + head + laid_out(annotation, indent, indent + len(head))
    flat = f"{pad}{head}{text_of(annotation)} = "
    opening = value.opening if isinstance(value, Brackets) and value.items else text_of(value)
    if len(flat) + len(opening) <= WIDTH:
        return flat + laid_out(value, indent, len(flat))
    breaks = isinstance(annotation, Brackets) and annotation.comma
    if isinstance(value, str) and not breaks and len(flat) < WIDTH and indent + 4 + len(value) <= WIDTH:
        return f"{flat}(\n{pad}    {value}\n{pad})"
    broken = laid_out(annotation, indent, WIDTH)
    last = len(broken.rpartition("\n")[2]) + len(" = ")
    return f"{pad}{head}{broken} = {laid_out(value, indent, last)}"


def docstring(doc: str, indent: int = 4) -> str:
    """The docstring of a class, cleaned by `inspect.cleandoc`."""
    pad = " " * indent
    doc = doc.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    lines = [line.rstrip() for line in doc.strip().split("\n")]
    if lines[-1].endswith('"'):
        lines[-1] = lines[-1][:-1] + '\\"'
    first, *rest = [re.sub(r"[^\S ]", " ", line) for line in lines]
    if not rest:
        return f'{pad}"""{first}"""'
    return "\n".join([f'{pad}"""{first}', *(f"{pad}{line}" if line else "" for line in rest), f'{pad}"""'])


def text_literal(value: str | bytes) -> str:
    """A string as `ruff format` quotes it."""
    written = repr(value)
    start = 1 if isinstance(value, bytes) else 0
    if written[start] == "'" and '"' not in written:
        return f'{written[:start]}"{written[start + 1 : -1]}"'
    return written
