"""Spoken messages written down by a recogniser; what fails is tried again, what is silent is not."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import select

from core.conversations.model import Attachment, Conversation, LeftMessage, Message
from core.files import store_file
from core.people.model import ChannelIdentity
from core.phone.model import Recording
from core.phone.sounds import RecorderAway
from core.phone.transcribing import Transcribing

WORDS = "Не горит фонарь у дома один"


@dataclass
class Sound:
    """An answer of the recorder."""

    bytes: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)

    async def pieces(self) -> AsyncIterator[bytes]:
        """In one piece."""
        yield self.bytes

    async def close(self) -> None:
        """Nothing is open."""


@dataclass
class Shelf:
    """A recorder with the sound ``key`` for each key."""

    is_away: bool = False

    async def open(self, kept_at: str, key: str, wanted: str) -> Sound:
        """The key as its own sound."""
        if self.is_away:
            raise RecorderAway()
        return Sound(key.encode())


@dataclass
class Recogniser:
    """Knows the words of sounds."""

    words: dict[bytes, str]
    is_down: bool = False
    asked: list[bytes] = field(default_factory=list)

    async def transcribe(self, sound: bytes) -> str:
        """The words."""
        self.asked.append(sound)
        if self.is_down:
            raise ConnectionError("stopped by the test")
        return self.words[sound]


@pytest.fixture
async def talk(transactions, clock) -> int:
    """A conversation with a spoken message and a voice message in it."""
    now = clock.now()
    async with transactions.begin() as tx:
        who = ChannelIdentity(channel="voice", external_id="+79000000001", created_at=now)
        tx.add(who)
        await tx.flush()
        talk = Conversation(channel="voice", identity_id=who.id or 0, last_message_at=now, opened_at=now)
        tx.add(talk)
        await tx.flush()
        left = LeftMessage(conversation_id=talk.id or 0, full_name="", text="", left_at=now)
        said = Message(conversation_id=talk.id or 0, author="citizen", created_at=now)
        tx.add_all((left, said))
        await tx.flush()
        for part in ("name", "question"):
            tx.add(
                Recording(
                    key=f"message:c1:{part}-1", call_sid="c1", kind="message", part=part, state="packed", ended_at=now,
                    left_message_id=left.id,
                )
            )  # fmt: skip
        key = await store_file(tx, b"voice", "audio/ogg", now)
        tx.add(Attachment(message_id=said.id or 0, kind="voice", state="stored", storage_key=key))
        return talk.id or 0


def desk(transactions, clock, recogniser: Recogniser, shelf: Shelf) -> Transcribing:
    """One that is set up."""
    return Transcribing(transactions=transactions, clock=clock, sounds=shelf, transcriber=recogniser)


async def found(transactions, what: str) -> list[object]:
    """One column."""
    async with transactions.begin() as tx:
        return list((await tx.execute(text(what))).scalars())


async def test_what_was_said_is_written_down_once(transactions, clock, talk: int) -> None:
    recogniser = Recogniser({b"message:c1:name-1": "Иванов Иван", b"message:c1:question-1": WORDS, b"voice": "Когда приём"})
    written = desk(transactions, clock, recogniser, Shelf())
    assert await written.round() == 3
    assert await found(transactions, "SELECT transcript FROM recording ORDER BY id") == ["Иванов Иван", WORDS]
    assert await found(transactions, "SELECT text FROM left_message") == [WORDS]
    assert await found(transactions, "SELECT full_name FROM left_message") == ["Иванов Иван"]
    async with transactions.begin() as tx:
        assert [voice.details for voice in (await tx.exec(select(Attachment))).all()] == [{"transcript": "Когда приём"}]
    assert await written.round() == 0
    assert len(recogniser.asked) == 3


async def test_silence_is_not_tried_again(transactions, clock, talk: int) -> None:
    recogniser = Recogniser({b"message:c1:name-1": "", b"message:c1:question-1": " ", b"voice": ""})
    written = desk(transactions, clock, recogniser, Shelf())
    await written.round()
    assert await found(transactions, "SELECT text FROM left_message") == [""]
    assert await written.round() == 0


@pytest.mark.parametrize("broken", ["recogniser", "recorder"])
async def test_what_failed_is_tried_again_for_some_hours(transactions, clock, talk: int, broken: str) -> None:
    recogniser = Recogniser({b"message:c1:name-1": "Иванов Иван", b"message:c1:question-1": WORDS, b"voice": ""})
    shelf = Shelf(is_away=broken == "recorder")
    recogniser.is_down = broken == "recogniser"
    written = desk(transactions, clock, recogniser, shelf)
    await written.round()
    assert await found(transactions, "SELECT transcript FROM recording ORDER BY id") == ["", ""]
    recogniser.is_down = shelf.is_away = False
    await written.round()
    assert await found(transactions, "SELECT text FROM left_message") == [WORDS]
    clock.moment += timedelta(hours=7)
    assert await written.round() == 0
