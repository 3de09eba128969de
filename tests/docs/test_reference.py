"""The reference has every public name, each with a docstring and an example; no page has a dead link."""

import re
from pathlib import Path
from types import FunctionType, ModuleType
from typing import get_overloads

import pytest

import fast_api
import type_safe_convert
import type_safe_convert.hypothesis
import type_safe_convert.testing
from tests.docs.page import blocks

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
MODULES = [type_safe_convert, type_safe_convert.testing, type_safe_convert.hypothesis, fast_api]
NAMES = [(module, name) for module in MODULES for name in module.__all__]
LISTED = {
    name
    for page in DOCS.joinpath("reference").glob("*.md")
    for name in re.findall(r"^::: (\S+)", page.read_text(), re.M)
}


def test_every_public_name_is_in_the_reference() -> None:
    assert {f"{module.__name__}.{name}" for module, name in NAMES} == LISTED


def test_every_public_name_is_in_an_example_of_its_page() -> None:
    missing = []
    for page in DOCS.joinpath("reference").glob("*.md"):
        text = page.read_text()
        examples = "\n".join(block.text for block in blocks(text) if block.language == "python")
        names = [name.rpartition(".")[2] for name in re.findall(r"^::: (\S+)", text, re.M)]
        missing += [name for name in names if not re.search(rf"\b{name}\b", examples)]
    assert not missing


@pytest.mark.parametrize(("module", "name"), NAMES, ids=lambda part: getattr(part, "__name__", part))
def test_every_public_name_has_a_docstring(module: ModuleType, name: str) -> None:
    found = getattr(module, name)
    if not isinstance(found, type):
        assert found.__doc__
        return
    missing = [
        f"{cls.__qualname__}.{attribute}"
        for cls in found.__mro__
        if cls.__module__.partition(".")[0] in ("type_safe_convert", "fast_api")
        for attribute, value in vars(cls).items()
        if not attribute.startswith("_")
        and isinstance(getattr(value, "fget", value), FunctionType)
        and not value.__doc__
    ]
    assert found.__dict__.get("__doc__")
    assert not missing


FUNCTIONS = [
    (f"{module.__name__}.{name}.{function.__name__}", function)
    for module, name in NAMES
    for function in (getattr(module, name), *getattr(getattr(module, name), "__dict__", {}).values())
    if isinstance(function, FunctionType) and get_overloads(function)
]


@pytest.mark.parametrize("function", [each for _, each in FUNCTIONS], ids=[name for name, _ in FUNCTIONS])
def test_the_one_signature_that_the_reference_shows_tells_what_overloads_tell(function: FunctionType) -> None:
    """Without overloads in the reference, `Any` in the signature of the function itself would be all that it says."""
    assert "show_overloads: false" in DOCS.parent.joinpath("mkdocs.yml").read_text()
    for name, shown in function.__annotations__.items():
        told = {overload.__annotations__.get(name) for overload in get_overloads(function)}
        assert shown != "Any" or "Any" in told, name
    assert function.__annotations__["return"] != "Any"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_the_links_lead_to_pages_of_the_site(page: Path) -> None:
    """Zensical finds dead links to pages, and none to pictures."""
    text = re.sub(r"^ *```.*?^ *```$", "", page.read_text(), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text):
        found = (page.parent / target).resolve()
        assert found.exists(), target
        assert found.is_relative_to(DOCS), target


def test_every_environment_variable_of_fast_api_is_a_setting() -> None:
    code = "\n".join(path.read_text() for path in DOCS.parent.joinpath("fast_api").rglob("*.py"))
    variables = set(re.findall(r"\bFAST_API__[A-Z_]+[A-Z]\b", code))
    text = DOCS.joinpath("settings.md").read_text()
    assert variables
    assert not {name for name in variables if f"`{name}`" not in text}


def test_the_navigation_has_every_page() -> None:
    listed = re.findall(
        r"^ +- [^:\n]+: (\S+\.md)$|^ +- (\S+\.md)$", DOCS.parent.joinpath("mkdocs.yml").read_text(), re.M
    )
    assert {first or second for first, second in listed} == {str(page.relative_to(DOCS)) for page in PAGES}
