"""Runs tests of the web package on other versions of FastAPI, each with a Starlette of its time.

In environments of their own, `.venv-fastapi-*`. The last run has the newest versions and the fast path off.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
# The oldest that pyproject.toml allows, some in between, and the newest.
VERSIONS = [
    ("fastapi==0.160.0", "starlette==1.6.0"),
    ("fastapi==0.162.7", "starlette==1.7.0"),
    ("fastapi==0.163.2", "starlette==1.8.0"),
    ("fastapi==0.164.0", "starlette==1.9.0"),
    ("fastapi", "starlette"),
]
# Others need servers and browsers, or test what only some versions of FastAPI have.
TESTS = [
    *("handlers", "fast_path", "errors", "openapi", "internals", "precedence", "registration", "routers"),
    *("constructors", "equivalence", "early_refusal", "serialization", "dataclasses"),
]
WITHOUT_FAST_PATH = ["handlers", "openapi", "pipeline"]
REQUIREMENTS = [
    "pytest>=8",
    "httpx2>=2",
    "openapi-spec-validator>=0.7",
    "email-validator>=2",
    "jsonschema>=4",
    "sentry-sdk>=2.20",
]


def environment(versions: tuple[str, ...]) -> Path:
    """The interpreter of an environment with these versions, made where it is not there or the needs have changed."""
    folder = ROOT / f".venv-{'-'.join(versions).replace('==', '-')}"
    python, ready = folder / "bin" / "python", folder / ".ready"
    if not ready.exists() or ready.stat().st_mtime < (ROOT / "pyproject.toml").stat().st_mtime:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        packages = ["-e", f"{ROOT}[cli,fast-api,telemetry,events,hypothesis]", *REQUIREMENTS, *versions]
        uv = shutil.which("uv")
        pip = (
            [uv, "pip", "install", "--quiet", "--python", str(python)]
            if uv
            else [str(python), "-m", "pip", "install", "-q"]
        )
        subprocess.run([*pip, *packages], check=True)
        ready.touch()
    return python


def installer(python: Path) -> list[str]:
    """The command that installs packages for an interpreter: uv's, which takes seconds, where there is one."""
    uv = shutil.which("uv")
    return [uv, "pip", "install", "-q", "--python", str(python)] if uv else [str(python), "-m", "pip", "install", "-q"]


def run(python: Path, names: list[str], **variables: str) -> int:
    """The exit code of pytest for these tests."""
    version = "import fastapi, starlette; print('FastAPI', fastapi.__version__, 'Starlette', starlette.__version__)"
    subprocess.run([python, "-c", version], check=True)
    tests = [f"tests/web/test_{name}.py" for name in names]
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    return subprocess.run(command, check=False, cwd=ROOT, env={**os.environ, **variables}).returncode


def main() -> int:
    status = 0
    for versions in VERSIONS:
        status = run(environment(versions), TESTS) or status
    return run(environment(VERSIONS[-1]), WITHOUT_FAST_PATH, FAST_API__FAST_PATH="never") or status


if __name__ == "__main__":
    sys.exit(main())
