"""The distributions, built once, and fresh environments to install them into."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


class Environment:
    """A virtual environment with nothing in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        run("uv", "venv", "--quiet", "--python", sys.executable, folder)

    def install(self, *requirements: str) -> None:
        run("uv", "pip", "install", "--quiet", "--python", self.python, *requirements)

    def run(self, *arguments: str | Path, cwd: Path | None = None) -> str:
        """Standard output and standard error of this Python, outside of the checkout; asserts that it succeeded."""
        return run(self.python, *arguments, cwd=cwd or self.folder)


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    environment.pop("FORBID_SKIPS", None)  # the sdist is tested without the packages of some tests
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="session")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel, which was built from the sdist, and the sdist."""
    folder = tmp_path_factory.mktemp("distributions")
    run(sys.executable, "-m", "build", "--installer", "uv", "--outdir", folder)
    return next(folder.glob("*.whl")), next(folder.glob("*.tar.gz"))


@pytest.fixture(scope="session")
def wheel_alone(distributions: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the wheel and what it depends on, for tests that add nothing to it."""
    made = Environment(tmp_path_factory.mktemp("wheel") / "environment")
    made.install(str(distributions[0]))
    return made


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    made = Environment(tmp_path / "environment")
    yield made  # type: ignore[misc]
    shutil.rmtree(made.folder)
