"""What nobody promised would not come: unsigned, broken and huge hooks, odd callers, parts of the house that are down."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from channels.voice.menu.model import Doing, Happened, Happening
from channels.voice.signature import Signatures
from core.phone.entries import Ended, Note, Opened
from core.phone.vocabulary import EventKind
from tests.channels.voice.fakes import FakeDirections, FakeEffects, FakeFacts, FakeJournal, FakeSpool, Line, an_operator

PATHS = [
    "call",
    "status",
    "queue-event",
    "step",
    "dialled",
    "recorded",
    "fallback",
    "wait",
    "confirm",
    "confirmed",
    "transfer",
    "hold",
]


def of_another(line: Line, raw: bytes) -> str:
    return Signatures("other").sign(raw, int(line.clock.now().timestamp()))


def of_yesterday(line: Line, raw: bytes) -> str:
    return Signatures("whsec").sign(raw, int(line.clock.now().timestamp()) - 86_400)


@pytest.mark.parametrize("path", [*(f"/voice/{name}" for name in PATHS), "/adulting"])
@pytest.mark.parametrize(
    ("sign", "status"),
    [
        pytest.param(lambda line, raw: "", 401, id="unsigned"),
        pytest.param(lambda line, raw: "t=1", 401, id="half signed"),
        pytest.param(of_another, 403, id="signed by another"),
        pytest.param(of_yesterday, 403, id="replayed"),
    ],
)
async def test_a_hook_that_is_not_genuine_does_nothing(
    line: Line, journal: FakeJournal, path: str, sign: Callable[[Line, bytes], str], status: int
) -> None:
    raw = orjson.dumps(line.body())
    response = await line.send(path, raw, signature=sign(line, raw))
    assert (response.status_code, response.content) == (status, b"")
    assert journal.entries == []


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        pytest.param(b"", 400, id="empty"),
        pytest.param(b"{", 400, id="cut"),
        pytest.param(b"\xff\xfe", 400, id="no UTF-8"),
        pytest.param(b"[]", 400, id="a list"),
        pytest.param(b"null", 400, id="null"),
        pytest.param(b"{}", 400, id="no call"),
        pytest.param(b'{"call_sid": 5}', 400, id="a call that is a number"),
        pytest.param(b'{"call_sid": "../../etc"}', 400, id="a call that is a path"),
        pytest.param(b'{"call_sid": "' + b"x" * 300_000 + b'"}', 413, id="too long"),
    ],
)
async def test_a_body_that_is_no_hook_is_refused(line: Line, raw: bytes, status: int, journal: FakeJournal) -> None:
    assert (await line.send("/voice/call", raw)).status_code == status
    assert journal.entries == []


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("/voice/step", id="no seal"),
        pytest.param("/voice/step?c=x&s=abc.def", id="a seal of nobody"),
        pytest.param("/voice/transfer?c=x&s=abc.def", id="a redirection of nobody"),
    ],
)
async def test_an_address_that_we_did_not_make_is_refused(line: Line, address: str) -> None:
    assert (await line.send(address, line.body(reason="timeout"))).status_code == 403


async def test_an_address_of_another_call_is_refused(line: Line) -> None:
    await line.call()
    body = line.body(reason="dtmfDetected", digits="3", call_sid="another")
    assert (await line.send(line.hook_of("gather"), body)).status_code == 403


@pytest.mark.parametrize(
    ("fields", "caller", "said_as"),
    [
        pytest.param({"from": "anonymous"}, "", "anonymous", id="hidden"),
        pytest.param({"from": ""}, "", "", id="empty"),
        pytest.param({"from": None, "to": 7}, "", "", id="of odd types"),
        pytest.param({"from": "sip:op1@centre.example"}, "", "op1@centre.example", id="a SIP address"),
        pytest.param({"from": "sip:89000000001@trunk"}, "+79000000001", "", id="a number in a SIP address"),
        pytest.param({"caller_name": '"О\'Коннор \\"Ко\\""'}, "+79000000001", "", id="apostrophes and quotes in the name"),
        pytest.param({"new_in_jambonz_10": {"a": [1]}, "digits": 5, "speech": "x"}, "+79000000001", "", id="unknown fields"),
        pytest.param({"customerData": "x", "direction": 5}, "+79000000001", "", id="a tag that is no object"),
    ],
)
async def test_odd_callers_are_answered(
    line: Line, journal: FakeJournal, fields: dict[str, Any], caller: str, said_as: str
) -> None:
    await line.call(**fields)
    opened = journal.of(Opened)[0]
    assert (opened.caller, opened.said_as) == (caller, said_as)
    assert await line.press("3")


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"reason": "speechDetected"}, id="speech without words"),
        pytest.param({"reason": "speechDetected", "speech": {"alternatives": []}}, id="no alternatives"),
        pytest.param({"reason": "speechDetected", "speech": {"alternatives": ["x"]}}, id="an alternative that is text"),
        pytest.param(
            {"reason": "speechDetected", "speech": {"alternatives": [{"transcript": 5, "confidence": "x"}]}}, id="odd types"
        ),
        pytest.param({"reason": "dtmfDetected", "digits": "ABCD"}, id="keys that no telephone has"),
        pytest.param({"reason": "dtmfDetected", "digits": "1" * 5000}, id="a key held down"),
        pytest.param({"reason": "dtmfDetected"}, id="keys without keys"),
        pytest.param(
            {"reason": "stt-low-confidence", "speech": {"alternatives": [{"transcript": "м", "confidence": 0.1}]}}, id="unsure"
        ),
        pytest.param({"reason": "error", "details": "x"}, id="the recogniser failed"),
        pytest.param({"reason": "of a later release"}, id="an unknown reason"),
        pytest.param({}, id="no reason"),
    ],
)
async def test_whatever_a_gather_tells_the_caller_hears_something(line: Line, more: dict[str, Any]) -> None:
    await line.call()
    assert await line.post(line.hook_of("gather"), **more)


async def test_a_notice_of_trouble_is_no_state_of_the_call(line: Line, journal: FakeJournal) -> None:
    await line.call()
    await line.status("completed", error="invalid actionHook response", reason="Unexpected HTTP Response")
    assert journal.of(Ended) == []
    await _noted(journal, EventKind.PROBLEM)
    assert await line.press("3")


async def test_without_the_database_a_call_is_answered_and_kept_on_the_disk(
    line: Line, journal: FakeJournal, spool: FakeSpool
) -> None:
    journal.away = True
    await line.call()
    await line.press("3")
    await line.status("completed", duration=9, call_termination_by="caller")
    assert {Opened, Ended} <= {type(entry) for entry in spool.entries}
    assert {entry.call_sid for entry in spool.entries} == {line.sid}


async def test_a_full_disk_does_not_silence_the_centre(line: Line, journal: FakeJournal, spool: FakeSpool) -> None:
    journal.away = spool.full = True
    assert await line.call()
    assert await line.press("3")


@pytest.mark.parametrize("what", ["journal", "facts", "effects", "all"])
async def test_every_answer_comes_within_three_seconds_whatever_hangs(
    line: Line, journal: FakeJournal, facts: FakeFacts, effects: FakeEffects, what: str
) -> None:
    async def never() -> Happening:
        await asyncio.Event().wait()
        raise AssertionError

    await line.call()
    journal.hangs = what in ("journal", "all")
    facts.hangs = what in ("facts", "all")
    effects.outcomes[Doing.FIND_OPERATOR] = never if what in ("effects", "all") else an_operator()
    started = time.monotonic()
    assert await line.press("6")
    assert time.monotonic() - started < 1.2  # the budget of effects is 0.3 s here instead of 2.2 s


async def test_a_call_comes_in_while_the_database_hangs(line: Line, journal: FakeJournal, spool: FakeSpool) -> None:
    journal.hangs = True
    started = time.monotonic()
    assert (await line.call())[0]["verb"] == "config"
    assert time.monotonic() - started < 2.5
    assert isinstance(spool.entries[0], Opened)


async def test_an_effect_that_breaks_leaves_the_caller_a_way_on(line: Line, effects: FakeEffects) -> None:
    async def breaks() -> Happening:
        raise RuntimeError("a bug")

    effects.outcomes[Doing.ASK] = breaks
    await line.call()
    await line.press("3")
    assert await line.say("когда приём")
    assert line.said


async def test_an_effect_that_is_too_late_is_not_lost_when_it_keeps_something(line: Line, effects: FakeEffects) -> None:
    started, release, done = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slowly() -> Happening:
        started.set()
        await release.wait()
        done.set()
        return Happening(kind=Happened.STORED)

    effects.outcomes[Doing.ALARM] = slowly
    await line.call()
    assert await line.say("у нас пожар")
    assert effects.doings[0] is Doing.ALARM
    release.set()
    await asyncio.wait_for(done.wait(), 1)


async def test_adulting_and_queue_events_are_taken(line: Line, journal: FakeJournal) -> None:
    assert await line.post("/adulting", parent_call_info={"call_sid": "x"}) == []
    assert await line.post("/voice/queue-event", event="leave", leave_reason="abandoned", length=0) == []
    await _noted(journal, EventKind.QUEUE)
    assert [verb["verb"] for verb in await line.post("/voice/wait", queue_position=0)] == ["play"]


async def test_directions_that_fail_lead_back_to_the_menu(line: Line, directions: FakeDirections, addresses: Any) -> None:
    directions.away = True
    await line.call()
    assert await line.post(addresses.redirection(line.sid, "transfer", {"leg": "x"}))
    assert line.verb("gather")


async def _noted(journal: FakeJournal, kind: str) -> None:
    while kind not in [note.kind for note in journal.of(Note)]:
        journal.written.clear()
        await journal.written.wait()
