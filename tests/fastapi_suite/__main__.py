"""Runs FastAPI's own tests on plain FastAPI and on this package, and tells where the two differ.

    python -m tests.fastapi_suite [pytest's arguments]

The tests come from the source distribution of the installed FastAPI. They run in an environment of their own,
`.venv-fastapi-suite`, since they pin other versions than the tests of this repository.
"""

import json
import os
import subprocess
import sys
import tarfile
import venv
from importlib.metadata import version
from pathlib import Path

from tests.fastapi_suite.expected import EXPECTED

ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / ".venv-fastapi-suite"
PYTHON = ENVIRONMENT / "bin" / "python"
WAYS = ("decorators", "add_route")
Outcomes = dict[str, dict[str, str]]


def source_of_fastapi() -> Path:
    """The folder of the source distribution; pip downloads it once."""
    release = f"fastapi-{version('fastapi')}"
    folder = ENVIRONMENT / release
    if not folder.exists():
        requirement = release.replace("-", "==")
        options = ["--no-deps", "--no-binary", "fastapi", "--dest", str(ENVIRONMENT)]
        subprocess.run([PYTHON, "-m", "pip", "download", "--quiet", *options, requirement], check=True)
        with tarfile.open(ENVIRONMENT / f"{release}.tar.gz") as archive:
            archive.extractall(ENVIRONMENT, filter="data")
    return folder


def prepare() -> Path:
    """The folder with FastAPI's tests, in an environment that has what they need, and this package."""
    ready = ENVIRONMENT / ".ready"
    if not PYTHON.exists():
        venv.create(ENVIRONMENT, with_pip=True)
        subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", "--upgrade", "pip"], check=True)
    folder = source_of_fastapi()
    stamp = f"{folder.name}\n{(ROOT / 'pyproject.toml').read_text()}"
    if not ready.exists() or ready.read_text() != stamp:
        group = f"{folder / 'pyproject.toml'}:tests"
        packages = ["--group", group, f"fastapi[all]=={version('fastapi')}", "--editable", f"{ROOT}[fast-api]"]
        subprocess.run([PYTHON, "-m", "pip", "install", "--quiet", *packages], check=True)
        ready.write_text(stamp)
    return folder


def run(folder: Path, way: str, arguments: list[str]) -> Outcomes:
    """The outcome of each of FastAPI's tests, where `way` says what stands for `fastapi.FastAPI`."""
    print(f"FastAPI's tests, {way}:", flush=True)
    outcomes = ENVIRONMENT / f"{way}.json"
    outcomes.unlink(missing_ok=True)
    environment = {
        **os.environ,
        "FAST_API_SUITE_WAY": way,
        "FAST_API_SUITE_OUTCOMES": str(outcomes),
        "PYTHONPATH": str(Path(__file__).parent),
    }
    command = [
        PYTHON,
        "-m",
        "pytest",
        "-p",
        "stand_in",
        "-p",
        "no:cacheprovider",
        "--continue-on-collection-errors",
        "-q",
        "--tb=short",
        "--show-capture=no",
    ]
    quiet = subprocess.run(
        [*command, *arguments], cwd=folder, env=environment, check=False, stdout=subprocess.PIPE, text=True
    )
    if not outcomes.exists():
        raise SystemExit(f"{quiet.stdout}\nno outcome of FastAPI's tests")
    print(f"  {quiet.stdout.strip().splitlines()[-1]}", flush=True)
    found: Outcomes = json.loads(outcomes.read_text())
    return found


def differences(plain: Outcomes, ours: Outcomes) -> list[str]:
    """The tests that pass with plain FastAPI and not with this package."""
    return [
        test
        for test, result in plain.items()
        if result["outcome"] == "passed" and ours.get(test, {}).get("outcome") != "passed"
    ]


def confirmed(folder: Path, way: str, suspects: list[str]) -> dict[str, str]:
    """The suspects that differ when they run once more, alone, with the reason; a busy machine makes no difference."""
    if not suspects:
        return {}
    plain = run(folder, "plain", suspects)
    ours = run(folder, way, suspects)
    return {test: ours.get(test, {}).get("why", "is not there") for test in differences(plain, ours)}


def main(arguments: list[str]) -> int:
    folder = prepare()
    whole = not arguments
    parallel = ["-n", str(os.cpu_count() or 1), *(arguments or ["tests"])]
    plain = run(folder, "plain", parallel)
    status = 0
    for way in WAYS:
        expected = EXPECTED[way]
        found = differences(plain, run(folder, way, parallel))
        unexpected = confirmed(folder, way, [test for test in found if test not in expected])
        gone = [test for test in expected if test not in found] if whole else []
        still = confirmed(folder, way, gone)
        gone = [test for test in gone if test not in still]
        for test, why in unexpected.items():
            print(f"\n{test} passes with plain FastAPI, and not by {way}:\n{why}")
        for test in gone:
            print(f"\n{test} is expected to differ by {way}, and passes: take it off the list")
        print(f"{way}: {len(unexpected)} unexpected differences, {len(found) - len(unexpected)} others\n", flush=True)
        status = 1 if unexpected or gone else status
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
