"""What importing the package brings along."""

import ast
import subprocess
import sys
from pathlib import Path

import type_safe_convert

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
    code = "import sys, type_safe_convert as t; t.convert_class; print(*{name.split('.')[0] for name in sys.modules})"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not FOREIGN & set(run.stdout.split())


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


KINDS = {"type_safe", "basemodel", "dataclass", "attrs"}
LIBRARIES = {"osbot_utils", "pydantic", "pydantic_core", "attrs", "attr"}
ENGINE = {"pydantic", "pydantic_core"}  # json/ reads and writes every kind by it
# May only fall, until no code but that of the kinds knows one.
KIND_NAMES, LIBRARY_IMPORTS = 9, 4


def test_kinds_are_known_to_their_own_modules_only():
    names = imports = 0
    for path in PACKAGE.rglob("*.py"):
        inside = path.relative_to(PACKAGE)
        if inside.parts[0] in ("kinds", "directions.py", "__init__.py"):
            continue
        for item in ast.walk(ast.parse(path.read_text())):
            if isinstance(item, ast.Constant):
                names += item.value in KINDS if isinstance(item.value, str) else 0
            modules = [item.module or ""] if isinstance(item, ast.ImportFrom) else []
            modules += [alias.name for alias in item.names] if isinstance(item, ast.Import) else []
            used = {module.split(".")[0] for module in modules}
            imports += len(used & LIBRARIES - (ENGINE if inside.parts[0] == "json" else set()))
    assert (names, imports) == (KIND_NAMES, LIBRARY_IMPORTS)
