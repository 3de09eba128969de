"""Nothing that only POSIX has is used unguarded: the programs run where those names are not there, as on Windows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*arguments: str | Path) -> str:
    command = [sys.executable, "-m", "tests.portability.without_posix", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "openapi_pydantic.v3.v3_1.info"),
        ("show", "openapi_pydantic:Info"),
        ("bench", "openapi_pydantic:Info"),
        ("source", "openapi_pydantic:Info", "--to", "dataclass"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_the_command_line_runs(arguments: tuple[str, ...]) -> None:
    assert "Info" in run("type_safe_convert", *arguments) or arguments[0] == "check"


def test_json_lines_are_converted_from_file_to_file(tmp_path: Path) -> None:
    (tmp_path / "old.jsonl").write_text('{"title": "a", "version": "1"}\n')
    files = (tmp_path / "old.jsonl", "--to", "dataclass", "--output", tmp_path / "new.jsonl")
    run("type_safe_convert", "json", "openapi_pydantic:Info", *files)
    assert '"title":"a"' in (tmp_path / "new.jsonl").read_text()


def test_migrated_classes_are_compared_in_processes_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text("import dataclasses\n\n@dataclasses.dataclass\nclass Item:\n    sku: str\n")
    assert "shop" in run("type_safe_convert", "migrate", tmp_path / "shop.py", "--to", "basemodel", "--check")


def test_json_lines_are_written_over_an_existing_file(tmp_path: Path) -> None:
    run("tests.portability.json_lines", tmp_path)


def test_an_application_with_events_answers_and_all_stores_can_be_imported() -> None:
    run("tests.portability.web")
