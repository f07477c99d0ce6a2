"""Every address that jambonz is given: hooks, media, the recorder."""

from collections.abc import Mapping
from dataclasses import dataclass

from channels.voice.seals import Seals
from channels.voice.tickets import Ticket, seal_ticket

RETRIES = "#rc=2&rp=ct,5xx"
"""The exchange tries a hook twice more after a failed connection or a 5xx; works on absolute addresses only."""
RECORDER, OWN = "rec", "own"


def call_key(call_sid: str) -> str:
    """The key of the recording of a whole call."""
    return f"call:{call_sid}"


def part_key(call_sid: str, name: str) -> str:
    """The key of the recording of a part of a message; ``name``: as "question-7"."""
    return f"message:{call_sid}:{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """The hooks of one answer: they share what is sealed, and differ in their names."""

    before: str
    after: str

    def to(self, name: str) -> str:
        """The address of the hook of this name."""
        return f"{self.before}{name}{self.after}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """``public_url``: of the web process, as jambonz reaches it; ``recorder_url``: of the recorder, ws(s). No "/" at the end."""

    public_url: str
    recorder_url: str
    seals: Seals

    def way(self, ticket: Ticket) -> Way:
        """On from this ticket."""
        return Way(before=f"{self.public_url}/voice/", after=f"?c={ticket.call_sid}&s={seal_ticket(self.seals, ticket)}{RETRIES}")

    def redirection(self, call_sid: str, path: str, values: Mapping[str, str]) -> str:
        """The hook of a call that the core takes out of the menu; the values travel sealed."""
        sealed = self.seals.pack({**values, "c": call_sid})
        return f"{self.public_url}/voice/{path}?c={call_sid}&s={sealed}{RETRIES}"

    def own(self, call_sid: str, take: str) -> str:
        """A recording of the caller's own that they hear again; ``take``: as "question-7"."""
        return f"{self.public_url}/voice/own/{call_sid}/{take}/{self.seals.mac(OWN, part_key(call_sid, take))}.wav"

    def media(self, key: str, suffix: str = "wav") -> str:
        """A sound by its digest: the exchange keeps by address, so that another sound has another one."""
        return f"{self.public_url}/voice/media/{key}.{suffix}"

    def whole_call(self, call_sid: str) -> str:
        """Where the whole call is recorded."""
        return f"{self.recorder_url}/rec/call/{call_sid}/{self.seals.mac(RECORDER, call_key(call_sid))}"

    def part(self, call_sid: str, name: str) -> str:
        """Where a part of a message is recorded."""
        return f"{self.recorder_url}/rec/message/{call_sid}/{name}/{self.seals.mac(RECORDER, part_key(call_sid, name))}"
