"""Hooks that come twice, too late, out of order, or to another process."""

import asyncio

import httpx
import orjson
import pytest
from starlette.applications import Starlette

from channels.voice.addresses import Addresses
from channels.voice.menu.model import Doing, Happened, Happening
from channels.voice.rendering import Trunk
from channels.voice.site import VoicePorts, VoiceSite
from channels.voice.verbs import Wire
from core.phone.entries import Ended, Note
from tests.channels.voice.fakes import PUBLIC, WEBHOOK_SECRET, FakeEffects, FakeJournal, Line, an_operator
from tests.clocks import MovableClock


async def test_a_hook_that_is_sent_again_has_one_effect_and_the_same_answer(line: Line, effects: FakeEffects) -> None:
    effects.outcomes[Doing.FIND_OPERATOR] = an_operator()
    await line.call()
    hook, body = line.hook_of("gather"), line.body(reason="dtmfDetected", digits="6")
    first, second = await line.send(hook, body), await line.send(hook, body)
    assert first.json() == second.json() != []
    assert effects.doings == [Doing.FIND_OPERATOR]


async def test_a_hook_that_is_sent_again_while_the_first_is_answered_waits_for_it(line: Line, effects: FakeEffects) -> None:
    asked, released = asyncio.Event(), asyncio.Event()

    async def slowly() -> Happening:
        asked.set()
        await released.wait()
        return an_operator()

    effects.outcomes[Doing.FIND_OPERATOR] = slowly
    await line.call()
    hook, body = line.hook_of("gather"), line.body(reason="dtmfDetected", digits="6")
    first = asyncio.create_task(line.send(hook, body))
    await asked.wait()
    second = asyncio.create_task(line.send(hook, body))
    released.set()
    assert (await first).json() == (await second).json()
    assert effects.doings == [Doing.FIND_OPERATOR]


async def test_a_hook_that_is_sent_again_to_another_process_has_one_effect(line: Line, effects: FakeEffects, other: Line) -> None:
    effects.outcomes[Doing.FIND_OPERATOR] = an_operator()
    await line.call()
    hook, body = line.hook_of("gather"), line.body(reason="dtmfDetected", digits="6")
    signature = line.signed(orjson.dumps(body))
    first = await line.send(hook, body, signature=signature)
    second = await other.send(hook, body, signature=signature)
    assert first.json() == second.json()
    assert effects.doings == [Doing.FIND_OPERATOR]


async def test_a_late_hook_of_an_earlier_step_is_answered_with_nothing(line: Line, effects: FakeEffects) -> None:
    """The recogniser failed, the caller pressed a key, and the timer of the first gather still ran out."""
    await line.call()
    early = line.hook_of("gather")
    verbs = await line.press("3")
    assert await line.post(early, reason="timeout") == []
    assert await line.post(early, reason="dtmfDetected", digits="6") == []
    assert effects.doings == []
    assert line.verbs == verbs


async def test_another_process_goes_on_from_the_address_alone(line: Line, other: Line) -> None:
    await line.call()
    here = await other.send(line.hook_of("gather"), line.body(reason="dtmfDetected", digits="1"))
    assert here.status_code == 200
    assert here.json()


async def test_another_process_sees_from_the_journal_that_a_hook_is_late(line: Line, other: Line, journal: FakeJournal) -> None:
    await line.call()
    early = line.hook_of("gather")
    journal.steps[line.sid] = 4
    assert (await other.send(early, line.body(reason="timeout"))).json() == []


async def test_a_process_that_cannot_ask_the_journal_answers_all_the_same(line: Line, other: Line, journal: FakeJournal) -> None:
    await line.call()
    journal.away = True
    answer = await other.send(line.hook_of("gather"), line.body(reason="dtmfDetected", digits="1"))
    assert answer.json()


async def test_the_safety_tail_may_take_the_turn_of_the_hook_that_failed(line: Line) -> None:
    """The hook's answer came too late for the exchange, which went on to the tail."""
    await line.call()
    tail, late = line.hook_of("redirect"), line.hook_of("gather")
    await line.press("3")
    assert await line.post(tail) != []
    assert await line.post(late, reason="timeout") == []
    assert await line.post(tail, call_status="in-progress", again="1") == []


async def test_hooks_after_the_end_are_noted_and_change_nothing(line: Line, effects: FakeEffects, journal: FakeJournal) -> None:
    effects.outcomes[Doing.FIND_OPERATOR] = an_operator()
    await line.call()
    await line.press("6")
    dialled = line.hook_of("dial")
    await line.status("completed", duration=20, call_termination_by="caller")
    over = {"call_status": "completed", "duration": 20, "dial_call_status": "completed"}
    assert await line.post(dialled, **over) == []
    assert await line.post(dialled, **over) == []
    assert effects.doings == [Doing.FIND_OPERATOR]
    assert [(ended.seconds, ended.because) for ended in journal.of(Ended)] == [(20, "caller")]


async def test_the_end_may_be_told_before_anything_else(line: Line, journal: FakeJournal) -> None:
    await line.status("completed", duration=3, call_termination_by="caller")
    await line.call()
    assert line.verbs[0]["verb"] == "config"
    assert len(journal.of(Ended)) == 1


async def test_silence_in_the_middle_of_prompts_is_no_silence(line: Line, effects: FakeEffects, journal: FakeJournal) -> None:
    url = "https://centre.example.org/voice/media/0123456789abcdef.wav"
    effects.outcomes[Doing.NEWS] = Happening(kind=Happened.NEWS, status="fresh", words="Новость.", url=url)
    await line.call()
    verbs = await line.press("2")
    first = next(verb for verb in verbs if verb["verb"] == "gather")
    assert first["timeout"] == 0.2
    assert await line.post(first["actionHook"], reason="timeout") == []
    assert await line.press("1") != []
    assert "silence" not in [note.kind for note in journal.of(Note)]


@pytest.fixture
async def other(
    ports: VoicePorts, addresses: Addresses, trunk: Trunk, clock: MovableClock, answers: list[Wire], site: VoiceSite
) -> Line:
    """The same call at another process: it shares the journal, and no memory."""
    second = VoiceSite(ports, addresses, trunk, webhook_secret=WEBHOOK_SECRET, budget=0.3, now=lambda: clock.now().timestamp())
    client = httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=second.routes)), base_url=PUBLIC)
    return Line(client, clock, answers)
