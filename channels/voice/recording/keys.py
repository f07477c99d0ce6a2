"""Names of recordings: in the journal, in addresses and on the disk."""

import hashlib
import re
from dataclasses import dataclass, replace

from core.errors import Conflict, Invalid
from core.phone.vocabulary import RecordingKind

LONGEST, LAST = 64, 99
"""Characters of a key that the journal has room for; how many recordings there may be of one thing."""
_SID = r"(?P<sid>[A-Za-z0-9_-]+)"
_AGAIN = r"(?:~(?P<again>[2-9]|[1-9]\d))?"
_CALL = re.compile(rf"call[:.]{_SID}{_AGAIN}", re.ASCII)
_MESSAGE = re.compile(rf"message[:.]{_SID}[:.](?P<part>[a-z]{{1,16}})-(?P<number>\d{{1,3}}){_AGAIN}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingKey:
    """Of a whole call (``call:<call_sid>``) or of one part of a message (``message:<call_sid>:<part>-<number>``).

    ``again``: 2 and more (``~2`` at the end) when sound came once more after the first recording had been finished.
    """

    kind: RecordingKind
    call_sid: str
    part: str = ""
    number: int = 0
    again: int = 1

    @classmethod
    def parse(cls, text: str) -> "RecordingKey":
        """Read a key, or the name of its file. Raises Invalid."""
        if len(text) > LONGEST - ("~" not in text) * len(f"~{LAST}"):
            raise Invalid(fields={"key": "long"})
        if found := _CALL.fullmatch(text):
            return cls(kind=RecordingKind.CALL, call_sid=found["sid"], again=int(found["again"] or 1))
        if found := _MESSAGE.fullmatch(text):
            return cls(
                kind=RecordingKind.MESSAGE,
                call_sid=found["sid"],
                part=found["part"],
                number=int(found["number"]),
                again=int(found["again"] or 1),
            )
        raise Invalid(fields={"key": "form"})

    @property
    def first(self) -> "RecordingKey":
        """The key of the first recording of the same thing."""
        return replace(self, again=1)

    def once_more(self) -> "RecordingKey":
        """The key of the recording that follows this one. Raises Conflict when there are too many."""
        if self.again == LAST:
            raise Conflict("too many recordings of one thing")
        return replace(self, again=self.again + 1)

    def __str__(self) -> str:
        again = f"~{self.again}" if self.again > 1 else ""
        if self.kind is RecordingKind.CALL:
            return f"call:{self.call_sid}{again}"
        return f"message:{self.call_sid}:{self.part}-{self.number}{again}"

    @property
    def stem(self) -> str:
        """The path of its files in the recorder's folder, without the ending; folders keep each listing short."""
        shelf = hashlib.sha256(self.call_sid.encode()).hexdigest()[:2]
        return f"{shelf}/{str(self).replace(':', '.')}"
