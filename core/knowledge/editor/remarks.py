"""What people at work find wrong with an article: said from the conversation, settled by an editor (2.3, 2.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlmodel import col, select

from core.audit.trail import record as audit
from core.clock import Clock
from core.conversations.model import Conversation
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import Invalid, NotFound
from core.knowledge.editor.reading import names_of
from core.knowledge.editor.rules import EDIT, LOOK
from core.knowledge.model import Article, ArticleRemark
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_text
from db.transactions import Transactions

WORDS_LIMIT = 2000
PAGE = 50


class RemarkKind(StrEnum):
    """What is wrong."""

    WRONG = "wrong"
    OUTDATED = "outdated"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkRow:
    """A line of the editors' list."""

    remark: ArticleRemark
    title: str
    made_by: str


class ArticleRemarks:
    """Remarks made, listed and settled."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def make(
        self, asker: Asker, article_id: int, kind: RemarkKind, words: str, conversation_id: int | None = None
    ) -> ArticleRemark:
        """Tell the editors; the same person saying the same again while it is open changes their words only.

        Raises NotAllowed, NotFound, Invalid (words).
        """
        asker.must(Ability.READ_KNOWLEDGE)
        words, now = _checked(words, required=False), self._clock.now()
        async with self._transactions.begin() as tx:
            if await tx.get(Article, article_id) is None:
                raise NotFound("no such article")
            if conversation_id is not None and await tx.get(Conversation, conversation_id) is None:
                conversation_id = None
            mine = select(ArticleRemark).where(
                ArticleRemark.article_id == article_id,
                ArticleRemark.made_by_id == asker.id,
                ArticleRemark.kind == kind,
                col(ArticleRemark.settled_at).is_(None),
            )
            remark = (await tx.exec(mine.limit(1))).first()
            if remark is None:
                remark = ArticleRemark(article_id=article_id, kind=kind, made_by_id=asker.id, made_at=now)
            remark.words = words or remark.words
            remark.conversation_id = conversation_id or remark.conversation_id
            tx.add(remark)
            await tx.flush()
            await end_draft(tx, asker.id, DraftKind.ARTICLE_REMARK, article_id, now)
            await audit(tx, now, "article.remarked", f"article:{article_id}", staff_id=asker.id, remark=remark.id)
            return remark

    async def list(self, asker: Asker, *, before: int | None = None, settled: bool = False) -> Sequence[RemarkRow]:
        """Fifty, newest first. Raises NotAllowed."""
        asker.must(LOOK)
        wanted = select(ArticleRemark, Article.title).join(Article, col(Article.id) == ArticleRemark.article_id)
        settled_at = col(ArticleRemark.settled_at)
        wanted = wanted.where(settled_at.is_not(None) if settled else settled_at.is_(None))
        if before is not None:
            wanted = wanted.where(col(ArticleRemark.id) < before)
        async with self._transactions.begin() as tx:
            found = (await tx.exec(wanted.order_by(col(ArticleRemark.id).desc()).limit(PAGE))).all()
            names = await names_of(tx, [remark.made_by_id for remark, _ in found])
        return [RemarkRow(remark=one, title=title, made_by=names.get(one.made_by_id, "")) for one, title in found]

    async def settle(self, asker: Asker, remark_id: int, words: str) -> None:
        """Say what was done; to do it twice changes nothing. Raises NotAllowed, NotFound, Invalid (words)."""
        asker.must(EDIT)
        words, now = _checked(words, required=True), self._clock.now()
        async with self._transactions.begin() as tx:
            remark = await tx.get(ArticleRemark, remark_id, with_for_update=True)
            if remark is None:
                raise NotFound("no such remark")
            await end_draft(tx, asker.id, DraftKind.SETTLING, remark_id, now)
            if remark.settled_at is None:
                remark.settled_at, remark.settled_by_id, remark.settled_words = now, asker.id, words
                await audit(tx, now, "article.remark_settled", f"article:{remark.article_id}", staff_id=asker.id, remark=remark_id)


def _checked(words: str, *, required: bool) -> str:
    words = clean_text(words).strip()
    if required and not words:
        raise Invalid(field="words", reason="missing")
    if len(words) > WORDS_LIMIT:
        raise Invalid(field="words", reason="too_long", limit=WORDS_LIMIT)
    return words
