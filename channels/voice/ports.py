"""What the hooks need from the rest of the house."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from channels.voice.menu.model import Effect, Facts, Happening, Move, Party, Place
from channels.voice.verbs import Wire
from core.phone.entries import Entry
from core.phone.vocabulary import CallDirection, Script


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCall:
    """The call that a hook is about. ``caller``: the applicant's number, E.164 or empty, whoever called whom.

    ``said_as``: what the network gave instead; ``called``: our side's number. ``recorded``: the newest recording of each
    part of a message, as ``{"question": "question-7"}`` (key: ``message:<call_sid>:<name>``). ``tag``: ids of an outgoing call.
    ``hook``: the digest of the hook that is answered; an effect carried out twice for one hook has one effect.
    """

    call_sid: str
    caller: str
    said_as: str
    called: str
    direction: CallDirection
    started_at: datetime
    recorded: Mapping[str, str] = field(default_factory=dict)
    tag: Mapping[str, str] = field(default_factory=dict)
    hook: str = ""


class Effects(Protocol):
    """Carries out what the menu asks for."""

    async def carry_out(self, call: LiveCall, effect: Effect) -> Happening:
        """The outcome as a happening; what it raises, and what is too late, becomes REFUSED with status "down"."""
        ...


class FactsOf(Protocol):
    """What the menu must know of the moment."""

    async def facts(self, caller: str) -> Facts:
        """At once: from a cache, or as last known when the database is away."""
        ...


class Journal(Protocol):
    """The journal of calls in the database. Every method raises what the database raises; all may be repeated."""

    async def write(self, entries: Sequence[Entry]) -> object:
        """Keeps entries of many calls, in one transaction."""
        ...

    async def newest_step(self, call_sid: str) -> int:
        """The newest step of the call that was journalled; below 0 for a call that is not known."""
        ...

    async def answer_of(self, digest: str) -> Wire | None:
        """What the hook with this digest was answered."""
        ...

    async def keep_answer(self, digest: str, verbs: Wire) -> None:
        """Keeps it for a day."""
        ...


class Spool(Protocol):
    """Where entries wait on the disk while the database is away."""

    async def append(self, entries: Sequence[Entry]) -> None:
        """Returns when they are on the disk. Raises OSError."""
        ...


class MediaOf(Protocol):
    """Sounds that callers hear."""

    async def load(self, key: str) -> tuple[bytes, str] | None:
        """The bytes and the media type of a sound by its digest."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What an outgoing call is for. ``words``: told to who answers; ``party``: whom the operator who answered is put through to.

    With Script.MESSAGE the applicant hears ``introduction``, presses a key to hear ``words``, and one more that they were heard.
    With Script.OPERATOR_FIRST the operator hears ``introduction`` (whom they will speak with and why) and takes the call by a key.
    """

    script: Script
    introduction: str
    words: str = ""
    party: Party | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Onward:
    """Where a call goes that was taken out of the menu by an operator's button or by the core.

    ``party``: whom to ring; None: nobody, the caller is held with music. ``words``: said first. ``screened``: who answers is told
    who calls and takes the call by a key.
    """

    party: Party | None
    words: str
    screened: bool = False
    seconds: int = 30


class Directions(Protocol):
    """What the core decided about calls that are not in the menu. Quick: an answer waits for it."""

    async def errand(self, call: LiveCall) -> Errand | None:
        """Of an outgoing call that was answered, by its tag; asked again at each of its steps. None: nothing is owed any more."""
        ...

    async def onward(self, call: LiveCall, path: str, values: Mapping[str, str]) -> Onward | None:
        """Of a call that the core redirected (core.phone.port.Exchange.redirect), by the path and values given there.

        None, or an error: the menu decides.
        """
        ...

    async def back(self, call: LiveCall, leg: str) -> Onward | None:
        """Of a call whose party did not answer. None, or an error: the menu decides."""
        ...

    async def whisper(self, call: LiveCall, leg: str) -> str:
        """What who answers this leg is told: who calls, and why. Empty: only the number is told."""
        ...


Decide = Callable[[Place | None, Happening, Facts], Move]
