"""Questions without an answer, gathered from what citizens wrote and put to those that ask the same; for the worker, by the minute.

Nothing is asked of a citizen's turn: it notes in the message that there was no answer, and this finds it afterwards.
"""

import asyncio
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Protocol

import numpy as np
from sqlalchemy import text
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import Clock
from core.knowledge.embedding import Vectors
from core.knowledge.model import Article, ArticleStatus
from core.knowledge.search.text import clean
from core.masking.questions import LIMIT, masked
from core.unanswered.model import GroupState, QuestionGroup, UnansweredQuestion
from core.vocabulary import ChannelName
from db.transactions import Transactions

LOOK_BACK = timedelta(days=7)
"""How old a message may be that a worker which stood still still finds."""
AT_ONCE = 200
ROUNDS = 10
"""Of one call: two thousand questions, about half a minute."""
LIKE: Mapping[str, float] = MappingProxyType({"e5-small-q4": 0.92, "use-multilingual-3": 0.72})
"""Nearness from which two questions ask the same, by the model: of pairs on different subjects 4 and 1 in 10,000 reach it."""
UNKNOWN_MODEL = 0.85
EMPTY = "-"

_FOUND = text(
    """
    SELECT m.id, m.conversation_id, c.channel, m.text, m.details, m.created_at
    FROM message m JOIN conversation c ON c.id = m.conversation_id
    WHERE m.details @> '{"answered": false}' AND m.created_at > :since AND m.author = 'citizen'
        AND NOT jsonb_exists(m.details, 'button')
        AND NOT EXISTS (SELECT 1 FROM unanswered_question q WHERE q.message_id = m.id)
    ORDER BY m.created_at, m.id LIMIT :most
    """
)
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('unanswered_question'))")
_SENTENCE = re.compile(r"[^.!?\n]{8,}\?")


class Reader(Protocol):
    """Whoever makes vectors of questions."""

    @property
    def model(self) -> str:
        """Vectors of different models are not comparable."""
        ...

    def vectors_of(self, questions: Sequence[str]) -> Vectors:
        """A row each; blocks."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question that is to be kept, already without the person's data."""

    message_id: int
    conversation_id: int
    channel: str
    text: str
    words: str
    score: float
    article_id: int | None
    asked_at: datetime

    @property
    def digest(self) -> str:
        """SHA-256 of the words as the search reads them."""
        return hashlib.sha256(self.words.encode()).hexdigest()


class Gathering:
    """Finds what is new and puts it to its like."""

    def __init__(self, *, transactions: Transactions, clock: Clock, reader: Reader) -> None:
        self._transactions = transactions
        self._clock = clock
        self._reader = reader
        self._like = LIKE.get(reader.model, UNKNOWN_MODEL)

    async def gather(self) -> int:
        """Keep the new questions; gives their number. Safe to run twice and side by side."""
        kept = 0
        for _ in range(ROUNDS):
            found = await self._round()
            kept += found
            if found < AT_ONCE:
                break
        return kept

    async def _round(self) -> int:
        async with self._transactions.begin() as tx:
            found = await self._found(tx)
            known = await _known(tx, [one.digest for one in found])
        fresh = list({one.digest: one for one in found if one.digest not in known}.values())
        vectors: dict[str, Vectors] = {}
        if fresh:
            made = await asyncio.to_thread(self._reader.vectors_of, [one.words for one in fresh])
            vectors = {one.digest: vector for one, vector in zip(fresh, made, strict=True)}
        if not found:
            return 0
        async with self._transactions.begin() as tx:
            await tx.execute(_LOCK)
            await self._keep(tx, found, vectors)
        return len(found)

    async def _found(self, tx: AsyncSession) -> list[Asked]:
        facts = {"since": self._clock.now() - LOOK_BACK, "most": AT_ONCE}
        return [_asked(dict(row)) for row in (await tx.execute(_FOUND, facts)).mappings()]

    async def _keep(self, tx: AsyncSession, found: Sequence[Asked], vectors: Mapping[str, Vectors]) -> None:
        """Under the lock: what another worker kept meanwhile is left alone."""
        ids = [one.message_id for one in found]
        gone = set((await tx.exec(select(UnansweredQuestion.message_id).where(col(UnansweredQuestion.message_id).in_(ids)))).all())
        known = await _known(tx, [one.digest for one in found])
        articles = await _articles(tx, [one.article_id for one in found if one.article_id])
        groups = await Groups.load(tx, self._reader.model, self._like) if vectors else Groups.empty(self._reader.model, self._like)
        for one in found:
            if one.message_id in gone:
                continue
            number = known.get(one.digest)
            if number is None:
                number = await groups.place(tx, one, vectors[one.digest])
                known[one.digest] = number
            await _count(tx, number, one)
            tx.add(
                UnansweredQuestion(
                    message_id=one.message_id,
                    conversation_id=one.conversation_id,
                    channel=one.channel,
                    text=one.text,
                    digest=one.digest,
                    score=one.score,
                    article_id=one.article_id if one.article_id in articles else None,
                    group_id=number,
                    asked_at=one.asked_at,
                )
            )
        await tx.flush()


class Groups:
    """The vectors of all groups in one matrix: a question is compared with ten thousand of them in a few milliseconds."""

    def __init__(self, model: str, like: float, ids: list[int], vectors: list[Vectors]) -> None:
        self._model, self._like, self._ids = model, like, ids
        self._matrix = np.vstack(vectors) if vectors else np.zeros((0, 0), dtype=np.float32)

    @classmethod
    async def load(cls, tx: AsyncSession, model: str, like: float) -> "Groups":
        """Those whose vectors are of this model."""
        wanted = select(QuestionGroup.id, QuestionGroup.vector).where(QuestionGroup.model == model).order_by(col(QuestionGroup.id))
        rows = (await tx.exec(wanted)).all()
        return cls(model, like, [number or 0 for number, _ in rows], [np.frombuffer(raw, dtype=np.float32) for _, raw in rows])

    @classmethod
    def empty(cls, model: str, like: float) -> "Groups":
        """Where every question is known word for word."""
        return cls(model, like, [], [])

    async def place(self, tx: AsyncSession, one: Asked, vector: Vectors) -> int:
        """The group that asks the same, else a new one."""
        if self._ids:
            near = self._matrix[: len(self._ids)] @ vector
            best = int(near.argmax())
            if near[best] >= self._like:
                return self._ids[best]
        group = QuestionGroup(
            text=one.text,
            model=self._model,
            vector=vector.astype(np.float32).tobytes(),
            first_at=one.asked_at,
            last_at=one.asked_at,
        )
        tx.add(group)
        await tx.flush()
        if len(self._ids) >= len(self._matrix):  # grows by halves, so that a row more is not a copy of all
            room = np.zeros((AT_ONCE + len(self._ids) // 2, len(vector)), dtype=np.float32)
            self._matrix = np.vstack([self._matrix, room]) if self._ids else room
        self._matrix[len(self._ids)] = vector
        self._ids.append(group.id or 0)
        return group.id or 0


async def _count(tx: AsyncSession, number: int, one: Asked) -> None:
    """One more; what was answered and is asked after the answer appeared without finding it waits for an editor anew."""
    group = await tx.get_one(QuestionGroup, number)
    group.asked += 1
    group.last_at = max(group.last_at, one.asked_at)
    if group.state in (GroupState.DRAFTED, GroupState.ATTACHED):
        article = await tx.get(Article, group.article_id) if group.article_id else None
        answers = article is not None and article.status == ArticleStatus.PUBLISHED
        if article is None or (answers and one.asked_at > article.updated_at):
            group.state = GroupState.OPEN
    tx.add(group)


async def _known(tx: AsyncSession, digests: Sequence[str]) -> dict[str, int]:
    """The groups of questions that were asked before in the same words."""
    wanted = select(UnansweredQuestion.digest, func.max(UnansweredQuestion.group_id))
    wanted = wanted.where(col(UnansweredQuestion.digest).in_(digests)).group_by(col(UnansweredQuestion.digest))
    return {digest: int(number) for digest, number in (await tx.exec(wanted)).all()}


async def _articles(tx: AsyncSession, ids: Sequence[int]) -> set[int | None]:
    return set((await tx.exec(select(Article.id).where(col(Article.id).in_(ids)))).all())


def _asked(row: Mapping[str, object]) -> Asked:
    details = row["details"] if isinstance(row["details"], dict) else {}
    nearest = (details.get("articles") or [[None, 0.0]])[0]
    written = str(row["text"])
    if row["channel"] == ChannelName.EMAIL:
        sentence = _SENTENCE.search(written[:4000])
        written = sentence[0] if sentence else written
    kept = masked(written) or EMPTY
    return Asked(
        message_id=int(str(row["id"])),
        conversation_id=int(str(row["conversation_id"])),
        channel=str(row["channel"]),
        text=kept[:LIMIT],
        words=clean(kept) or EMPTY,
        score=float(nearest[1] or 0.0),
        article_id=nearest[0],
        asked_at=row["created_at"],  # type: ignore[arg-type]  # a timestamptz
    )
