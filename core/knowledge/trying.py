"""Trying the bot: what it would answer to a text and why, with a draft as if it were published; nothing is stored or sent (2.3)."""

import asyncio
from dataclasses import dataclass, replace

from core.clock import Clock
from core.conversations.answering import answer_words
from core.dialogue import Dialogue, DialogueUnavailable, TurnRequest
from core.errors import Invalid, NotFound
from core.knowledge.desk import KnowledgeDesk
from core.knowledge.drafting import SPOKEN_LIMIT
from core.knowledge.editor.rules import LOOK
from core.knowledge.markup import heard, plain
from core.knowledge.model import Article
from core.knowledge.port import Aloud
from core.knowledge.search.explaining import Explained, Verdict
from core.lexicon.abuse import is_abusive
from core.lexicon.emergency import find_emergency
from core.people.normaliser import extract_entities
from core.staff.asker import Asker
from core.vocabulary import ChannelName
from db.transactions import Transactions

ASKED_LIMIT = 1000
SHOWN = 5
ALOUD_LIMIT = 2000
"""Characters that are read aloud at once: what the speech service takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guessed:
    """What the dialogue makes of the text; ``away``: it does not answer, and the core would carry on without it."""

    away: bool = False
    intent: str = ""
    confidence: float = 0.0
    searches: bool = False
    says: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """``emergency`` and ``abusive`` come before anything else. ``written`` and ``spoken``: the answer, when there is one."""

    explained: Explained
    guessed: Guessed
    emergency: str = ""
    abusive: bool = False
    written: str = ""
    spoken: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """A text as a citizen gets it: in a messenger or a letter, and by ear."""

    written: str
    spoken: str


class TrialDesk:
    """Answers that nobody gets."""

    def __init__(
        self, *, transactions: Transactions, clock: Clock, knowledge: KnowledgeDesk, dialogue: Dialogue, aloud: Aloud
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._knowledge = knowledge
        self._dialogue = dialogue
        self._aloud = aloud

    async def ask(self, asker: Asker, text: str, *, article_id: int | None = None) -> Tried:
        """What the bot would do with this text. Raises NotAllowed, NotFound, Invalid (text)."""
        asker.must(LOOK)
        text = text.strip()
        if not text or len(text) > ASKED_LIMIT:
            raise Invalid(field="text", reason="too_long" if text else "missing", limit=ASKED_LIMIT)
        draft = None if article_id is None else await self._draft(article_id)
        guessed, explained = await asyncio.gather(self._guess(text), self._knowledge.explained(text, SHOWN, draft=draft))
        danger = find_emergency(text)
        tried = Tried(explained=explained, guessed=guessed, emergency=danger.kind if danger else "", abusive=is_abusive(text))
        if explained.verdict not in (Verdict.ANSWERED, Verdict.EXACT):
            return tried
        hit = explained.hits[0].hit
        spoken = await asyncio.to_thread(self._aloud.words, answer_words(hit, heard=True))
        return replace(tried, written=answer_words(hit), spoken=spoken)

    async def look(self, asker: Asker, answer: str, spoken: str) -> Looks:
        """A text that is being written, as citizens would get it. Raises NotAllowed."""
        asker.must(LOOK)
        said = await asyncio.to_thread(self._aloud.words, spoken.strip() or heard(answer))
        return Looks(written=plain(answer), spoken=said)

    async def sound(self, asker: Asker, answer: str, spoken: str) -> bytes:
        """The same read aloud, WAV. Raises NotAllowed, SpeechAway, Invalid (nothing to read)."""
        asker.must(LOOK)
        words = (spoken.strip()[:SPOKEN_LIMIT] or heard(answer))[:ALOUD_LIMIT].strip()
        if not words:
            raise Invalid(field="spoken", reason="missing")
        return await self._aloud.sound(words)

    async def _guess(self, text: str) -> Guessed:
        entities = extract_entities(text, requested_slot=None)
        request = TurnRequest(conversation="trial", channel=ChannelName.TELEGRAM, text=text, entities=entities)
        try:
            answer = await self._dialogue.turn(request)
        except DialogueUnavailable:
            return Guessed(away=True)
        return Guessed(
            intent=answer.intent or "",
            confidence=answer.confidence or 0.0,
            searches=any(command.do == "answer_question" for command in answer.commands),
            says=tuple(said.text for said in answer.messages if said.text),
        )

    async def _draft(self, article_id: int) -> Article:
        async with self._transactions.begin() as tx:
            found = await tx.get(Article, article_id)
            if found is None:
                raise NotFound("no such article")
            tx.expunge(found)
            return found
