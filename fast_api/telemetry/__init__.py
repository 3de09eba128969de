"""OpenTelemetry: a span and the metrics of every request, cleaned. Nothing of it is imported without the switch."""

from starlette.middleware import Middleware

from fast_api.http_events.http_events import Fast_API__Http_Events

Chain = list[Middleware]


def telemetry_middlewares(http_events: Fast_API__Http_Events, service_name: str) -> tuple[Chain, Chain]:
    """The middlewares that make spans, inside of `Http_Request`, and that record exceptions, inside of `Server_Errors`.

    Raises ImportError where the extra is not installed."""
    try:
        from fast_api.telemetry.middleware import Record_Exceptions, Telemetry
    except ImportError as error:
        raise ImportError(f"telemetry needs {error.name}: pip install 'type-safe-convert[telemetry]'") from error
    spans = Middleware(Telemetry, http_events=http_events, service_name=service_name)
    return [spans], [Middleware(Record_Exceptions)]


def flush_telemetry() -> None:
    """Exports what waits, before the process ends; only for an application with telemetry. Blocks for three seconds."""
    from fast_api.telemetry import providers

    providers.flush()


def telemetry_problem() -> str:
    """Says what is wrong with the exporters; only for an application with telemetry."""
    from fast_api.telemetry import providers

    return providers.problem()
