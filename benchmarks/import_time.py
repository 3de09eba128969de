"""What importing the packages costs over their dependencies: `python -m benchmarks.import_time`.

Every measurement is a fresh process, the two measurements of a package take turns, and the medians count.
"""

import argparse
import subprocess
import sys
from dataclasses import dataclass
from statistics import median

# What each package needs anyway: its own cost is the time beyond these. `import pydantic` alone loads next to nothing;
# the two modules are what a program loads that defines a model with a `Field`.
DEPENDENCIES = {
    "type_safe_convert": ("pydantic.main", "pydantic.fields", "osbot_utils.type_safe.Type_Safe"),
    "fast_api": ("fastapi", "type_safe_convert"),
}

_TIMER = """
import sys, time
for name in sys.argv[2].split(","):
    __import__(name)
start = time.perf_counter()
__import__(sys.argv[1])
print(time.perf_counter() - start)
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
    for _ in range(rounds):
        own.append(_seconds(package, DEPENDENCIES[package]))
        total.append(_seconds(package, ("sys",)))
    return Import(package, median(own), median(total))


def _seconds(package: str, after: tuple[str, ...]) -> float:
    command = [sys.executable, "-c", _TIMER, package, ",".join(after)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
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


if __name__ == "__main__":
    main()
