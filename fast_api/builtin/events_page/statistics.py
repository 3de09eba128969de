"""Statistics of the events: percentiles a route, a histogram of durations, a timeline."""

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import List  # noqa: UP035  # Type_Safe fields are declared with typing's names

from osbot_utils.type_safe.Type_Safe import Type_Safe

from fast_api.http_events.assembly import assemble, typed_list
from fast_api.http_events.event import Fast_API__Http_Event

# Upper bounds in milliseconds, each about twice the one before: durations spread over orders of magnitude.
BUCKETS_MS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)
TIMELINE_BARS = 40


class Route_Statistics(Type_Safe):
    """One route and method; percentiles are durations in milliseconds."""

    method: str
    route: str
    count: int
    failed: int
    p50: float
    p90: float
    p99: float
    longest: float


class Duration_Bucket(Type_Safe):
    """Requests that took at least `at_least` and less than `below` milliseconds; `below` 0 is without a limit."""

    at_least: float
    below: float
    count: int


class Timeline_Bar(Type_Safe):
    """Requests that arrived from `start` (milliseconds since 1970) on, up to the next bar."""

    start: int
    count: int
    failed: int


class Statistics(Type_Safe):
    """The figures that the page shows above the list of events."""

    routes: List[Route_Statistics]  # noqa: UP006
    histogram: List[Duration_Bucket]  # noqa: UP006
    timeline: List[Timeline_Bar]  # noqa: UP006


def has_failed(event: Fast_API__Http_Event) -> bool:
    """Whether the server failed it, or it was cut off."""
    response = event.http_event_response
    return response.status_code >= 500 or response.outcome == "cut off" or bool(response.cause)


def milliseconds(event: Fast_API__Http_Event) -> float:
    return float(event.http_event_request.duration) * 1000


def percentile(ordered: Sequence[float], share: float) -> float:
    """The nearest rank: the smallest value that at least `share` of all do not exceed."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def statistics_of(events: Sequence[Fast_API__Http_Event]) -> Statistics:
    return assemble(
        Statistics,
        {
            "routes": typed_list(Route_Statistics, _routes(events)),
            "histogram": typed_list(Duration_Bucket, _histogram(events)),
            "timeline": typed_list(Timeline_Bar, _timeline(events)),
        },
    )


def _routes(events: Sequence[Fast_API__Http_Event]) -> list[Route_Statistics]:
    groups: defaultdict[tuple[str, str], list[Fast_API__Http_Event]] = defaultdict(list)
    for event in events:
        groups[event.http_event_request.route, event.http_event_request.method].append(event)
    found = []
    for (route, method), group in sorted(groups.items()):
        ordered = sorted(map(milliseconds, group))
        values = {
            "method": method,
            "route": route,
            "count": len(group),
            "failed": sum(map(has_failed, group)),
            "p50": percentile(ordered, 0.5),
            "p90": percentile(ordered, 0.9),
            "p99": percentile(ordered, 0.99),
            "longest": ordered[-1],
        }
        found.append(assemble(Route_Statistics, values))
    return found


def _histogram(events: Sequence[Fast_API__Http_Event]) -> list[Duration_Bucket]:
    bounds = (0, *BUCKETS_MS, math.inf)
    counts = [0] * (len(bounds) - 1)
    for event in events:
        duration = milliseconds(event)
        counts[next(i for i in range(len(counts)) if duration < bounds[i + 1])] += 1
    return [
        assemble(
            Duration_Bucket,
            {"at_least": float(low), "below": float(high) if high < math.inf else 0.0, "count": count},
        )
        for low, high, count in zip(bounds, bounds[1:], counts, strict=False)
    ]


def _timeline(events: Sequence[Fast_API__Http_Event]) -> list[Timeline_Bar]:
    if not events:
        return []
    times = [event.http_event_info.timestamp for event in events]
    first = min(times)
    width = max(1, math.ceil((max(times) - first + 1) / TIMELINE_BARS))
    counts, failed = [0] * TIMELINE_BARS, [0] * TIMELINE_BARS
    for time, event in zip(times, events, strict=True):
        counts[(time - first) // width] += 1
        failed[(time - first) // width] += has_failed(event)
    return [
        assemble(Timeline_Bar, {"start": first + i * width, "count": counts[i], "failed": failed[i]})
        for i in range(TIMELINE_BARS)
    ]
