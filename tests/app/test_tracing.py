"""Traces: off they cost nothing, on they go to a collector, and whatever is told in them is a word of the code."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.assembly import open_house
from app.jobs import QueuedJobs
from app.settings import Settings
from app.settings_watching import WatchingSettings
from app.watching.exporting import OpenTelemetry
from app.watching.mails import MailTraces
from app.watching.measuring import Measured
from app.watching.tracing import carried, span, traced, traced_by
from app.worker import work_forever
from db.transactions import Transactions
from tests import patience
from tests.fakes import FakeDialogue
from tests.serving import serve

PLANTED = "Посаженова +79000000077 planted@post.example"


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    """Where the spans of this test are kept."""
    kept = InMemorySpanExporter()
    with traced_by(OpenTelemetry("test", SimpleSpanProcessor(kept))):
        yield kept


def named(spans: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {one.name: one for one in spans.get_finished_spans()}


def test_without_a_collector_nothing_is_loaded_and_nothing_is_carried() -> None:
    program = (
        "import sys, app.web, app.worker\nfrom app.watching.tracing import carried, span\n"
        "with span('x', channel='y') as told: told.mark(status=1)\nassert carried() == {}\n"
        "assert not [name for name in sys.modules if name.startswith('opentelemetry.sdk')]"
    )
    subprocess.run([sys.executable, "-c", program], check=True, env={**os.environ, "TRACES_URL": ""}, timeout=patience.START)


def test_a_silent_span_is_one_and_the_same() -> None:
    assert span("one", channel="telegram") is span("another")


def test_an_error_is_told_by_its_class_and_words_are_never_told(spans: InMemorySpanExporter) -> None:
    with pytest.raises(ValueError), span("turn", channel=PLANTED) as telling:
        telling.mark(route="/api/cards/{id}", status=503)
        raise ValueError(PLANTED)
    with pytest.raises(KeyError), span("turn", text="anything"):
        raise AssertionError
    failed = spans.get_finished_spans()[0]
    given = {"centre.channel": "other", "centre.route": "/api/cards/{id}", "centre.status": 503, "centre.outcome": "ValueError"}
    assert dict(failed.attributes or {}) == given
    assert (failed.status.status_code.name, failed.status.description, failed.events) == ("ERROR", None, ())


async def test_a_request_and_the_job_that_it_caused_are_one_trace(
    transactions: Transactions, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, spans: InMemorySpanExporter
) -> None:
    monkeypatch.chdir(tmp_path)  # no .env of this machine
    for name, value in {"DATABASE_URL": database_url, "NLU_URL": "http://127.0.0.1:9"}.items():
        monkeypatch.setenv(name, value)
    done, given = asyncio.Event(), []
    async with open_house(Settings(), dialogue=FakeDialogue()) as house:

        @house.queue.task(name="probe")
        async def probe(number: int) -> None:
            given.append(number)
            done.set()

        async def cause(request: Request) -> Response:
            async with house.transactions.begin() as tx:
                await QueuedJobs(house.queue).defer(tx, "probe", number=7)
            return Response(status_code=204)

        app = Measured(Starlette(routes=[Route("/cause/{name}", cause, methods=["POST"])]))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://centre.test") as client:
            await client.post(f"/cause/{PLANTED}?name={PLANTED}", headers={"traceparent": f"00-{'1' * 32}-{'2' * 16}-01"})
        stopping = asyncio.Event()
        worker = asyncio.create_task(work_forever(house.queue, stopping))
        async with asyncio.timeout(patience.SECONDS):
            await done.wait()
            while "job" not in named(spans):
                await asyncio.sleep(0)
        worker.cancel()
        await asyncio.wait([worker])
    request, job = named(spans)["POST /cause/{name}"], named(spans)["job"]
    assert given == [7] and request.parent is None, "the trace of a stranger is not taken on"
    assert job.parent is not None and job.parent.span_id == request.context.span_id
    assert dict(job.attributes or {}) == {"centre.task": "probe", "centre.try": 1}
    assert PLANTED.split()[0] not in "".join(one.to_json() for one in spans.get_finished_spans())


def test_the_steps_of_a_mail_are_one_trace_whoever_stored_it(spans: InMemorySpanExporter) -> None:
    traces = MailTraces()
    with span("mail.store", channel="email"):
        traces.note([1])
    with pytest.raises(ValueError), traces.step("mail.read", 1):
        raise ValueError(PLANTED)
    for step in ("mail.read", "mail.route"):
        for mail in (1, 2):
            with traces.step(step, mail):
                pass
    store, *steps = spans.get_finished_spans()
    traced = [(one.name, one.context.trace_id == store.context.trace_id) for one in steps]
    assert traced == [("mail.read", True)] * 2 + [("mail.read", False), ("mail.route", True), ("mail.route", False)]
    first, last = steps[2], steps[4]
    assert first.parent is None and last.parent is not None and last.parent.span_id == first.context.span_id
    assert (steps[0].attributes or {})["centre.outcome"] == "ValueError"


def test_spans_go_to_the_collector() -> None:
    came: list[ExportTraceServiceRequest] = []

    async def collect(request: Request) -> Response:
        came.append(ExportTraceServiceRequest.FromString(await request.body()))
        return Response(ExportTraceServiceResponse().SerializeToString(), media_type="application/x-protobuf")

    collector = Starlette(routes=[Route("/v1/traces", collect, methods=["POST"])])
    with (
        serve(collector) as address,
        traced(WatchingSettings(traces_url=f"{address}/v1/traces"), "web"),
        span("outer"),
        span("inner", status=200),
    ):
        assert carried()["traceparent"].startswith("00-")
    (resource,) = came[0].resource_spans
    told = {one.key: one.value.string_value for one in resource.resource.attributes}
    assert told == {"service.name": "contact-centre", "service.instance.id": "web"}
    found = [one for scope in resource.scope_spans for one in scope.spans]
    assert [one.name for one in found] == ["inner", "outer"]
    assert found[0].parent_span_id == found[1].span_id
    assert carried() == {}, "off again"


def test_a_share_of_the_traces_is_kept() -> None:
    kept = InMemorySpanExporter()
    with traced_by(OpenTelemetry("test", SimpleSpanProcessor(kept), share=0)), span("outer"), span("inner"):
        assert int(carried()["traceparent"][-2:], 16) & 1 == 0, "told on, so that the job is not kept either"
    assert kept.get_finished_spans() == ()
