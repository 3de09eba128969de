"""Runs tests with the lowest versions of the dependencies that pyproject.toml allows, or with the newest.

`python -m tests.dependency_versions lowest-direct` (or `highest`): in an environment of its own, `.venv-lowest-direct`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.other_pythons import ALIKE, FEW, OPTIONS, ROOT, TESTS

EXTRAS = ["kinds", "cli", "fast-api", "events", "telemetry", "redis", "hypothesis"]
# The tools of the tests are the newest ones in both cases.
TOOLS = [
    "pytest",
    "pytest-xdist",
    "email-validator",
    "jsonschema",
    "hypothesis-jsonschema",
    "httpx2",
    "cattrs",
    "adaptix",
]
# Sentinels of the lowest typing_extensions cannot be copied, and do not tell their module.
OTHERS = ["tests/types/test_sentinels.py"]
# What no dependency has a part in, or every second test of the others has, too.
INSIDE = ["tests/model", "tests/values", "tests/matrix", "tests/properties"]
TOOLS += ["libcst", "openapi-pydantic", "markdown-it-py", "sqlmodel", "sqlalchemy[asyncio]"]
TOOLS += ["aiosqlite", "django", "mypy"]


def uv(*arguments: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "uv", *arguments], check=True, cwd=ROOT)


def main(resolution: str) -> int:
    folder = ROOT / f".venv-{resolution}"
    python, versions = folder / "bin" / "python", folder / "versions.txt"
    uv("venv", "--quiet", "--clear", "--python", sys.executable, folder)
    extras = [option for extra in EXTRAS for option in ("--extra", extra)]
    uv("pip", "compile", "--quiet", "--resolution", resolution, *extras, "pyproject.toml", "--output-file", versions)
    uv("pip", "install", "--quiet", "--python", python, "--requirement", versions, "--editable", ".", *TOOLS)
    tests = [path for path in TESTS if path not in INSIDE]
    command = [python, "-m", "pytest", *OPTIONS, *tests, *(f"--deselect={path}" for path in ALIKE)]
    command += [f"--ignore={path}" for path in OTHERS if resolution != "highest"]
    return subprocess.run(command, check=False, cwd=ROOT, env={**FEW, **os.environ}).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
