"""`/config/health` and `/config/ready`: what an orchestrator asks, again and again, of a service.

Liveness is 200 for as long as the event loop answers: whoever does not get it restarts the process. Readiness says
whether requests may come: 503 while the service starts or stops, 200 otherwise. What is degraded is named, and takes no
service out of its load balancer, unless it is told to: a store or a receiver that is away costs no request, and it is
away for all instances at once.
"""

from typing import Any, Dict  # noqa: UP035  # Type_Safe fields are declared with typing's names

from osbot_utils.type_safe.Type_Safe import Type_Safe
from starlette.responses import Response

from fast_api.builtin.application_context import Application_Context
from fast_api.fastapi_bridge.internals import server_is_stopping

HEALTH_PATH = "/config/health"
READY_PATH = "/config/ready"

WELL = "ok"


class Health(Type_Safe):
    """The answer of `/config/health`."""

    status: str = WELL


class Readiness(Type_Safe):
    """`status` is `ready`, `degraded`, `starting` or `stopping`; `checks` says `ok`, or what is wrong, by name."""

    status: str
    checks: Dict[str, str]  # noqa: UP006


def add_health_routes(fast_api: Application_Context) -> None:
    """Adds both. Successful probes are counted, but leave no event, line or span: they would push all else out."""
    app = fast_api.app()
    fast_api.http_events.add_unrecorded_paths(HEALTH_PATH, READY_PATH)

    async def config_health() -> Health:
        """Whether the process is alive."""
        return Health()

    async def config_ready(response: Response) -> Readiness:
        """Whether requests may come, and what is degraded."""
        phase = "stopping" if server_is_stopping() else app.lifecycle.phase
        found = readiness_of(phase, fast_api.readiness_checks())
        refused = found.status in ("starting", "stopping")
        if refused or (found.status == "degraded" and not fast_api.degraded_is_ready):
            response.status_code = 503
        response.headers["cache-control"] = "no-store"
        return found

    not_ready: Any = {503: {"model": Readiness, "description": "Not ready"}}
    app.add_function(HEALTH_PATH, config_health, ["GET"], tags=["config"], is_default=True)
    app.add_function(READY_PATH, config_ready, ["GET"], responses=not_ready, tags=["config"], is_default=True)


def readiness_of(phase: str, checks: dict[str, str]) -> Readiness:
    """`checks` has an empty text for what is well."""
    status = phase
    if phase == "running":
        status = "degraded" if any(checks.values()) else "ready"
    return Readiness(status=status, checks={name: problem or WELL for name, problem in checks.items()})
