"""`type-safe-convert show MODULE:CLASS`: a class and its counterparts side by side."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from typing import Any

from type_safe_convert.api import convert_class, kind_of
from type_safe_convert.cli.loading import UsageError, load_model, load_object, load_target
from type_safe_convert.cli.output import Output
from type_safe_convert.errors import ConversionError, UnresolvedNameWarning, describe_value
from type_safe_convert.explanation import Explanation, explain, heading_of, rows_of
from type_safe_convert.model.family import shape_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.shape import Field, FromValues, Shape
from type_safe_convert.registry import made_kinds, title_of
from type_safe_convert.rules.rules import Rules
from type_safe_convert.types import nodes
from type_safe_convert.types.names import resolve_hints


def show(spec: str, output: Output) -> None:
    """Print the fields of the class that `spec` names, as each kind has them.

    Raises:
        UsageError: there is no such class.
        ConversionError: its definition cannot be read.
    """
    data = class_data(spec)
    output.words(data["title"], style="bold")
    if data["doc"]:
        output.words(data["doc"])
    output.line()
    kinds = list(data["kinds"])
    heads = [f"{title_of(kind)}{' (written)' if kind == data['kind'] else ''}" for kind in kinds]
    rows = [
        (field["name"], *(field["annotations"].get(kind, "") for kind in kinds), field["default"],
         ", ".join(field["constraints"]))
        for field in data["fields"]
    ]  # fmt: skip
    output.table(("field", *heads, "default", "constraints"), rows)
    for kind, reason in data["refused"].items():
        output.words(f"no {title_of(kind)}: {reason}", style="red")
    for field in data["fields"]:
        for unresolved in field["unresolved"]:
            output.words(f"{field['name']}: {unresolved} does not exist at run time; any value passes", style="yellow")


def class_data(spec: str) -> dict[str, Any]:
    """A class and its counterparts as plain data. Raises as `show`."""
    cls = load_model(spec)
    shape = shape_of(cls)
    own = str(kind_of(cls))
    kinds = [own, *(kind for kind in made_kinds() if kind != own)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnresolvedNameWarning)  # the fields have the names
        annotations = {kind: _annotations(cls, kind, shape) for kind in kinds}
    return {
        "class": f"{shape.module}.{shape.cls.__qualname__}",
        "kind": own,
        "title": _title(shape, own),
        "doc": _doc(shape),
        "kinds": kinds,
        "fields": [
            {
                "name": name,
                "annotations": {kind: annotations[kind][name] for kind in kinds if name in annotations[kind]},
                "default": _default(field),
                "constraints": list(_constraints(field)),
                "unresolved": list(field.unresolved),
            }
            for name, field in shape.fields.items()
        ],
        "refused": {kind: annotations[kind][""] for kind in kinds[1:] if "" in annotations[kind]},
    }


def show_conversion(source: str, target: str, output: Output, code: bool, rules: str | None = None) -> None:
    """Print what the conversion of a class to another does to each field, and why it is as fast as it is.

    Args:
        target: a class or a kind.
        code: print the generated source too.
        rules: the `Rules` by which to convert.

    Raises:
        UsageError: there is no such class, or there are no such rules.
    """
    explanation = _explanation(source, target, rules)
    everything = (explanation, *explanation.nested)
    for each in everything:
        for text in heading_of(each):
            output.words(text)
        heads, *rows = rows_of(each)
        output.table(heads, rows)
        output.line()
    for each in everything if code else ():
        output.line(each.code)
        output.line()


def conversion_data(source: str, target: str, rules: str | None = None) -> dict[str, Any]:
    """The conversion of a class to another as plain data. Raises as `show_conversion`."""
    explanation = _explanation(source, target, rules)
    return {
        "fast_path": explanation.fast_path,
        "conversions": [
            {
                "source": annotation_text(each.source),
                "target": annotation_text(each.target),
                "fields": [field._asdict() for field in each.fields],
                "reasons": list(each.reasons),
                "code": each.code,
            }
            for each in (explanation, *explanation.nested)
        ],
    }


def _explanation(source: str, target: str, rules: str | None) -> Explanation:
    found = None if rules is None else load_object(rules)
    if rules is not None and not isinstance(found, Rules):
        raise UsageError(f"{rules} is no Rules")
    return explain(load_model(source), load_target(target), rules=found)


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
    return shape.doc.strip().splitlines()[0] if shape.doc and shape.doc.strip() else None


def _annotations(cls: type, kind: Any, shape: Shape) -> dict[str, str]:
    """{field: annotation in that kind}; the reason under '' where there is no such class."""
    try:
        made: Any = convert_class(cls, kind)
    except ConversionError as error:
        return {"": str(error)}
    annotations = get_kind(kind).annotations_of(made) or resolve_hints(made)
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
