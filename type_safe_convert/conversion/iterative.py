"""Conversions that nest deeper than the recursion limit: every model is allocated first, and filled afterwards."""

from __future__ import annotations

from typing import Any

from type_safe_convert.conversion.steps import Plan
from type_safe_convert.errors import ConversionError, NestingTooDeepError


def convert_deep(plan: Plan, instance: Any, error: ConversionError) -> Any:
    """`instance` converted without recursion, where `error` is that it nests too deep; any other error is raised.

    Models find those inside of them in the memo, the innermost filled first. Containers in containers still recurse,
    and so do models that are text or numbers as well: what is too deep by these stays an error.
    """
    if not isinstance(error, NestingTooDeepError) or plan.builder.from_content is not None:
        raise error
    memo: dict[int, Any] = {}
    seen: dict[int, Any] = {}
    holders: list[tuple[Plan, Any, Any]] = []

    def enter(plan: Plan, value: Any) -> None:
        seen[id(value)] = value
        if plan.remembers and plan.builder.from_content is None:
            memo[id(value)] = plan.builder.new(plan.target)
        holders.append((plan, value, plan.nested(value)))

    enter(plan, instance)
    result = memo[id(instance)]
    while holders:
        plan, value, inside = holders[-1]
        found = next(((inner_plan, inner) for inner_plan, inner in inside if id(inner) not in seen), None)
        if found is not None:
            enter(*found)
            continue
        holders.pop()
        if id(value) not in memo:
            continue  # its holder converts it; no more than one of each class is inside of another
        try:
            plan.again(value, memo, key=id(value), made=memo[id(value)])
        except NestingTooDeepError:
            raise error from None
        except ConversionError as caught:
            problem = caught
            for plan, holder, _ in reversed(holders):
                problem = plan.locate(problem, holder, memo)
            raise problem from None
    return result
