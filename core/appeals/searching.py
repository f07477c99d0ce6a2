"""The search of cards by words: it costs what its rarest words cost, and looks among the newest cards first."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.appeals.model import WINDOW, WORDS, Appeal
from core.clock import Clock
from core.table import table_of

NEWEST_WINDOWS = 4
WORD_LIMIT = 8
COMMON = 0.25
"""The share of cards from which on a word is common: about every fourth card that the other words find has it too."""
NOTED = 0.01
"""Lesser shares are not added up when the lexemes that a word begins are counted."""
SHARES_KEPT = timedelta(minutes=10)
_CARD = table_of(Appeal)
_RUSSIAN = text("'russian'::regconfig")
_SHARES = text(
    "SELECT known.lexeme, known.share FROM pg_stats,"
    " unnest(CAST(CAST(most_common_elems AS text) AS text[]), most_common_elem_freqs) AS known(lexeme, share)"
    " WHERE schemaname = current_schema() AND tablename = 'appeal_words' AND known.share >= :least AND known.lexeme IS NOT NULL"
)
"""What PostgreSQL itself has counted of the index; nothing before its first ANALYZE."""
_STEMS = text(
    "SELECT (SELECT max(id) FROM appeal) AS newest, ARRAY(SELECT coalesce((tsvector_to_array(to_tsvector('russian'::regconfig,"
    " asked.word)))[1], '') FROM unnest(CAST(:words AS text[])) WITH ORDINALITY AS asked(word, place) ORDER BY place) AS stems"
)


class WordSearch:
    """Finds cards by the beginnings of all the words asked for."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._shares: Mapping[str, float] = {}
        self._counted_at: datetime | None = None

    async def find(
        self, connection: AsyncConnection, chosen: Select[int], question: str, limit: int, newest: int | None
    ) -> list[int]:
        """The ids that ``chosen`` (ordered, newest first, limited) gives among the cards with these words; ``newest``: begin there.

        Among the newest cards first: a common word is found there, a rare one is cheap to find everywhere.
        """
        words = re.findall(r"\w{2,}", question)[:WORD_LIMIT]
        if not words:
            return []
        known = (await connection.execute(_STEMS, {"words": words})).one()
        if newest is None:
            newest = known.newest or 0
        rare, common = await self._parted(connection, words, known.stems)
        windows = " | ".join(f"zid{newest // WINDOW - back}" for back in range(NEWEST_WINDOWS) if newest // WINDOW >= back)
        for asked in (f"({rare}) & ({windows})", rare):
            found = [row[0] for row in await connection.execute(_statement(chosen, rare, asked, common, limit))]
            if len(found) >= limit or newest < WINDOW * NEWEST_WINDOWS:
                break
        return found

    async def _parted(self, connection: AsyncConnection, words: Sequence[str], stems: Sequence[str]) -> tuple[str, str]:
        """What the index is asked for, and what the cards found are looked through for.

        The index would collect every card with a beginning as common as "street", only to put most of them aside again.
        """
        if sum(map(bool, stems)) < 2:
            return _begun(words), ""
        await self._count(connection)
        often = [not stem or self._share(stem) >= COMMON for stem in stems]
        if all(often):
            return _begun(words), ""
        rare = [word for word, is_common in zip(words, often, strict=True) if not is_common]
        return _begun(rare), _begun([word for word, stem in zip(words, stems, strict=True) if stem and word not in rare])

    def _share(self, stem: str) -> float:
        return sum(share for lexeme, share in self._shares.items() if lexeme.startswith(stem))

    async def _count(self, connection: AsyncConnection) -> None:
        now = self._clock.now()
        if self._counted_at is None or not timedelta() <= now - self._counted_at < SHARES_KEPT:
            rows = await connection.execute(_SHARES, {"least": NOTED})
            self._shares, self._counted_at = {row.lexeme: row.share for row in rows}, now


def _begun(words: Sequence[str]) -> str:
    return " & ".join(f"{word}:*" for word in words)


def _statement(chosen: Select[int], rare: str, asked: str, common: str, limit: int) -> Select[int]:
    """Cards that the index finds; those with the common words are told newest first, and no more than are wanted are read."""
    says_something = func.numnode(func.to_tsquery(_RUSSIAN, rare)) > 0  # only stop words: nothing, rather than the whole city
    found = chosen.where(says_something, _has(asked))
    if not common:
        return found
    candidates = found.limit(None).offset(0).subquery("found")  # the offset keeps the planner from pulling it up
    has_common = select(_has(common)).select_from(_CARD).where(_CARD.c.id == candidates.c.id).scalar_subquery()
    return select(candidates.c.id).where(has_common).order_by(candidates.c.id.desc()).limit(limit)


def _has(asked: str) -> ColumnElement[bool]:
    fits: Any = literal_column(str(WORDS)).op("@@")(func.to_tsquery(_RUSSIAN, asked))
    return fits  # type: ignore[no-any-return]  # an operator of our own has no type
