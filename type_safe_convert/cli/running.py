"""Runs `check` over packages, in this process or in several."""

from __future__ import annotations

import concurrent.futures
import contextlib
import multiprocessing
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

from type_safe_convert.cli.checking import check_class
from type_safe_convert.cli.modules import Package, find
from type_safe_convert.cli.verdicts import ClassReport, PackageReport
from type_safe_convert.errors import UnresolvedNameWarning
from type_safe_convert.testing.sampler import Sampler

# Classes handed to a process at a time: few enough to keep all busy to the end.
_PART = 20


def run(
    names: list[str], seed: int, samples: int, jobs: int, advance: Callable[[int, int], None]
) -> list[PackageReport]:
    """The verdicts on every model class in the packages.

    Args:
        samples: instances a class.
        jobs: processes; 1 for this one.
        advance: called with the number of classes done and of all classes.

    Raises:
        UsageError: there is no package of a name.
    """
    packages = [find(name) for name in dict.fromkeys(names)]
    total = sum(len(package.classes) for package in packages)
    advance(0, total)
    if jobs > 1 and total > _PART:
        return _in_processes(packages, seed, samples, jobs, advance, total)
    with _elsewhere():
        return _in_this_process(packages, seed, samples, advance, total)


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


def _in_this_process(
    packages: list[Package], seed: int, samples: int, advance: Callable[[int, int], None], total: int
) -> list[PackageReport]:
    reports: list[PackageReport] = []
    done = 0
    for package in packages:
        samplers = _samplers(seed, samples)
        report = PackageReport(package.name, package.import_errors, [])
        for cls in package.classes:
            report.classes.append(check_class(cls, samplers))
            done += 1
            advance(done, total)
        reports.append(report)
    return reports


def _samplers(seed: int, samples: int) -> list[Sampler]:
    return [Sampler(seed + number) for number in range(samples)]


def _in_processes(
    packages: list[Package], seed: int, samples: int, jobs: int, advance: Callable[[int, int], None], total: int
) -> list[PackageReport]:
    # Fresh processes: threads and locks that packages started on import do not survive a fork.
    context = multiprocessing.get_context("spawn")
    names = [package.name for package in packages]
    done = 0
    with concurrent.futures.ProcessPoolExecutor(jobs, context, _start, (names, seed, samples)) as pool:
        parts = {
            pool.submit(_check_part, package.name, first): (package.name, first)
            for package in packages
            for first in range(0, len(package.classes), _PART)
        }
        found: dict[tuple[str, int], list[ClassReport]] = {}
        for future in concurrent.futures.as_completed(parts):
            found[parts[future]] = future.result()
            done += len(found[parts[future]])
            advance(done, total)
    return [
        PackageReport(
            package.name,
            package.import_errors,
            [report for first in range(0, len(package.classes), _PART) for report in found[package.name, first]],
        )
        for package in packages
    ]


_packages: dict[str, tuple[Package, list[Sampler]]] = {}


def _start(names: list[str], seed: int, samples: int) -> None:
    for name in names:  # in the same order everywhere, since what is imported decides which subclasses exist
        _packages[name] = find(name), _samplers(seed, samples)


def _check_part(name: str, first: int) -> list[ClassReport]:
    package, samplers = _packages[name]
    with _elsewhere():
        return [check_class(cls, samplers) for cls in package.classes[first : first + _PART]]
