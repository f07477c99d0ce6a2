"""The search's editable words: synonyms, and questions that are not the administration's."""

from collections.abc import Sequence

from sqlmodel import col, delete, select

from core.errors import Invalid
from core.knowledge.articles import count_words_change
from core.knowledge.drafting import QUESTION_LIMIT
from core.knowledge.editing import editor_id
from core.knowledge.model import ForeignTopic, SynonymGroup
from core.staff.asker import Asker
from db.transactions import Transactions


class WordLists:
    """The words' part of the knowledge desk."""

    _transactions: Transactions

    async def synonyms(self) -> list[tuple[str, ...]]:
        """The groups of words that mean one thing."""
        async with self._transactions.begin() as tx:
            groups = (await tx.exec(select(SynonymGroup.words).order_by(col(SynonymGroup.id)))).all()
        return [tuple(words) for words in groups]

    async def save_synonyms(self, groups: Sequence[Sequence[str]], *, by: Asker | None = None) -> None:
        """Replace all groups; raises Invalid for a group of fewer than two words."""
        editor_id(by)
        tidy = [list(dict.fromkeys(filter(None, (" ".join(word.split()) for word in group)))) for group in groups]
        if any(len(group) < 2 or any(len(word) > QUESTION_LIMIT for word in group) for group in tidy):
            raise Invalid(field="words", reason="two_or_more")
        async with self._transactions.begin() as tx:
            await tx.exec(delete(SynonymGroup))
            tx.add_all(SynonymGroup(words=group) for group in tidy)
            await count_words_change(tx)

    async def foreign_topics(self) -> list[str]:
        """Questions that the base must not answer."""
        async with self._transactions.begin() as tx:
            return list((await tx.exec(select(ForeignTopic.question).order_by(col(ForeignTopic.id)))).all())

    async def save_foreign_topics(self, questions: Sequence[str], *, by: Asker | None = None) -> None:
        """Replace them all; raises Invalid for one that is too long."""
        editor_id(by)
        tidy = list(dict.fromkeys(filter(None, (" ".join(question.split()) for question in questions))))
        if any(len(question) > QUESTION_LIMIT for question in tidy):
            raise Invalid(field="questions", reason="too_long", limit=QUESTION_LIMIT)
        async with self._transactions.begin() as tx:
            await tx.exec(delete(ForeignTopic))
            tx.add_all(ForeignTopic(question=question) for question in tidy)
            await count_words_change(tx)
