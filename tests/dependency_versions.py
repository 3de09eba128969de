"""Runs tests with the lowest versions of the dependencies that pyproject.toml allows, or with the newest.

`python -m tests.dependency_versions lowest-direct` (or `highest`): in an environment of its own, `.venv-lowest-direct`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.other_pythons import LONGEST, ROOT, TESTS

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
TOOLS += ["libcst", "openapi-pydantic", "markdown-it-py", "sqlmodel", "aiosqlite", "django", "mypy"]


def uv(*arguments: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "uv", *arguments], check=True, cwd=ROOT)


def main(resolution: str) -> int:
    folder = ROOT / f".venv-{resolution}"
    python, versions = folder / "bin" / "python", folder / "versions.txt"
    uv("venv", "--quiet", "--clear", "--python", sys.executable, folder)
    extras = [option for extra in EXTRAS for option in ("--extra", extra)]
    uv("pip", "compile", "--quiet", "--resolution", resolution, *extras, "pyproject.toml", "--output-file", versions)
    uv("pip", "install", "--quiet", "--python", python, "--requirement", versions, "--editable", ".", *TOOLS)
    tests = [path for path in TESTS if path not in LONGEST]
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, check=False, cwd=ROOT).returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
