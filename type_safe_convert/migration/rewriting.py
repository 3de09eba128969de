"""Files with their class statements rewritten, and why others stay as they are."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import libcst as cst

from type_safe_convert.errors import ConversionError
from type_safe_convert.migration.fields import CannotMigrate, dotted, text_of_node
from type_safe_convert.migration.imports import change_imports, used_names, visit_each, with_statements
from type_safe_convert.migration.names import FileNames
from type_safe_convert.migration.project import ClassStatement, SourceFile
from type_safe_convert.migration.request import Note
from type_safe_convert.migration.statements import ClassRewriter
from type_safe_convert.model.family import counterpart, shape_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import kind_of_base, kind_of_class, label_of
from type_safe_convert.writing.code import Code
from type_safe_convert.writing.module import StatementWriter
from type_safe_convert.writing.statements import Statements, Use, load_statements
from type_safe_convert.writing.writer import load_writer


@dataclasses.dataclass
class Rewritten:
    """The result for one file: its new text, or the reasons why it stays, by class."""

    file: SourceFile
    text: str | None = None
    notes: list[Note] = dataclasses.field(default_factory=list)
    reasons: dict[str, str] = dataclasses.field(default_factory=dict)


class Migration:
    """Rewrites the class statements of files, as far as they all can be.

    Args:
        chosen: whether a class is to be migrated.
        subclasses: what is known of subclasses outside of the files: by class, where these are.
    """

    def __init__(
        self,
        files: Sequence[SourceFile],
        kind: str,
        chosen: Callable[[ClassStatement], bool],
        subclasses: Mapping[type, Sequence[str]],
    ) -> None:
        self.kind = kind
        self.new: Statements | None = load_statements(kind)
        self.subclasses = subclasses
        self.results: dict[Path, Rewritten] = {file.path: Rewritten(file) for file in files}
        self.chosen: dict[type, tuple[SourceFile, ClassStatement]] = {
            statement.cls: (file, statement)
            for file in files
            for statement in file.classes.values()
            if chosen(statement)
        }
        self.names: dict[tuple[str, str], type] = {(cls.__module__, cls.__qualname__): cls for cls in self.chosen}
        self.counterparts: dict[type, type] = {}

    def run(self) -> list[Rewritten]:
        for cls in self.chosen:
            self.judge(cls)
        while self.refuse_families() or not self.rewrite_files():
            pass
        return [*self.results.values()]

    # which classes

    def moves(self, cls: type) -> bool:
        """Whether the class statement of a class is rewritten."""
        origin = get_kind(self.chosen[cls][1].kind).generic_of(cls) if cls in self.chosen else None
        cls = origin or cls
        return cls in self.chosen and not self.results[self.chosen[cls][0].path].reasons

    def refuse(self, cls: type, reason: str) -> None:
        file, statement = self.chosen[cls]
        self.results[file.path].reasons.setdefault(statement.path, reason)

    def judge(self, cls: type) -> None:
        file, statement = self.chosen[cls]
        if statement.path in file.untold:
            self.refuse(cls, file.untold[statement.path])
            return
        if load_statements(statement.kind) is None:
            self.refuse(cls, f"{label_of(statement.kind)} is not migrated")
            return
        for place in self.subclasses.get(cls, ()):
            self.refuse(cls, f"{place} is a subclass, and not among the files")
        try:
            self.counterparts[cls] = counterpart(cls, self.kind)
            shape = shape_of(cls)
        except ConversionError as error:
            self.refuse(cls, str(error))
            return
        for base in shape.bases:
            if not issubclass(self.counterparts[cls], counterpart(base, self.kind)):
                self.refuse(
                    cls, f"{label_of(self.kind)} cannot inherit from {base.__qualname__} besides its other bases"
                )
        if why := _cannot_inherit(cls, self.kind):
            self.refuse(cls, why)
        if shape.init_only:
            self.refuse(cls, f"its constructor takes {', '.join(shape.init_only)}, which is no field")

    def refuse_families(self) -> bool:
        """Refuses classes whose bases or subclasses stay; whether there were any."""
        before = sum(len(result.reasons) for result in self.results.values())
        for cls in self.chosen:
            if not self.moves(cls):
                continue
            kind = get_kind(self.chosen[cls][1].kind)
            for base in shape_of(cls).bases:
                if not self.moves(kind.generic_of(base) or base):
                    self.refuse(cls, f"its base {base.__qualname__} stays {label_of(kind.name)}")
            for other in self.known_subclasses(cls, kind):
                if not self.moves(other):
                    place = f"{other.__module__}.{other.__qualname__}"
                    self.refuse(cls, f"its subclass {place} stays {label_of(kind.name)}")
        return before != sum(len(result.reasons) for result in self.results.values())

    def known_subclasses(self, cls: type, kind: Any) -> Iterator[type]:
        """The subclasses that stand in modules; a decorator that makes a class anew leaves the first one behind."""
        found: list[type] = type.__subclasses__(cls)
        for other in found:
            if kind.generic_of(other) is None and kind.is_model(other) and "<locals>" not in other.__qualname__:
                yield self.names.get((other.__module__, other.__qualname__), other)

    # the files

    def rewrite_files(self) -> bool:
        """Rewrites all files that move; False where a class was found that cannot."""
        well = True
        for result in self.results.values():
            statements = result.file.classes.items()
            moving = {path: each.cls for path, each in statements if each.cls in self.chosen and self.moves(each.cls)}
            if moving and not result.reasons:
                try:
                    self.rewrite(result, moving)
                except _Refused as why:
                    result.text, result.notes = None, []
                    self.refuse(why.cls, why.reason)
                    well = False
        return well

    def rewrite(self, result: Rewritten, moving: Mapping[str, type]) -> None:
        """Rewrites a file; a second time where names have become free."""
        before = used_names(result.file.text)
        leaving: set[str] = set()
        for _ in range(2):
            names = self.names_of(result.file, moving.values(), leaving)
            transformer = _Rewriter(result.file, moving, self, names)
            module = cst.parse_module(result.file.text)
            module = module.with_changes(body=visit_each(module.body, transformer))
            used = used_names(module.code)
            imports = {
                name: kept
                for name, known in names.imports.items()
                if (kept := {item: local for item, local in known.items() if local in used or item == "annotations"})
            }
            if leaving:
                break
            leaving = (result.file.imported.keys() & before) - used - _exported(result.file)
            if not leaving:
                break
        result.text = change_imports(module, leaving, imports).code
        result.notes = transformer.notes

    def names_of(self, file: SourceFile, classes: Iterable[type], leaving: set[str]) -> FileNames:
        return FileNames(file, {name for cls in classes for name in shape_of(cls).fields}, leaving)


def _cannot_inherit(cls: type, kind: str) -> str:
    """The reason why a class of the kind cannot have the other bases of a class, or its metaclass; else empty."""
    base, old = get_kind(kind).base, get_kind(shape_of(cls).kind).base
    others = tuple(item for item in cls.__bases__ if kind_of_class(item) is None and kind_of_base(item) is None)
    if base is None:
        return ""
    bases = (*(item for item in others if item is not object), base)
    try:
        types.new_class(cls.__name__, bases, {"metaclass": type(cls)} if old is None else {})
    except TypeError as error:
        if "conflict" in str(error):  # of metaclasses, or of what bases in C have in their instances
            foreign = [item.__qualname__ for item in bases[:-1]] or [type(cls).__qualname__]
            return f"{label_of(kind)} cannot be made of {', '.join(foreign)}, too: {str(error).partition(':')[0]}"
    except Exception:  # of a base that looks at its subclasses
        return ""
    return ""


class _Refused(Exception):
    def __init__(self, cls: type, reason: str) -> None:
        super().__init__(reason)
        self.cls = cls
        self.reason = reason


def _exported(file: SourceFile) -> set[str]:
    return {*map(str, getattr(file.module, "__all__", ()))}


class _Rewriter(cst.CSTTransformer):
    """Rewrites the class statements of one module."""

    def __init__(self, file: SourceFile, moving: Mapping[str, type], migration: Migration, names: FileNames) -> None:
        super().__init__()
        self.file, self.moving, self.migration = file, moving, migration
        first = next(iter(moving.values()))
        writer = load_writer(migration.kind, first)
        lazy = "annotations" in file.imported and file.imported["annotations"][0] == "__future__"
        local = {cls: path for path, cls in moving.items()}
        code = Code(migration.kind, names, local, quotes=not (lazy and writer.takes_text))
        self.writer = StatementWriter(migration.kind, writer, migration.counterparts, code)
        self.names = names
        self.path: list[str] = []
        self.notes: list[Note] = []

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.path.append(node.name.value)

    def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:
        return False

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> Any:
        """Drops what completes a class of the old kind (`Order.model_rebuild()`): it belongs to the class statement."""
        call = original_node.body[0].value if isinstance(original_node.body[0], cst.Expr) else None
        if self.path or not isinstance(call, cst.Call) or not isinstance(call.func, cst.Attribute):
            return updated_node
        cls = self.file.resolve(dotted(call.func.value)) if dotted(call.func.value) else None
        if not isinstance(cls, type) or not self.migration.moves(cls):
            return updated_node
        statement = self.migration.chosen[cls][1]
        old = load_statements(statement.kind)
        way = old.ways.get(Use.RESOLVE) if old is not None else None
        if way is None or call.func.attr.value not in way.methods:
            return updated_node
        self.notes.append(Note(statement.path, statement.line, "", f"{text_of_node(call)} is dropped"))
        return with_statements(updated_node, updated_node.body[1:])

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        path = ".".join(self.path)
        self.path.pop()
        cls = self.moving.get(path)
        if cls is None:
            return updated_node
        statement = self.file.classes[path]
        old, new = load_statements(statement.kind), self.migration.new
        assert old is not None
        assert new is not None
        rewriter = ClassRewriter(self.file, shape_of(cls), old, new, self.writer, self.names)
        before = len(self.writer.losses)
        try:
            found = rewriter.rewrite(updated_node)
        except (CannotMigrate, ConversionError) as why:
            raise _Refused(cls, str(why)) from None
        for loss in self.writer.losses[before:]:
            self.notes.append(Note(path, statement.line, loss.field, loss.reason, loss.aspects))
        self.notes += [Note(path, statement.line, field, text) for field, text in rewriter.notes]
        return found
