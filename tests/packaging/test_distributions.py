"""The wheel and the sdist: what is in them, and that each is enough for what it is there for."""

from __future__ import annotations

import re
import sys
import tarfile
import tomllib
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

import type_safe_convert
from tests.packaging.conftest import ROOT, Environment, run

FOLDERS = ("type_safe_convert", "fast_api", "osbot_utils-stubs")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

WITHOUT_EXTRAS = """
import dataclasses
from osbot_utils.type_safe.Type_Safe import Type_Safe
from type_safe_convert import convert, from_json, to_json

class Item(Type_Safe):
    sku: str

@dataclasses.dataclass
class Line:
    sku: str

item = Item(sku="gear")
model = convert(item, "basemodel")
assert model.model_dump() == {"sku": "gear"}
assert convert(model, Line) == Line("gear")
assert type(convert(model, "type_safe")) is Item
assert from_json(Line, to_json(item)) == Line("gear")
"""

# What an extra makes possible; an extra that only the project's own tests use needs nothing but to be installable.
EXTRAS = {
    "attrs": """
import dataclasses, attrs
from type_safe_convert import convert

@attrs.define
class Line:
    sku: str

assert dataclasses.asdict(convert(Line("gear"), "dataclass")) == {"sku": "gear"}
""",
    "msgspec": """
import dataclasses, msgspec
from type_safe_convert import convert

class Line(msgspec.Struct):
    sku: str

assert dataclasses.asdict(convert(Line("gear"), "dataclass")) == {"sku": "gear"}
""",
    "sqlalchemy": """
import dataclasses
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from type_safe_convert import convert

class Base(DeclarativeBase):
    pass

class Line(Base):
    __tablename__ = "line"
    sku: Mapped[str] = mapped_column(primary_key=True)

assert dataclasses.asdict(convert(Line(sku="gear"), "dataclass")) == {"sku": "gear"}
""",
    "cli": """
import subprocess, sys
command = [sys.executable, "-m", "type_safe_convert", "check", "annotated_types"]
done = subprocess.run(command, capture_output=True, text=True)
assert done.returncode == 0, done
""",
    "migrate": """
import pathlib, subprocess, sys
pathlib.Path("models.py").write_text("import dataclasses\\n\\n@dataclasses.dataclass\\nclass Line:\\n    sku: str\\n")
command = [sys.executable, "-m", "type_safe_convert", "migrate", "models.py", "--to", "basemodel"]
done = subprocess.run(command, capture_output=True, text=True)
assert "+class Line(BaseModel):" in done.stdout, done
""",
    "fast-api": """
import dataclasses
from starlette.testclient import TestClient
from fast_api import Fast_API, Fast_API__Routes

@dataclasses.dataclass
class Line:
    sku: str

class Routes__Lines(Fast_API__Routes):
    tag = "lines"
    def add(self, line: Line) -> Line:
        return line
    def setup_routes(self):
        self.add_route_post(self.add)

fast_api = Fast_API(name="smoke")
fast_api.add_routes(Routes__Lines)
fast_api.setup()
answer = fast_api.client().post("/lines/add", json={"sku": "gear"})
assert answer.json() == {"sku": "gear"}, answer.text
""",
    "events": "import pyinstrument",
    "telemetry": "import opentelemetry.sdk, opentelemetry.instrumentation.asgi, opentelemetry.exporter.otlp.proto.http",
    "redis": "import redis.asyncio",
    "hypothesis": """
import dataclasses
from type_safe_convert.hypothesis import instances

@dataclasses.dataclass
class Line:
    sku: str

from hypothesis import HealthCheck, given, settings
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(instances(Line))
def check(line):
    assert type(line) is Line
check()
""",
}
# Tests that need little, of what the package promises first.
TESTS_OF_SDIST = (
    "tests/packaging/test_distributions.py::test_the_links_of_the_readme_lead_to_files_of_the_repository",
    "tests/core/test_round_trip.py",
    "tests/core/test_advice.py",
    "tests/types/test_parse.py",
)
ONLY_FOR_OURSELVES = {"kinds", "bench", "scale", "clusters", "test", "docs", "all"}


def _metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return Parser().parsestr(archive.read(name).decode())


def test_the_checkers_of_distributions_find_nothing(distributions: tuple[Path, Path]) -> None:
    run(sys.executable, "-m", "twine", "check", "--strict", *distributions)
    run(sys.executable, "-m", "check_wheel_contents", distributions[0])


def test_the_version_comes_from_the_package(distributions: tuple[Path, Path]) -> None:
    assert _metadata(distributions[0])["Version"] == type_safe_convert.__version__
    assert "version" not in PROJECT


def test_every_link_of_the_readme_works_on_pypi(distributions: tuple[Path, Path]) -> None:
    """PyPI shows the README alone: relative links would lead nowhere."""
    text = str(_metadata(distributions[0]).get_payload())
    links = re.findall(r"\]\(([^)]+)\)", text)
    pictures = re.findall(r'(?:src|srcset)="([^"]+)"', text)
    assert links
    links += pictures
    assert [link for link in links if not link.startswith(("https://", "#"))] == []


def test_the_links_of_the_readme_lead_to_files_of_the_repository() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / "README.md").read_text())
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_wheel_has_the_packages_and_their_types(distributions: tuple[Path, Path]) -> None:
    with zipfile.ZipFile(distributions[0]) as archive:
        names = set(archive.namelist())
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == set(FOLDERS)
    assert {"type_safe_convert/py.typed", "fast_api/py.typed"} <= names
    written = {
        path.relative_to(ROOT).as_posix()
        for package in FOLDERS
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert written <= names


def test_the_wheel_alone_converts(wheel_alone: Environment) -> None:
    wheel_alone.run("-W", "error", "-c", WITHOUT_EXTRAS)


def test_without_its_extra_the_web_package_names_it(wheel_alone: Environment) -> None:
    code = "try: import fast_api\nexcept ModuleNotFoundError as error: print(error)"
    assert 'pip install "type-safe-convert[fast-api]"' in wheel_alone.run("-c", code)


def test_what_needs_another_extra_names_it(wheel_alone: Environment) -> None:
    code = "try: import type_safe_convert.hypothesis\nexcept ModuleNotFoundError as error: print(error)"
    needed = 'type_safe_convert.hypothesis needs hypothesis: pip install "type-safe-convert[hypothesis]"'
    assert needed in wheel_alone.run("-c", code)


def test_every_extra_is_tried() -> None:
    assert EXTRAS.keys() | ONLY_FOR_OURSELVES >= PROJECT["optional-dependencies"].keys()


@pytest.mark.parametrize("extra", EXTRAS)
def test_an_extra_alone_is_enough(extra: str, distributions: tuple[Path, Path], environment: Environment) -> None:
    environment.install(f"{distributions[0]}[{extra}]")
    environment.run("-c", EXTRAS[extra])


def test_the_sdist_has_every_file_of_the_repository(distributions: tuple[Path, Path]) -> None:
    """Its tests read the README, the pages and the workflows, too."""
    if not (ROOT / ".git").exists():
        pytest.skip("no checkout, but an sdist")
    with tarfile.open(distributions[1]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert set(run("git", "ls-files").splitlines()) - names == set()


def test_the_sdist_tests_itself(distributions: tuple[Path, Path], environment: Environment, tmp_path: Path) -> None:
    """A choice of its tests, in its own folder, which is named after the package; the wheel was built from it."""
    with tarfile.open(distributions[1]) as archive:
        archive.extractall(tmp_path, filter="data")
    root = next(tmp_path.glob("type_safe_convert-*"))
    environment.install(f"{distributions[0]}[attrs,hypothesis]", "pytest", "email-validator")
    said = environment.run("-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS_OF_SDIST, cwd=root)
    assert " passed" in said
