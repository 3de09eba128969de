"""The problems of rules: the place of each, and all of them as one error."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from type_safe_convert.advice import did_you_mean
from type_safe_convert.conversion.pair import ClassPair, FieldRule, merge_class_errors
from type_safe_convert.errors import ClassConversionError, ConversionError
from type_safe_convert.model.family import record_of

if TYPE_CHECKING:
    from type_safe_convert.rules.rules import Rules


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


def wrong_maps(maps: Mapping[tuple[type, type], Mapping[str, FieldRule]], rules: Rules) -> Iterator[ConversionError]:
    """Yields the errors of mapped fields: the target lacks the name, or the source has no such place."""
    for (source, target), by_field in maps.items():
        fields = record_of(target).shape.fields
        pair = ClassPair(source, target, True, False, None, rules)
        for name, rule in by_field.items():
            if name not in fields:
                near = did_you_mean(name, fields) if isinstance(name, str) else ""
                problem = ClassConversionError(f"{target.__name__} has no field {name}", advice=near)
                yield placed(problem, name, source, target)
                continue
            try:
                rule.find(pair, fields[name])
            except ClassConversionError as error:
                yield error
