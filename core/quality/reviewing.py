"""Filling in a score sheet: begun, saved, commented, submitted, given up (reg. 2.7)."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.clock import Clock
from core.conversations.model import Message
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.masking.texts import mask
from core.phone.model import PhoneCall, Recording
from core.quality.model import QualityItem, QualityReview, ReviewComment
from core.quality.rows import ReviewedAlready, bar, item_of, names_of, review_of, reviews_of
from core.quality.sheet import check, score, sheet_on
from core.quality.views import lines_of
from core.quality.vocabulary import ItemKind, ReviewState
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_text
from db.transactions import Transactions

SUMMARY_LIMIT, COMMENT_LIMIT = 4000, 2000
"""Letters."""
MOST_COMMENTS = 100
PAST_THE_END = 1.0
"""Seconds by which a player may tell more than the recording has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetForm:
    """The sheet as it stands; ``marks`` by criterion, ``version``: what it was read as."""

    marks: Mapping[str, str]
    summary: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentForm:
    """A remark: of a call at a second of one of its recordings, of a conversation at one of its messages."""

    text: str
    criterion: str = ""
    recording_id: int | None = None
    second: float | None = None
    message_id: int | None = None


class ReviewDesk:
    """Use cases of one's own reviews."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def start(self, asker: Asker, item_id: int) -> QualityReview:
        """Begin a review, or go on with one's own.

        Raises NotAllowed, NotFound, OwnWork, ReviewedAlready, NotBlind, EnoughReviews.
        """
        asker.must(Ability.REVIEW_QUALITY)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            item = await item_of(tx, item_id, lock=True)
            reviews = (await reviews_of(tx, [item_id])).get(item_id, [])
            barred = bar(asker, item, reviews, await names_of(tx, [one.reviewer_id for one in reviews]))
            if barred is not None:
                raise barred
            own = next((one for one in reviews if one.reviewer_id == asker.id), None)
            if own is None:
                version = sheet_on(self._clock.today()).version
                own = QualityReview(item_id=item_id, reviewer_id=asker.id, sheet=version, started_at=now)
                tx.add(own)
                await tx.flush()
                await record(tx, now, "quality.review_begun", f"quality_review:{own.id}", staff_id=asker.id, item=item_id)
        return own

    async def save(self, asker: Asker, review_id: int, form: SheetForm) -> QualityReview:
        """Keep a draft as far as it is filled in.

        Raises NotAllowed, NotFound, ReviewedAlready, Conflict (changed meanwhile), SheetIncomplete, Invalid (summary).
        """
        async with self._transactions.begin() as tx:
            review, _ = await _written(tx, asker, review_id, form, whole=False)
        return review

    async def submit(self, asker: Asker, review_id: int, form: SheetForm) -> QualityReview:
        """Count it and show it to the operator. Raises as ``save``, SheetIncomplete with each unmarked line, NothingScored."""
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            review, item = await _written(tx, asker, review_id, form, whole=True)
            scored = score(lines_of(review.sheet, item.kind), review.marks)
            review.state, review.total, review.is_zeroed = ReviewState.DONE, scored.total, bool(scored.zeroed_by)
            review.done_at = now
            subject, details = f"quality_review:{review_id}", {"total": scored.total, "zeroed": list(scored.zeroed_by)}
            await record(tx, now, "quality.scored", subject, staff_id=asker.id, operator=item.operator_id, **details)
        return review

    async def give_up(self, asker: Asker, review_id: int) -> None:
        """Leave an item to others: the draft and its comments go. Raises NotAllowed, NotFound, ReviewedAlready."""
        async with self._transactions.begin() as tx:
            review = await _draft(tx, asker, review_id)
            if review.done_at is not None:
                raise ReviewedAlready("it was counted once: it is only written anew")
            await tx.execute(delete(QualityReview).where(col(QualityReview.id) == review_id))
            subject = f"quality_review:{review_id}"
            await record(tx, self._clock.now(), "quality.review_given_up", subject, staff_id=asker.id, item=review.item_id)

    async def comment(self, asker: Asker, review_id: int, form: CommentForm) -> ReviewComment:
        """Add a remark; personal data in it is masked. Raises NotAllowed, NotFound, ReviewedAlready, Invalid."""
        words = mask_kept(form.text, COMMENT_LIMIT, "text")
        if not words:
            raise Invalid("nothing to say", fields={"text": "missing"})
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            review = await _draft(tx, asker, review_id)
            item = await item_of(tx, review.item_id)
            if form.criterion and form.criterion not in {line.key for line in lines_of(review.sheet, item.kind)}:
                raise Invalid("no such criterion", fields={"criterion": "literal_error"})
            said = await tx.exec(select(ReviewComment.id).where(ReviewComment.review_id == review_id))
            if len(said.all()) >= MOST_COMMENTS:
                raise Invalid("too many remarks", fields={"text": "too_many"})
            made = ReviewComment(review_id=review_id, criterion=form.criterion, text=words, written_at=now)
            await _point(tx, item, form, made)
            for kind, place in ((DraftKind.REMARK, form.message_id), (DraftKind.SOUND_REMARK, form.recording_id)):
                if place is not None:
                    await end_draft(tx, asker.id, kind, place, now)
            tx.add(made)
            await tx.flush()
        return made

    async def drop_comment(self, asker: Asker, review_id: int, comment_id: int) -> None:
        """Take a remark away. Raises NotAllowed, NotFound, ReviewedAlready."""
        async with self._transactions.begin() as tx:
            await _draft(tx, asker, review_id)
            wanted = delete(ReviewComment).where(col(ReviewComment.id) == comment_id, col(ReviewComment.review_id) == review_id)
            if (await tx.execute(wanted.returning(col(ReviewComment.id)))).first() is None:
                raise NotFound("no such remark")


def mask_kept(text: str, limit: int, field: str) -> str:
    """Words that are kept with a review: whole, without personal data. Raises Invalid (too long)."""
    words = clean_text(text).strip()
    if len(words) > limit:
        raise Invalid("too long", fields={field: "too_long"})
    return "\n".join(mask(line) for line in words.split("\n"))


async def _draft(tx: AsyncSession, asker: Asker, review_id: int) -> QualityReview:
    """One's own draft, locked. Raises NotAllowed, NotFound, ReviewedAlready."""
    asker.must(Ability.REVIEW_QUALITY)
    review = await review_of(tx, review_id)
    if review.reviewer_id != asker.id:
        raise NotAllowed("another's review", ability=Ability.REVIEW_QUALITY.value)
    if review.state != ReviewState.DRAFT:
        raise ReviewedAlready()
    return review


async def _written(
    tx: AsyncSession, asker: Asker, review_id: int, form: SheetForm, *, whole: bool
) -> tuple[QualityReview, QualityItem]:
    review = await _draft(tx, asker, review_id)
    if review.version != form.version:
        raise Conflict("changed meanwhile")
    item = await item_of(tx, review.item_id)
    review.marks = check(lines_of(review.sheet, item.kind), form.marks, whole=whole)
    review.summary = mask_kept(form.summary, SUMMARY_LIMIT, "summary")
    review.version += 1
    tx.add(review)
    return review, item


async def _point(tx: AsyncSession, item: QualityItem, form: CommentForm, made: ReviewComment) -> None:
    """Where the remark stands. Raises Invalid (second, message_id)."""
    if item.kind == ItemKind.CHAT:
        message = await tx.get(Message, form.message_id) if form.message_id is not None else None
        if message is None or message.conversation_id != item.conversation_id:
            raise Invalid("no such message here", fields={"message_id": "unknown_place"})
        made.message_id, made.said_at = message.id, message.created_at
        return
    made.second = await _second(tx, item, form)
    made.recording_id = form.recording_id


async def _second(tx: AsyncSession, item: QualityItem, form: CommentForm) -> float:
    recording = await tx.get(Recording, form.recording_id) if form.recording_id is not None else None
    call = await tx.get(PhoneCall, item.call_id) if item.call_id is not None else None
    if recording is None or call is None or call.call_sid != recording.call_sid or form.second is None:
        raise Invalid("no such place", fields={"second": "unknown_place"})
    if not 0 <= form.second <= (recording.seconds or form.second) + PAST_THE_END:
        raise Invalid("no such second", fields={"second": "unknown_place"})
    return round(form.second, 1)
