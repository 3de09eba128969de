"""The problems of rules: the place of each, and all of them as one error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from type_safe_convert.conversion.pair import merge_class_errors
from type_safe_convert.errors import ClassConversionError, ConversionError


def placed(problem: ConversionError, name: str, source: type, target: type) -> ConversionError:
    """The problem, with its classes and the field of the target; without a name it is one of the classes."""
    problem.path = (name,) if name else ()
    problem.source_class, problem.target_class = source, target
    return problem


def merged(problems: Sequence[ConversionError]) -> ConversionError:
    """One ClassConversionError of all problems, each once."""
    told: dict[Any, ConversionError] = {}
    for problem in problems:
        for each in problem.errors or (problem,):
            told.setdefault((each.source_class, each.target_class, each.path, each.detail), each)
    return merge_class_errors([*told.values()], ClassConversionError)
