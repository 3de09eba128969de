"""The SDK, set up once in a process from OpenTelemetry's environment variables, unless the application did it."""

import atexit
import contextlib
import os
import threading
from collections.abc import Callable
from typing import Any

from opentelemetry import metrics, trace
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricExportResult, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExportResult

from fast_api.redaction.redactor import Redactor
from fast_api.telemetry.clean_spans import Clean_Spans

# The longest that a stopping server waits for a receiver; orchestrators grant 10 to 30 s in all.
SHUTDOWN_SECONDS = 3.0

SEMANTIC_CONVENTIONS = "OTEL_SEMCONV_STABILITY_OPT_IN"


class Span_Exporter(OTLPSpanExporter):
    """The OTLP exporter, which knows how it fares. `failing` is empty while exports succeed."""

    failing: str = ""

    def export(self, spans: Any) -> SpanExportResult:
        result = super().export(spans)
        self.failing = "" if result is SpanExportResult.SUCCESS else "the receiver of spans takes none"
        return result


class Metric_Exporter(OTLPMetricExporter):
    """The OTLP exporter of metrics, with `failing` too."""

    failing: str = ""

    def export(self, metrics_data: Any, timeout_millis: float | None = 10_000, **options: Any) -> MetricExportResult:
        result = super().export(metrics_data, timeout_millis, **options)
        self.failing = "" if result is MetricExportResult.SUCCESS else "the receiver of metrics takes none"
        return result


class Providers:
    """The tracer and meter providers that this package made, and their end.

    Flushing and shutting down wait for the receiver, and OpenTelemetry bounds neither; so they happen in a thread of
    their own, which is there from the beginning, since none can be started while the interpreter ends.
    """

    def __init__(self, service_name: str, redactor: Callable[[], Redactor]) -> None:
        # The environment (OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES) has the last word about the resource.
        named = os.environ.get("OTEL_SERVICE_NAME") or "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "")
        resource = Resource.create({} if named else {"service.name": service_name})
        self.exporters: list[Span_Exporter | Metric_Exporter] = []
        self.tracer_provider: TracerProvider = TracerProvider(resource=resource, shutdown_on_exit=False)
        if exports_to_otlp("TRACES"):
            span_exporter = Span_Exporter()
            self.exporters.append(span_exporter)
            self.tracer_provider.add_span_processor(Clean_Spans(BatchSpanProcessor(span_exporter), redactor))
        readers = []
        if exports_to_otlp("METRICS"):
            metric_exporter = Metric_Exporter()
            self.exporters.append(metric_exporter)
            readers.append(PeriodicExportingMetricReader(metric_exporter))
        self.meter_provider: MeterProvider = MeterProvider(
            metric_readers=readers, resource=resource, shutdown_on_exit=False
        )
        self.overdue: bool = False
        self._start()
        atexit.register(self.close)
        if hasattr(os, "register_at_fork"):  # not on Windows
            os.register_at_fork(after_in_child=self._start)

    def _start(self) -> None:
        self.flush_wanted: threading.Event = threading.Event()
        self.flushed: threading.Event = threading.Event()
        self.closed: threading.Event = threading.Event()
        self.closing: bool = False
        threading.Thread(target=self._flush_and_close, name="telemetry-end", daemon=True).start()

    def _flush_and_close(self) -> None:
        while not self.closing:
            self.flush_wanted.wait()
            self.flush_wanted.clear()
            if self.closing:
                break
            self._each("force_flush")
            self.flushed.set()
        self._each("shutdown")
        self.closed.set()

    def _each(self, method: str) -> None:
        for provider in (self.tracer_provider, self.meter_provider):
            with contextlib.suppress(Exception):  # the exporters have logged it, and the other one has its turn
                getattr(provider, method)()

    def flush(self) -> bool:
        """Exports what waits; False when that takes more than SHUTDOWN_SECONDS. Blocks."""
        if self.overdue and not self.flushed.is_set():
            return False  # the one before still tries: several applications of a process end one after the other
        self.flushed.clear()
        self.flush_wanted.set()
        self.overdue = not self.flushed.wait(SHUTDOWN_SECONDS)
        return not self.overdue

    def close(self) -> None:
        """At the end of the process; waits SHUTDOWN_SECONDS, but not after a flush that waited in vain."""
        self.closing = True
        self.flush_wanted.set()
        self.closed.wait(0 if self.overdue else SHUTDOWN_SECONDS)

    def problem(self) -> str:
        return "; ".join(exporter.failing for exporter in self.exporters if exporter.failing)


_lock = threading.Lock()
_providers: Providers | None = None


def set_up(service_name: str, redactor: Callable[[], Redactor]) -> None:
    """Makes the providers and registers them, unless the application registered a tracer provider.

    Raises ValueError for an exporter or a protocol that this package does not bring.
    """
    global _providers
    # The stable conventions, unless the environment names others: OpenTelemetry still begins with the old ones.
    os.environ.setdefault(SEMANTIC_CONVENTIONS, "http")
    with _lock:
        if _providers is None and isinstance(trace.get_tracer_provider(), trace.ProxyTracerProvider):
            _providers = Providers(service_name, redactor)
            trace.set_tracer_provider(_providers.tracer_provider)
            metrics.set_meter_provider(_providers.meter_provider)


def exports_to_otlp(signal: str) -> bool:
    """Whether OTEL_{signal}_EXPORTER wants OTLP, the default, or `none`."""
    wanted = os.environ.get(f"OTEL_{signal}_EXPORTER", "").strip().lower() or "otlp"
    if os.environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true" or wanted == "none":
        return False
    protocol = os.environ.get(f"OTEL_EXPORTER_OTLP_{signal}_PROTOCOL") or os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL")
    if wanted != "otlp" or (protocol or "http/protobuf") != "http/protobuf":
        raise ValueError(
            f"telemetry exports {signal.lower()} by OTLP over http/protobuf or not at all, found {wanted!r} and "
            f"{protocol!r}: for anything else, set a tracer provider before the application starts"
        )
    return True


def problem() -> str:
    """Says what is wrong with the exporters of this process; empty when all is well, or they are not ours."""
    return "" if _providers is None else _providers.problem()


def flush() -> None:
    """Exports what waits, within SHUTDOWN_SECONDS. Blocks."""
    if _providers is not None:
        _providers.flush()
