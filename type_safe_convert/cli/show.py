"""`type-safe-convert show MODULE:CLASS`: a class and its counterparts side by side."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from type_safe_convert.api import convert_class, kind_of
from type_safe_convert.errors import ConversionError, UnresolvedNameWarning, describe_value
from type_safe_convert.explanation import explain
from type_safe_convert.model.family import shape_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.shape import Field, FromValues, Shape
from type_safe_convert.registry import kind_names, made_kinds, title_of
from type_safe_convert.rules.rules import Rules
from type_safe_convert.testing.sampler import load, load_object
from type_safe_convert.types import nodes


def show(spec: str, console: Console) -> None:
    """Print the fields of the class that `spec` names, as each kind has them.

    Raises:
        ValueError: there is no such class.
        ConversionError: its definition cannot be read.
    """
    cls = load(spec)
    shape = shape_of(cls)
    own = str(kind_of(cls))
    kinds = [own, *(kind for kind in made_kinds() if kind != own)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnresolvedNameWarning)  # the names are listed below
        annotations = {kind: _annotations(cls, kind, shape) for kind in kinds}
    table = Table(title=_title(shape, own), title_justify="left", caption=_doc(shape), caption_justify="left")
    table.add_column("field", overflow="fold")
    for kind in kinds:
        table.add_column(f"{title_of(kind)}{' (written)' if kind == own else ''}", overflow="fold")
    table.add_column("default", overflow="fold")
    table.add_column("constraints", overflow="fold")
    for name, field in shape.fields.items():
        cells = [annotations[kind].get(name, "") for kind in kinds]
        table.add_row(*map(escape, (name, *cells, _default(field), "\n".join(_constraints(field)))))
    console.print(table)
    for kind in kinds[1:]:
        if "" in annotations[kind]:
            console.print(f"no {title_of(kind)}: {escape(annotations[kind][''])}", style="red", highlight=False)
    for name, field in shape.fields.items():
        for unresolved in field.unresolved:
            console.print(f"{name}: {escape(unresolved)} does not exist at run time; any value passes", style="yellow")


def show_conversion(source: str, target: str, console: Console, code: bool, rules: str | None = None) -> None:
    """Print what the conversion of a class to another does to each field, and why it is as fast as it is.

    Args:
        target: a class or a kind.
        code: print the generated source too.
        rules: the `Rules` by which to convert.

    Raises:
        ValueError: there is no such class, or there are no such rules.
    """
    found = None if rules is None else load_object(rules)
    if rules is not None and not isinstance(found, Rules):
        raise ValueError(f"{rules} is no Rules")
    explanation = explain(load(source), target if target in kind_names() else load(target), rules=found)
    texts = [str(explanation)]
    if code:
        texts += [each.code for each in (explanation, *explanation.nested)]
    for text in texts:
        console.print(text, markup=False, highlight=False, soft_wrap=True)
        console.print()


def _title(shape: Shape, kind: str) -> str:
    about = [title_of(kind)]
    if shape.bases:
        about.append("below " + ", ".join(base.__name__ for base in shape.bases))
    if shape.frozen:
        about.append("frozen")
    if shape.extra != "ignore":
        about.append(f"extra values: {shape.extra}")
    return f"{shape.module}.{shape.cls.__qualname__}: {'; '.join(about)}"


def _doc(shape: Shape) -> str | None:
    return escape(shape.doc.strip().splitlines()[0]) if shape.doc and shape.doc.strip() else None


def _annotations(cls: type, kind: Any, shape: Shape) -> dict[str, str]:
    """{field: annotation in that kind}; the reason under '' where there is no such class."""
    try:
        made: Any = convert_class(cls, kind)
    except ConversionError as error:
        return {"": str(error)}
    annotations = get_kind(kind).annotations_of(made)
    found: dict[str, str] = {}
    for name in shape.fields:
        attribute = name if made is shape.cls else get_kind(kind).attribute(name, shape)
        text = annotation_text(annotations.get(attribute, Any))
        found[name] = text if attribute == name else f"{attribute}: {text}"
    return found


def annotation_text(annotation: Any) -> str:
    """An annotation as a user would write it, without the modules."""
    if isinstance(annotation, type) and not hasattr(annotation, "__args__"):
        return annotation.__name__
    text = re.sub(r"ForwardRef\('([^']*)'\)", r"\1", repr(annotation))
    return re.sub(r"\b(?:[A-Za-z_]\w*\.|<locals>\.)+(?=[A-Za-z_])", "", text).replace("NoneType", "None")


def _default(field: Field) -> str:
    if field.required:
        return "required" if field.init else "set by the class itself"
    if type(field.default_factory) is FromValues:
        return "made from the fields before"
    try:
        default = field.make_default()
    except Exception as error:  # a user's factory
        return f"its factory raises {type(error).__name__}"
    text = describe_value(default).rpartition(" (")[0]
    if " object at 0x" in text:
        text = f"{type(default).__name__}(...)"
    return f"{text}, made anew" if field.default_factory is not None else text


def _constraints(field: Field) -> Iterator[str]:
    for node in nodes.walk(field.node):
        if isinstance(node, nodes.AnnotatedNode):
            yield from (annotation_text(item) for item in node.metadata)
        elif isinstance(node, nodes.RefinedNode):
            rules = ", ".join(f"{rule} {value}" for rule, value in node.json_rules().items())
            if rules:
                yield f"{node.cls.__name__}: {rules}"
