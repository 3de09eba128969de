"""One class statement: its decorators, bases, keywords and body in the words of another kind."""

from __future__ import annotations

import dataclasses
import functools
import inspect
import types
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import libcst as cst

from type_safe_convert.migration.attributes import attributes_beside
from type_safe_convert.migration.fields import CannotMigrate, dotted, read_statement, text_of_node, written_statement
from type_safe_convert.migration.names import FileNames
from type_safe_convert.migration.project import SourceFile
from type_safe_convert.model.family import shape_of
from type_safe_convert.model.shape import Shape
from type_safe_convert.registry import kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.writing.layout import laid_out, text_of
from type_safe_convert.writing.module import StatementWriter
from type_safe_convert.writing.statements import Statements
from type_safe_convert.writing.writer import ClassToWrite

Members = list[cst.BaseStatement | cst.BaseSmallStatement]


@dataclasses.dataclass
class ClassRewriter:
    """Rewrites one class statement.

    Attributes:
        old, new: how the kinds write class statements.
        notes: what is lost or not done any more, as pairs of a field (or '') and a text.
    """

    file: SourceFile
    shape: Shape
    old: Statements
    new: Statements
    writer: StatementWriter
    names: FileNames
    notes: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    all_by_keyword: bool = False

    def rewrite(self, node: cst.ClassDef) -> cst.ClassDef:
        """The class statement in the other kind. Raises CannotMigrate."""
        self.writer.code.current = self.shape.cls
        self.names.own = self.shape.fields.keys()
        declared = [name for name, *_ in self.declarations(node) if name in self.shape.fields]
        item = self.writer.class_to_write(self.shape.cls, declared)
        beside = attributes_beside(node, self.shape)
        if beside and not self.new.takes_attributes:
            raise CannotMigrate(f"its methods set {', '.join(beside)}, and only fields can be set")
        # Slots make the class anew, without the keywords that a base asks for.
        if beside or any(each.keyword is not None and each.keyword.value != "metaclass" for each in node.keywords):
            item.settings = {**item.settings, "dict": True}
        item.other_bases = [base for base in self.shape.cls.__bases__ if kind_of_class(base) is None]
        self.refuse_fields_of_others(declared)
        node = node.with_changes(body=self.body(node.body, item))
        self.writer.tell_order(item, [*item.fields])
        node = self.decorators(node, item)
        node = self.bases(node, item)
        self.writer.code.defined.add(self.shape.cls)
        return node

    def resolve(self, node: cst.BaseExpression) -> Any:
        name = dotted(node)
        return self.file.resolve(name) if name else None

    # what is there

    def declarations(self, node: cst.ClassDef) -> Iterator[tuple[str, Any, Any]]:
        """The names that the body assigns or annotates: each with its annotation and its value."""
        for line in node.body.body:
            for small in getattr(line, "body", ()) if isinstance(line, cst.SimpleStatementLine) else [line]:
                found = _declaration(small)
                if found is not None:
                    yield found

    @property
    def above(self) -> set[str]:
        """The fields of the bases."""
        return {name for base in self.shape.bases for name in shape_of(base).fields}

    def refuse_fields_of_others(self, declared: Sequence[str]) -> None:
        for name in self.shape.own - {*declared} - self.above:
            raise CannotMigrate(f"its field {name} is not in the class statement")

    # decorators and bases

    def decorators(self, node: cst.ClassDef, item: ClassToWrite) -> cst.ClassDef:
        kept: list[cst.Decorator] = []
        comments: list[cst.EmptyLine] = []
        place: int | None = None
        for decorator in node.decorators:
            call = decorator.decorator
            function = call.func if isinstance(call, cst.Call) else call
            made_of, given = self.parts_of(self.resolve(function))
            if made_of is not None:
                place = len(kept) if place is None else place
                comments += decorator.leading_lines
                self.note_arguments(call)
                self.note_given(given)
            else:
                kept.append(decorator)
        if self.old.decorators and place is None:
            if self.is_made_here():
                raise CannotMigrate("it is made by a decorator that is not known")
            return node
        found = [
            cst.Decorator(cst.parse_expression(laid_out(expression, 0, 1)))
            for expression in self.writer.writer.decorators(item, self.writer.code)
        ]
        if found and comments:
            found[0] = found[0].with_changes(leading_lines=comments)
        elif comments:
            node = node.with_changes(lines_after_decorators=[*comments, *node.lines_after_decorators])
        place = len(kept) if place is None else place
        return node.with_changes(decorators=[*kept[:place], *found, *kept[place:]])

    def parts_of(self, decorator: Any) -> tuple[Any, Mapping[str, Any]]:
        """The decorator of the kind that a user's one is, and the arguments that it was given before: by a
        `functools.partial`, or by a call (`frozen = dataclass(frozen=True)`). None if it is no such decorator."""
        if isinstance(decorator, functools.partial):
            known, given = self.parts_of(decorator.func)
            return known, {**given, **decorator.keywords}
        for known in self.old.decorators:
            if decorator is known:
                return known, {}
            if getattr(decorator, "__code__", None) in _codes_inside(known):
                usual = inspect.signature(known).parameters
                held = _held_by(decorator)
                # A function there was put in by the decorator itself.
                given = {name: value for name in usual if isinstance(value := held.get(name), int | str)}
                return known, {name: value for name, value in given.items() if value != usual[name].default}
        return None, {}

    def is_made_here(self) -> bool:
        """Whether the class itself was made one of the kind, and does not only inherit from one."""
        return not self.shape.bases or bool(self.shape.own - self.above)

    def note_arguments(self, call: cst.BaseExpression) -> None:
        for argument in call.args if isinstance(call, cst.Call) else ():
            name = argument.keyword.value if argument.keyword else "*"
            if name == "kw_only" and text_of_node(argument.value) == "True":
                self.all_by_keyword = True
            self.note_dropped(argument)

    def note_given(self, keywords: Mapping[str, Any]) -> None:
        """The same for the arguments that a decorator was given before."""
        self.all_by_keyword = self.all_by_keyword or keywords.get("kw_only") is True
        self.notes += [
            ("", f"{name}={value!r} is dropped") for name, value in keywords.items() if name not in self.old.said
        ]

    def note_dropped(self, argument: cst.Arg) -> None:
        if argument.keyword is None or argument.keyword.value not in self.old.said:
            self.notes.append(("", f"{_text_of_argument(argument)} is dropped"))

    def bases(self, node: cst.ClassDef, item: ClassToWrite) -> cst.ClassDef:
        kept = [base for base in node.bases if not any(self.resolve(base.value) is bare for bare in self.old.bases)]
        bare = self.writer.writer.base
        if bare is not None and not self.shape.bases:
            made = cst.Arg(cst.Name(self.writer.code.names.use(*bare)))
            place = next((number for number, base in enumerate(kept) if _goes_last(base)), len(kept))
            kept.insert(place, made)
        keywords = list(node.keywords)
        if self.old.keywords:
            foreign = [each for each in keywords if each.keyword is not None and each.keyword.value == "metaclass"]
            for each in keywords:
                if each not in foreign:
                    self.note_dropped(each)
            keywords = foreign
        for keyword in self.writer.writer.keywords(item, self.writer.code):
            name, _, value = text_of(keyword).partition("=")
            equal = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
            keywords.append(cst.Arg(cst.parse_expression(value), cst.Name(name), equal))
        if kept == list(node.bases) and keywords == list(node.keywords):
            return node
        arguments = [each.with_changes(comma=cst.MaybeSentinel.DEFAULT) for each in (*kept, *keywords)]
        brackets = cst.MaybeSentinel.DEFAULT
        return node.with_changes(
            bases=arguments[: len(kept)], keywords=arguments[len(kept) :], lpar=brackets, rpar=brackets
        )

    # body

    def body(self, body: cst.BaseSuite, item: ClassToWrite) -> cst.BaseSuite:
        lines: list[cst.BaseStatement] = []
        if isinstance(body, cst.IndentedBlock):
            for line in body.body:
                found = self.line(line, item)
                if found is not None:
                    lines.append(found)
        first = [
            f"{name} = {laid_out(value, 0, 7 + len(name))}"
            for name, value in self.writer.writer.first_lines(item, self.writer.code).items()
        ]
        if not isinstance(body, cst.IndentedBlock):
            if not first:
                return body
            body = cst.IndentedBlock([])
        lines = _with_first(lines, [cst.parse_statement(text) for text in first])
        if not lines:
            lines = [cst.SimpleStatementLine([cst.Pass()])]
        return body.with_changes(body=lines)

    def line(self, line: cst.BaseStatement, item: ClassToWrite) -> Any:
        """The line in the other kind; None where nothing is left of it."""
        if isinstance(line, cst.FunctionDef):
            return self.method(line)
        if isinstance(line, cst.ClassDef) and line.name.value in self.old.settings:
            self.notes.append(("", f"its class {line.name.value} is dropped"))
            return None
        if not isinstance(line, cst.SimpleStatementLine):
            return line
        found = [self.small(small, item) for small in line.body]
        if found == list(line.body):
            return line
        kept = [each for each in found if each is not None]
        return line.with_changes(body=kept) if kept else None

    def small(self, small: cst.BaseSmallStatement, item: ClassToWrite) -> cst.BaseSmallStatement | None:
        declared = _declaration(small)
        if declared is None:
            return small
        name, annotation, value = declared
        if name in self.old.settings:
            for argument in value.args if isinstance(value, cst.Call) else ():
                self.note_dropped(argument)
            return None
        if annotation is not None and any(self.resolve(annotation) is marker for marker in self.old.markers):
            return None
        field = self.shape.fields.get(name)
        if field is None:
            return self.variable(small, name, annotation, value)
        statement = read_statement(annotation, value, self.file, self.old, isinstance(field.node, nodes.AnnotatedNode))
        written, made = written_statement(statement, field, item, self.writer)
        if written.name != field.name:
            raise CannotMigrate(f"its field {field.name} would have another name, {written.name}; rename it first")
        item.fields = [*item.fields, written]
        self.notes += [(name, f"{text} is dropped") for text in statement.dropped]
        if isinstance(small, cst.AnnAssign) and text_of_node(small) == text_of_node(made):
            return small
        return made.with_changes(semicolon=small.semicolon)

    def variable(self, small: cst.BaseSmallStatement, name: str, annotation: Any, value: Any) -> cst.BaseSmallStatement:
        if annotation is None:
            if not self.new.annotates_variables or (name.startswith("__") and name.endswith("__")):
                return small
            head = self.writer.code.typing("ClassVar")
            return cst.AnnAssign(cst.Name(name), cst.Annotation(cst.parse_expression(head)), value)
        if self.is_class_variable(annotation):
            return small
        if self.old.has_private and name.startswith("_"):
            raise CannotMigrate(f"it has the private attribute {name}")
        raise CannotMigrate(f"its annotation of {name} would become a field")

    def is_class_variable(self, annotation: cst.BaseExpression) -> bool:
        if isinstance(annotation, cst.SimpleString):
            return "ClassVar" in annotation.value
        head = annotation.value if isinstance(annotation, cst.Subscript) else annotation
        return self.resolve(head) is ClassVar

    def method(self, function: cst.FunctionDef) -> cst.FunctionDef:
        kept = []
        for decorator in function.decorators:
            call = decorator.decorator
            head = call.func if isinstance(call, cst.Call) else call
            of_field = isinstance(head, cst.Attribute) and head.attr.value in self.old.of_fields
            if (of_field and dotted(head.value) in self.shape.fields) or any(  # type: ignore[attr-defined]
                self.resolve(head) is known for known in self.old.validators
            ):
                self.notes.append(
                    ("", f"{function.name.value} stays as a method, nothing calls it any more: @{text_of_node(call)}")
                )
            else:
                kept.append(decorator)
        if len(kept) != len(function.decorators):
            function = function.with_changes(decorators=kept)
        if self.old.after is not None and function.name.value == self.old.after[0]:
            return self.after(function)
        if function.name.value == "__init__" and not (self.old.constructor and self.new.constructor):
            raise CannotMigrate("it has a constructor of its own")
        return function

    def after(self, function: cst.FunctionDef) -> cst.FunctionDef:
        """The method that runs after the constructor, under the name of the other kind."""
        assert self.old.after is not None
        if self.new.after is None:
            raise CannotMigrate(f"{self.old.after[0]} has no counterpart")
        if self.new.after == self.old.after:
            return function
        name, parameters = self.new.after
        head = ", ".join(["self", *([parameters] if parameters else [])])
        made: Any = cst.parse_statement(f"def {name}({head}): ...")
        own = function.params.params[:1]
        params = made.params
        if own:
            positional = list(params.posonly_params or params.params)
            positional[0] = own[0].with_changes(comma=positional[0].comma)
            params = params.with_changes(**{"posonly_params" if params.posonly_params else "params": positional})
        function = function.with_changes(name=cst.Name(name), params=params)
        return function.visit(_Calls(self.old.after[0], name, "context" if parameters else ""))  # type: ignore[return-value]


class _Calls(cst.CSTTransformer):
    """Gives the calls of a method of the base the new name."""

    def __init__(self, old: str, new: str, argument: str) -> None:
        self.old, self.new, self.argument = old, new, argument

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        function = updated_node.func
        if isinstance(function, cst.Attribute) and function.attr.value == self.old:
            args = [cst.Arg(cst.Name(self.argument))] if self.argument else []
            return updated_node.with_changes(func=function.with_changes(attr=cst.Name(self.new)), args=args)
        return updated_node


def _codes_inside(function: Any) -> tuple[types.CodeType, ...]:
    """The code of the functions that a function makes."""
    code = getattr(function, "__code__", None)
    return tuple(item for item in getattr(code, "co_consts", ()) if isinstance(item, types.CodeType))


def _held_by(function: Any) -> dict[str, Any]:
    """The variables that a function has from the one that made it, and those of the functions among them."""
    held = dict(inspect.getclosurevars(function).nonlocals)
    inner = [value for value in held.values() if isinstance(value, types.FunctionType)]
    return {**{name: value for each in inner if each is not function for name, value in _held_by(each).items()}, **held}


def _text_of_argument(argument: cst.Arg) -> str:
    return text_of_node(argument.with_changes(comma=cst.MaybeSentinel.DEFAULT))


def _declaration(small: Any) -> tuple[str, Any, Any] | None:
    """The name that a statement assigns or annotates, with the annotation and the value."""
    if isinstance(small, cst.AnnAssign) and isinstance(small.target, cst.Name):
        return small.target.value, small.annotation.annotation, small.value
    if isinstance(small, cst.Assign) and len(small.targets) == 1 and isinstance(small.targets[0].target, cst.Name):
        return small.targets[0].target.value, None, small.value
    return None


def _goes_last(base: cst.Arg) -> bool:
    head = base.value.value if isinstance(base.value, cst.Subscript) else base.value
    return dotted(head).rpartition(".")[2] in ("Generic", "ABC", "Protocol")


def _with_first(lines: list[cst.BaseStatement], first: list[cst.BaseStatement]) -> list[cst.BaseStatement]:
    """The lines of a body with some put before all but the docstring."""
    if not first:
        return lines
    has_doc = bool(lines) and _is_text(lines[0])
    head, rest = (lines[:1], lines[1:]) if has_doc else ([], lines)
    blank = [cst.EmptyLine(indent=False)]
    if has_doc:
        first[0] = first[0].with_changes(leading_lines=blank)
    if rest and not (rest[0].leading_lines and rest[0].leading_lines[0].comment is None):  # type: ignore[attr-defined]
        rest[0] = rest[0].with_changes(leading_lines=[*blank, *rest[0].leading_lines])  # type: ignore[attr-defined]
    return [*head, *first, *rest]


def _is_text(line: cst.BaseStatement) -> bool:
    return (
        isinstance(line, cst.SimpleStatementLine)
        and isinstance(line.body[0], cst.Expr)
        and isinstance(line.body[0].value, cst.SimpleString | cst.ConcatenatedString)
    )
