"""Answers of the knowledge base in words: with source and date, or honestly none (design decision 7)."""

import textwrap
from collections.abc import Sequence
from typing import Protocol

from core.conversations.turn import Reply, Turn
from core.dates import spoken_date
from core.knowledge.markup import heard as for_the_ear
from core.knowledge.markup import plain
from core.knowledge.search import Hit, SearchResult
from core.words import buttons, say

SUGGESTED = 3
TITLE_LIMIT = 60
ELLIPSIS = "\u2026"


class Librarian(Protocol):
    """Whoever searches the knowledge base."""

    async def search(self, query: str, limit: int = SUGGESTED) -> SearchResult:
        """The best articles for a citizen's question."""
        ...

    async def recite(self, article_id: int) -> Hit:
        """One published article; raises NotFound."""
        ...


def answer_words(hit: Hit, *, heard: bool = False) -> str:
    """An article as an answer: what it says, its source, the day on which it was confirmed, and whether that was long ago.

    ``heard``: on the telephone, where its short form is told.
    """
    confirmed = spoken_date(hit.confirmed_on) if hit.confirmed_on else say("answer.unconfirmed")
    answer = (hit.spoken.strip() or for_the_ear(hit.answer)) if heard else plain(hit.answer)
    words = say("answer.found", answer=answer, source=hit.source.rstrip("."), confirmed=confirmed)
    return f"{words}\n\n{say('answer.stale')}" if hit.stale else words


def give_article(turn: Turn, hit: Hit, *, heard: bool = False) -> None:
    """An article as the answer of a turn; its files for citizens go with it where they can be looked at."""
    words = answer_words(hit, heard=heard)
    files = () if heard else tuple(file.as_content() for file in hit.files)
    turn.replies.append(Reply(text=words, files=files))


def suggest(turn: Turn, hits: Sequence[Hit]) -> None:
    """Offer the nearest articles as buttons: pressing one asks by its title."""
    near = [
        {"title": _shortened(hit.title), "intent": "ask_article", "entities": {"article": str(hit.article_id)}}
        for hit in hits[:SUGGESTED]
    ]
    if near:
        turn.say(say("answer.nearest"), buttons=near)


def _shortened(title: str) -> str:
    """A title that fits on a button: cut between words."""
    return textwrap.shorten(title, TITLE_LIMIT, placeholder=ELLIPSIS)


def admit_ignorance(turn: Turn) -> None:
    """Say that there is no answer, in the core's own words (used when the dialogue is away)."""
    turn.say(say("answer.missed"), buttons=buttons("answer.missed_buttons"))
