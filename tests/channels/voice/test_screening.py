"""Who answers a screened call is told who calls, and takes the call by a key."""

import pytest

from channels.voice.menu.model import Doing
from core.phone.entries import LegMoved
from core.phone.vocabulary import LegState
from tests.channels.voice.fakes import FakeDirections, FakeEffects, FakeJournal, Line, an_operator


@pytest.fixture
async def ringing(line: Line, effects: FakeEffects) -> Line:
    """A caller for whom an operator is rung."""
    effects.outcomes[Doing.FIND_OPERATOR] = an_operator("leg-1")
    await line.call()
    await line.press("6")
    return line


def child(line: Line) -> dict[str, str]:
    """What the hooks of the operator's leg say."""
    return {"call_sid": "child", "parent_call_sid": line.sid, "direction": "outbound", "from": "78672000000", "to": "user1"}


async def test_the_operator_hears_who_calls_and_why(ringing: Line, directions: FakeDirections) -> None:
    directions.whispers["leg-1"] = "Звонит заявитель Пробный, вопрос о дороге."
    await ringing.post(ringing.verb("dial")["confirmHook"], **child(ringing))
    assert [verb["verb"] for verb in ringing.verbs] == ["gather", "hangup"]
    gather = ringing.verb("gather")
    assert gather["say"]["text"].startswith("Звонит заявитель Пробный, вопрос о дороге.")
    assert gather["say"]["disableTtsCache"] is True
    assert directions.callers == ["+79000000001"]


@pytest.mark.parametrize("away", [False, True], ids=["nothing more is known", "the core does not answer"])
async def test_without_words_the_number_is_told(ringing: Line, directions: FakeDirections, away: bool) -> None:
    directions.away = away
    await ringing.post(ringing.verb("dial")["confirmHook"], **child(ringing))
    assert "девятьсот" in ringing.said


async def test_a_hidden_caller_is_told_as_hidden(line: Line, effects: FakeEffects) -> None:
    effects.outcomes[Doing.FIND_OPERATOR] = an_operator("leg-1")
    line.fields["from"] = "anonymous"
    await line.call()
    await line.press("6")
    await line.post(line.verb("dial")["confirmHook"], **child(line))
    assert "скрыт" in line.said


async def test_the_key_takes_the_call(ringing: Line, journal: FakeJournal) -> None:
    await ringing.post(ringing.verb("dial")["confirmHook"], **child(ringing))
    verbs = await ringing.post(ringing.hook_of("gather"), reason="dtmfDetected", digits="1", **child(ringing))
    assert [verb["verb"] for verb in verbs] == ["say"]
    moved = journal.of(LegMoved)[-1]
    assert (moved.call_sid, moved.key, moved.leg_sid, moved.state) == (ringing.sid, "leg-1", "child", LegState.ACCEPTED)


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"reason": "timeout"}, id="silence, as of a machine"),
        pytest.param({"reason": "dtmfDetected", "digits": "2"}, id="another key"),
        pytest.param({"reason": "dtmfDetected", "digits": "1", "call_status": "completed"}, id="too late"),
    ],
)
async def test_anything_else_declines_it(ringing: Line, journal: FakeJournal, more: dict[str, str]) -> None:
    await ringing.post(ringing.verb("dial")["confirmHook"], **child(ringing))
    assert await ringing.post(ringing.hook_of("gather"), **{**child(ringing), **more}) == []
    assert [verb["verb"] for verb in ringing.verbs] == ["gather", "hangup"]
    assert LegState.ACCEPTED not in [moved.state for moved in journal.of(LegMoved)]


async def test_a_call_that_was_declined_goes_to_the_next(ringing: Line, effects: FakeEffects, journal: FakeJournal) -> None:
    effects.outcomes[Doing.FIND_OPERATOR] = an_operator("leg-2", "user2")
    await ringing.dialled("in-progress", dial_call_sid="child")
    assert ringing.verb("dial")["tag"] == {"leg": "leg-2"}
    while not journal.of(LegMoved):
        journal.written.clear()
        await journal.written.wait()
    assert (journal.of(LegMoved)[-1].key, journal.of(LegMoved)[-1].state) == ("leg-1", LegState.DECLINED)
