"""What importing the package brings along."""

import ast
import subprocess
import sys
from pathlib import Path

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
LIBRARIES = {row.library for row in ROWS} | {"pydantic_core", "attr"}
ENGINE = {"pydantic", "pydantic_core"}  # json/ reads and writes every kind by it


def test_kinds_are_known_to_their_own_modules_only():
    found = []
    for path in PACKAGE.rglob("*.py"):
        inside = path.relative_to(PACKAGE)
        if inside.parts[0] in ("kinds", "directions.py", "static_types.py", "__init__.py"):
            continue
        libraries = LIBRARIES - ENGINE if inside.parts[0] == "json" else LIBRARIES
        # A word of pydantic-core's schemas as well.
        names = (KINDS - {"dataclass"} if inside.as_posix() == "json/python_values.py" else KINDS) | LIBRARIES - {""}
        for item in ast.walk(ast.parse(path.read_text())):
            if isinstance(item, ast.Constant) and isinstance(item.value, str) and item.value in names:
                found.append(f"{inside}:{item.lineno}: {item.value!r}")
            modules = [item.module or ""] if isinstance(item, ast.ImportFrom) else []
            modules += [alias.name for alias in item.names] if isinstance(item, ast.Import) else []
            found += [f"{inside}: {module}" for module in modules if module.split(".")[0] in libraries]
            found += [f"{inside}: {module}" for module in modules if module.startswith("type_safe_convert.kinds.")]
    assert found == []
