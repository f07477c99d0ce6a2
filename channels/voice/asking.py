"""A caller's turn with the dialogue: stored, carried in this very request, and what it says is handed to the menu."""

import asyncio
from collections.abc import Callable, Sequence

from channels.voice.channel import VoiceChannel, event_of
from channels.voice.menu.model import Choice, Happened, Happening
from channels.voice.ports import LiveCall
from core.channels import Outbound
from core.clock import Clock
from core.conversations.intake import Intake
from core.deliveries.outbox import lane_of
from core.phone.entries import Entry, Note
from core.phone.standing import Standing, TalkReading
from core.phone.talks import sender_of
from core.phone.vocabulary import CallResult
from core.vocabulary import ConversationMode

SOURCE = "voice"
TOLD = "told"
"""The line of the journal that the dialogue answered."""


class Asking:
    """Asks the one dialogue of all channels; ``later`` writes into the journal of calls behind the answer."""

    def __init__(
        self, *, channel: VoiceChannel, intake: Intake, talks: TalkReading, later: Callable[[Entry], None], clock: Clock
    ) -> None:
        self._channel = channel
        self._intake = intake
        self._talks = talks
        self._later = later
        self._clock = clock

    async def ask(
        self, call: LiveCall, *, words: str = "", intent: str = "", button: tuple[int, int] | None = None, article: str = ""
    ) -> Happening:
        """What the dialogue answers; the same hook asked again gives what was answered the first time."""
        sender = sender_of(call.caller, call.call_sid)
        lane = lane_of(self._channel.name, sender)
        event = event_of(sender, call.hook, text=words, intent=intent, button=button, article=article)
        with self._channel.gathering(sender) as said:
            stored = asyncio.ensure_future(self._intake.store(SOURCE, call.hook, lane, event))
            await self._intake.carry_fresh(lane, call.hook, event, stored)
            await stored
        standing = await self._talks.of(sender)
        if standing is None:
            return Happening(kind=Happened.REFUSED, status="down")
        self._note(call, standing)
        return _happening(said, standing)

    def _note(self, call: LiveCall, standing: Standing) -> None:
        """The call remembers its conversation; who was answered was informed (reg. 2.5.1)."""
        away = standing.is_away and not standing.answered
        informed = not (standing.missed or standing.asks or away or standing.alarmed)
        noted = Note(
            call_sid=call.call_sid,
            at=self._clock.now(),
            kind=TOLD,
            conversation_id=standing.conversation_id,
            reached=CallResult.INFORMED if informed else None,
            emergency=standing.alarmed or None,
        )
        self._later(noted)


def _happening(said: Sequence[Outbound], standing: Standing) -> Happening:
    """Menus of other channels are left out: the telephone has its own."""
    told = [one for one in said if not one.content.get("menu")]
    words = "\n\n".join(str(one.content["text"]) for one in told) if said else "\n\n".join(standing.said)
    choices = _choices(told) if standing.missed or not standing.is_away else ()
    return Happening(kind=Happened.ANSWERED, words=words, choices=choices, status=_status(standing))


def _choices(said: Sequence[Outbound]) -> tuple[Choice, ...]:
    """The buttons of the newest message that has any; those of the notice of an outage are a menu too."""
    for one in reversed(said):
        titles = [button["title"] for row in one.content.get("buttons", ()) for button in row]
        if titles:
            return tuple(Choice(title=str(title), value=f"{one.message_id}:{index}") for index, title in enumerate(titles))
    return ()


def _status(standing: Standing) -> str:
    if standing.alarmed:
        return "alarm"
    if standing.mode is ConversationMode.CLOSED:
        return "closed"
    if standing.handed_off:
        return "handed_off"
    if standing.is_away and not standing.answered:
        return "down"
    if standing.asks:
        return "form"
    return "unknown" if standing.missed else ""
