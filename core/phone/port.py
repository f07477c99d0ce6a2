"""What the core asks of the telephone exchange. Every method is a request over the network: never inside a transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from core.errors import Conflict, OfficeError


class ExchangeAway(OfficeError):
    """No answer, or an error of the exchange: whether it was done is unknown. Nothing is asked twice by itself."""

    code = "exchange_away"


class ExchangeRefused(Conflict):
    """The exchange understood and did not do it; ``facts['reason']`` are its words."""

    code = "exchange_refused"


class CallGone(Conflict):
    """The exchange knows no such call any more."""

    code = "call_gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeCall:
    """A call, or a leg of one, that the exchange knows now. ``tag``: the ids that we gave it, empty where it hides them."""

    call_sid: str
    state: str
    direction: str = ""
    to: str = ""
    caller: str = ""
    parent_sid: str = ""
    tag: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DialOrder:
    """Whom to dial out to. ``address_kind``: a LineKind; ``tag``: ids only, told back with every hook."""

    address_kind: str
    address: str
    tag: Mapping[str, str]
    ring_seconds: int = 40


class Exchange(Protocol):
    """The exchange. Every method raises ExchangeAway, ExchangeRefused; those about a call CallGone."""

    async def redirect(self, call_sid: str, path: str, **values: str) -> None:
        """Let the call go on with what our hook ``/voice/<path>`` answers; ``values`` travel sealed in its address: ids only."""
        ...

    async def mute(self, call_sid: str, *, muted: bool) -> None:
        """Let nobody hear this leg, or hear it again."""
        ...

    async def whisper(self, call_sid: str, words: str) -> None:
        """Say something that only this leg hears."""
        ...

    async def hang_up(self, call_sid: str) -> None:
        """End the whole call."""
        ...

    async def dial_out(self, order: DialOrder) -> str:
        """Dial; gives the exchange's number of the call. Never repeated by itself: two requests ring twice."""
        ...

    async def calls(self) -> Sequence[ExchangeCall]:
        """Every call and leg that goes now."""
        ...
