"""The cost of importing the packages over that of their dependencies: `python -m benchmarks.import_time`.

Every measurement is a fresh process with compiled modules, the measurements of a package take turns, and the medians
count. `type_safe_convert` alone imports neither pydantic nor osbot-utils; beside it stand the modules of the standard
library by which its limit goes.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

# Modules that each package needs anyway. Its own cost is the time beyond these. `import pydantic` alone loads next to
# nothing; a program that defines a model with a `Field` loads these two modules.
DEPENDENCIES = {
    "type_safe_convert": ("pydantic.main", "pydantic.fields", "osbot_utils.type_safe.Type_Safe"),
    "fast_api": ("fastapi", "type_safe_convert"),
}

_TIMER = """
import sys, time
for name in sys.argv[2].split(","):
    __import__(name)
start = time.process_time()
for name in sys.argv[1].split(","):
    __import__(name)
print(time.process_time() - start)
"""


@dataclass(frozen=True)
class Import:
    """Seconds: `own` is the package over its dependencies, `total` with them."""

    package: str
    own: float
    total: float


def measure(package: str, rounds: int = 15) -> Import:
    """Time the import in `rounds` pairs of fresh processes.

    :raises RuntimeError: the package cannot be imported
    """
    own, total = [], []
    _seconds(package, DEPENDENCIES[package])  # compiles what was never imported
    for _ in range(rounds):
        own.append(_seconds(package, DEPENDENCIES[package]))
        total.append(_seconds(package, ("sys",)))
    return Import(package, median(own), median(total))


def _seconds(package: str, after: tuple[str, ...]) -> float:
    command = [sys.executable, "-c", _TIMER, package, ",".join(after)]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment.setdefault("PYTHONPYCACHEPREFIX", str(Path(tempfile.gettempdir()) / "benchmarks-pycache"))
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    if done.returncode:
        raise RuntimeError(f"import {package} failed: {done.stderr.strip().splitlines()[-1]}")
    return float(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.import_time", description=__doc__)
    parser.add_argument("packages", nargs="*", default=list(DEPENDENCIES), help="default: %(default)s")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    for package in options.packages:
        found = measure(package, options.rounds)
        needs = ", ".join(DEPENDENCIES[package])
        print(f"import {package}: {found.own * 1e3:.0f} ms over {needs}; {found.total * 1e3:.0f} ms in all")
    alone, library = _pair("type_safe_convert", "dataclasses,typing,inspect", options.rounds)
    print(
        f"import type_safe_convert alone: {alone * 1e3:.0f} ms, "
        f"{alone / library:.1f} times dataclasses, typing and inspect (at most 1.8)"
    )
    used, _ = _pair("type_safe_convert.lookup", "sys", options.rounds)
    print(f"with what the first conversion loads: {used * 1e3:.0f} ms")


def _pair(package: str, others: str, rounds: int) -> tuple[float, float]:
    """Seconds for a package and for other modules, each in fresh processes, in turns."""
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for times, names in zip(found, (package, others), strict=True):
            times.append(_seconds(names, ("sys",)))
    return median(found[0]), median(found[1])


if __name__ == "__main__":
    main()
