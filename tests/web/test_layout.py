"""The folders of the package: few, and each imports only from those below it."""

import ast
import importlib
import re
from collections import defaultdict
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import fast_api

PACKAGE = Path(fast_api.__file__).parent


def part_of(path: Path) -> str:
    """The file or folder at the top of the package that a module is in."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> set[str]:
    """The parts of the package that a module imports from, at its beginning or later."""
    found = set()
    for item in ast.walk(ast.parse(path.read_text())):
        if isinstance(item, ast.ImportFrom) and item.module is not None and item.level == 0:
            package, *below = item.module.split(".")
            if package == "fast_api":
                found.update(below[:1] or [alias.name for alias in item.names])
        elif isinstance(item, ast.Import):
            found.update(alias.name.split(".")[1] for alias in item.names if alias.name.startswith("fast_api."))
    return found - {part_of(path)}


def test_no_circle_of_folders_and_no_import_that_runs_back_up() -> None:
    graph: dict[str, set[str]] = defaultdict(set)
    for path in PACKAGE.rglob("*.py"):
        graph[part_of(path)] |= imports_of(path)
    order = list(TopologicalSorter(graph).static_order())  # CycleError names the circle
    assert order.index("models") < order.index("fastapi_bridge") < order.index("http_events") < order.index("app")


def test_no_circle_of_modules() -> None:
    graph: dict[str, set[str]] = defaultdict(set)
    names = {
        ".".join(("fast_api", *path.relative_to(PACKAGE).with_suffix("").parts)).removesuffix(".__init__"): path
        for path in PACKAGE.rglob("*.py")
    }
    for name, path in names.items():
        for item in ast.walk(ast.parse(path.read_text())):
            if isinstance(item, ast.ImportFrom) and item.module is not None and item.module.startswith("fast_api"):
                targets = [f"{item.module}.{alias.name}" for alias in item.names]
                graph[name] |= {target if target in names else item.module for target in targets} - {name}
    TopologicalSorter({name: {n for n in found if n != "fast_api"} for name, found in graph.items()}).prepare()


def test_at_most_twenty_files_and_folders_at_the_top() -> None:
    found = [path.name for path in PACKAGE.iterdir() if path.name != "__pycache__"]
    assert len(found) <= 20, sorted(found)


def test_no_public_name_has_a_second_meaning() -> None:
    """No two modules define a class or function of one name, and no two have one name themselves, but for what a user
    of the package sees of the same thing: the rules of the key and the middleware that applies them, and routes."""
    names: dict[str, list[str]] = defaultdict(list)
    for path in PACKAGE.rglob("*.py"):
        module = path.relative_to(PACKAGE).as_posix()
        if path.name not in ("__init__.py", "api_key.py", "routes.py"):
            names[path.name].append(module)
        for item in ast.parse(path.read_text()).body:
            if isinstance(item, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not item.name.startswith(
                "_"
            ):
                names[item.name].append(module)
    assert {name: modules for name, modules in names.items() if len(modules) > 1} == {}


def test_private_names_of_fastapi_are_imported_in_one_module_only() -> None:
    for path in PACKAGE.rglob("*.py"):
        if path.name == "internals.py":
            continue
        for item in ast.walk(ast.parse(path.read_text())):
            if isinstance(item, ast.ImportFrom) and (item.module or "").partition(".")[0] in ("fastapi", "starlette"):
                names = [*(item.module or "").split("."), *(alias.name for alias in item.names)]
                assert not [name for name in names if name.startswith("_") and not name.endswith("__")], path


def test_the_files_that_the_documentation_names_are_there() -> None:
    text = (PACKAGE.parent / "docs" / "fast_api.md").read_text()
    section = text.partition("## How a request flows\n")[2].partition("\n## ")[0]
    named = set(re.findall(r"`([\w/]+(?:\.py|/))`", section))
    assert len(named) > 15
    assert [name for name in sorted(named) if not (PACKAGE / name).exists()] == []


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("paths", "path_of_function"),
        ("paths", "parse_function_name"),
        ("models.annotations", "request_annotation"),
        ("models.conversions", "To_Handler"),
        ("errors", "server_error_response"),
        ("http_events.stores.base", "Event_Store"),
    ],
)
def test_the_names_that_the_documentation_gives_as_answers_are_there(module: str, name: str) -> None:
    assert hasattr(importlib.import_module(f"fast_api.{module}"), name)
