"""Reading for the screens: lists, an open conversation, files; the reading of a person's conversation is audited (reg. 2.10)."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.audit.live import LiveKind, announce
from core.audit.readings import Readings
from core.audit.trail import record
from core.clock import Clock
from core.conversations.holding import existing
from core.conversations.model import Attachment, Conversation
from core.conversations.queries import Cursor, Listing, counts, lines, page
from core.conversations.search import find
from core.conversations.thread import NEWEST, last_words, said, thread
from core.conversations.views import Counts, Line, Opened, Page, Said, Thread, actions_for
from core.drafts.desk import Kept
from core.drafts.forms import DraftKind
from core.drafts.model import Draft
from core.errors import NotAllowed, NotFound
from core.files import StoredFile, load_file
from core.people.desk import card_of
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_text
from db.transactions import Transactions

APPEALS_SHOWN = 10
INFECTED = "infected"
"""The virus scanner's warning (core.mail.port.MailFile): such a file is kept and given to nobody here."""

_READ = text(
    "UPDATE conversation SET unread = 0 WHERE id = :id AND operator_id = :me AND mode = 'operator' AND unread > 0 RETURNING id"
)
_EVENTS = text("SELECT id, kind, payload, at FROM live_event WHERE id IN :ids ORDER BY id").bindparams(
    bindparam("ids", expanding=True)
)
_SINCE = text("SELECT id, kind, payload, at FROM live_event WHERE id >= :after AND at > :since ORDER BY id LIMIT :limit")
_PRESENCE = text("SELECT pg_notify('presence', :seen)")
_NEWEST = text("SELECT COALESCE(max(id), 0) FROM live_event")


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A live event with what it is about as it stands now; ``words`` are the citizen's, for an alarm.

    ``task`` is the kind of a task that was raised, empty when tasks were finished; ``again``: an open one that is told anew.
    ``call_id``: the telephone call that moved.
    """

    id: int
    kind: LiveKind
    conversation_id: int
    line: Line | None
    message: Said | None
    alarm: str
    words: str
    appeal_id: int = 0
    task_id: int = 0
    task: str = ""
    for_role: str = ""
    again: bool = False
    call_id: int = 0


class Reading:
    """Shows conversations to those who may see them."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock
        self._readings = Readings()

    def today(self) -> date:
        """The date in Moscow."""
        return self._clock.today()

    async def page(
        self, asker: Asker, listing: Listing, *, after: str | None = None, channel: str | None = None, query: str = ""
    ) -> Page:
        """50 lines of a list, or of what a search found in it; raises Invalid for a foreign cursor."""
        asker.must(Ability.READ_INBOX)
        cursor = Cursor.decode(after) if after else None
        async with self._transactions.begin_plain() as connection:
            only = await find(connection, clean_text(query)) if query.strip() else None
            return await page(connection, listing, asker_id=asker.id, after=cursor, channel=channel, only=only)

    async def counters(self, asker: Asker) -> Counts:
        """How many open conversations each list holds; 1000 stands for more than 999."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin_plain() as connection:
            return await counts(connection, asker.id)

    async def open(self, asker: Asker, conversation_id: int) -> Opened:
        """Everything that the screen of a conversation shows; marks it read for the one who holds it. Raises NotFound."""
        asker.must(Ability.READ_INBOX)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            connection = await tx.connection()
            if (await tx.execute(_READ, {"id": conversation_id, "me": asker.id})).first() is not None:
                await announce(tx, LiveKind.CONVERSATION, now, conversation_id=conversation_id)
            conversation = await existing(tx, conversation_id)
            shown = await thread(connection, conversation_id)
            opened = Opened(
                row=(await lines(connection, [conversation_id]))[conversation_id],
                messages=shown.messages,
                earlier=shown.earlier,
                applicant=await card_of(tx, conversation.applicant_id),
                appeals=await _appeals(tx, conversation),
                drafts=await _drafts(tx, asker, conversation_id),
                actions=actions_for(asker, conversation.mode, conversation.operator_id, conversation.channel),
            )
            if self._readings.is_new(asker.id, f"conversation:{conversation_id}", now):
                await record(tx, now, "conversation.read", f"conversation:{conversation_id}", staff_id=asker.id)
        return opened

    async def earlier(self, asker: Asker, conversation_id: int, before: int = NEWEST) -> Thread:
        """The 50 messages before one; raises NotFound."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            await existing(tx, conversation_id)
            return await thread(await tx.connection(), conversation_id, before)

    async def file(self, asker: Asker, attachment_id: int) -> tuple[Attachment, StoredFile]:
        """A stored file of a message; the reading is audited. Raises NotFound, NotAllowed (the virus scanner found something)."""
        asker.must(Ability.READ_INBOX)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            attachment = await tx.get(Attachment, attachment_id)
            if attachment is None or attachment.state != "stored" or not attachment.storage_key:
                raise NotFound()
            if INFECTED in attachment.details.get("warnings", ()):
                raise NotAllowed("the file is infected")
            stored = await load_file(tx, attachment.storage_key)
            if self._readings.is_new(asker.id, f"attachment:{attachment_id}", now):
                await record(tx, now, "attachment.read", f"attachment:{attachment_id}", staff_id=asker.id)
        return attachment, stored

    async def last_words(self, asker: Asker, conversation_id: int) -> str:
        """What the citizen wrote last; raises NotFound."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            await existing(tx, conversation_id)
            return await last_words(await tx.connection(), conversation_id)

    async def check(self, asker: Asker, conversation_id: int) -> None:
        """Raises NotFound when there is no such conversation, NotAllowed when the asker may not know."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            await existing(tx, conversation_id)

    async def show_presence(self, asker: Asker, conversation_id: int, *, typing: bool) -> None:
        """Tell every replica that the asker looks at a conversation; nothing is stored. Raises NotFound and NotAllowed."""
        await self.check(asker, conversation_id)
        seen = {"conversation_id": conversation_id, "staff_id": asker.id, "full_name": asker.full_name, "typing": typing}
        async with self._transactions.begin_plain() as connection:
            await connection.execute(_PRESENCE, {"seen": json.dumps(seen)})

    async def happenings(self, ids: Collection[int]) -> list[Happening]:
        """These live events as they stand now, each thing read once."""
        async with self._transactions.begin() as tx:
            return await _happenings(tx, await tx.execute(_EVENTS, {"ids": list(ids)}))

    async def newest_event(self) -> int:
        """The number of the newest live event."""
        async with self._transactions.begin_plain() as connection:
            return int((await connection.execute(_NEWEST)).scalar_one())

    async def happenings_since(self, after: int, since: datetime, limit: int) -> list[Happening]:
        """The events from a number on, none older than ``since``, at most ``limit``."""
        async with self._transactions.begin() as tx:
            rows = await tx.execute(_SINCE, {"after": after, "since": since, "limit": limit})
            return await _happenings(tx, rows)


_KINDS = frozenset(kind.value for kind in LiveKind)
"""A newer process beside this one may announce what this one does not know yet."""


@dataclass(frozen=True, slots=True)
class _Event:
    id: int
    kind: str
    payload: Mapping[str, object]
    at: datetime

    def number(self, name: str) -> int:
        value = self.payload.get(name)
        return value if isinstance(value, int) else 0


async def _happenings(tx: AsyncSession, rows: Iterable[Row[Any]]) -> list[Happening]:
    connection = await tx.connection()
    events = [_Event(row.id, row.kind, row.payload, row.at) for row in rows if row.kind in _KINDS]
    wanted = {event.number("conversation_id") for event in events if event.kind != LiveKind.MESSAGE}
    known_lines = await lines(connection, wanted) if wanted else {}
    known_messages = await said(connection, {event.number("message_id") for event in events if event.kind == LiveKind.MESSAGE})
    found = []
    for event in events:
        conversation = event.number("conversation_id")
        alarm = event.kind == LiveKind.ALARM
        found.append(
            Happening(
                id=event.id,
                kind=LiveKind(event.kind),
                conversation_id=conversation,
                line=known_lines.get(conversation),
                message=known_messages.get(event.number("message_id")),
                alarm=str(event.payload.get("alarm", "")),
                words=await last_words(connection, conversation) if alarm else "",
                appeal_id=event.number("appeal_id"),
                task_id=event.number("task_id"),
                task=str(event.payload.get("task", "")),
                for_role=str(event.payload.get("for_role", "")),
                again="again" in event.payload,
                call_id=event.number("call_id"),
            )
        )
    return found


async def _appeals(tx: AsyncSession, conversation: Conversation) -> Sequence[Appeal]:
    if conversation.applicant_id is None:
        return []
    wanted = select(Appeal).where(col(Appeal.applicant_id) == conversation.applicant_id)
    return (await tx.exec(wanted.order_by(col(Appeal.id).desc()).limit(APPEALS_SHOWN))).all()


async def _drafts(tx: AsyncSession, asker: Asker, conversation_id: int) -> dict[str, Kept]:
    wanted = select(Draft).where(col(Draft.staff_id) == asker.id, col(Draft.kind).in_((DraftKind.REPLY, DraftKind.NOTE)))
    return {draft.kind: Kept.of(draft) for draft in (await tx.exec(wanted.where(col(Draft.subject_id) == conversation_id))).all()}
