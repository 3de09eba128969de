"""What importing the package brings along."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import type_safe_convert
from type_safe_convert.kinds import ROWS

FOREIGN = {
    "fastapi",
    "starlette",
    "uvicorn",
    "typer",
    "click",
    "rich",
    "hypothesis",
    "pytest",
    "polyfactory",
    "fast_api",
}
PACKAGE = Path(type_safe_convert.__file__).parent


def test_no_web_framework_command_line_or_test_library_is_imported():
    code = "import sys, type_safe_convert as t; t.convert_class; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    imported = set(run.stdout.split())
    assert not FOREIGN & {name.split(".")[0] for name in imported}
    # What reads classes and converts is loaded when it is called.
    assert not {"type_safe_convert.model", "type_safe_convert.types", "pydantic", "osbot_utils"} & imported
    assert not {"type_safe_convert.advice", "difflib"} & imported


def test_the_core_never_imports_the_web_package():
    for path in PACKAGE.rglob("*.py"):
        for item in ast.walk(ast.parse(path.read_text())):
            names = [item.module or ""] if isinstance(item, ast.ImportFrom) else []
            names += [alias.name for alias in item.names] if isinstance(item, ast.Import) else []
            assert not [name for name in names if name.split(".")[0] == "fast_api"], path


def test_only_one_module_of_the_core_knows_typing():
    for path in PACKAGE.rglob("*.py"):
        name = path.relative_to(PACKAGE).as_posix()
        if name.split("/")[0] not in ("values", "conversion", "model", "kinds") or "/drawn_" in name:
            continue
        tree = ast.parse(path.read_text())
        for item in ast.walk(tree):
            if isinstance(item, ast.ImportFrom) and item.module == "typing":
                names = {alias.name for alias in item.names}
                assert names <= {
                    "Any",
                    "TYPE_CHECKING",
                    "ClassVar",
                    "Literal",
                    "Final",
                    "NamedTuple",
                    "Protocol",
                    "cast",
                }, name
            if isinstance(item, ast.Import):
                assert "typing" not in {alias.name for alias in item.names}, name


def test_every_public_name_is_listed_and_documented():
    for name in type_safe_convert.__all__:
        public = getattr(type_safe_convert, name)
        assert name.islower() or public.__doc__, name


KINDS = {row.name for row in ROWS}
# A part of a name, or of a text, that means one kind. `_fields` and `__required_keys__` mean values of types, too.
MARKERS = {row.marker for row in ROWS} - {"_fields", "__required_keys__"}
WORDS = ("pydantic", "base_?model", "type_?safe", "osbot", r"\battrs\b", "msgspec", "sqlalchemy")
CALLS = ("is_dataclass", "model_config")
PARTS = re.compile("|".join((*MARKERS, *WORDS, *CALLS)), re.IGNORECASE)
# json/ reads and writes every kind by pydantic-core, which reads and writes instances of dataclasses by attribute.
OF_THE_ENGINE = {"pydantic", "basemodel", "is_dataclass"}
FOR_TYPE_CHECKERS = {"AnyBaseModel", "AnyTypeSafe", "BaseModelName", "TypeSafeName"}  # in overloads


def _words_in(tree: ast.AST) -> Iterator[tuple[int, str, bool]]:
    """All names and texts in code, with their lines, and whether each is a text; no docstrings."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = {
        id(item.body[0].value)
        for item in ast.walk(tree)
        if isinstance(item, documented) and item.body
        if isinstance(item.body[0], ast.Expr)
    }
    for item in ast.walk(tree):
        match item:
            case ast.Constant(value=str(text)) if id(item) not in docstrings:
                yield item.lineno, text, True
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield item.lineno, name, False
            case ast.alias(name=name):
                yield item.lineno, re.sub(r"^attr\b", "attrs", name), False
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield item.lineno, name, False
            case ast.keyword(arg=str(name)):
                yield item.value.lineno, name, False
            case ast.ImportFrom(module=str(name)):
                yield item.lineno, re.sub(r"^attr\b", "attrs", name), False


def kinds_named_in(text: str, *, is_engine: bool = False) -> list[str]:
    """The names and texts in source that mean a kind or its library."""
    found = []
    for line, word, is_text in _words_in(ast.parse(text)):
        shortened = word.replace("type_safe_convert", "")
        parts = [part for part in PARTS.findall(shortened) if not (is_engine and part.lower() in OF_THE_ENGINE)]
        is_kind = is_text and word in KINDS - ({"dataclass"} if is_engine else set())
        if (is_kind or parts or word.startswith("type_safe_convert.kinds.")) and word not in FOR_TYPE_CHECKERS:
            found.append(f"{line}: {word!r}")
    return found


def test_kinds_are_known_to_their_own_modules_only():
    found = {}
    for path in PACKAGE.rglob("*.py"):
        inside = path.relative_to(PACKAGE)
        if inside.parts[0] not in ("kinds", "directions.py", "static_types.py", "__init__.py"):
            found[str(inside)] = kinds_named_in(path.read_text(), is_engine=inside.parts[0] == "json")
    assert [f"{name}:{word}" for name, words in found.items() for word in words] == []


@pytest.mark.parametrize(
    "code",
    [
        'kind == "attrs"',
        "import attr",
        "from attr import validators",
        "import attrs as library",
        "from osbot_utils.type_safe.Type_Safe import Type_Safe as Base",
        'getattr(cls, "__pydantic_config__", None)',
        "cls.__attrs_attrs__",
        "dataclasses.is_dataclass(cls)",
        'hasattr(cls, "__dataclass_fields__")',
        'type(value).__name__ == "BaseModel"',
        'importlib.import_module("msgspec.json")',
        'sys.modules.get("sqlalchemy")',
        "def is_pydantic(cls): ...",
        "call(is_pydantic=True)",
        'f"{cls} is a Type_Safe"',
        "from type_safe_convert.kinds.attrs import kind",
        'load("type_safe_convert.kinds.attrs.kind")',
        'match kind:\n    case "namedtuple": ...',
        "KINDS = {'dataclass': 1}",
    ],
)
def test_every_way_to_name_a_kind_is_found(code: str) -> None:
    assert len(kinds_named_in(code)) >= 1
