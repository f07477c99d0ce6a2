"""What an operator says of a review of their work, and what the head decides about an objection (reg. 2.7)."""

from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.clock import Clock
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.quality.model import QualityReview
from core.quality.reviewing import mask_kept
from core.quality.rows import item_of, review_of
from core.quality.vocabulary import Decision, OwnAnswer, ReviewState
from core.staff.abilities import Ability
from core.staff.asker import Asker
from db.transactions import Transactions

ANSWER_LIMIT = 2000
"""Letters."""


class AnsweredAlready(Conflict):
    """It was acknowledged or objected to before; one answer is given to each review."""

    code = "answered_already"


class NoObjection(Conflict):
    """There is no objection that waits for a decision."""

    code = "no_objection"


class AnswerDesk:
    """Use cases after a review is done."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def answer(self, asker: Asker, review_id: int, kind: OwnAnswer, words: str = "") -> QualityReview:
        """The operator acknowledges, or objects in words.

        Raises NotAllowed, NotFound (also for a colleague's review), AnsweredAlready, Invalid (an objection without words, too long)
        """
        asker.must(Ability.READ_OWN_QUALITY)
        said = mask_kept(words, ANSWER_LIMIT, "text")
        if kind is OwnAnswer.OBJECTED and not said:
            raise Invalid("an objection says why", fields={"text": "missing"})
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            review = await _own(tx, asker, review_id)
            if review.answered_as:
                raise AnsweredAlready()
            review.answered_as, review.answer, review.answered_at = kind, said, now
            await end_draft(tx, asker.id, DraftKind.OBJECTION, review_id, now)
            review.version += 1
            tx.add(review)
            await record(tx, now, f"quality.{kind.value}", f"quality_review:{review_id}", staff_id=asker.id)
        return review

    async def decide(self, asker: Asker, review_id: int, decision: Decision, words: str) -> QualityReview:
        """The head answers an objection: keeps the marks, gives the sheet back to its author, or asks a second, blind reviewer.

        Raises NotAllowed (also about one's own work), NotFound, NoObjection, Invalid (no words, too long).
        """
        asker.must(Ability.MANAGE_QUALITY)
        said = mask_kept(words, ANSWER_LIMIT, "text")
        if not said:
            raise Invalid("a decision says why", fields={"text": "missing"})
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            review = await review_of(tx, review_id)
            item = await item_of(tx, review.item_id, lock=True)
            if item.operator_id == asker.id:
                raise NotAllowed("one's own work", ability=Ability.MANAGE_QUALITY.value)
            if review.answered_as != OwnAnswer.OBJECTED or review.decision:
                raise NoObjection()
            review.decision, review.decision_words = decision, said
            review.decided_at, review.decided_by_id = now, asker.id
            await end_draft(tx, asker.id, DraftKind.DECISION, review_id, now)
            review.version += 1
            if decision is Decision.REVISE:
                review.state, review.total, review.is_zeroed = ReviewState.DRAFT, None, False
            elif decision is Decision.SECOND:
                item.is_twice = True
                tx.add(item)
            tx.add(review)
            details = {"decision": decision.value}
            await record(tx, now, "quality.decided", f"quality_review:{review_id}", staff_id=asker.id, **details)
        return review


async def _own(tx: AsyncSession, asker: Asker, review_id: int) -> QualityReview:
    """A finished review of the asker's work; a colleague's is as if it were not there."""
    review = await review_of(tx, review_id)
    item = await item_of(tx, review.item_id)
    if item.operator_id != asker.id or review.state != ReviewState.DONE:
        raise NotFound("no such review of your work")
    return review
