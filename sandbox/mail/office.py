"""The post office: takes letters, keeps them as files, tells who waits."""

import json
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from sandbox.mail.faults import Faults
from sandbox.mail.letters import Reading
from sandbox.mail.settings import Settings
from sandbox.telegram.feed import Signal

GENERATION = "generation"
"""The file that names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What the lists show of a letter. ``sender`` and ``recipients`` are the envelope's; ``at`` is ISO 8601, UTC.

    ``thread`` is the number of the first letter of its thread.
    """

    id: int
    sender: str
    recipients: list[str]
    at: str
    author: str
    subject: str
    beginning: str
    message_id: str
    files: int
    is_repeat: bool
    """Whether a letter with its Message-ID came before."""
    author_address: str = ""
    thread: int = 0


def _beginning(text: str) -> str:
    """The first words; a line of marks for the one who answers says nothing of the letter."""
    return " ".join(" ".join(line for line in text.splitlines() if not line.startswith("##")).split())[:200]


class PostOffice:
    """Letters in the order in which they came. Belongs to one event loop."""

    def __init__(self, settings: Settings) -> None:
        """Reads the letters that the folder holds already."""
        self._temporary = None if settings.data_dir else tempfile.TemporaryDirectory(prefix="mail-sandbox-")
        self._folder = settings.data_dir or Path(str(self._temporary and self._temporary.name))
        self._folder.mkdir(parents=True, exist_ok=True)
        self._letters: dict[int, Letter] = {}
        self._threads: dict[str, int] = {}
        self._signal = Signal()
        self._changed = 0
        self._is_closed = False
        self.centre = settings.centre.lower()
        self.faults = Faults()
        for path in sorted(self._folder.glob("*.json")):
            self._remember(Letter(**json.loads(path.read_text("utf-8"))))
        self.last = max(self._letters, default=0)

    @property
    def generation(self) -> int:
        """Of the numbers of the letters (UIDVALIDITY, RFC 9051): they are used again only after all letters were thrown away."""
        path = self._folder / GENERATION
        if not path.exists():
            path.write_text(str(int(time.time())), "ascii")
        return int(path.read_text("ascii"))

    def take(self, sender: str, recipients: list[str], raw: bytes) -> Letter:
        """Keep a letter and wake who waits."""
        self.last += 1
        reading = Reading(raw)
        message_id = reading.header("Message-ID").strip()
        letter = Letter(
            id=self.last,
            sender=sender,
            recipients=recipients,
            at=datetime.now(UTC).isoformat(timespec="milliseconds"),
            author=reading.author,
            subject=reading.header("Subject"),
            beginning=_beginning(reading.text),
            message_id=message_id,
            files=len(reading.attachments),
            is_repeat=message_id in self._threads,
            author_address=reading.author_address.lower(),
            thread=next((self._threads[one] for one in reading.answers if one in self._threads), self.last),
        )
        self._path(letter.id, "eml").write_bytes(raw)
        self._path(letter.id, "json").write_text(json.dumps(asdict(letter), ensure_ascii=False), "utf-8")
        self._remember(letter)
        self._tell()
        return letter

    def box_of(self, address: str) -> str:
        """The box that mail to this address lies in: the centre's has details after a plus (RFC 5233)."""
        local, _, domain = address.lower().rpartition("@")
        bare = f"{local.partition('+')[0]}@{domain}"
        return bare if bare == self.centre else address.lower()

    def is_for(self, letter: Letter, box: str) -> bool:
        """Whether it lies in the box of this addressee; every letter lies in the box without a name."""
        return not box or box.lower() in map(self.box_of, letter.recipients)

    def is_by(self, letter: Letter, box: str) -> bool:
        """Whether this person wrote it."""
        return bool(letter.author_address) and self.box_of(letter.author_address) == box.lower()

    def letters(self, box: str = "", after: int = 0) -> list[Letter]:
        """The letters of a box that came after number ``after``, the newest first."""
        return [letter for letter in reversed(self._letters.values()) if letter.id > after and self.is_for(letter, box)]

    def boxes(self) -> dict[str, list[Letter]]:
        """The letters that each addressee got, the newest first; who got one last comes first."""
        found: dict[str, list[Letter]] = {}
        for letter in self.letters():
            for box in dict.fromkeys(map(self.box_of, letter.recipients)):
                found.setdefault(box, []).append(letter)
        return found

    def threads(self, box: str = "") -> list[list[Letter]]:
        """What this person got and wrote, by thread, oldest letter first; the thread with the newest letter comes first."""
        found: dict[int, list[Letter]] = {}
        for letter in reversed(self._letters.values()):
            if self.is_for(letter, box) or self.is_by(letter, box):
                found.setdefault(letter.thread or letter.id, []).append(letter)
        return [list(reversed(thread)) for thread in found.values()]

    def find(self, letter_id: int) -> Letter:
        """Raises KeyError."""
        return self._letters[letter_id]

    def raw(self, letter_id: int) -> bytes:
        """The mail as it came. Raises KeyError."""
        return self._path(self.find(letter_id).id, "eml").read_bytes()

    def clear(self) -> None:
        """Throw all letters away; numbers are not used again while the sandbox runs."""
        for letter_id in self._letters:
            for ending in ("eml", "json"):
                self._path(letter_id, ending).unlink(missing_ok=True)
        (self._folder / GENERATION).unlink(missing_ok=True)
        self._letters.clear()
        self._threads.clear()
        self._tell()

    async def wait(self, seconds: float | None) -> bool:
        """Until something changes; False when the time ran out or the office was closed."""
        return not self._is_closed and await self._signal.wait(seconds) and not self._is_closed

    async def changes(self) -> AsyncIterator[int]:
        """The number of the last letter, now and after each change, until the office is closed; none is missed by a slow reader."""
        seen = -1
        while not self._is_closed:
            if seen == self._changed:
                await self.wait(None)
            else:
                seen = self._changed
                yield self.last

    def close(self) -> None:
        """Let the readers go, so that the server can stop."""
        self._is_closed = True
        self._signal.fire()
        if self._temporary is not None:
            self._temporary.cleanup()

    def _tell(self) -> None:
        self._changed += 1
        self._signal.fire()

    def _remember(self, letter: Letter) -> None:
        self._letters[letter.id] = letter
        if letter.message_id:
            self._threads.setdefault(letter.message_id, letter.thread or letter.id)

    def _path(self, letter_id: int, ending: str) -> Path:
        return self._folder / f"{letter_id:06d}.{ending}"
