"""Effects of the menu within the time of a hook."""

import asyncio
from dataclasses import replace

import pytest

from channels.voice.menu.model import Doing, Effect, Facts, Happened, Happening, Hours, Listen, Move, Place, Say
from channels.voice.ports import LiveCall
from channels.voice.running import MOST_EFFECTS, MenuCircles, Runner
from channels.voice.verbs import Wire
from core.phone.vocabulary import CallDirection
from tests.channels.voice.fakes import FakeEffects
from tests.clocks import NOON

CALL = LiveCall(call_sid="c1", caller="", said_as="", called="", direction=CallDirection.IN, started_at=NOON)
FACTS = Facts(now=NOON, hours=Hours.DAY, caller="", recognises=True, can_record=True, dispatch=())
PLACE = Place(state="menu")
ANSWERED = Happening(kind=Happened.ANSWERED, words="Ответ.")


async def nothing_before() -> Wire | None:
    """No other process answered this hook."""
    return None


def asking(times: int, doing: Doing = Doing.ASK) -> tuple[list[Happening], "Runner", FakeEffects]:
    """A menu that asks for some effects and then listens; what it was told."""
    told: list[Happening] = []
    effects = FakeEffects()
    effects.outcomes[doing] = ANSWERED

    def decide(place: Place | None, happening: Happening, facts: Facts) -> Move:
        told.append(happening)
        then = Effect(doing=doing) if len(told) <= times else Listen()
        return Move(place=PLACE, prompts=(Say(text=f"{len(told)}"),), then=then)

    return told, Runner(decide, effects, budget=0.1), effects


async def test_a_step_without_effects_asks_nobody() -> None:
    _, runner, effects = asking(0)

    async def never() -> Wire | None:
        raise AssertionError

    outcome = await runner.run(CALL, PLACE, ANSWERED, FACTS, never)
    assert (outcome.doings, effects.asked) == ((), [])


async def test_prompts_before_effects_are_said_first() -> None:
    told, runner, _ = asking(2)
    outcome = await runner.run(CALL, PLACE, Happening(kind=Happened.KEYS), FACTS, nothing_before)
    assert [prompt.text for prompt in outcome.move.prompts if isinstance(prompt, Say)] == ["1", "2", "3"]
    assert outcome.doings == (Doing.ASK, Doing.ASK)
    assert told[1:] == [ANSWERED, ANSWERED]


async def test_what_another_process_answered_is_answered_again() -> None:
    _, runner, effects = asking(1)

    async def before() -> Wire | None:
        return [{"verb": "hangup"}]

    outcome = await runner.run(CALL, PLACE, ANSWERED, FACTS, before)
    assert outcome.repeated == [{"verb": "hangup"}]
    assert effects.asked == []


async def test_a_menu_that_asks_for_ever_is_stopped() -> None:
    _, runner, effects = asking(MOST_EFFECTS + 1)
    with pytest.raises(MenuCircles):
        await runner.run(CALL, PLACE, ANSWERED, FACTS, nothing_before)
    assert len(effects.asked) == MOST_EFFECTS


@pytest.mark.parametrize(("doing", "goes_on"), [(Doing.ASK, False), (Doing.KEEP_MESSAGE, True)], ids=["asked", "kept"])
async def test_a_late_effect_is_down_and_only_what_keeps_something_goes_on(doing: Doing, goes_on: bool) -> None:
    told, runner, effects = asking(1, doing)
    release, ended = asyncio.Event(), list[str]()

    async def slowly() -> Happening:
        try:
            await release.wait()
            ended.append("done")
        except asyncio.CancelledError:
            ended.append("cancelled")
            raise
        return ANSWERED

    effects.outcomes[doing] = slowly
    await runner.run(CALL, PLACE, ANSWERED, FACTS, nothing_before)
    assert told[-1] == Happening(kind=Happened.REFUSED, status="down")
    release.set()
    await runner.settled()
    assert ended == ["done" if goes_on else "cancelled"]


async def test_an_error_that_comes_late_hurts_nobody() -> None:
    _, runner, effects = asking(1, Doing.ALARM)
    release = asyncio.Event()

    async def breaks() -> Happening:
        await release.wait()
        raise RuntimeError("too late to matter")

    effects.outcomes[Doing.ALARM] = breaks
    await runner.run(replace(CALL, call_sid="c2"), PLACE, ANSWERED, FACTS, nothing_before)
    release.set()
    await runner.settled()
