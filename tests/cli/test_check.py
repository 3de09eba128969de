"""`check` on real modules: its counts, its verdicts, and what it answers to the shell."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from type_safe_convert.cli.app import run_app
from type_safe_convert.cli.checking import check_class
from type_safe_convert.cli.verdicts import ClassReport, Failure, group_failures
from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import made_kinds
from type_safe_convert.testing.sampler import Sampler

MODELS = "tests.core.models"
ODD = "tests.cli.odd_models"


def check(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    status = run_app(["check", "--json", *arguments])
    return status, json.loads(capsys.readouterr().out)


def verdict(cls: Any) -> ClassReport:
    return check_class(cls, [Sampler(0)])


@pytest.fixture
def odd(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    return check(capsys, ODD)[1]["packages"][0]


def names(entries: list[dict[str, Any]]) -> set[str]:
    return {entry["cls"].rpartition(".")[2] for entry in entries}


def carries(kind: str) -> bool:
    """Whether instances of the kind have room for all that the others express."""
    return get_kind(kind).traits.carries


def test_ordinary_models_come_back_in_every_direction(capsys: pytest.CaptureFixture[str]) -> None:
    status, data = check(capsys, MODELS, "fastapi.openapi.models", "--samples", "2")
    assert status == 0
    assert data["ok"] is True
    assert [package["name"] for package in data["packages"]] == [MODELS, "fastapi.openapi.models"]
    for package in data["packages"]:
        # Instances that do not tell their class cannot be of a subclass where its base is declared.
        told = [failure for failure in package["failures"] if carries(failure["target"])]
        assert all("does not tell that it is of" in item["reason"] for item in package["failures"])
        assert told == package["own"] == package["not_built"] == package["import_errors"] == []
        for row in package["directions"]:
            assert row["classes"] > 0
            assert row["classes"] == row["converted"] == row["built"]
            assert row["classes"] == row["equal"] == row["same_class"] or not carries(row["target"])
    directions = [(row["source"], row["target"]) for row in data["packages"][0]["directions"]]
    written = ("type_safe", "basemodel", "dataclass")
    assert directions == [(source, target) for source in written for target in made_kinds() if source != target]
    found = {(row["source"], row["classes"]) for row in data["packages"][1]["directions"]}
    assert found == {("basemodel", 36), ("typeddict", 1)}


def test_the_same_seed_gives_the_same_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert check(capsys, ODD, "--seed", "5")[1]["packages"] == check(capsys, ODD, "--seed", "5")[1]["packages"]


def test_classes_that_cannot_be_built_are_named_with_the_reason(odd: dict[str, Any]) -> None:
    assert names(odd["not_built"]) == {"Lonely", "Endless", "Never"}
    assert all(entry["reason"] for entry in odd["not_built"])


def test_fields_with_unresolved_names_are_listed(odd: dict[str, Any]) -> None:
    assert {(entry["cls"], entry["field"]) for entry in odd["unresolved"]} == {
        (f"{ODD}.Unresolved", "what"),
        (f"{ODD}.Unresolved", "many"),
    }
    assert all("Missing" in name for entry in odd["unresolved"] for name in entry["names"])


def test_what_a_class_does_to_its_own_values_has_a_heading_of_its_own(odd: dict[str, Any]) -> None:
    assert odd["failures"] == []
    assert names(odd["own"]) == {"Doubling", "Takes_Text"}
    assert {entry["step"] for entry in odd["own"] if entry["cls"].endswith("Takes_Text")} == {"back"}
    rows = [row for row in odd["directions"] if row["source"] == "basemodel"]
    assert {row["own"] for row in rows} == {2}
    assert all(row["equal"] + row["own"] == row["built"] for row in odd["directions"])


def test_a_lost_value_is_wrong_and_a_refusal_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    """A converter that loses something must be found out, whatever it loses: so it is spoilt on purpose."""
    import type_safe_convert.cli.checking as checking
    from tests.core.models import Customer
    from type_safe_convert import ValueConversionError, convert, kind_of

    def lossy(value: Any, to: Any) -> Any:
        made = convert(value, to)
        if kind_of(made) == "basemodel":
            made.model_fields_set.clear()
        return made

    def refusing(value: Any, to: Any) -> Any:
        raise ValueConversionError("no", path=("name",))

    def crashing(value: Any, to: Any) -> Any:
        raise KeyError("name")

    found = {}
    for broken in (lossy, refusing, crashing):
        monkeypatch.setattr(checking, "convert", broken)
        report = verdict(Customer)
        assert {direction.equal for direction in report.directions if carries(direction.target)} == {0}
        found[broken.__name__] = {(failure.severity, failure.step, failure.field) for failure in report.failures}
    assert found == {
        "lossy": {("wrong", "equal", "model_fields_set")},
        "refusing": {("refused", "there", "name")},
        "crashing": {("crashed", "there", "")},
    }


BROKEN = '''
from dataclasses import dataclass

@dataclass
class Wrong:
    """Holds text where it declares an int: a named refusal."""
    value: int

    def __post_init__(self):
        self.value = str(self.value)
'''


def test_named_refusals_count_only_when_strict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tmp_path.joinpath("refused_models.py").write_text(BROKEN)
    monkeypatch.syspath_prepend(tmp_path)
    status, data = check(capsys, "refused_models")
    assert (status, data["ok"]) == (0, True)
    assert {failure["severity"] for failure in data["packages"][0]["failures"]} == {"refused"}
    status, data = check(capsys, "refused_models", "--strict")
    assert (status, data["ok"]) == (1, False)


NOISY = """
import logging, sys, warnings
print("loud")
warnings.warn("louder")
logging.warning("loudest")
print("loud", file=sys.stderr)
from dataclasses import dataclass

@dataclass
class Quiet:
    a: int
"""


def test_a_module_that_closes_the_output_leaves_the_report_whole(tmp_path: Path) -> None:
    """As modules of twisted do, which are meant to be run in a process of their own."""
    tmp_path.joinpath("closing.py").write_text("import os\nos.close(0)\nos.close(1)\nos.close(2)\nclass A: ...\n")
    command = [sys.executable, "-m", "type_safe_convert", "check", "closing"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (run.returncode, run.stdout.splitlines()[0], run.stderr) == (0, "closing", "")


def test_packages_are_walked_quietly_and_what_cannot_be_imported_is_reported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    package = tmp_path / "walked"
    package.joinpath("below").mkdir(parents=True)
    package.joinpath("__init__.py").write_text(
        "from dataclasses import dataclass\nfrom tests.core.models import Item\n"
    )
    package.joinpath("broken.py").write_text("import no_such_module")
    package.joinpath("leaving.py").write_text("raise SystemExit(3)")
    package.joinpath("__main__.py").write_text("raise AssertionError('meant to be run')")
    package.joinpath("below", "__init__.py").write_text("")
    package.joinpath("below", "noisy.py").write_text(NOISY)
    monkeypatch.syspath_prepend(tmp_path)
    status = run_app(["check", "--json", "walked"])
    output = capsys.readouterr()
    assert status == 0
    assert output.err == ""
    found = json.loads(output.out)["packages"][0]
    assert {(row["source"], row["classes"]) for row in found["directions"]} == {("dataclass", 1)}
    assert {entry["module"]: entry["reason"] for entry in found["import_errors"]} == {
        "walked.broken": f"{package / 'broken.py'}:1: ModuleNotFoundError: No module named 'no_such_module'",
        "walked.leaving": f"{package / 'leaving.py'}:1: SystemExit: 3",
    }


def test_folders_without_init_are_walked_and_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for root, inner in (("service", ("", "__init__.py")), ("spread", ("", ""))):
        for folder in (tmp_path / root, tmp_path / root / "models", tmp_path / root / "models" / "deep"):
            folder.mkdir()
            folder.joinpath("user.py").write_text(NOISY)
        tmp_path.joinpath(root, inner[1] or "more.py").write_text("")
    (tmp_path / "service" / "empty").mkdir()
    (tmp_path / "service" / "not-a-name").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    status, data = check(capsys, "service", "spread")
    assert status == 0
    for package in data["packages"]:
        assert {row["classes"] for row in package["directions"]} == {3}
        assert package["import_errors"] == []
    tmp_path.joinpath("service", "models", "wrong.py").write_text(BROKEN)
    status, data = check(capsys, "service", "--strict")
    assert (status, data["ok"]) == (1, False)


def test_the_table_names_packages_directions_and_reasons(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["check", ODD]) == 0
    output = capsys.readouterr().out
    assert "\x1b" not in output
    for text in (
        ODD,
        "basemodel → type_safe",
        "same class",
        "Not built",
        "Lonely is abstract",
        "refuse or change their",
    ):
        assert text in output


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["check", "no_such_package_at_all"],
        ["check", MODELS, "--samples", "none"],
        ["nothing"],
        ["check", "--odd"],
    ],
    ids=" ".join,
)
def test_errors_of_use_are_one_line_and_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(arguments) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert output.err.startswith("type-safe-convert: ")


def test_the_module_runs_as_a_program(tmp_path: Path) -> None:
    tmp_path.joinpath("my_models.py").write_text(BROKEN)
    done = subprocess.run(
        [sys.executable, "-m", "type_safe_convert", "check", "my_models", "--strict"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 1
    assert "expected int" in done.stdout
    assert done.stderr == ""


def test_failures_are_grouped_by_reason_the_most_frequent_first() -> None:
    def failure(cls: str, field: str, reason: str) -> Failure:
        return Failure(cls, "a", "b", "a → b → a", "there", "refused", field, reason)

    found = group_failures(
        [failure("A", "x", "rare"), failure("A", "items[0].n", "often"), failure("B", "items[7].n", "often")]
    )
    assert [(len(group), group[0].reason) for group in found] == [(2, "often"), (1, "rare")]
