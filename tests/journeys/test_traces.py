"""One message of a citizen is one trace, over intake, lane, dialogue and sending; an operator's reply is one, over the queue.

A mail is one as well, from the mailbox to the letter that says under which number it is kept.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from app.watching.exporting import OpenTelemetry
from app.watching.tracing import span, traced_by
from core.conversations.operators import Reply
from core.dialogue import TurnAnswer, Utterance
from core.vocabulary import Role
from db.transactions import Transactions
from tests import patience
from tests.clocks import MovableClock
from tests.journeys.centre import Centre, hands_off, running_centre
from tests.journeys.mailbox import writing_to

PLANTED = ("Посаженов", "Садовая, 77", "planted@post.example", "+79000000077")
REPLY = "POST /api/conversations/{id}/reply"
WORDS = f"Почему нет света? {' '.join(PLANTED)}"


@pytest.fixture
async def centre(
    transactions: Transactions, database_url: str, clock: MovableClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> AsyncIterator[Centre]:
    async with running_centre(database_url, clock, monkeypatch, tmp_path) as running:
        yield running


def names_of(kept: InMemorySpanExporter, one: str) -> set[str]:
    """What the trace with this span is made of so far."""
    spans = kept.get_finished_spans()
    (trace, *_) = [found.context.trace_id for found in spans if found.name == one] or [0]
    return {found.name for found in spans if found.context.trace_id == trace}


async def test_a_message_and_a_reply_are_a_trace_each(centre: Centre) -> None:
    kept = InMemorySpanExporter()
    with traced_by(OpenTelemetry("test", SimpleSpanProcessor(kept))):
        centre.dialogue.when(WORDS, TurnAnswer(state=None, messages=(Utterance(text="Ищу ответ, Посаженов"),)))
        await centre.citizen.writes(WORDS)
        await centre.citizen.hears("Ищу ответ")
        hands_off(centre.dialogue, "оператор")
        await centre.citizen.writes("оператор")
        anna = await centre.employs("anna", "Операторова Анна Примеровна", Role.OPERATOR)
        await centre.rests()
        await centre.house.office.operators.take(anna, 1)
        await centre.rests()
        with span(REPLY):
            await centre.house.office.operators.reply(anna, 1, Reply(text=f"Ответ: {PLANTED[1]}", client_key="one"))
        await centre.citizen.hears("Ответ")
        async with asyncio.timeout(patience.SECONDS):
            while not {"job", "delivery.send"} <= names_of(kept, REPLY):
                await asyncio.sleep(0.02)
    assert {"update.store", "lane.carry", "delivery.send"} <= names_of(kept, "dialogue.turn")
    told = json.dumps([json.loads(one.to_json()) for one in kept.get_finished_spans()], ensure_ascii=False)
    assert not [word for word in (*PLANTED, "Почему", "Операторова", "one") if f'"{word}' in told or word in told.split('"')]


async def test_a_mail_and_its_acknowledgement_are_one_trace(centre: Centre) -> None:
    kept = InMemorySpanExporter()
    answered = await centre.mailbox(PLANTED[2])
    with traced_by(OpenTelemetry("test", SimpleSpanProcessor(kept))):
        async with writing_to(centre, PLANTED[2]) as box:
            await box.writes(f"Почему {PLANTED[1]}", WORDS, {"Посаженов.txt": WORDS.encode()}, name="Посаженов")
            await answered.gets()
            async with asyncio.timeout(patience.SECONDS):
                while not {"job", "delivery.send"} <= names_of(kept, "mail.store"):
                    await asyncio.sleep(0.02)
    spans = {one.name: one for one in kept.get_finished_spans()}
    assert {"mail.read", "mail.route"} <= names_of(kept, "mail.store")
    for step in ("mail.read", "mail.route"):
        above = spans[step].parent
        assert above is not None and above.span_id == spans["mail.store"].context.span_id
        assert dict(spans[step].attributes or {}) == {"centre.channel": "email"}
    told = [f"{one.name} {dict(one.attributes or {})} {one.events} {one.status.description}" for one in kept.get_finished_spans()]
    assert not [word for word in (*PLANTED, "Почему") if word in "".join(told)]
