"""The rules of the house that a program can check; CONTRIBUTING.md tells them to people."""

import ast
import graphlib
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.structure.imports import imports_of

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("type_safe_convert", "fast_api")

# What still breaks a rule; these only shrink.
MOST_LEVELS = {"type_safe_convert": 15, "fast_api": 13}
CIRCLES: set[str] = set()


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_stand_on_few_levels(package: str) -> None:
    assert 1 + max(imports_of(package).level.values()) <= MOST_LEVELS[package]


# Each imports only from those before it.
STOREYS = (
    *("words", "registry", "rows of kinds", "generated_class", "errors", "types", "model", "values", "conversion"),
    *("cache", "json", "writing", "kinds", "lookup", "api", "directions", "explanation", "testing", "drawn classes"),
    *("migration", "cli"),
)


def test_storeys_import_only_from_those_below() -> None:
    height = {name: number for number, name in enumerate(STOREYS)}
    upward = {
        (module, other)
        for module, imported in imports_of("type_safe_convert").of.items()
        for other in imported
        if height.get(_storey(other), -1) > height.get(_storey(module), len(STOREYS))
    }
    assert upward == set()


def _storey(module: str) -> str:
    if module == "type_safe_convert.kinds":
        return "rows of kinds"
    if module.split(".")[-1].startswith("drawn_"):  # beside their kind, which names the module and does not import it
        return "drawn classes"
    return module.split(".")[1] if "." in module else ""


def test_only_the_kind_of_pydantic_imports_another_kind() -> None:
    """Its dataclasses are dataclasses, too."""
    across = {
        (_kind(module), _kind(other))
        for module, imported in imports_of("type_safe_convert").of.items()
        for other in imported
        if _kind(module) and _kind(other) and _kind(module) != _kind(other)
    }
    assert across == {("pydantic", "dataclass")}


def _kind(module: str) -> str:
    return module.split(".")[2] if module.startswith("type_safe_convert.kinds.") else ""


@pytest.mark.parametrize("package", PACKAGES)
def test_no_modules_import_each_other(package: str) -> None:
    """Not inside of functions either."""
    found = {module for circle in imports_of(package).circles for module in circle}
    assert not found - CIRCLES


# Modules by whose names pickles and globals of users are told; nothing is imported by these names.
NAMED_IN_PICKLES = {"type_safe_convert.functions", "type_safe_convert.rules.rules"}


def test_no_import_by_name_hides_a_circle() -> None:
    """A module that is loaded by its name, as a kind is, must not be loaded by one that it needs itself."""
    imports = imports_of("type_safe_convert").of
    graph = {module: set(imported) for module, imported in imports.items()}
    for module in graph:
        path = ROOT.joinpath(*module.split("."))
        text = (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text()
        named = {item.value for item in ast.walk(ast.parse(text)) if isinstance(item, ast.Constant)}
        graph[module] |= graph.keys() & named - NAMED_IN_PICKLES - {module, "type_safe_convert"}
    graphlib.TopologicalSorter(graph).prepare()  # CycleError names the circle


@pytest.mark.parametrize("package", PACKAGES)
def test_modules_and_functions_are_short(package: str) -> None:
    """At most 400 and 60 lines."""
    found = {item for path in (ROOT / package).rglob("*.py") for item in _long(path)}
    assert not found


def _long(path: Path) -> Iterator[str]:
    name = path.relative_to(ROOT).as_posix()
    text = path.read_text()
    if len(text.splitlines()) > 400:
        yield name
    for item in ast.walk(ast.parse(text)):
        if isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef) and item.end_lineno - item.lineno >= 60:
            yield f"{name}: {item.name}"


@pytest.mark.parametrize("folder", [*PACKAGES, "benchmarks", "examples"])
def test_docstrings_begin_with_a_verb_or_a_noun(folder: str) -> None:
    """A relative clause without its noun ("What a class holds") is read twice."""
    relative = ("What", "Who", "Whose", "Where", "That", "How", "Which", "Why")
    found = [
        f"{path.relative_to(ROOT)}: {docstring.splitlines()[0]}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        if (docstring := ast.get_docstring(node)) and docstring.split(maxsplit=1)[0] in relative
    ]
    assert not found


@pytest.mark.parametrize("folder", [*PACKAGES, "benchmarks", "examples"])
def test_comments_begin_with_a_verb_or_a_noun(folder: str) -> None:
    relative = re.compile(r"\s*# (?:What|Who|Whose|Where|That|How|Which|Why|Whoever|Whatever|Wherever)\b")
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in sorted((ROOT / folder).rglob("*.py"))
        for before, line in itertools.pairwise(["", *path.read_text(encoding="utf-8").splitlines()])
        if relative.match(line) and not before.strip().startswith("#")
    ]
    assert not found
