"""Two pairs of eyes: a draft is submitted, approved by somebody who did not write in it, published, or returned with remarks."""

from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record as audit
from core.clock import Clock
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import Invalid
from core.knowledge.articles import Deed, article_to_change, record
from core.knowledge.editor.rules import allow, must
from core.knowledge.model import Article, ArticleStage, ArticleStatus
from core.knowledge.publishing import must_be_complete, publish_in
from core.staff.asker import Asker
from core.staff.cleaning import clean_text
from db.transactions import Transactions

WORDS_LIMIT = 2000


class ArticleReview:
    """Each method raises NotFound, Conflict (changed meanwhile), NotAllowed, NotNow; those that decide raise OwnArticle."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def submit(self, asker: Asker, article_id: int, version: int) -> Article:
        """Ask for a second pair of eyes. Raises Invalid for an incomplete article."""
        allow(asker, "submit")
        async with self._transactions.begin() as tx:
            article = await article_to_change(tx, article_id, version)
            must(article, asker, "submit")
            must_be_complete(article)
            return await self._stand(tx, article, ArticleStage.SUBMITTED, asker)

    async def approve(self, asker: Asker, article_id: int, version: int, *, publish: bool = False) -> Article:
        """The text is right as it is; it answers at once when ``publish``. Raises OwnArticle for its writers, Invalid."""
        allow(asker, "approve")
        async with self._transactions.begin() as tx:
            article = await article_to_change(tx, article_id, version)
            must(article, asker, "approve")
            must_be_complete(article)
            article.approved_by_id = asker.id
            await self._stand(tx, article, ArticleStage.APPROVED, asker)
            return await self._publish(tx, article, asker) if publish else article

    async def give_back(self, asker: Asker, article_id: int, version: int, words: str) -> Article:
        """Return the draft with what is to be mended. Raises Invalid without words, OwnArticle for its writers."""
        allow(asker, "return")
        words = clean_text(words).strip()
        if not words or len(words) > WORDS_LIMIT:
            raise Invalid(field="words", reason="too_long" if words else "missing", limit=WORDS_LIMIT)
        async with self._transactions.begin() as tx:
            article = await article_to_change(tx, article_id, version)
            must(article, asker, "return")
            article.approved_by_id = None
            await end_draft(tx, asker.id, DraftKind.RETURN, article_id, self._clock.now())
            return await self._stand(tx, article, ArticleStage.RETURNED, asker, words)

    async def publish(self, asker: Asker, article_id: int, version: int) -> Article:
        """Let an approved draft answer."""
        allow(asker, "publish")
        async with self._transactions.begin() as tx:
            article = await article_to_change(tx, article_id, version)
            must(article, asker, "publish")
            return await self._publish(tx, article, asker)

    async def archive(self, asker: Asker, article_id: int, version: int) -> Article:
        """Take a published article out of the answers; it stays for the record."""
        allow(asker, "archive")
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            article = await article_to_change(tx, article_id, version)
            must(article, asker, "archive")
            article.status, article.seed_digest = ArticleStatus.ARCHIVED, ""
            article.version += 1
            await audit(tx, now, "article.archived", f"article:{article_id}", staff_id=asker.id)
            return await record(tx, article, Deed.ARCHIVE, now, asker.id)

    async def confirm(self, asker: Asker, article_id: int, version: int) -> Article:
        """A published article is right as of today (annex: once a quarter)."""
        allow(asker, "confirm")
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            article = await article_to_change(tx, article_id, version)
            must(article, asker, "confirm")
            article.confirmed_on = self._clock.today()
            article.version += 1
            await audit(tx, now, "article.confirmed", f"article:{article_id}", staff_id=asker.id)
            return await record(tx, article, Deed.CONFIRM, now, asker.id)

    async def _publish(self, tx: AsyncSession, article: Article, asker: Asker) -> Article:
        now = self._clock.now()
        published = await publish_in(tx, article, now, self._clock.today(), asker.id)
        await audit(tx, now, "article.published", f"article:{published.id}", staff_id=asker.id)
        return published

    async def _stand(self, tx: AsyncSession, article: Article, stage: ArticleStage, asker: Asker, words: str = "") -> Article:
        now = self._clock.now()
        article.stage, article.stage_by_id, article.stage_at, article.stage_words = stage, asker.id, now, words
        article.version += 1
        article.updated_at = now
        tx.add(article)
        await tx.flush()
        await audit(tx, now, f"article.{stage}", f"article:{article.id}", staff_id=asker.id)
        return article
