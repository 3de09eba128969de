"""A user's program, as mypy and pyright see it: the types that they infer, and the mistakes that they must find."""

import json
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parent
PROGRAMS = sorted(str(path) for path in FOLDER.glob("*program.py"))


def test_mypy_infers_the_types_and_finds_the_mistakes(tmp_path: Path) -> None:
    """An ignored error that is none is an error."""
    settings = tmp_path / "mypy.ini"
    settings.write_text("[mypy]\nstrict = True\nwarn_unused_ignores = True\n")
    command = [
        sys.executable,
        "-m",
        "mypy",
        "--config-file",
        settings,
        "--cache-dir",
        FOLDER.parents[1] / ".mypy_cache",
    ]
    run = subprocess.run([*command, *PROGRAMS], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout


def test_pyright_infers_the_types_and_finds_the_mistakes(tmp_path: Path) -> None:
    settings = tmp_path / "pyrightconfig.json"
    settings.write_text(json.dumps({
        "include": PROGRAMS,
        "pythonVersion": "3.11",
        "typeCheckingMode": "standard",
        "reportUnnecessaryTypeIgnoreComment": "error",
        "enableTypeIgnoreComments": False,
        "extraPaths": [str(FOLDER.parents[1])],
    }))  # fmt: skip
    command = [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "--project", settings]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout
