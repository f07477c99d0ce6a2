"""The hooks against an exchange that behaves as the real one: verbs are executed, keys and words come back by hooks."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from channels.voice.addresses import Addresses
from channels.voice.api import JambonzApi
from channels.voice.exchange import JambonzExchange
from channels.voice.menu.model import Doing, Happened, Happening, Party
from channels.voice.ports import Errand, Onward
from channels.voice.rendering import Trunk
from channels.voice.seals import Seals
from channels.voice.site import VoicePorts, VoiceSite
from channels.voice.spoken.speaking import speak
from channels.voice.verbs import Wire
from core.clock import SystemClock
from core.phone.entries import Ended, LegMoved, Note, Opened
from core.phone.port import CallGone, DialOrder
from core.phone.vocabulary import EventKind, LegState, Script
from sandbox.jambonz.app import serving
from sandbox.jambonz.exchange import Exchange
from sandbox.jambonz.phone import Phone
from sandbox.jambonz.settings import KEY, SECRET, Settings
from tests.channels.voice.fakes import FakeDirections, FakeEffects, FakeJournal, FakeMedia, an_operator
from tests.sandbox.jambonz.application import Application, running

DISPATCH = "+78672000112"
OFFICIAL = Party(kind="official", address_kind="phone", address="+78672000999", leg="leg-2", name="Пробный")
NEWS = "0123456789abcdef"


class _Server(uvicorn.Server):
    """Leaves signals to the tests."""

    @contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]  # as uvicorn has it
        yield


@dataclass(kw_only=True)
class Centre:
    """Our hooks, an exchange, a recorder. ``refusals``: so many hooks more are answered 503."""

    exchange: Exchange
    outgoing: JambonzExchange
    recorder: Application
    refusals: int = 0

    def answers(self) -> list[Wire]:
        """What the exchange was answered."""
        return [hook.answer for hook in self.exchange.log if isinstance(hook.answer, list) and hook.answer]


@pytest.fixture
async def centre(
    warm: None, ports: VoicePorts, trunk: Trunk, seals: Seals, answers: list[Wire], clock: object
) -> AsyncIterator[Centre]:
    """All of them on this machine, in this loop, at the fast pace."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{listening.getsockname()[1]}"
        hooks = {
            "call_hook": f"{base}/voice/call",
            "status_hook": f"{base}/voice/status",
            "queue_hook": f"{base}/voice/queue-event",
        }
        async with running(SECRET) as recorder, serving(Settings(**hooks)) as exchange:
            addresses = Addresses(public_url=base, recorder_url=recorder.base.replace("http", "ws"), seals=seals)
            settings = exchange.settings
            api = JambonzApi(url=exchange.url, account=settings.account, key=KEY)
            outgoing = JambonzExchange(api, addresses, trunk, application=settings.application, speak=speak)
            centre = Centre(exchange=exchange, outgoing=outgoing, recorder=recorder)
            site = VoiceSite(replace(ports, clock=SystemClock()), addresses, trunk, webhook_secret=SECRET, budget=1.0)
            async with site, _served(site, listening, centre):
                yield centre
            answers += centre.answers()
            assert not [problem for problem in exchange.problems if "defect" in problem]
            await api.close()


@asynccontextmanager
async def _served(site: VoiceSite, listening: socket.socket, centre: Centre) -> AsyncIterator[None]:
    hooks = Starlette(routes=site.routes)

    async def app(scope, receive, send):  # type: ignore[no-untyped-def]  # ASGI
        if centre.refusals and scope["type"] == "http":
            centre.refusals -= 1
            await Request(scope, receive).body()
            await Response(status_code=503)(scope, receive, send)
            return
        await hooks(scope, receive, send)

    server = _Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


async def called(centre: Centre, effects: FakeEffects, keys: str = "") -> Phone:
    """A caller in the menu."""
    effects.outcomes.setdefault(Doing.FIND_OPERATOR, an_operator("leg-1", "user1"))
    caller = await centre.exchange.call("+79000000001")
    await caller.is_asked()
    for key in keys:
        await caller.press(key)
    return caller


async def ended(journal: FakeJournal, calls: int = 1, *, pressed: int = 0) -> None:
    """The end of so many calls was written down, and so many keys: these follow a little later, with others."""
    while len(journal.of(Ended)) < calls or sum(note.kind == "keys" for note in journal.of(Note)) < pressed:
        journal.written.clear()
        await journal.written.wait()


async def test_the_greeting_cannot_be_cut_and_the_menu_can(centre: Centre, effects: FakeEffects, journal: FakeJournal) -> None:
    caller = await called(centre, effects)
    assert caller.heard[0].startswith("Здравствуйте")
    await caller.hang_up()
    await ended(journal)
    assert [sound.path.split("/")[1:3] for sound in centre.recorder.sounds] == [["rec", "call"]]
    assert centre.recorder.sounds[0].headers["Authorization"].startswith("Basic ")


async def test_a_caller_is_put_through_to_the_dispatch_service(centre: Centre, effects: FakeEffects, journal: FakeJournal) -> None:
    service = centre.exchange.callee(DISPATCH).answers(1).hangs_up(5)
    caller = await called(centre, effects, "4")
    await caller.is_connected()
    await caller.is_asked()
    assert service.ended
    await caller.hang_up()
    await ended(journal)
    assert LegState.COMPLETED in [moved.state for moved in journal.of(LegMoved)]


async def test_an_operator_takes_a_call_by_the_key(
    centre: Centre, effects: FakeEffects, directions: FakeDirections, journal: FakeJournal
) -> None:
    directions.whispers["leg-1"] = "Звонит заявитель Пробный."
    operator = centre.exchange.callee("user:user1").answers(1).presses("1")
    caller = await called(centre, effects, "6")
    await caller.is_connected()
    assert any("Звонит заявитель Пробный" in heard for heard in operator.heard)
    await caller.hang_up()
    await ended(journal)
    assert LegState.ACCEPTED in [moved.state for moved in journal.of(LegMoved)]
    assert {moved.key for moved in journal.of(LegMoved)} == {"leg-1"}


async def test_a_call_that_nobody_takes_goes_to_the_next_operator(centre: Centre, effects: FakeEffects) -> None:
    free = iter([an_operator("leg-1", "user1"), an_operator("leg-2", "user2"), an_operator("leg-3", "user3")])

    async def found() -> Happening:
        return next(free)

    effects.outcomes[Doing.FIND_OPERATOR] = found
    centre.exchange.callee("user:user1").busy()
    centre.exchange.callee("user:user2").answers(1)
    third = centre.exchange.callee("user:user3").answers(1).presses("1")
    caller = await called(centre, effects, "6")
    await third.is_connected()
    assert effects.doings == [Doing.FIND_OPERATOR] * 3
    await caller.hang_up()


async def test_a_transfer_that_is_not_answered_comes_back_to_the_operator(
    centre: Centre, effects: FakeEffects, directions: FakeDirections
) -> None:
    directions.onwards["transfer"] = Onward(party=OFFICIAL, words="Соединяю вас.", seconds=5)
    operator = Party(kind="operator", address_kind="user", address="user1", leg="leg-3")
    directions.backs["leg-2"] = Onward(party=operator, words="Возвращаю вас к оператору.")
    centre.exchange.callee("user:user1").answers(1).presses("1")
    centre.exchange.callee("+78672000999").silent()
    caller = await called(centre, effects, "6")
    await caller.is_connected()
    assert caller.leg is not None
    await centre.outgoing.redirect(caller.leg.sid, "transfer", leg="leg-2")
    await caller.hears("Соединяю вас")
    await caller.hears("Возвращаю вас к оператору")
    await caller.is_connected()
    assert effects.doings == [Doing.FIND_OPERATOR]
    await centre.outgoing.hang_up(caller.leg.sid)
    await caller.ends()
    with pytest.raises(CallGone):
        await centre.outgoing.hang_up(caller.leg.sid)


async def test_a_caller_is_held_and_taken_back(centre: Centre, effects: FakeEffects, directions: FakeDirections) -> None:
    operator = Party(kind="operator", address_kind="user", address="user1", leg="leg-3")
    directions.onwards["hold"] = Onward(party=None, words="Оставайтесь на линии.")
    directions.onwards["transfer"] = Onward(party=operator, words="Соединяю вас.")
    centre.exchange.callee("user:user1").answers(1).presses("1")
    caller = await called(centre, effects, "6")
    await caller.is_connected()
    assert caller.leg is not None
    await centre.outgoing.redirect(caller.leg.sid, "hold")
    await caller.hears("Оставайтесь на линии")
    await caller.waits(50)
    await centre.outgoing.redirect(caller.leg.sid, "transfer", leg="leg-3")
    await caller.hears("Соединяю вас")
    await caller.is_connected()
    await caller.hang_up()


async def test_news_are_heard_and_left_by_a_key(centre: Centre, effects: FakeEffects, media: FakeMedia) -> None:
    base = centre.exchange.settings.call_hook.removesuffix("/voice/call")
    media.sounds[NEWS] = (b"RIFF", "audio/wav")
    effects.outcomes[Doing.NEWS] = Happening(
        kind=Happened.NEWS, status="fresh", words="Новость от 25 ноября.", url=f"{base}/voice/media/{NEWS}.wav"
    )
    caller = await called(centre, effects, "2")
    await caller.hears("Новость от двадцать пятого ноября")
    await caller.is_asked()
    await caller.press("0")
    assert not caller.ended
    await caller.hang_up()


async def test_a_message_is_left_and_kept(centre: Centre, effects: FakeEffects) -> None:
    effects.outcomes[Doing.KEEP_MESSAGE] = Happening(kind=Happened.STORED)
    caller = await called(centre, effects, "5")
    for _ in range(6):
        if Doing.KEEP_MESSAGE in effects.doings or caller.ended:
            break
        await caller.waits(12)
        await caller.press("#" if _recording(centre) else "1")
        await caller.waits(2)
    await caller.hang_up()
    await caller.ends()
    kept = [effect.choice for _, effect in effects.asked if effect.doing is Doing.KEEP_MESSAGE]
    assert kept and "question-" in kept[0]


async def test_when_our_hooks_are_down_the_caller_still_leaves_a_message(centre: Centre, effects: FakeEffects) -> None:
    caller = await called(centre, effects)
    centre.refusals = 100
    await caller.press("3")
    await caller.hears("техническая ошибка")
    await caller.ends()
    parts = [sound.path for sound in centre.recorder.sounds if "/rec/message/" in sound.path]
    assert len(parts) == 1 and "/question-0/" in parts[0]


async def test_a_hook_that_failed_once_is_asked_again(centre: Centre, effects: FakeEffects) -> None:
    service = centre.exchange.callee(DISPATCH).answers(1)
    caller = await called(centre, effects)
    centre.refusals = 1
    await caller.press("4")
    await service.is_connected()
    assert centre.refusals == 0
    await caller.hang_up()


async def test_an_applicant_hears_a_reply_and_shows_it_by_a_key(
    centre: Centre, effects: FakeEffects, directions: FakeDirections, journal: FakeJournal
) -> None:
    directions.errands = Errand(script=Script.MESSAGE, introduction="Это контакт-центр.", words="Яму засыпали.")
    applicant = centre.exchange.callee("+79000000005").answers(1).presses("1").presses("1")
    sid = await centre.outgoing.dial_out(
        DialOrder(address_kind="phone", address="+79000000005", tag={"phone_call": "5", "task": "7"})
    )
    await applicant.hears("Яму засыпали")
    await applicant.ends()
    await ended(journal)
    assert EventKind.HEARD_OUT in [note.kind for note in journal.of(Note)]
    assert {(entry.call_sid, entry.phone_call_id) for entry in journal.of(Opened)} == {(sid, 5)}


async def test_a_machine_hears_no_reply(centre: Centre, directions: FakeDirections, journal: FakeJournal) -> None:
    directions.errands = Errand(script=Script.MESSAGE, introduction="Это контакт-центр.", words="Яму засыпали.")
    machine = centre.exchange.callee("+79000000005").machine("Оставьте сообщение после сигнала")
    await centre.outgoing.dial_out(DialOrder(address_kind="phone", address="+79000000005", tag={"phone_call": "5"}))
    await machine.ends()
    await ended(journal)
    kinds = [note.kind for note in journal.of(Note)]
    assert EventKind.HEARD_OUT not in kinds
    assert not any("Яму" in heard for heard in machine.heard)


async def test_twenty_callers_at_once_are_each_answered_with_their_own(
    centre: Centre, effects: FakeEffects, journal: FakeJournal
) -> None:
    callers = await asyncio.gather(*(centre.exchange.call(f"+790000000{number:02}") for number in range(20)))

    async def asks(number: int, caller: Phone) -> None:
        await caller.is_asked()
        await caller.press("135"[number % 3])
        await caller.waits(3)
        await caller.hang_up()

    await asyncio.gather(*(asks(number, caller) for number, caller in enumerate(callers)))
    await ended(journal, 20)
    while len(keys := _keys(journal)) < len(callers):
        journal.written.clear()
        await journal.written.wait()
    sids = [caller.leg.sid for caller in callers if caller.leg]
    assert [keys[sid] for sid in sids] == ["135"[number % 3] for number in range(20)]
    assert len({sound.path for sound in centre.recorder.sounds if "/rec/call/" in sound.path}) == 20


def _keys(journal: FakeJournal) -> dict[str, str]:
    """The last keys of each call that were written down."""
    return {note.call_sid: note.details["keys"] for note in journal.of(Note) if note.kind == "keys"}


def _recording(centre: Centre) -> bool:
    """Whether a part of a message is being recorded."""
    return any("/rec/message/" in sound.path and sound.code is None for sound in centre.recorder.sounds)
