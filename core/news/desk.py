"""The news of the day: placed by the press department, looked at by a second person, heard by everybody (order 6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.clock import Clock
from core.conversations.model import NewsItem
from core.drafts.ending import end_draft
from core.drafts.forms import NEW, DraftKind
from core.errors import Conflict, Invalid, NotFound
from core.files import StoredFile, load_file, store_file
from core.news.choosing import CurrentNews, current_news
from core.news.port import SOUND_LIMIT, Mastered, Refused, SoundRefused, Studio
from core.news.views import SeenNews, seen
from core.staff.abilities import ABILITIES, Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_file_name, clean_line, clean_text
from core.staff.model import StaffMember
from db.transactions import Transactions

LISTED = 50
TITLE_LIMIT, TEXT_LIMIT = 200, 3000
"""Letters; three thousand are read aloud in about four minutes."""
PHONE_TYPE = "audio/wav"


class OwnNews(Conflict):
    """Somebody else can approve it (``facts["others"]`` of them); the author does so alone only when they say so expressly."""

    code = "own_news"


class NewsNotDraft(Conflict):
    """It was approved or withdrawn: it is not changed any more."""

    code = "news_not_draft"


class NewsSound(StrEnum):
    """Which file of an item."""

    PHONE = "phone"
    TELEGRAM = "telegram"
    SOURCE = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsForm:
    """What is written in an item. The text is always there: it is spoken when the sound cannot be played, and read in Telegram.

    Without ``valid_from`` it is heard as soon as it is approved; without ``valid_until`` it is fresh on its own day.
    """

    title: str
    text: str
    valid_from: datetime | None = None
    valid_until: datetime | None = None


class NewsDesk:
    """Use cases of the news. ``studio`` converts the sound."""

    def __init__(self, *, transactions: Transactions, clock: Clock, studio: Studio) -> None:
        self._transactions = transactions
        self._clock = clock
        self._studio = studio

    async def current(self, now: datetime) -> CurrentNews:
        """What is heard at this moment."""
        async with self._transactions.begin() as tx:
            return await current_news(tx, now)

    async def phone_sound(self, key: str) -> bytes:
        """The WAV that the telephone exchange fetches; raises NotFound for every file that is not the sound of approved news."""
        wanted = select(NewsItem.id).where(
            NewsItem.phone_key == key, col(NewsItem.approved_at).is_not(None), col(NewsItem.withdrawn_at).is_(None)
        )
        async with self._transactions.begin() as tx:
            if not key or (await tx.exec(wanted.limit(1))).first() is None:
                raise NotFound("no such news")
            return (await load_file(tx, key)).content

    async def list(self, asker: Asker) -> Sequence[SeenNews]:
        """The newest fifty, whatever their state. Raises NotAllowed."""
        asker.must(Ability.APPROVE_NEWS)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            items = (await tx.exec(select(NewsItem).order_by(col(NewsItem.id).desc()).limit(LISTED))).all()
            current = await current_news(tx, now)
            ids = {one for item in items for one in (item.placed_by_id, item.approved_by_id) if one is not None}
            named = select(StaffMember.id, StaffMember.full_name).where(col(StaffMember.id).in_(ids))
            names = {number: name for number, name in (await tx.exec(named)).all() if number is not None}
        return [seen(item, names, current, asker, now) for item in items]

    async def sound(self, asker: Asker, news_id: int, which: NewsSound) -> StoredFile:
        """A file of an item, to be listened to before it is approved. Raises NotAllowed, NotFound."""
        asker.must(Ability.APPROVE_NEWS)
        async with self._transactions.begin() as tx:
            item = await tx.get(NewsItem, news_id)
            keys = {NewsSound.PHONE: "phone_key", NewsSound.TELEGRAM: "audio_key", NewsSound.SOURCE: "source_key"}
            key = getattr(item, keys[which]) if item else ""
            if not key:
                raise NotFound("no such sound")
            return await load_file(tx, key)

    async def place(self, asker: Asker, form: NewsForm) -> NewsItem:
        """A new draft. Raises NotAllowed, Invalid (title, text, valid_until)."""
        asker.must(Ability.PLACE_NEWS)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            item = NewsItem(title="", text="", placed_at=now, placed_by_id=asker.id)
            _write(item, form, now)
            tx.add(item)
            await tx.flush()
            await end_draft(tx, asker.id, DraftKind.NEWS, NEW, now)
            await record(tx, now, "news.placed", f"news:{item.id}", staff_id=asker.id)
        return item

    async def change(self, asker: Asker, news_id: int, form: NewsForm, version: int) -> NewsItem:
        """Write a draft anew. Raises NotAllowed, NotFound, Conflict (changed meanwhile), NewsNotDraft, Invalid."""
        asker.must(Ability.PLACE_NEWS)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            item = await _draft(tx, news_id, version)
            _write(item, form, now)
            item.version += 1
            await end_draft(tx, asker.id, DraftKind.NEWS, news_id, now)
            await record(tx, now, "news.changed", f"news:{news_id}", staff_id=asker.id)
        return item

    async def set_sound(self, asker: Asker, news_id: int, version: int, file_name: str, content: bytes) -> NewsItem:
        """Convert a file and make it the sound of a draft; what was there before is replaced.

        Raises NotAllowed, NotFound, Conflict, NewsNotDraft, SoundRefused.
        """
        asker.must(Ability.PLACE_NEWS)
        if len(content) > SOUND_LIMIT:
            raise SoundRefused(Refused.TOO_BIG)
        async with self._transactions.begin() as tx:
            await _draft(tx, news_id, version)
        made = await self._studio.master(content)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            item = await _draft(tx, news_id, version)
            item.source_key = await store_file(tx, content, "application/octet-stream", now)
            item.source_name = clean_file_name(file_name)
            await _keep(tx, item, made, now)
            item.version += 1
            await record(tx, now, "news.sound_set", f"news:{news_id}", staff_id=asker.id, seconds=made.seconds)
        return item

    async def drop_sound(self, asker: Asker, news_id: int, version: int) -> NewsItem:
        """Leave a draft with its text alone. Raises NotAllowed, NotFound, Conflict, NewsNotDraft."""
        asker.must(Ability.PLACE_NEWS)
        async with self._transactions.begin() as tx:
            item = await _draft(tx, news_id, version)
            item.audio_key = item.audio_type = item.phone_key = item.source_key = item.source_name = ""
            item.seconds, item.peaks = 0.0, []
            item.version += 1
            await record(tx, self._clock.now(), "news.sound_dropped", f"news:{news_id}", staff_id=asker.id)
        return item

    async def approve(self, asker: Asker, news_id: int, version: int, *, alone: bool = False) -> NewsItem:
        """Let everybody hear it from its time on.

        Two pairs of eyes: whoever placed it approves it only when nobody else can, or when they say expressly (``alone``) that it
        cannot wait; the audit trail tells. Raises NotAllowed, NotFound, Conflict, NewsNotDraft, OwnNews, Invalid (its time is over)
        """
        asker.must(Ability.APPROVE_NEWS)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            item = await _draft(tx, news_id, version)
            if item.valid_until is not None and item.valid_until <= now:
                raise Invalid("its time is over", fields={"valid_until": "moment_past"})
            is_own = item.placed_by_id == asker.id
            if is_own and not alone and (others := await _other_approvers(tx, asker)):
                raise OwnNews(others=others)
            item.approved_at, item.approved_by_id = now, asker.id
            item.version += 1
            await record(tx, now, "news.approved", f"news:{news_id}", staff_id=asker.id, alone=is_own)
        return item

    async def withdraw(self, asker: Asker, news_id: int) -> None:
        """Nobody hears it from now on; to do it twice changes nothing. Raises NotAllowed, NotFound."""
        asker.must(Ability.APPROVE_NEWS)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            item = await tx.get(NewsItem, news_id, with_for_update=True)
            if item is None:
                raise NotFound("no such news")
            if item.withdrawn_at is None:
                item.withdrawn_at = now
                item.version += 1
                await record(tx, now, "news.withdrawn", f"news:{news_id}", staff_id=asker.id)


async def _draft(tx: AsyncSession, news_id: int, version: int) -> NewsItem:
    """The draft, locked; raises NotFound, NewsNotDraft, Conflict."""
    item = await tx.get(NewsItem, news_id, with_for_update=True)
    if item is None:
        raise NotFound("no such news")
    if item.approved_at is not None or item.withdrawn_at is not None:
        raise NewsNotDraft()
    if item.version != version:
        raise Conflict("changed meanwhile", version=item.version)
    return item


async def _keep(tx: AsyncSession, item: NewsItem, made: Mastered, now: datetime) -> None:
    item.phone_key = await store_file(tx, made.phone, PHONE_TYPE, now)
    item.audio_key = await store_file(tx, made.audio, made.audio_type, now)
    item.audio_type, item.seconds, item.peaks = made.audio_type, made.seconds, list(made.peaks)


async def _other_approvers(tx: AsyncSession, asker: Asker) -> int:
    roles = [role for role, abilities in ABILITIES.items() if Ability.APPROVE_NEWS in abilities]
    wanted = select(StaffMember.id).where(
        col(StaffMember.role).in_(roles), col(StaffMember.is_active).is_(True), StaffMember.id != asker.id
    )
    return len((await tx.exec(wanted)).all())


def _write(item: NewsItem, form: NewsForm, now: datetime) -> None:
    title, words = clean_line(form.title, TITLE_LIMIT), clean_text(form.text).strip()
    problems = {name: "missing" for name, value in (("title", title), ("text", words)) if not value}
    if len(words) > TEXT_LIMIT:
        problems["text"] = "too_long"
    if form.valid_until is not None:
        if form.valid_until <= now:
            problems["valid_until"] = "moment_past"
        elif form.valid_from is not None and form.valid_until <= form.valid_from:
            problems["valid_until"] = "ends_before"
    if problems:
        raise Invalid("the news cannot be placed", fields=problems)
    item.title, item.text = title, words
    item.valid_from, item.valid_until = form.valid_from, form.valid_until
