"""Runs `check` over packages, one class after the other."""

from __future__ import annotations

import contextlib
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from type_safe_convert.cli.checking import check_class
from type_safe_convert.cli.modules import find
from type_safe_convert.cli.verdicts import PackageReport
from type_safe_convert.errors import UnresolvedNameWarning
from type_safe_convert.testing.sampler import Sampler


def run(names: list[str], seed: int, samples: int, advance: Callable[[int, int], None]) -> list[PackageReport]:
    """The verdicts on every model class in the packages, files, folders and classes that are named.

    Args:
        samples: instances a class.
        advance: called with the number of classes done and of all classes.

    Raises:
        UsageError: there is no package of a name.
    """
    packages = [package for name in dict.fromkeys(names) for package in find(name)]
    total = sum(len(package.classes) for package in packages)
    reports: list[PackageReport] = []
    done = 0
    advance(0, total)
    with _elsewhere():
        for package in packages:
            samplers = [Sampler(seed + number) for number in range(samples)]
            report = PackageReport(package.name, package.import_errors, [])
            for cls in package.classes:
                report.classes.append(check_class(cls, samplers))
                done += 1
                advance(done, total)
            reports.append(report)
    return reports


@contextlib.contextmanager
def _elsewhere() -> Iterator[None]:
    """A working directory that goes away: some classes make files when they are built. The report lists what a warning
    would say."""
    sys.path[:] = [path or str(Path.cwd()) for path in sys.path]
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        contextlib.chdir(folder),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore", UnresolvedNameWarning)
        yield
