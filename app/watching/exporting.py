"""Spans by OpenTelemetry, sent over HTTP to a collector (OTLP) from a thread of its own; loaded only where traces are wanted."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Span, Status, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from app.watching.tracing import CARRIED, Mark, told

SERVICE = "contact-centre"


class OpenTelemetry:
    """A tracer of this process; ``share`` of the traces that begin here is kept."""

    def __init__(self, process: str, processor: SpanProcessor, share: float = 1.0) -> None:
        resource = Resource({"service.name": SERVICE, "service.instance.id": process})
        self._provider = TracerProvider(resource=resource, sampler=ParentBased(TraceIdRatioBased(share)), shutdown_on_exit=False)
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer(SERVICE)
        self._carrying = TraceContextTextMapPropagator()

    @contextmanager
    def span(self, name: str, marks: Mapping[str, Mark], parent: str) -> Iterator["Told"]:
        """Open a span. The library would keep the message of an error, which may hold anything: the class is told instead."""
        above = self._carrying.extract({CARRIED: parent}) if parent else None
        with self._tracer.start_as_current_span(name, above, record_exception=False, set_status_on_exception=False) as opened:
            telling = Told(opened)
            telling.mark(**marks)
            try:
                yield telling
            except BaseException as error:
                telling.mark(outcome=type(error).__name__)
                opened.set_status(Status(StatusCode.ERROR))
                raise

    def carried(self) -> str:
        """The present span as W3C Trace Context."""
        carrier: dict[str, str] = {}
        self._carrying.inject(carrier)
        return carrier.get(CARRIED, "")

    def close(self) -> None:
        """Send what was not sent yet; a collector that is away is not waited for longer than its own limit."""
        self._provider.shutdown()


class Told:
    """An open span that takes only what may be told."""

    def __init__(self, span: Span) -> None:
        self._span = span

    def mark(self, **marks: Mark) -> None:
        """Say more of it."""
        for name, value in marks.items():
            self._span.set_attribute(f"centre.{name}", told(name, value))

    def rename(self, name: str) -> None:
        """Say what it was."""
        self._span.update_name(name)


def tracer_to(url: str, process: str, share: float) -> OpenTelemetry:
    """A tracer whose spans go to the collector at ``url`` (such as ``http://collector:4318/v1/traces``)."""
    return OpenTelemetry(process, BatchSpanProcessor(OTLPSpanExporter(endpoint=url, timeout=5)), share)
