"""The search's words for the editors: synonyms and foreign topics, with a number that tells whether they changed meanwhile."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record as audit
from core.clock import Clock
from core.drafts.ending import end_draft
from core.drafts.forms import NEW, DraftKind
from core.errors import Conflict, Invalid
from core.knowledge.articles import locked_state
from core.knowledge.drafting import QUESTION_LIMIT
from core.knowledge.editor.rules import EDIT, LOOK
from core.knowledge.model import ForeignTopic, KnowledgeState, SynonymGroup
from core.lexicon.tokens import strip_invisible
from core.staff.asker import Asker
from db.transactions import Transactions

MOST_GROUPS, MOST_WORDS, MOST_TOPICS = 1000, 20, 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchWords:
    """Both lists as of ``version``."""

    version: int
    synonyms: Sequence[Sequence[str]]
    topics: Sequence[str]


class SearchWordsDesk:
    """Reading raises NotAllowed; saving Conflict (changed meanwhile) and Invalid too."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def read(self, asker: Asker) -> SearchWords:
        """Both lists."""
        asker.must(LOOK)
        async with self._transactions.begin() as tx:
            state = await tx.get(KnowledgeState, 1)
            groups = (await tx.exec(select(SynonymGroup.words).order_by(col(SynonymGroup.id)))).all()
            topics = (await tx.exec(select(ForeignTopic.question).order_by(col(ForeignTopic.question)))).all()
        return SearchWords(version=state.words if state else 0, synonyms=[list(words) for words in groups], topics=list(topics))

    async def save_synonyms(self, asker: Asker, groups: Sequence[Sequence[str]], version: int) -> int:
        """Replace all groups; gives the new version. Raises Invalid (synonyms.N) for a group of fewer than two words."""
        asker.must(EDIT)
        tidy = [_tidy(group) for group in groups if any(word.strip() for word in group)]
        faults = {f"synonyms.{place}": why for place, group in enumerate(tidy) if (why := _fault(group))}
        if faults or len(tidy) > MOST_GROUPS:
            raise Invalid("the groups cannot be used", fields=faults or {"synonyms": "too_long"})
        async with self._transactions.begin() as tx:
            changed = await self._change(tx, asker, version, "synonyms")
            await end_draft(tx, asker.id, DraftKind.SYNONYMS, NEW, self._clock.now())
            await tx.exec(delete(SynonymGroup))
            tx.add_all(SynonymGroup(words=group) for group in tidy)
            return changed

    async def save_topics(self, asker: Asker, topics: Sequence[str], version: int) -> int:
        """Replace all foreign topics; gives the new version. Raises Invalid (topics)."""
        asker.must(EDIT)
        tidy = _tidy(topics)
        if len(tidy) > MOST_TOPICS or any(len(topic) > QUESTION_LIMIT for topic in tidy):
            raise Invalid("the topics cannot be used", fields={"topics": "too_long"})
        async with self._transactions.begin() as tx:
            changed = await self._change(tx, asker, version, "topics")
            await end_draft(tx, asker.id, DraftKind.TOPICS, NEW, self._clock.now())
            await tx.exec(delete(ForeignTopic))
            tx.add_all(ForeignTopic(question=topic) for topic in tidy)
            return changed

    async def _change(self, tx: AsyncSession, asker: Asker, version: int, what: str) -> int:
        state = await locked_state(tx)
        if state.words != version:
            raise Conflict("the words were changed", version=state.words)
        state.words += 1
        await audit(tx, self._clock.now(), f"knowledge.{what}_changed", "knowledge:words", staff_id=asker.id)
        return state.words


def _tidy(words: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(filter(None, (" ".join(strip_invisible(word).split()) for word in words))))


def _fault(group: Sequence[str]) -> str:
    if len(group) < 2:
        return "two_or_more"
    return "too_long" if len(group) > MOST_WORDS or any(len(word) > QUESTION_LIMIT for word in group) else ""
