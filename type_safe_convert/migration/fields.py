"""The statement of a field: what it says in the file, and how the other kind says that."""

from __future__ import annotations

import dataclasses
from typing import Any

import libcst as cst

from type_safe_convert.migration.project import SourceFile
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.shape import Field, FromValues
from type_safe_convert.types import nodes
from type_safe_convert.types.names import resolve_hints
from type_safe_convert.types.parse import parse
from type_safe_convert.writing.fields import FieldToWrite, said_by
from type_safe_convert.writing.layout import After, Brackets, Expression, declaration, text_of
from type_safe_convert.writing.module import StatementWriter
from type_safe_convert.writing.statements import FieldFunction, Statements
from type_safe_convert.writing.writer import ClassToWrite, ClassWriter


class CannotMigrate(Exception):
    """A class cannot be migrated; the message says why."""


def text_of_node(node: cst.CSTNode) -> str:
    """The source text of a node."""
    return cst.Module([]).code_for_node(node).strip()


def dotted(node: cst.BaseExpression) -> str:
    """`a.b.c` as text; empty for any other expression."""
    if isinstance(node, cst.Name):
        return node.value
    if isinstance(node, cst.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr.value}" if before else ""
    return ""


@dataclasses.dataclass(frozen=True)
class FieldStatement:
    """A field as it stands in the file.

    Attributes:
        annotation: its text; None where there is none.
        value: None where there is none.
        is_call: whether the value is a call of one of the kind's functions for fields.
        default, factory: their text, where the statement has them.
        dropped: the arguments that nothing says in the other kind, as text.
    """

    annotation: cst.BaseExpression | None
    value: cst.BaseExpression | None
    is_call: bool = False
    default: str | None = None
    factory: str | None = None
    dropped: tuple[str, ...] = ()


def read_statement(
    annotation: cst.BaseExpression | None,
    value: cst.BaseExpression | None,
    file: SourceFile,
    statements: Statements,
    has_constraints: bool = False,
) -> FieldStatement:
    """Reads a statement; `has_constraints`: whether the `Field` has some. Raises CannotMigrate."""
    if value is None:
        return FieldStatement(annotation, None)
    function = _function_of(value, file, statements)
    if function is None:
        return FieldStatement(annotation, value, default=text_of_node(value))
    said: dict[str, str] = {}
    dropped: list[str] = []
    for number, argument in enumerate(value.args):  # type: ignore[attr-defined]  # it is a call
        if argument.star or (argument.keyword is None and number >= len(function.positions)):
            raise CannotMigrate(f"the arguments of {text_of_node(value)} cannot be told apart")
        name = argument.keyword.value if argument.keyword else function.positions[number]
        role = function.roles.get(name)
        if role is not None:
            inner = read_statement(None, argument.value, file, statements) if role == "default" else None
            if inner is not None and inner.is_call:
                said |= {key: text for key in ("default", "factory") if (text := getattr(inner, key)) is not None}
                dropped += inner.dropped
            else:
                said[role] = text_of_node(argument.value)
        elif name in function.dropped:
            known = function.constraints if has_constraints else ()
            dropped += [f"{name}={text}" for text in _unsaid(argument.value, known, file)]
    return FieldStatement(annotation, value, True, said.get("default"), said.get("factory"), tuple(dropped))


def _unsaid(value: cst.BaseExpression, known: tuple[Any, ...], file: SourceFile) -> list[str]:
    """The values of an argument, or those in its list, that are no calls of `known` functions."""
    items = [each.value for each in value.elements] if isinstance(value, cst.List | cst.Tuple) else [value]
    calls = [item for item in items if isinstance(item, cst.Call) and dotted(item.func)]
    said = [item for item in calls if any(file.resolve(dotted(item.func)) is each for each in known)]
    return [text_of_node(item) for item in items if item not in said]


def _function_of(value: cst.BaseExpression, file: SourceFile, statements: Statements) -> FieldFunction | None:
    if not isinstance(value, cst.Call):
        return None
    name = dotted(value.func)
    found = file.resolve(name) if name else None
    return next((item for item in statements.fields if item.function is found), None)


def written_statement(
    statement: FieldStatement, field: Field, item: ClassToWrite, writer: StatementWriter
) -> tuple[FieldToWrite, cst.BaseSmallStatement]:
    """The field, and its statement in the other kind."""
    found = writer.field(item, field, statement.factory is not None or statement.default not in (None, "..."))
    default, factory = _default(statement, found, field)
    found = dataclasses.replace(found, default=default, factory=factory)
    if statement.annotation is not None:
        _keep_annotation(statement.annotation, found, item, writer)
    annotation, value = writer.writer.field(writer.annotation(item, found), found, item, writer.code)
    return found, _statement(statement, found, annotation, value)


def _default(statement: FieldStatement, found: FieldToWrite, field: Field) -> tuple[Any, Any]:
    """The default and the factory: as the file writes them, where it does."""
    if type(field.default_factory) is FromValues:
        raise CannotMigrate(f"the default of {field.name} is made from the fields before it")
    if field.required and field.init:
        return None, None
    if statement.factory is not None:
        return None, statement.factory
    if statement.default is None or statement.default == "...":
        return found.default, found.factory
    if found.factory is None:
        return statement.default, None
    return None, found.factory if isinstance(found.factory, str) else After("lambda: ", statement.default)


def _keep_annotation(
    annotation: cst.BaseExpression, field: FieldToWrite, item: ClassToWrite, writer: StatementWriter
) -> None:
    """Notes the text of an annotation, so that it is written as it stands; constraints around it are said anew."""
    if not writer.writer.takes_text:
        return
    node = field.node
    inner = node.inner if isinstance(node, nodes.AnnotatedNode) else node
    stays = type(writer.writer).constrained is ClassWriter.constrained  # constraints are items of `Annotated`
    anew: Any = nodes.RefinedNode if stays else nodes.RefinedNode | nodes.AnnotatedNode
    if any(isinstance(each, anew) for each in nodes.walk(inner)):
        return
    if isinstance(node, nodes.AnnotatedNode) and stays and _says_all(field, node, item):
        inner = node
    elif inner is not node or _is_annotated(annotation):
        annotation = _without_metadata(annotation)
        if inner is not node and not _is_bare(annotation, inner):
            return
    writer.code.as_written[inner] = text_of_node(annotation)


def _says_all(field: FieldToWrite, node: nodes.AnnotatedNode, item: ClassToWrite) -> bool:
    """Whether the annotation alone says the constraints of a field."""
    kind = get_kind(item.shape.kind)
    annotations = kind.annotations_of(item.shape.cls) or resolve_hints(item.shape.cls)
    declared = parse(annotations.get(field.field.name, Any))
    return isinstance(declared, nodes.AnnotatedNode) and said_by(declared.constraints) == said_by(node.constraints)


def _is_bare(annotation: cst.BaseExpression, inner: nodes.Node) -> bool:
    """Whether an annotation is no alias that stands for constraints, such as `StrictInt`."""
    name = getattr(inner.annotation, "__name__", "")
    return not isinstance(inner, nodes.ScalarNode) or dotted(annotation).rpartition(".")[2] in ("", name)


def _is_annotated(annotation: cst.BaseExpression) -> bool:
    return isinstance(annotation, cst.Subscript) and dotted(annotation.value).rpartition(".")[2] == "Annotated"


def _without_metadata(annotation: cst.BaseExpression) -> cst.BaseExpression:
    if _is_annotated(annotation):
        first = annotation.slice[0].slice  # type: ignore[attr-defined]
        if isinstance(first, cst.Index):
            return first.value
    return annotation


def _statement(
    statement: FieldStatement, field: FieldToWrite, annotation: Expression, value: Expression | None
) -> cst.BaseSmallStatement:
    same = statement.annotation is not None and text_of(annotation) == text_of_node(statement.annotation)
    if same and not statement.is_call and (None if value is None else text_of(value)) == statement.default:
        return cst.AnnAssign(
            cst.Name(field.name),
            cst.Annotation(statement.annotation),  # type: ignore[arg-type]
            statement.value,
        )
    given = _Given(statement)
    text = declaration(field.name, given.hidden(annotation), None if value is None else given.hidden(value))
    line: Any = cst.parse_module(f"class _:\n{text}\n").body[0]
    made = line.body.body[0].body[0].visit(given)
    found = _as_before(statement, made)
    if same:
        found = found.with_changes(annotation=cst.Annotation(statement.annotation))  # type: ignore[arg-type]
    return found


class _Given(cst.CSTTransformer):
    """Puts expressions of several lines into a new statement as they stand in the file."""

    def __init__(self, statement: FieldStatement) -> None:
        self.nodes = {
            f"_given_{number}_": node for number, node in enumerate(_parts(statement)) if "\n" in text_of_node(node)
        }
        self.names = {text_of_node(node): name for name, node in self.nodes.items()}

    def hidden(self, expression: Expression) -> Expression:
        match expression:
            case str():
                return self.names.get(expression, expression)
            case Brackets(items=items):
                return dataclasses.replace(expression, items=[*map(self.hidden, items)])
            case After(inner=inner):
                return dataclasses.replace(expression, inner=self.hidden(inner))
        return expression

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return self.nodes.get(updated_node.value, updated_node)


def _parts(statement: FieldStatement) -> list[cst.BaseExpression]:
    """The expressions in a statement that may stand in the new one."""
    found = [part for part in (statement.annotation, statement.value) if part is not None]
    for part in (statement.annotation, statement.value):
        if isinstance(part, cst.Subscript):
            found.append(_without_metadata(part))
        if statement.is_call and isinstance(part, cst.Call):
            found += [argument.value for argument in part.args]
            found += [each.value for item in part.args if isinstance(item.value, cst.Call) for each in item.value.args]
    return found


def _as_before(statement: FieldStatement, made: Any) -> Any:
    """The new statement in the layout of the one before, where only names have changed in its call."""
    old, new = statement.value, made.value
    if not (statement.is_call and isinstance(old, cst.Call) and isinstance(new, cst.Call)):
        return made
    names = {text_of_node(argument.value): argument.keyword for argument in new.args}
    kept = [argument for argument in old.args if text_of_node(argument.value) in names]
    if len(kept) != len(old.args) or len(names) != len(new.args) or len(kept) != len(names):
        return made
    equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
    arguments = [
        argument.with_changes(keyword=names[text_of_node(argument.value)], equal=equal) for argument in old.args
    ]
    return made.with_changes(value=old.with_changes(func=new.func, args=arguments))
