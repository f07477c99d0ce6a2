"""Questions that nobody could answer from the base, for its editors: the most frequent first, each decided once (2.3)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record as audit
from core.clock import MOSCOW, Clock
from core.errors import Conflict, Invalid, NotFound
from core.knowledge.articles import count_words_change, record_writing
from core.knowledge.drafting import QUESTIONS_LIMIT, TITLE_LIMIT, ArticleDraft
from core.knowledge.editor.rules import EDIT, LOOK, must
from core.knowledge.editor.writing import begin_in, revise_in, written
from core.knowledge.model import Article, ArticleStatus, ForeignTopic
from core.staff.asker import Asker
from core.unanswered.model import GroupState, QuestionGroup, UnansweredQuestion
from db.transactions import Transactions

PAGE = 50
WEEK = timedelta(days=7)
WEEKS = 12
MOST_TAKEN = 10
"""Wordings of one group that go into an article."""

_COUNTED = text(
    "SELECT group_id, count(*) FILTER (WHERE asked_at >= :week) AS week, count(*) FILTER (WHERE asked_at < :week) AS before,"
    " array_agg(DISTINCT channel) AS channels FROM unanswered_question"
    " WHERE group_id = ANY(:ids) AND asked_at >= :two GROUP BY group_id"
)
_TREND = text(
    "SELECT date_trunc('week', asked_at AT TIME ZONE 'Europe/Moscow')::date AS week, count(*) AS asked FROM unanswered_question"
    " WHERE asked_at >= :since GROUP BY 1 ORDER BY 1"
)
_TOTALS = text("SELECT state, count(*) AS groups, coalesce(sum(asked), 0) AS asked FROM question_group GROUP BY state")


class Decided(Conflict):
    """A colleague has decided about these questions already; ``facts["state"]`` says how."""

    code = "question_decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """Questions that ask the same. ``week``: how often in the last seven days, ``before``: in the seven before."""

    group: QuestionGroup
    week: int
    before: int
    channels: tuple[str, ...]
    article: Article | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedGroup:
    """A group with its newest questions; ``nearest``: the article that the search found nearest, if it is still there."""

    row: GroupRow
    questions: Sequence[UnansweredQuestion]
    nearest: Article | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Questions without an answer by weeks (their Mondays), and how many groups stand where."""

    weeks: Sequence[tuple[date, int]]
    groups: dict[str, int]


class QuestionDesk:
    """Reading raises NotAllowed and NotFound; deciding raises Decided too."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def page(
        self, asker: Asker, *, state: GroupState = GroupState.OPEN, after: tuple[int, int] | None = None
    ) -> Sequence[GroupRow]:
        """Fifty groups, the most asked first; ``after`` is how often the last of the page before was asked, and its id."""
        asker.must(LOOK)
        asked, number = col(QuestionGroup.asked), col(QuestionGroup.id)
        wanted = select(QuestionGroup).where(QuestionGroup.state == state)
        if after is not None:
            wanted = wanted.where((asked < after[0]) | ((asked == after[0]) & (number < after[1])))
        async with self._transactions.begin() as tx:
            groups = (await tx.exec(wanted.order_by(asked.desc(), number.desc()).limit(PAGE))).all()
            return await self._rows(tx, groups)

    async def open(self, asker: Asker, group_id: int) -> OpenedGroup:
        """A group with its newest fifty questions."""
        asker.must(LOOK)
        async with self._transactions.begin() as tx:
            group = await _group(tx, group_id)
            (row,) = await self._rows(tx, [group])
            questions = await _questions(tx, group_id, PAGE)
            nearest = next((one.article_id for one in questions if one.article_id), None)
            return OpenedGroup(row=row, questions=questions, nearest=await tx.get(Article, nearest) if nearest else None)

    async def trend(self, asker: Asker) -> Trend:
        """The last twelve weeks, those without questions too."""
        asker.must(LOOK)
        today = self._clock.today()
        monday = today - timedelta(days=today.weekday())
        first = monday - (WEEKS - 1) * WEEK
        since = datetime(first.year, first.month, first.day, tzinfo=MOSCOW)
        async with self._transactions.begin() as tx:
            asked = {row.week: row.asked for row in await tx.execute(_TREND, {"since": since})}
            groups = {row.state: row.groups for row in await tx.execute(_TOTALS)}
        weeks = [(first + number * WEEK, asked.get(first + number * WEEK, 0)) for number in range(WEEKS)]
        return Trend(weeks=weeks, groups=groups)

    async def draft(self, asker: Asker, group_id: int) -> Article:
        """A draft that begins with these questions; gives it."""
        asker.must(EDIT)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            group = await _undecided(tx, group_id)
            wordings = await _wordings(tx, group)
            title = wordings[0][:1].upper() + wordings[0][1:TITLE_LIMIT]
            article = await begin_in(tx, ArticleDraft(title=title, answer="", questions=tuple(wordings)), now, asker.id)
            await self._decide(tx, asker, group, GroupState.DRAFTED, article.id)
            return article

    async def attach(self, asker: Asker, group_id: int, article_id: int) -> Article:
        """Put the questions to an article as other ways to ask, in its draft; gives the draft. Raises Invalid (questions)."""
        asker.must(EDIT)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            group = await _undecided(tx, group_id)
            target = await tx.get(Article, article_id, with_for_update=True, populate_existing=True)
            if target is None:
                raise NotFound("no such article")
            draft = target if target.status == ArticleStatus.DRAFT else await revise_in(tx, target, now, asker)
            must(draft, asker, "change")
            questions = list(dict.fromkeys([*draft.questions, *await _wordings(tx, group)]))
            if len(questions) > QUESTIONS_LIMIT:
                raise Invalid(field="questions", reason="too_many_questions", limit=QUESTIONS_LIMIT)
            draft.questions = questions
            written(draft, asker)
            await record_writing(tx, draft, now, asker.id)
            await self._decide(tx, asker, group, GroupState.ATTACHED, draft.replaces_id or draft.id)
            return draft

    async def make_foreign(self, asker: Asker, group_id: int) -> None:
        """These are no questions to the administration: the search is told so."""
        asker.must(EDIT)
        async with self._transactions.begin() as tx:
            group = await _undecided(tx, group_id)
            wording = (await _wordings(tx, group))[0]
            if (await tx.exec(select(ForeignTopic.id).where(ForeignTopic.question == wording))).first() is None:
                tx.add(ForeignTopic(question=wording))
                await count_words_change(tx)
            await self._decide(tx, asker, group, GroupState.FOREIGN, None)

    async def dismiss(self, asker: Asker, group_id: int) -> None:
        """Nothing is to be written about these; they go on being counted."""
        asker.must(EDIT)
        async with self._transactions.begin() as tx:
            await self._decide(tx, asker, await _undecided(tx, group_id), GroupState.DISMISSED, None)

    async def reopen(self, asker: Asker, group_id: int) -> None:
        """Take a decision back; what was written because of it stays as it is."""
        asker.must(EDIT)
        async with self._transactions.begin() as tx:
            group = await _group(tx, group_id, lock=True)
            await self._decide(tx, asker, group, GroupState.OPEN, group.article_id)

    async def _decide(
        self, tx: AsyncSession, asker: Asker, group: QuestionGroup, state: GroupState, article_id: int | None
    ) -> None:
        now = self._clock.now()
        group.state, group.article_id, group.decided_by_id, group.decided_at = state, article_id, asker.id, now
        tx.add(group)
        await tx.flush()
        await audit(tx, now, f"question.{state}", f"question_group:{group.id}", staff_id=asker.id, article=article_id)

    async def _rows(self, tx: AsyncSession, groups: Sequence[QuestionGroup]) -> list[GroupRow]:
        now = self._clock.now()
        facts = {"ids": [one.id for one in groups], "week": now - WEEK, "two": now - 2 * WEEK}
        counted = {row.group_id: row for row in await tx.execute(_COUNTED, facts)}
        ids = [one.article_id for one in groups if one.article_id]
        articles = {one.id: one for one in (await tx.exec(select(Article).where(col(Article.id).in_(ids)))).all()}
        rows = [
            GroupRow(group=one, week=0, before=0, channels=(), article=articles.get(one.article_id) if one.article_id else None)
            for one in groups
        ]
        return [
            replace(row, week=found.week, before=found.before, channels=tuple(sorted(found.channels)))
            if (found := counted.get(row.group.id))
            else row
            for row in rows
        ]


async def _group(tx: AsyncSession, group_id: int, *, lock: bool = False) -> QuestionGroup:
    found = await tx.get(QuestionGroup, group_id, with_for_update=True if lock else None, populate_existing=lock)
    if found is None:
        raise NotFound("no such question")
    return found


async def _undecided(tx: AsyncSession, group_id: int) -> QuestionGroup:
    group = await _group(tx, group_id, lock=True)
    if group.state != GroupState.OPEN:
        raise Decided(state=group.state, article=group.article_id)
    return group


async def _questions(tx: AsyncSession, group_id: int, most: int) -> Sequence[UnansweredQuestion]:
    wanted = select(UnansweredQuestion).where(UnansweredQuestion.group_id == group_id)
    return (
        await tx.exec(wanted.order_by(col(UnansweredQuestion.asked_at).desc(), col(UnansweredQuestion.id).desc()).limit(most))
    ).all()


async def _wordings(tx: AsyncSession, group: QuestionGroup) -> list[str]:
    """The words of the first question and other ways in which it was asked."""
    found = await _questions(tx, group.id or 0, PAGE)
    return list(dict.fromkeys([group.text, *(one.text for one in found)]))[:MOST_TAKEN]
