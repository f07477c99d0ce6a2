"""Calls that an operator passes on, holds and takes back (reg. 2.8.5)."""

import pytest

from channels.voice.addresses import Addresses
from channels.voice.directing import CoreDirections
from channels.voice.lines import read_lines
from channels.voice.menu.model import Doing, Party
from channels.voice.onward import MOST_TICKS
from channels.voice.ports import Errand, LiveCall, Onward
from core.errors import NotFound
from core.phone.calling_out import Task
from core.phone.entries import Dialled
from core.phone.switching import Ringing
from core.phone.vocabulary import CallDirection, LegKind, LineKind, Script
from core.vocabulary import CallPurpose
from tests.channels.voice.fakes import FakeDirections, FakeEffects, FakeJournal, Line, an_operator
from tests.clocks import NOON

OFFICIAL = Party(kind="official", address_kind="phone", address="+78672000999", leg="leg-2", name="Пробный")
OPERATOR = Party(kind="operator", address_kind="user", address="user1", leg="leg-3")


@pytest.fixture
async def talking(line: Line, effects: FakeEffects, directions: FakeDirections) -> Line:
    """A caller who talks with an operator."""
    effects.outcomes[Doing.FIND_OPERATOR] = an_operator("leg-1")
    directions.onwards["transfer"] = Onward(party=OFFICIAL, words="Соединяю вас.", screened=True)
    directions.onwards["hold"] = Onward(party=None, words="Оставайтесь на линии.")
    await line.call()
    await line.press("6")
    return line


async def test_a_caller_is_passed_on_to_an_official(
    talking: Line, addresses: Addresses, directions: FakeDirections, journal: FakeJournal
) -> None:
    before = talking.hook_of("dial")
    await talking.post(addresses.redirection(talking.sid, "transfer", {"leg": "leg-2"}))
    assert directions.asked == [("transfer", {"leg": "leg-2"})]
    assert [verb["verb"] for verb in talking.verbs[:2]] == ["say", "dial"]
    dial = talking.verb("dial")
    assert (dial["target"][0]["number"], dial["tag"]) == ("78672000999", {"leg": "leg-2"})
    assert "confirmHook" in dial and "/voice/transferred?" in dial["actionHook"]
    assert await talking.post(before, dial_call_status="completed") == []
    while LegKind.OFFICIAL not in [entry.kind for entry in journal.of(Dialled)]:
        journal.written.clear()
        await journal.written.wait()


async def test_an_official_who_does_not_answer_gives_the_caller_back_to_the_operator(
    talking: Line, addresses: Addresses, directions: FakeDirections
) -> None:
    directions.backs["leg-2"] = Onward(party=OPERATOR, words="Возвращаю вас к оператору.")
    await talking.post(addresses.redirection(talking.sid, "transfer", {"leg": "leg-2"}))
    await talking.dialled("no-answer")
    assert talking.said == "Возвращаю вас к оператору."
    assert talking.verb("dial")["target"] == [{"type": "user", "name": "user1"}]


async def test_when_the_operator_is_gone_too_the_caller_is_given_to_another(
    talking: Line, addresses: Addresses, effects: FakeEffects
) -> None:
    await talking.post(addresses.redirection(talking.sid, "transfer", {"leg": "leg-2"}))
    effects.outcomes[Doing.FIND_OPERATOR] = an_operator("leg-4", "user4")
    await talking.dialled("busy")
    assert talking.verb("dial")["tag"] == {"leg": "leg-4"}


async def test_after_a_talk_with_an_official_the_menu_goes_on(
    talking: Line, addresses: Addresses, directions: FakeDirections
) -> None:
    directions.backs["leg-2"] = Onward(party=OPERATOR, words="Возвращаю.")
    await talking.post(addresses.redirection(talking.sid, "transfer", {"leg": "leg-2"}))
    await talking.dialled("completed")
    assert talking.verb("gather")


async def test_a_held_caller_hears_music_until_they_are_taken_back(
    talking: Line, addresses: Addresses, directions: FakeDirections, effects: FakeEffects
) -> None:
    await talking.post(addresses.redirection(talking.sid, "hold", {}))
    assert talking.said == "Оставайтесь на линии."
    for _ in range(4):
        await talking.wait()
        assert talking.verb("gather")["play"]["url"].endswith(".wav")
    directions.onwards["transfer"] = Onward(party=OPERATOR, words="Соединяю вас.")
    await talking.post(addresses.redirection(talking.sid, "transfer", {"leg": "leg-3"}))
    assert talking.verb("dial")["target"] == [{"type": "user", "name": "user1"}]
    assert effects.doings == [Doing.FIND_OPERATOR]


async def test_a_held_caller_is_not_forgotten(talking: Line, addresses: Addresses) -> None:
    await talking.post(addresses.redirection(talking.sid, "hold", {}))
    for _ in range(MOST_TICKS):
        await talking.wait()
    assert "play" not in talking.verb("gather")


async def test_a_redirection_that_comes_after_the_end_does_nothing(
    talking: Line, addresses: Addresses, directions: FakeDirections
) -> None:
    hook = addresses.redirection(talking.sid, "transfer", {"leg": "leg-2"})
    assert await talking.post(hook, call_status="completed") == []
    assert directions.asked == []


class Core:
    """What the core knows."""

    def __init__(self) -> None:
        self.legs = {
            "leg-2": Ringing(
                leg="leg-2",
                kind=LegKind.OFFICIAL,
                address_kind=LineKind.PHONE,
                address="+78672000999",
                name="Пробный",
                screened=True,
                words="Звонит заявитель.",
            )
        }
        self.tasks = {
            5: Task(
                script=Script.MESSAGE,
                purpose=CallPurpose.REPLY,
                introduction="Ответ на обращение.",
                words="Яму засыпали.",
                phone="+79000000001",
                applicant_name="Пробный",
                appeal_id=1,
            )
        }

    async def ringing(self, leg_key: str) -> Ringing:
        """The leg."""
        if leg_key not in self.legs:
            raise NotFound
        return self.legs[leg_key]

    async def return_to(self, leg_key: str) -> Ringing | None:
        """Nobody."""
        return None

    async def task_of(self, phone_call_id: int) -> Task | None:
        """The task."""
        return self.tasks.get(phone_call_id)


def a_call(**tag: str) -> LiveCall:
    """An answered call."""
    return LiveCall(call_sid="c1", caller="", said_as="", called="", direction=CallDirection.OUT, started_at=NOON, tag=tag)


async def test_the_cores_decisions_become_directions() -> None:
    core, lines = Core(), read_lines().onward
    directions = CoreDirections(core, core, lines)
    onward = await directions.onward(a_call(), "transfer", {"leg": "leg-2"})
    assert onward is not None and onward.party == OFFICIAL
    assert (onward.words, onward.screened) == (lines.connecting, True)
    assert await directions.onward(a_call(), "hold", {}) == Onward(party=None, words=lines.moment)
    assert await directions.back(a_call(), "leg-2") is None
    assert await directions.whisper(a_call(), "leg-2") == "Звонит заявитель."
    with pytest.raises(NotFound):
        await directions.onward(a_call(), "transfer", {})


@pytest.mark.parametrize("tag", [{}, {"phone_call": "x"}, {"phone_call": "6"}], ids=["no tag", "no number", "an unknown call"])
async def test_a_call_that_is_none_of_ours_has_no_errand(tag: dict[str, str]) -> None:
    core = Core()
    assert await CoreDirections(core, core, read_lines().onward).errand(a_call(**tag)) is None


async def test_a_call_of_ours_has_its_errand() -> None:
    core = Core()
    errand = await CoreDirections(core, core, read_lines().onward).errand(a_call(phone_call="5", task="1"))
    applicant = Party(kind="applicant", address_kind="phone", address="+79000000001", name="Пробный")
    assert errand == Errand(script=Script.MESSAGE, introduction="Ответ на обращение.", words="Яму засыпали.", party=applicant)
