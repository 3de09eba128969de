"""How much of the packages type checkers know without guessing, and where their signatures say `Any`."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.typing.any_in_signatures import LIST, found

ROOT = Path(__file__).parents[2]
PACKAGES = ("type_safe_convert", "fast_api")
STUBS = "osbot_utils-stubs"
# The part of the names whose type is declared; what other packages leave open counts as known. An attribute without a
# type makes each class unknown that holds its class.
LEAST = {"type_safe_convert": 0.98, "fast_api": 0.95}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with what the wheel has: pyright finds no `py.typed` in an editable installation."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder)
    paths = {"base": str(folder), "platbase": str(folder)}
    packages = Path(sysconfig.get_path("purelib", "venv", paths))
    for name in (*PACKAGES, STUBS):
        shutil.copytree(ROOT / name, packages / name, ignore=shutil.ignore_patterns("__pycache__"))
    (packages / "others.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


@pytest.mark.parametrize("package", PACKAGES)
def test_types_are_declared(package: str, environment: Path) -> None:
    scripts = sysconfig.get_path("scripts", "venv", {"base": str(environment), "platbase": str(environment)})
    variables = {**os.environ, "VIRTUAL_ENV": str(environment), "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "-m", "pyright", "--verifytypes", package, "--ignoreexternal", "--outputjson"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=variables, cwd=environment)
    told = json.loads(run.stdout)["typeCompleteness"]
    undeclared = [
        f"{symbol['name']}: {' '.join(problem['message'] for problem in symbol['diagnostics'])}"
        for symbol in told["symbols"]
        if symbol["isExported"] and (symbol["isTypeAmbiguous"] or not symbol["isTypeKnown"])
    ]
    assert told["symbols"]
    assert told["completenessScore"] >= LEAST[package], "\n".join(undeclared)


def test_any_stands_in_public_signatures_of_a_list_only() -> None:
    """`python -m tests.typing.any_in_signatures` writes the list; each new line needs a reason."""
    assert found() == LIST.read_text().split("\n")[:-1]


def test_the_stubs_are_true(tmp_path: Path) -> None:
    """stubtest imports osbot-utils and compares names, parameters and defaults."""
    shutil.copytree(ROOT / STUBS, tmp_path / "osbot_utils")
    (tmp_path / "osbot_utils" / "py.typed").unlink()
    stubs = (tmp_path / "osbot_utils").rglob("[!_]*.pyi")
    modules = [".".join(path.relative_to(tmp_path).with_suffix("").parts) for path in stubs]
    command = [sys.executable, "-m", "mypy.stubtest", "--ignore-missing-stub", "--ignore-disjoint-bases", *modules]
    variables = {**os.environ, "MYPYPATH": str(tmp_path)}
    run = subprocess.run(command, capture_output=True, text=True, check=False, env=variables, cwd=tmp_path)
    assert modules
    assert run.returncode == 0, run.stdout + run.stderr
