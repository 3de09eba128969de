"""The sessions of docs/five-minutes.md and the README, run literally in a fresh environment."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.ports import free_port

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "five-minutes.md"
HEADINGS = re.findall(r"^## (.+)", PAGE.read_text(), re.MULTILINE)
PORT = "8000"


def run(*command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, **variables}
    environment.pop("PYTHONPATH", None)
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the wheel, by the extras that the page names."""
    folder = tmp_path_factory.mktemp("newcomer")
    extras, others = re.findall(r"^pip install '\.(\[.+\])' (.+)$", PAGE.read_text(), re.MULTILINE)[0]
    python = folder / "venv" / "bin" / "python"
    for command in (
        ("uv", "build", "--wheel", "--quiet", "--out-dir", folder, ROOT),
        ("uv", "venv", "--quiet", "--python", sys.executable, folder / "venv"),
    ):
        done = run(*command)
        assert done.returncode == 0, done.stderr
    wheel = next(folder.glob("*.whl"))
    done = run("uv", "pip", "install", "--quiet", "--python", python, f"{wheel}{extras}", *others.split())
    assert done.returncode == 0, done.stderr
    return python


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_session_prints_what_the_page_shows(heading: str, python: Path, tmp_path: Path) -> None:
    page = tmp_path / PAGE.name
    page.write_text(PAGE.read_text().replace(PORT, str(free_port())))
    begun = time.monotonic()
    done = run(python, ROOT / "tests" / "docs" / "page.py", page, heading)
    assert done.returncode == 0, done.stdout + done.stderr
    assert time.monotonic() - begun < 300  # five minutes, of which a person needs most


def test_the_readme_prints_what_it_shows(python: Path) -> None:
    """With pydantic and osbot-utils only, but for what the page installs."""
    done = run(python, ROOT / "tests" / "docs" / "page.py", ROOT / "README.md")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_page_has_the_four_tasks() -> None:
    assert [heading.split()[0] for heading in HEADINGS] == ["Convert", "Find", "Serve", "Write"]


def test_the_demo_shows_something_at_once_and_nothing_that_looks_like_a_failure() -> None:
    begun = time.monotonic()
    with subprocess.Popen(
        [sys.executable, ROOT / "examples" / "demo.py", "annotated_types"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        text = process.stdout.readline()
        assert time.monotonic() - begun < 15
        text += process.stdout.read()
    assert process.returncode == 0
    assert "Try next" in text.splitlines()[-5]
    for heading in ("Traceback", "Came back wrong", "Failed without", "Refused, with", "Not built", "could not be"):
        assert heading not in text
