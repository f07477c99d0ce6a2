"""Calls that we make (reg. 2.8.8, 2.8.11): only a key shows that a person heard the reply."""

import pytest

from channels.voice.menu.model import Doing, Party
from channels.voice.ports import Errand
from core.phone.entries import Dialled, Note, Opened
from core.phone.vocabulary import EventKind, LegKind, Script
from tests.channels.voice.fakes import FakeDirections, FakeEffects, FakeJournal, Line, an_operator

REPLY = Errand(script=Script.MESSAGE, introduction="Здравствуйте. Это контакт-центр.", words="Яму на улице засыпали.")
APPLICANT = Party(kind="applicant", address_kind="phone", address="+79000000002")
TALK = Errand(script=Script.OPERATOR_FIRST, introduction="Позвоните заявителю.", party=APPLICANT)


@pytest.fixture
async def answered(line: Line, directions: FakeDirections) -> Line:
    """An outgoing call that was answered."""
    line.fields = {
        "direction": "outbound",
        "from": "78672000000",
        "to": "79000000001",
        "call_status": "in-progress",
        "customerData": {"phone_call": "5", "task": "7"},
    }
    directions.errands = REPLY
    await line.status("trying")
    await line.post("/voice/call")
    return line


def kinds(journal: FakeJournal) -> list[str]:
    """Of the journal's lines."""
    return [note.kind for note in journal.of(Note)]


async def test_an_outgoing_call_is_tied_to_its_row_by_the_tag(answered: Line, journal: FakeJournal) -> None:
    opened = journal.of(Opened)[0]
    assert (opened.phone_call_id, opened.call_task_id, opened.caller) == (5, 7, "+79000000001")
    assert answered.verbs[0]["verb"] == "config"


@pytest.mark.clause("2.8.8")
async def test_the_reply_is_told_to_who_presses_a_key_and_heard_when_they_say_so(answered: Line, journal: FakeJournal) -> None:
    assert "Яму" not in answered.said
    await answered.press("1")
    assert "Яму на улице засыпали" in answered.said
    assert EventKind.HEARD_OUT not in kinds(journal)
    await answered.press("1")
    assert EventKind.HEARD_OUT in kinds(journal)
    assert answered.verbs[-1]["verb"] == "hangup"


async def test_the_reply_is_told_again(answered: Line) -> None:
    await answered.press("1")
    await answered.press("2")
    assert "Яму на улице засыпали" in answered.said


async def test_who_wants_to_talk_is_given_to_an_operator(answered: Line, effects: FakeEffects, journal: FakeJournal) -> None:
    effects.outcomes[Doing.FIND_OPERATOR] = an_operator()
    await answered.press("1")
    await answered.press("0")
    assert answered.verb("dial")["target"]
    assert EventKind.HEARD_OUT not in kinds(journal)


@pytest.mark.clause("2.8.11")
async def test_a_machine_that_answers_is_no_person_who_heard(answered: Line, journal: FakeJournal) -> None:
    await answered.wait()
    await answered.wait()
    assert answered.verbs[-1]["verb"] == "hangup"
    while EventKind.MACHINE not in kinds(journal):
        journal.written.clear()
        await journal.written.wait()
    assert EventKind.HEARD_OUT not in kinds(journal)


async def test_who_says_nothing_after_the_reply_has_not_shown_that_they_heard_it(answered: Line, journal: FakeJournal) -> None:
    await answered.press("1")
    await answered.wait()
    await answered.wait()
    assert answered.verbs[-1]["verb"] == "hangup"
    assert EventKind.HEARD_OUT not in kinds(journal)


async def test_the_operator_is_rung_first_and_the_applicant_when_they_took_the_call(
    answered: Line, directions: FakeDirections, journal: FakeJournal
) -> None:
    directions.errands = TALK
    await answered.post("/voice/call")
    await answered.press("1")
    dial = answered.verb("dial")
    assert dial["target"] == [{"type": "phone", "number": "79000000002", "trunk": "trunk"}]
    await answered.dialled("no-answer")
    assert answered.verbs[-1]["verb"] == "hangup"
    while LegKind.APPLICANT not in [entry.kind for entry in journal.of(Dialled)]:
        journal.written.clear()
        await journal.written.wait()


async def test_an_operator_who_presses_nothing_does_not_ring_the_applicant(answered: Line, directions: FakeDirections) -> None:
    directions.errands = TALK
    await answered.post("/voice/call")
    await answered.wait()
    await answered.wait()
    assert [verb["verb"] for verb in answered.verbs] == ["say", "hangup"]


@pytest.mark.parametrize("away", [False, True], ids=["it is owed no more", "the core does not answer"])
async def test_a_call_without_an_errand_ends_politely(answered: Line, directions: FakeDirections, away: bool) -> None:
    directions.errands, directions.away = None, away
    await answered.post("/voice/call")
    assert [verb["verb"] for verb in answered.verbs] == ["config", "say", "hangup"]


async def test_the_end_of_the_call_ends_its_steps(answered: Line, journal: FakeJournal) -> None:
    hook = answered.hook_of("gather")
    assert await answered.post(hook, reason="dtmfDetected", digits="1", call_status="completed") == []
    assert EventKind.HEARD_OUT not in kinds(journal)


async def test_a_failed_hook_puts_the_question_again(answered: Line) -> None:
    await answered.post(answered.hook_of("redirect"))
    assert "Это контакт-центр" in answered.said


async def test_what_is_said_and_pressed_is_written_down(answered: Line, journal: FakeJournal) -> None:
    await answered.press("1")
    while "keys" not in kinds(journal):
        journal.written.clear()
        await journal.written.wait()
    note = next(note for note in journal.of(Note) if note.kind == "keys")
    assert note.details == {"keys": "1", "said": ["Яму на улице засыпали.", note.details["said"][1]]}
    assert note.step == 2


async def test_keys_without_meaning_do_not_turn_in_a_circle(answered: Line) -> None:
    await answered.press("7")
    await answered.press("7")
    assert answered.verbs[-1]["verb"] == "hangup"
