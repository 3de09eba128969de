"""Verdicts of `check` as plain data: texts and numbers only, which JSON takes as they are."""

from __future__ import annotations

import dataclasses
import re
from typing import Literal

from type_safe_convert.registry import kind_names

# The severities of failures:
# 'wrong'    a value or a class came back other than it was;
# 'crashed'  something was raised that is no ConversionError;
# 'refused'  a ConversionError, with its reason;
# 'own'      the class refuses or changes its own values, with no conversion involved.
Severity = Literal["wrong", "crashed", "refused", "own"]


@dataclasses.dataclass(frozen=True)
class Failure:
    """One thing that went wrong.

    Attributes:
        cls: 'module.Class' that was checked.
        source, target: the kinds of the direction; `route` has all of them, for a way through a second kind.
        step: 'class', 'there', 'back' or 'equal'.
        field: the path to it, as text; empty for the class as a whole.
        reason: what was expected, without the value that was found.
        found: that value, shortened.
    """

    cls: str
    source: str
    target: str
    route: str
    step: str
    severity: Severity
    field: str
    reason: str
    found: str = ""

    @property
    def group(self) -> tuple[str, str, str, str]:
        """Returns a key that is equal for failures that a reader takes for the same."""
        return self.severity, self.step, re.sub(r"\[[^\]]*\]", "[]", self.field).rpartition(".")[2], self.reason


@dataclasses.dataclass
class Direction:
    """Counts of classes for one direction; `own`: those that only their own code kept from coming back equal."""

    source: str
    target: str
    classes: int = 0
    converted: int = 0
    built: int = 0
    equal: int = 0
    own: int = 0
    same_class: int = 0


@dataclasses.dataclass
class ClassReport:
    """The verdict on one class.

    Attributes:
        not_built: why there is no instance; empty when there is one.
        unresolved: {field: names in its annotation that do not exist at run time}.
        directions: one each to the other kinds.
    """

    cls: str
    kind: str
    not_built: str = ""
    unresolved: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    directions: list[Direction] = dataclasses.field(default_factory=list)
    failures: list[Failure] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class PackageReport:
    """The verdicts on the classes of one package, in the order in which they were found."""

    name: str
    import_errors: dict[str, str]
    classes: list[ClassReport]

    def directions(self) -> list[Direction]:
        """The sums, a direction each."""
        sums: dict[tuple[str, str], Direction] = {}
        for report in self.classes:
            for one in report.directions:
                total = sums.setdefault((one.source, one.target), Direction(one.source, one.target))
                for name in ("classes", "converted", "built", "equal", "own", "same_class"):
                    setattr(total, name, getattr(total, name) + getattr(one, name))
        order = kind_names()
        return [sums[key] for key in sorted(sums, key=lambda key: (order.index(key[0]), order.index(key[1])))]

    def failures(self, *severities: Severity) -> list[Failure]:
        return [failure for report in self.classes for failure in report.failures if failure.severity in severities]


def group_failures(failures: list[Failure]) -> list[list[Failure]]:
    """Failures of a kind together, the most frequent first."""
    found: dict[tuple[str, str, str, str], list[Failure]] = {}
    for failure in failures:
        found.setdefault(failure.group, []).append(failure)
    return sorted(found.values(), key=len, reverse=True)
