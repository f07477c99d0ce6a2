"""What people and secrets are is told where it belongs and nowhere else: a walk over the edges, then a look into the rest.

The edges: Telegram with texts, a voice message, a file and a contact; the inbox with wrong and right passwords, a second
factor, a card and replies; the duty chat; pages without a sign-in; calls; the mailbox with files; documents that departments
bring for the knowledge base. Looked into: the log at DEBUG, figures, readiness, spans, live events, the audit trail, every job
of the queue as it was deferred, the doctor, and a dump of the database (reg. 2.10). The whole house of processes, with its
mail, is looked into in the same way at the end of its own journeys (conftest.py).
"""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import psycopg
import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from prometheus_client import generate_latest

from app.assembly import House
from app.doctor import examine
from app.jobs import QueuedJobs
from app.readiness import readiness_of
from app.watching.exporting import OpenTelemetry
from app.watching.figures import REGISTRY
from app.watching.looking import look
from app.watching.tracing import traced_by
from core.deliveries.outbox import Outbox
from core.vocabulary import ChannelName, Role
from db.engine import plain_url
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.journeys.callers import has_a_card, knows_its_business
from tests.journeys.centre import PASSWORD, Centre, hands_off, running_centre
from tests.journeys.dumped import SEALED_VALUE, columns_holding, in_clear
from tests.journeys.mailbox import writing_to
from tests.journeys.telephone import Telephone
from tests.logs import kept_logs, spilled

PHONE, EMAIL, WRONG = "+79000000077", "planted@post.example", "planted wrong password"
PLANTED = ["Посаженова", "Тайна", "79000000077", EMAIL, "Садовая, 77", "крокодил", "planted.ogg", "planted-file", WRONG, PASSWORD]
WORDS = f"У меня крокодил, Садовая, 77, пишите на {EMAIL}"
WRITTEN = "the citizen wrote it in their own words"
IN_CLEAR = {
    "message.text": WRITTEN,
    "message_version.text": WRITTEN,
    "appeal.text": WRITTEN,
}
"""Where a dump shows a telephone or an address all the same, and why (ADR 0035)."""
SEALED = {
    *("contact_point.value", "appeal.reply_to", "channel_identity.external_id", "inbound_item.lane", "inbound_item.payload"),
    *("delivery.recipient", "delivery.content", "duty_topic.card", "duty_update.payload", "attachment.details"),
}
_SEEN = """
    CREATE TABLE job_seen (told text);
    CREATE FUNCTION see_job() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO job_seen VALUES (NEW::text); RETURN NEW; END $$;
    CREATE TRIGGER see_job AFTER INSERT OR UPDATE ON procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION see_job()
"""
_UNSEEN = "DROP TRIGGER see_job ON procrastinate_jobs; DROP FUNCTION see_job; DROP TABLE job_seen"


@dataclass(frozen=True, slots=True)
class Watch:
    """Everything that is looked into at the end."""

    logs: Callable[[], str]
    spans: InMemorySpanExporter
    database: psycopg.Connection
    url: str

    async def told(self, house: House, stopping: asyncio.Event) -> dict[str, str]:
        """What each of them holds by now."""
        await look(house.engine)
        readiness = await readiness_of(house, stopping).report()
        tables = {name: self._rows(name) for name in ("live_event", "audit_entry", "job_seen")}
        assert tables["live_event"] and tables["job_seen"], "something happened"
        return {
            "log": self.logs(),
            "metrics": generate_latest(REGISTRY).decode(),
            "readyz": json.dumps(readiness.body, ensure_ascii=False),
            "spans": json.dumps([json.loads(one.to_json()) for one in self.spans.get_finished_spans()], ensure_ascii=False),
            "doctor": "".join(f"{one.what} {one.told}" for one in await examine(house.settings)),
            **tables,
        }

    def _rows(self, table: str) -> str:
        return "\n".join(row for (row,) in self.database.execute(f"SELECT t::text FROM {table} t"))


@pytest.fixture
def watch(database_url: str) -> Iterator[Watch]:
    spans = InMemorySpanExporter()
    with psycopg.connect(plain_url(database_url), autocommit=True) as database, kept_logs("json") as out:
        database.execute(_SEEN)
        try:
            with traced_by(OpenTelemetry("test", SimpleSpanProcessor(spans))):
                yield Watch(out.getvalue, spans, database, database_url)
        finally:
            database.execute(_UNSEEN)


@pytest.fixture
async def centre(
    transactions: Transactions,
    database_url: str,
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    watch: Watch,
) -> AsyncIterator[Centre]:
    async with running_centre(database_url, clock, monkeypatch, tmp_path) as running:
        yield running


@pytest.mark.clause("2.10")
async def test_what_is_written_and_who_signs_in_is_told_nowhere(centre: Centre, watch: Watch) -> None:
    await _a_citizen_writes(centre)
    secrets = await _an_operator_works(centre)
    await _strangers_knock(centre)
    await _a_letter_leaves(centre)
    await centre.rests()
    told = await watch.told(centre.house, asyncio.Event())
    assert "delivery.send" in told["spans"] and "deliver" in told["job_seen"] and told["log"]
    settings = centre.house.settings
    kept = [settings.telegram.telegram_token, settings.duty.staff_telegram_token, settings.email.mail_secret]
    secrets += [one.get_secret_value() for one in kept if one is not None]
    assert spilled(told, [*PLANTED, *secrets]) == {}
    assert columns_holding(watch.url, in_clear(PHONE, EMAIL)) == set(IN_CLEAR)
    assert columns_holding(watch.url, SEALED_VALUE) >= SEALED


async def _a_citizen_writes(centre: Centre) -> None:
    """A new citizen says everything about themselves, and asks for an operator."""
    citizen = await centre.citizen.sandbox.citizen("Тайна", "Посаженова", phone=PHONE)
    number = await citizen.writes(WORDS)
    await centre.rests()
    await citizen.edits(number, f"{WORDS}!")
    await citizen.sends_file(b"OggS planted", "planted.ogg", kind="voice", mime="audio/ogg", duration=2)
    await citizen.sends_file(b"planted-file", "planted-file.txt", mime="text/plain", caption="Посаженова")
    await citizen.shares_contact()
    hands_off(centre.dialogue, "оператор")
    await citizen.writes("оператор")
    await centre.rests()


async def _an_operator_works(centre: Centre) -> list[str]:
    """Signs in at the third try, sets up a second factor, answers, writes the card; the duty chat hears of it."""
    anna = await centre.employs("anna", "Операторова Анна Примеровна", Role.OPERATOR)
    code = await centre.duty.desk.binding_code(anna)
    async with httpx.AsyncClient(base_url=centre.inbox, headers={"Sec-Fetch-Site": "same-origin"}, timeout=30) as http:
        assert (await http.post("/api/login", json={"login": "anna", "password": WRONG})).status_code == 401
        assert (await http.post("/api/login", json={"login": EMAIL, "password": WRONG})).status_code == 401
        assert (await http.post("/api/login", json={"login": "anna", "password": PASSWORD})).status_code == 200
        session = http.cookies["sid"]
        offer = await http.post("/api/me/second-factor")
        secrets = [word for word in re.findall(r"[A-Z2-7]{16,}", offer.text) if offer.status_code == 200]
        await http.post("/api/me/shift")
        at = "/api/conversations/1"
        assert (await http.post(f"{at}/take")).status_code < 300
        card = {"surname": "Посаженова", "given_name": "Тайна", "phones": [PHONE], "emails": [EMAIL], "version": 1}
        await http.put(f"{at}/applicant", json=card)
        await http.put("/api/drafts/reply/1", json={"text": WORDS, "version": 0, "writer": "window"})
        await http.post(f"{at}/note", json={"text": WORDS, "client_key": "planted-note-key"})
        reply = {"text": f"Крокодил на учёте, {EMAIL}", "client_key": "0" * 32}
        assert (await http.post(f"{at}/reply", json=reply)).status_code < 300
        form = {"text": WORDS, "address": "Садовая, 77", "urgency": "urgent", "reply_form": "phone", "reply_to": PHONE}
        registered = await http.post(f"{at}/appeals", json={**form, "client_key": "1" * 32})
        assert registered.status_code == 200, registered.text
        await http.get("/api/conversations", params={"query": "Посаженова"})
        await http.get("/api/citizens", params={"query": PHONE})
        assert (await http.post(f"{at}/reply", json={"text": {"крокодил": WORDS}})).status_code in {400, 422}
    await centre.colleague.writes(f"/bind {code}")
    return [session, *secrets]


async def _strangers_knock(centre: Centre) -> None:
    """Pages without a sign-in, by links that nobody gave."""
    async with httpx.AsyncClient(base_url=centre.inbox, timeout=30) as http:
        for door in ("d", "c", "k", "f"):
            await http.get(f"/{door}/planted-file-token-{EMAIL}")
            await http.post(f"/{door}/planted-file-token", data={"comment": WORDS}, headers={"Sec-Fetch-Site": "same-origin"})
        await http.post("/api/csp-reports", json={"csp-report": {"document-uri": f"https://x/{EMAIL}"}})
        await http.get(f"/api/nothing/{EMAIL}", params={"name": "Посаженова"}, headers={"Cookie": "sid=planted-file"})


async def _a_letter_leaves(centre: Centre) -> None:
    """By the server that knows this address, and by one that does not want it."""
    box = await centre.mailbox(EMAIL)
    outbox, content = (
        Outbox(QueuedJobs(centre.house.queue)),
        {"subject": "Посаженова", "text": WORDS, "files": [], "kind": "notice"},
    )
    async with centre.house.transactions.begin() as tx:
        now = centre.clock.now()
        await outbox.write_letter(tx, channel=ChannelName.EMAIL, recipient=EMAIL, content=content, now=now)
        await outbox.write_letter(tx, channel=ChannelName.EMAIL, recipient=f"{EMAIL} no address", content=content, now=now)
    await box.gets("Посаженова")


@pytest.mark.clause("2.10")
async def test_who_calls_and_what_is_said_is_told_nowhere(watch: Watch, telephone: Telephone) -> None:
    await knows_its_business(telephone)
    await has_a_card(telephone, PHONE)
    caller = await telephone.exchange.call(PHONE)
    await caller.hears("Разговор записывается.")
    await caller.press("3")
    await caller.hang_up()
    await caller.ends()
    await telephone.eventually("SELECT count(*) FROM phone_call WHERE ended_at IS NOT NULL", 1)
    await telephone.house.office.phone.call_backs.add(await telephone.employs("anna", "Операторова Анна", Role.OPERATOR), PHONE)
    told = await watch.told(telephone.house, asyncio.Event())
    settings = telephone.house.settings
    kept = [settings.voice.voice_secret, settings.voice.jambonz_token, settings.recorder.voice_recorder_password]
    secrets = [one.get_secret_value() for one in kept if one is not None]
    assert spilled(told, [*PLANTED, "Образцов", "alan.obraztsov", *secrets]) == {}
    assert columns_holding(watch.url, in_clear(PHONE, EMAIL)) == set()
    assert columns_holding(watch.url, SEALED_VALUE) >= {"contact_point.value", "phone_call.caller", "call_back.phone"}


@pytest.mark.clause("2.10")
async def test_who_writes_a_mail_and_what_it_brings_is_told_nowhere(centre: Centre, watch: Watch) -> None:
    answered = await centre.mailbox(EMAIL)
    files = {"planted-file.txt": WORDS.encode(), "planted.ogg": b"OggS planted", "Посаженова.docx": b"PK\x03\x04 planted-file"}
    async with writing_to(centre, EMAIL) as box:
        await box.writes(f"Посаженова: {WORDS}", f"{WORDS}, {PHONE}", files, name="Посаженова Тайна")
        await answered.gets()
        await centre.rests()
        told = await watch.told(centre.house, asyncio.Event())
    assert "mail.route" in told["spans"] and "mailbox.took" in told["log"]
    secret = centre.house.settings.email.mail_secret
    assert secret is not None and spilled(told, [*PLANTED, secret.get_secret_value()]) == {}


@pytest.mark.clause("2.10")
async def test_what_a_department_s_document_holds_is_told_nowhere(centre: Centre, watch: Watch) -> None:
    await centre.employs("vera", "Редакторова Вера", Role.KNOWLEDGE_EDITOR)
    documents = {
        "Посаженова.md": f"# Крокодил\n\n{WORDS}, {PHONE}".encode(),
        "planted-file.docx": f"PK\x03\x04 {WORDS}".encode(),
        "planted-file.doc": f"{WORDS}, {PHONE}".encode(),
        "Тайна.yaml": f"- title: {WORDS}\n  {PHONE}: [крокодил".encode(),
    }
    async with httpx.AsyncClient(base_url=centre.inbox, headers={"Sec-Fetch-Site": "same-origin"}, timeout=30) as http:
        assert (await http.post("/api/login", json={"login": "vera", "password": PASSWORD})).status_code == 200
        imported = [await http.post("/api/knowledge/imports/uploads", files={"file": one}) for one in documents.items()]
    assert [one.status_code for one in imported] == [200] * 4 and imported[0].json()["articles"], imported[0].text
    await centre.citizen.writes("Здравствуйте")
    await centre.rests()
    told = await watch.told(centre.house, asyncio.Event())
    assert "POST /api/knowledge/imports/uploads" in told["spans"]
    assert spilled(told, PLANTED) == {}
