"""Calls through the real menu by hooks: what the exchange is answered, and what is written down."""

from dataclasses import replace
from urllib.parse import urlsplit

import pytest

from channels.voice.menu.model import Choice, Doing, Happened, Happening
from core.phone.entries import Dialled, LegMoved, Note, Opened
from core.phone.vocabulary import CallDirection, CallPlace, LegKind, LegState
from tests.channels.voice.fakes import RECORDER, FakeEffects, FakeFacts, FakeJournal, Line, an_operator

BUSY = Happening(kind=Happened.NOBODY_FREE, status="busy", position=2)


@pytest.mark.clause("2.5.2")
async def test_a_call_has_its_row_before_it_is_answered_and_is_recorded_from_its_first_verb(
    line: Line, journal: FakeJournal
) -> None:
    await line.call()
    opened = journal.of(Opened)[0]
    assert (opened.call_sid, opened.caller, opened.direction) == (line.sid, "+79000000001", CallDirection.IN)
    first = line.verbs[0]
    assert first["verb"] == "config"
    assert first["listen"]["url"].startswith(f"{RECORDER}/rec/call/{line.sid}/")
    assert first["listen"]["mixType"] == "stereo"
    assert line.verbs[1]["verb"] == "say"


@pytest.mark.clause("2.5.2")
async def test_where_nothing_can_be_recorded_the_call_goes_on_without(line: Line, facts: FakeFacts) -> None:
    facts.known = replace(facts.known, can_record=False)
    verbs = await line.call()
    assert not {"config", "listen"} & {verb["verb"] for verb in verbs}


async def test_each_step_is_written_down_with_what_was_pressed_and_said(line: Line, journal: FakeJournal) -> None:
    await line.call()
    await line.press("3")
    await _written(journal, 2)
    notes = journal.of(Note)
    assert [(note.kind, note.step, note.place) for note in notes] == [
        ("started", 1, CallPlace.MENU),
        ("keys", 2, CallPlace.MENU),
    ]
    assert notes[1].details["keys"] == "3"
    assert notes[1].details["said"]


@pytest.mark.clause("2.4.1")
async def test_news_are_played_from_an_address_of_ours_and_a_key_cuts_them(line: Line, effects: FakeEffects) -> None:
    url = "https://centre.example.org/voice/media/0123456789abcdef.wav"
    effects.outcomes[Doing.NEWS] = Happening(kind=Happened.NEWS, status="fresh", words="Новость от 25 ноября.", url=url)
    await line.call()
    verbs = await line.press("2")
    playing = [verb for verb in verbs if verb["verb"] == "gather" and verb.get("play", {}).get("url") == url]
    assert len(playing) == 1
    assert "digits" in playing[0]["input"]


async def test_words_are_asked_of_the_dialogue_and_its_answer_is_said(line: Line, effects: FakeEffects) -> None:
    effects.outcomes[Doing.ASK] = Happening(kind=Happened.ANSWERED, words="Приём по понедельникам с 10 до 13.")
    await line.call()
    await line.press("3")
    await line.say("когда приём граждан")
    call, effect = effects.asked[-1]
    assert (effect.doing, effect.words) == (Doing.ASK, "когда приём граждан")
    assert (call.call_sid, call.caller) == (line.sid, "+79000000001")
    assert "с десяти" in line.said


async def test_an_operator_is_rung_with_the_callers_leg_known_to_the_journal(
    line: Line, effects: FakeEffects, journal: FakeJournal
) -> None:
    effects.outcomes[Doing.FIND_OPERATOR] = an_operator("leg-9")
    await line.call()
    await line.press("6")
    dial = line.verb("dial")
    assert (dial["target"], dial["tag"]) == ([{"type": "user", "name": "user1"}], {"leg": "leg-9"})
    await line.status("ringing", call_sid="child", parent_call_sid=line.sid, direction="outbound", customerData={"leg": "leg-9"})
    await line.dialled("completed", dial_call_sid="child")
    await _written(journal, 3)
    dialled = journal.of(Dialled)[0]
    assert (dialled.key, dialled.kind, dialled.screened) == ("leg-9", LegKind.OPERATOR, True)
    states = [(moved.key, moved.leg_sid, moved.state) for moved in journal.of(LegMoved)]
    assert states == [("leg-9", "child", state) for state in (LegState.RINGING, LegState.ACCEPTED, LegState.COMPLETED)]


@pytest.mark.parametrize(
    ("status", "call_status", "states"),
    [
        pytest.param("completed", "in-progress", [LegState.ACCEPTED, LegState.COMPLETED], id="talked, and hung up"),
        pytest.param("completed", "completed", [LegState.ANSWERED, LegState.COMPLETED], id="the caller hung up"),
        pytest.param("in-progress", "in-progress", [LegState.DECLINED], id="did not take it"),
        pytest.param("no-answer", "in-progress", [LegState.NO_ANSWER], id="did not answer"),
    ],
)
async def test_the_end_of_a_dialling_tells_what_lost_statuses_did_not(
    line: Line, journal: FakeJournal, status: str, call_status: str, states: list[LegState]
) -> None:
    await line.call()
    await line.press("4")
    await line.dialled(status, dial_call_sid="child", call_status=call_status)
    while not journal.of(LegMoved):
        journal.written.clear()
        await journal.written.wait()
    assert [moved.state for moved in journal.of(LegMoved)] == states


async def test_who_is_rung_is_written_down_before_the_exchange_rings_them(line: Line, journal: FakeJournal) -> None:
    await line.call()
    await line.press("4")
    assert line.verb("dial")["target"]
    assert [dialled.kind for dialled in journal.of(Dialled)] == [LegKind.DISPATCH]


async def test_who_waits_is_asked_after_at_each_round_of_the_music(line: Line, effects: FakeEffects, journal: FakeJournal) -> None:
    effects.outcomes[Doing.FIND_OPERATOR] = BUSY
    await line.call()
    await line.press("6")
    assert line.verb("gather")["play"]["url"].endswith(".wav")
    await line.wait()
    assert effects.doings == [Doing.FIND_OPERATOR, Doing.FIND_OPERATOR]
    effects.outcomes[Doing.FIND_OPERATOR] = an_operator()
    await line.wait()
    assert line.verb("dial")["target"]
    await _written(journal, 5)
    assert [note.place for note in journal.of(Note)][1:] == [CallPlace.QUEUE] * 3


@pytest.mark.clause("2.4.2")
async def test_a_message_is_recorded_part_by_part_and_handed_over(line: Line, effects: FakeEffects) -> None:
    effects.outcomes[Doing.KEEP_MESSAGE] = Happening(kind=Happened.STORED)
    await line.call()
    await line.press("5")
    parts: list[str] = []
    for _ in range(8):
        if line.recording is not None:
            parts.append(urlsplit(line.recording["url"]).path.split("/")[4])
        await (line.record() if line.recording is not None else line.press("1"))
        if Doing.KEEP_MESSAGE in effects.doings:
            break
    call, effect = effects.asked[-1]
    assert [part.partition("-")[0] for part in parts] == ["name", "question"]
    assert effect.choice == " ".join(parts)
    assert dict(call.recorded) == {part.partition("-")[0]: part for part in parts}


@pytest.mark.clause("2.4.2")
async def test_a_message_is_kept_when_the_caller_hangs_up_instead_of_sending_it(line: Line, effects: FakeEffects) -> None:
    effects.outcomes[Doing.KEEP_MESSAGE] = Happening(kind=Happened.STORED)
    await _at_question(line)
    assert line.recording is not None
    hook = line.recording["actionHook"]
    await line.status("completed", duration=40, call_termination_by="caller")
    assert await line.post(hook, call_status="completed", duration=40, dial_call_duration=12) == []
    assert effects.doings == [Doing.KEEP_MESSAGE]


async def test_what_was_recorded_is_kept_when_the_caller_hangs_up_while_asked_about_it(line: Line, effects: FakeEffects) -> None:
    effects.outcomes[Doing.KEEP_MESSAGE] = Happening(kind=Happened.STORED)
    await _at_question(line)
    await line.record()
    await line.status("completed", duration=40, call_termination_by="caller")
    await line.status("completed", duration=40, call_termination_by="caller")
    assert effects.doings == [Doing.KEEP_MESSAGE]


async def test_a_recorder_that_cannot_be_reached_is_told_to_the_caller(line: Line) -> None:
    await line.call()
    await line.press("5")
    await line.record(seconds=None)
    assert line.verbs[0]["verb"] != "hangup"
    assert line.said


async def test_choices_of_the_dialogue_are_keys(line: Line, effects: FakeEffects) -> None:
    choices = (Choice(title="Да", value="17:0"), Choice(title="Нет", value="17:1"))
    effects.outcomes[Doing.ASK] = Happening(
        kind=Happened.ANSWERED, words="Зарегистрировать обращение?", choices=choices, status="form"
    )
    await line.call()
    await line.press("3")
    await line.say("яма на дороге")
    await line.press("2")
    assert effects.asked[-1][1].choice == "17:1"


async def test_a_failed_hook_is_followed_by_the_menu_and_failures_in_a_row_by_a_way_out(line: Line) -> None:
    await line.call()
    for _ in range(4):
        if any(verb["verb"] == "redirect" for verb in line.verbs):
            await line.post(line.hook_of("redirect"))
    assert [verb["verb"] for verb in line.verbs[-4:]] == ["say", "listen", "say", "hangup"]
    assert all(verb["verb"] != "redirect" for verb in line.verbs)


async def test_a_menu_that_breaks_leaves_the_caller_an_apology_and_a_recorder(
    line: Line, facts: FakeFacts, journal: FakeJournal
) -> None:
    await line.call()
    facts.away = True
    await line.press("3")
    assert [verb["verb"] for verb in line.verbs] == ["say", "listen", "say", "hangup"]
    await _written(journal, 2)
    assert journal.of(Note)[-1].details == {"what": "DatabaseAway"}


async def test_a_broken_first_answer_still_records_the_call(line: Line, facts: FakeFacts) -> None:
    facts.away = True
    verbs = await line.call()
    assert [verb["verb"] for verb in verbs] == ["config", "say", "listen", "say", "hangup"]


async def _at_question(line: Line) -> None:
    await line.call()
    await line.press("5")
    for _ in range(6):
        if line.recording is not None and "/question-" in line.recording["url"]:
            return
        await (line.record() if line.recording is not None else line.press("1"))
    raise AssertionError("the question was never asked")


async def _written(journal: FakeJournal, notes: int) -> None:
    while len(journal.of(Note)) + len(journal.of(Dialled)) < notes:
        journal.written.clear()
        await journal.written.wait()
