"""Runs what may depend on the interpreter on the other supported Pythons, and says which are not installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
VERSIONS = ("3.11", "3.12", "3.13")
TESTS = [
    "tests/core",
    "tests/types",
    "tests/model",
    "tests/values",
    "tests/conversion",
    "tests/kinds",
    "tests/properties",
    "tests/json",
    "tests/web/test_direct_route.py",
    "tests/web/test_endpoints.py",
    "tests/events/test_event_on_demand.py",
    "tests/events/test_recording.py",
]
REQUIREMENTS = [
    ".[attrs,cli,hypothesis,fast-api]",
    "pytest>=8",
    "email-validator>=2",
    "jsonschema>=4",
    "hypothesis-jsonschema>=0.23",
    "httpx2>=2",
    "cattrs>=24.1",
]


def find(version: str) -> str | None:
    """An interpreter of that version: on the PATH, or one of pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [shutil.which(f"python{version}"), *sorted(map(str, pyenv.glob(f"{version}.*/bin/python")))]
    for candidate in filter(None, candidates):
        code = "import sys, venv; print('%d.%d' % sys.version_info[:2])"
        run = subprocess.run([candidate, "-c", code], capture_output=True, text=True, check=False)
        if run.returncode == 0 and run.stdout.strip() == version:
            return candidate
    return None


def test_on(version: str, interpreter: str) -> int:
    folder = ROOT / f".venv-{version}"
    python = folder / "bin" / "python"
    ready = folder / ".ready"
    if not ready.exists() or ready.stat().st_mtime < (ROOT / "pyproject.toml").stat().st_mtime:
        subprocess.run([interpreter, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-e", *REQUIREMENTS], check=True, cwd=ROOT)
        ready.touch()
    tests = [path for path in TESTS if (ROOT / path).exists()]
    return subprocess.run(
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests], check=False, cwd=ROOT
    ).returncode


def main() -> int:
    status = 0
    for version in VERSIONS:
        if version == f"{sys.version_info.major}.{sys.version_info.minor}":
            continue
        interpreter = find(version)
        if interpreter is None:
            print(f"Python {version}: not found, not tested", flush=True)
            continue
        print(f"Python {version}: {interpreter}", flush=True)
        status = test_on(version, interpreter) or status
    return status


if __name__ == "__main__":
    sys.exit(main())
