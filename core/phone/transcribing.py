"""Has spoken messages written down, where the speech service recognises speech: those left by telephone, and voice messages."""

from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import text

from core.audit.live import LiveKind, announce
from core.clock import Clock
from core.conversations.model import Attachment
from core.files import load_file
from core.logs import log
from core.phone.sounds import RecordingSound
from db.transactions import Transactions
from db.types import SealedJson

TRIED_FOR = timedelta(hours=6)
"""What could not be written down for so long is only heard."""
AT_ONCE = 5
"""Of each kind in one round: a minute of speech takes seconds."""

_SPOKEN = text(
    """
    SELECT r.id, r.key, r.kept_at, r.part, r.left_message_id, m.conversation_id FROM recording r
    JOIN left_message m ON m.id = r.left_message_id
    WHERE r.kind = 'message' AND r.state = 'packed' AND r.transcript = '' AND r.problem = '' AND r.ended_at > :back
    ORDER BY r.id LIMIT :most
    """
)
_VOICES = text(
    """
    SELECT a.id, a.storage_key, a.message_id, a.details, m.conversation_id FROM attachment a JOIN message m ON m.id = a.message_id
    WHERE a.kind IN ('voice', 'audio') AND a.state = 'stored' AND m.created_at > :back ORDER BY a.id
    """
).columns(details=SealedJson("attachment.details"))
_WRITTEN = text("UPDATE recording SET transcript = :words WHERE id = :id")
_MESSAGE = text("UPDATE left_message SET text = :words WHERE id = :id AND text = ''")
_NAME = text("UPDATE left_message SET full_name = left(:words, 300) WHERE id = :id AND full_name = ''")
QUESTION, NAME = "question", "name"
HEARD = "transcript"
"""Among the details of a voice message: its words, empty where nobody spoke."""
NOTHING = "-"
"""Written where nobody spoke, so that it is not tried again."""


class Transcriber(Protocol):
    """Whoever knows speech."""

    async def transcribe(self, sound: bytes) -> str:
        """The words; empty where nobody spoke. Raises what it likes when it cannot."""
        ...


class Transcribing:
    """One round writes down what came since."""

    def __init__(self, *, transactions: Transactions, clock: Clock, sounds: RecordingSound, transcriber: Transcriber) -> None:
        self._transactions = transactions
        self._clock = clock
        self._sounds = sounds
        self._transcriber = transcriber

    async def round(self) -> int:
        """Write down what is there; gives how many. What fails is tried in the next round."""
        now = self._clock.now()
        values = {"back": now - TRIED_FOR, "most": AT_ONCE}
        async with self._transactions.begin() as tx:
            spoken = [dict(row) for row in (await tx.execute(_SPOKEN, values)).mappings()]
            voices = [dict(row) for row in (await tx.execute(_VOICES, values)).mappings() if HEARD not in row["details"]][:AT_ONCE]
        done = 0
        for row in spoken:
            done += await self._write_recording(row, now)
        for row in voices:
            done += await self._write_attachment(row, now)
        return done

    async def _write_recording(self, row: dict[str, object], now: datetime) -> bool:
        words = await self._words(await self._recorded(str(row["kept_at"]), str(row["key"])), f"recording:{row['id']}")
        if words is None:
            return False
        async with self._transactions.begin() as tx:
            await tx.execute(_WRITTEN, {"id": row["id"], "words": words or NOTHING})
            if words and row["part"] == QUESTION:
                await tx.execute(_MESSAGE, {"id": row["left_message_id"], "words": words})
            if words and row["part"] == NAME:
                await tx.execute(_NAME, {"id": row["left_message_id"], "words": words})
            await announce(tx, LiveKind.CONVERSATION, now, conversation_id=int(str(row["conversation_id"])))
        return True

    async def _write_attachment(self, row: dict[str, object], now: datetime) -> bool:
        async with self._transactions.begin() as tx:
            sound = (await load_file(tx, str(row["storage_key"]))).content
        words = await self._words(sound, f"attachment:{row['id']}")
        if words is None:
            return False
        async with self._transactions.begin() as tx:
            voice = await tx.get_one(Attachment, row["id"], with_for_update=True)
            voice.details = {**voice.details, HEARD: words}
            ids = {"conversation_id": int(str(row["conversation_id"])), "message_id": int(str(row["message_id"]))}
            await announce(tx, LiveKind.MESSAGE, now, **ids)
        return True

    async def _recorded(self, kept_at: str, key: str) -> bytes | None:
        try:
            opened = await self._sounds.open(kept_at, key, "")
        except Exception as error:  # noqa: BLE001  # whatever ails the recorder: the next round tries again
            log.warning("transcribing.no_sound", error=type(error).__name__)
            return None
        try:
            return b"".join([piece async for piece in opened.pieces()])
        finally:
            await opened.close()

    async def _words(self, sound: bytes | None, subject: str) -> str | None:
        if sound is None:
            return None
        try:
            return (await self._transcriber.transcribe(sound)).strip()
        except Exception as error:  # noqa: BLE001  # whatever ails the recogniser: the next round tries again
            log.warning("transcribing.failed", subject=subject, error=type(error).__name__)
            return None
