"""Runs the tests on the other supported Pythons, and says which are not installed.

`python -m tests.other_pythons [VERSION ...]`; without versions, all but the one that runs this, with `--this` that one
alone. They get what may depend on the interpreter, with few drawn examples: those are for what depends on the values.
With FORBID_MISSING=1, an interpreter that is not there is an error.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
VERSIONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
RUNNING = f"{sys.version_info.major}.{sys.version_info.minor}"
# A Debian system in a folder, made by `.ci/debian-pythons`, with interpreters that this machine does not have.
DEBIAN = Path(os.environ.get("DEBIAN_PYTHONS", "/var/lib/type-safe-convert/debian"))
TESTS = [
    "tests/core",
    "tests/types",
    "tests/model",
    "tests/values",
    "tests/conversion",
    "tests/kinds",
    "tests/matrix",
    "tests/properties",
    "tests/json",
    "tests/rules",
    "tests/web/test_fast_path.py",
    "tests/web/test_handlers.py",
    "tests/events/test_event_on_demand.py",
    "tests/events/test_recording.py",
]
# The newest also gets the folders that need no browser and no server, and what does not depend on the interpreter.
NEWEST = "3.15"
FURTHER = [
    "tests/cli",
    "tests/generated",
    "tests/migration",
    "tests/portability",
    "tests/structure",
    "tests/writing",
]
ALIKE = [
    "tests/kinds/test_typeddict.py::test_nesting_deeper_than_the_recursion_limit",
    "tests/properties/test_growth.py",
    "tests/properties/test_memory.py",
    "tests/types/test_recursion.py",
]
OPTIONS = ["-q", "-p", "no:cacheprovider", "--tb=short"]
FEW = {"HYPOTHESIS_PROFILE": "few"}
REQUIREMENTS = [".[kinds,cli,hypothesis,fast-api]", "pytest>=8.4", "pytest-xdist>=3.6", "email-validator>=2"]
REQUIREMENTS += ["jsonschema>=4", "hypothesis-jsonschema>=0.23", "httpx2>=2", "cattrs>=24.1", "adaptix>=3.0.0b11"]
REQUIREMENTS += ["sqlalchemy[asyncio]>=2.0", "sqlmodel>=0.0.22", "aiosqlite>=0.20", "django>=5.2"]
REQUIREMENTS += ["protobuf>=5", "mypy>=2.4"]


class Interpreter(NamedTuple):
    """A Python of some version, on this system or in the folder `system`."""

    version: str
    path: str
    system: Path | None = None

    def run(self, *command: str | Path) -> int:
        """The exit status of a command in the checkout."""
        environment = {**FEW, **os.environ}
        if self.system is None:
            return subprocess.run(command, check=False, cwd=ROOT, env=environment).returncode
        script = (
            'mount --bind "$1" "$2/checkout" && mount -t proc proc "$2/proc" && mount --rbind /dev "$2/dev" && '
            'system=$2 && shift 2 && exec chroot "$system" sh -c \'cd /checkout && exec "$@"\' sh "$@"'
        )
        # In a namespace of its own: the mounts are gone when the command ends.
        inside = ["unshare", "--mount", "sh", "-c", script, "sh", ROOT, self.system, *command]
        environment.pop("PIP_FIND_LINKS", None)
        environment.update(PATH="/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", HOME="/root", TMPDIR="/tmp")
        return subprocess.run(inside, check=False, env=environment).returncode


def find(version: str) -> Interpreter | None:
    """An interpreter of that version: this one, on the PATH, of pyenv, or of the Debian system in a folder."""
    if version == RUNNING:
        return Interpreter(version, sys.executable)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [shutil.which(f"python{version}"), *sorted(map(str, pyenv.glob(f"{version}.*/bin/python")))]
    for candidate in filter(None, candidates):
        code = "import sys, venv; print('%d.%d' % sys.version_info[:2])"
        run = subprocess.run([candidate, "-c", code], capture_output=True, text=True, check=False)
        if run.returncode == 0 and run.stdout.strip() == version:
            return Interpreter(version, candidate)
    if (DEBIAN / ".ready").exists() and (DEBIAN / "usr" / "bin" / f"python{version}").exists():
        return Interpreter(version, f"/usr/bin/python{version}", DEBIAN)
    return None


def test_on(interpreter: Interpreter) -> int:
    is_newest = interpreter.version == NEWEST
    folder = Path(f".venv-{interpreter.version}")
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    ready = ROOT / folder / ".ready"
    if not ready.exists() or ready.stat().st_mtime < (ROOT / "pyproject.toml").stat().st_mtime:
        status = interpreter.run(interpreter.path, "-m", "venv", "--clear", folder)
        status = status or interpreter.run(python, "-m", "pip", "install", "--quiet", "uv")
        requirements = [".[all]"] if is_newest else REQUIREMENTS
        install = ["-m", "uv", "pip", "install", "--quiet", "--python", python, "--editable", *requirements]
        status = status or interpreter.run(python, *install)
        if status:
            return status
        ready.touch()
    others = FURTHER if is_newest else [f"--deselect={path}" for path in ALIKE]
    return interpreter.run(python, "-m", "pytest", *OPTIONS, *TESTS, *others)


def main(versions: list[str]) -> int:
    status = 0
    if versions == ["--this"]:
        versions = [RUNNING]
    for version in versions or [version for version in VERSIONS if version != RUNNING]:
        interpreter = find(version)
        if interpreter is None:
            print(f"Python {version}: not found, not tested", flush=True)
            status = status or int(os.environ.get("FORBID_MISSING") == "1")
            continue
        print(f"Python {version}: {interpreter.system or ''}{interpreter.path}", flush=True)
        status = test_on(interpreter) or status
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
