"""The post office: takes letters, keeps them as files, tells who waits."""

import json
import tempfile
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.mail.faults import Faults
from sandbox.mail.letters import Reading
from sandbox.mail.settings import Settings
from sandbox.telegram.feed import Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """What the lists show of a letter. ``sender`` and ``recipients`` are the envelope's; ``at`` is ISO 8601, UTC."""

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

    def is_for(self, box: str) -> bool:
        """Whether it lies in the box of this addressee; every letter lies in the box without a name."""
        return not box or box.lower() in (address.lower() for address in self.recipients)


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
        self._message_ids: set[str] = set()
        self._signal = Signal()
        self._is_closed = False
        self.faults = Faults()
        for path in sorted(self._folder.glob("*.json")):
            self._remember(Letter(**json.loads(path.read_text("utf-8"))))
        self.last = max(self._letters, default=0)

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
            is_repeat=message_id in self._message_ids,
        )
        self._path(letter.id, "eml").write_bytes(raw)
        self._path(letter.id, "json").write_text(json.dumps(asdict(letter), ensure_ascii=False), "utf-8")
        self._remember(letter)
        self._signal.fire()
        return letter

    def letters(self, box: str = "", after: int = 0) -> list[Letter]:
        """The letters of a box that came after number ``after``, the newest first."""
        return [letter for letter in reversed(self._letters.values()) if letter.id > after and letter.is_for(box)]

    def boxes(self) -> list[dict[str, Any]]:
        """The addressees with their last letter, the last that got one first."""
        found: dict[str, dict[str, Any]] = {}
        for letter in self.letters():
            for address in letter.recipients:
                box = found.setdefault(address.lower(), {"address": address.lower(), "count": 0, "last": asdict(letter)})
                box["count"] += 1
        return list(found.values())

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
        self._letters.clear()
        self._message_ids.clear()
        self._signal.fire()

    async def wait(self, seconds: float | None) -> bool:
        """Until something changes; False when the time ran out or the office was closed."""
        return not self._is_closed and await self._signal.wait(seconds) and not self._is_closed

    async def changes(self) -> AsyncIterator[int]:
        """The number of the last letter, now and after each change, until the office is closed."""
        yield self.last
        while await self.wait(None):
            yield self.last

    def close(self) -> None:
        """Let the readers go, so that the server can stop."""
        self._is_closed = True
        self._signal.fire()
        if self._temporary is not None:
            self._temporary.cleanup()

    def _remember(self, letter: Letter) -> None:
        self._letters[letter.id] = letter
        if letter.message_id:
            self._message_ids.add(letter.message_id)

    def _path(self, letter_id: int, ending: str) -> Path:
        return self._folder / f"{letter_id:06d}.{ending}"
