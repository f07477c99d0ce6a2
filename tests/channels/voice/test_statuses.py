"""Statuses of calls and legs as entries of the journal."""

from typing import Any

import pytest

from core.phone.entries import Ended, Entry, LegMoved, Note, Opened
from core.phone.vocabulary import CallDirection, EventKind, LegState
from tests.channels.voice.fakes import FakeJournal, Line

CHILD = {"call_sid": "child", "direction": "outbound", "from": "78672000000", "to": "78672000112"}


@pytest.mark.parametrize(
    ("status", "more", "kinds"),
    [
        pytest.param("trying", {}, [], id="an incoming call has its row from its own hook"),
        pytest.param("in-progress", {}, [Note], id="answered"),
        pytest.param("completed", {"duration": 9}, [Ended], id="over"),
        pytest.param("no-answer", {"sip_status": 487}, [Ended], id="given up while it rang"),
        pytest.param("trying", {"direction": "outbound"}, [Opened], id="an outgoing call is heard of here first"),
        pytest.param("busy", {"direction": "outbound"}, [Opened, Ended], id="an outgoing call that was busy"),
        pytest.param("queued", {}, [], id="a status that is never sent"),
        pytest.param("of a later release", {}, [], id="an unknown status"),
    ],
)
async def test_what_the_exchange_tells_of_a_call(
    line: Line, journal: FakeJournal, status: str, more: dict[str, Any], kinds: list[type[Entry]]
) -> None:
    await line.status(status, **more)
    assert [type(entry) for entry in journal.entries] == kinds


async def test_the_end_says_who_hung_up_and_after_how_long(line: Line, journal: FakeJournal) -> None:
    await line.status("completed", duration=13, call_termination_by="jambonz")
    ended = journal.of(Ended)[0]
    assert (ended.seconds, ended.because, ended.failed) == (13, "jambonz", False)


async def test_a_failed_call_is_our_failure(line: Line, journal: FakeJournal) -> None:
    await line.status("failed", sip_status=503)
    assert journal.of(Ended)[0].failed is True


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("trying", LegState.DIALLED),
        ("ringing", LegState.RINGING),
        ("early-media", LegState.RINGING),
        ("in-progress", LegState.ANSWERED),
        ("completed", LegState.COMPLETED),
        ("busy", LegState.BUSY),
        ("no-answer", LegState.NO_ANSWER),
        ("failed", LegState.FAILED),
    ],
)
async def test_what_the_exchange_tells_of_who_was_dialled(line: Line, journal: FakeJournal, status: str, state: LegState) -> None:
    await line.status(status, **CHILD, parent_call_sid=line.sid, customerData={"leg": "leg-1"})
    moved = journal.entries[0]
    assert isinstance(moved, LegMoved)
    assert (moved.call_sid, moved.key, moved.leg_sid, moved.state) == (line.sid, "leg-1", "child", state)


async def test_a_leg_without_our_tag_is_known_by_its_own_number(line: Line, journal: FakeJournal) -> None:
    await line.status("completed", **CHILD, parent_call_sid=line.sid, duration=4)
    moved = journal.entries[0]
    assert isinstance(moved, LegMoved)
    assert (moved.key, moved.leg_sid, moved.seconds) == ("", "child", 4)


async def test_a_notice_of_a_leg_is_a_problem_of_its_call(line: Line, journal: FakeJournal) -> None:
    await line.status("in-progress", **CHILD, parent_call_sid=line.sid, error="x", reason="Headers Timeout Error")
    while not journal.entries:
        await journal.written.wait()
    note = journal.entries[0]
    assert isinstance(note, Note)
    assert (note.call_sid, note.kind, note.details) == (line.sid, EventKind.PROBLEM, {"what": "Headers Timeout Error"})


async def test_the_direction_is_seen_from_the_centre(line: Line, journal: FakeJournal) -> None:
    await line.status("trying", direction="outbound", to="79000000002", **{"from": "78672000000"})
    opened = journal.of(Opened)[0]
    assert (opened.direction, opened.caller, opened.called) == (CallDirection.OUT, "+79000000002", "+78672000000")
