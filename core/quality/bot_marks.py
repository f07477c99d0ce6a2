"""Wrong answers of the bot: marked by the staff, looked at by an editor, kept as reviewed examples for training (reg. 2.7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.clock import Clock
from core.conversations.model import Message
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import Conflict, Invalid, NotFound
from core.knowledge.model import Article
from core.lexicon.tokens import read_yaml
from core.masking.texts import has_personal, mask
from core.quality.model import BotMark
from core.quality.reviewing import mask_kept
from core.quality.rows import names_of
from core.quality.vocabulary import BotFault, MarkState
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_line
from core.vocabulary import Author
from db.transactions import Transactions

INTENTS = Path(__file__).parent / "intents.yaml"
NOTE_LIMIT, EXAMPLE_LIMIT, SHOWN_LIMIT = 1000, 300, 600
"""Letters. A phrase longer than an example is no phrase: the classifier reads single ones."""
PAGE = 50


class MarkedAlready(Conflict):
    """Somebody has marked this answer; ``operator``: who."""

    code = "marked_already"


class MarkDecided(Conflict):
    """What an editor decided about the mark is in the training's examples already."""

    code = "mark_decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkForm:
    """What is wrong with an answer, and what it should have been where that is known."""

    fault: BotFault
    note: str = ""
    right_intent: str = ""
    right_article_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkDecision:
    """The editor's word: a phrase and its intent are kept as an example, or the mark is rejected with a reason."""

    accepted: bool
    version: int
    example: str = ""
    intent: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkShown:
    """A mark. ``question`` and ``answer`` are masked: an editor of knowledge does not read what citizens told of themselves."""

    mark: BotMark
    question: str
    answer: str
    article: str
    marked_by: str
    decided_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkPage:
    """A page of marks; ``next``: where the following one begins; ``waiting``: how many are undecided."""

    rows: Sequence[MarkShown]
    next: int | None
    waiting: int


@cache
def intents() -> Mapping[str, str]:
    """What a phrase may mean, in words, by the dialogue's name of it."""
    return cast(dict[str, str], read_yaml(INTENTS))


class BotMarkDesk:
    """Use cases of the marks."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def mark(self, asker: Asker, message_id: int, form: MarkForm) -> BotMark:
        """Say that an answer of the bot is wrong. Raises NotAllowed, NotFound (no message of the bot), MarkedAlready, Invalid."""
        asker.must(Ability.MARK_BOT)
        note = mask_kept(form.note, NOTE_LIMIT, "note")
        if form.right_intent and form.right_intent not in intents():
            raise Invalid("no such intent", fields={"right_intent": "literal_error"})
        if form.fault is BotFault.OTHER and not note:
            raise Invalid("say what is wrong", fields={"note": "missing"})
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            message = await tx.get(Message, message_id, with_for_update=True)
            if message is None or message.author != Author.BOT:
                raise NotFound("no such message of the bot")
            await _must_be_first(tx, message_id)
            await _must_be_article(tx, form.right_article_id)
            question = await _question(tx, message)
            made = BotMark(
                message_id=message_id,
                question_id=question.id if question else None,
                conversation_id=message.conversation_id,
                gave_intent=str((question.details.get("intent") if question else "") or "")[:64],
                fault=form.fault,
                note=note,
                right_intent=form.right_intent,
                right_article_id=form.right_article_id,
                marked_at=now,
                marked_by_id=asker.id,
            )
            tx.add(made)
            await tx.flush()
            await end_draft(tx, asker.id, DraftKind.WRONG_ANSWER, message_id, now)
            await record(tx, now, "bot.marked", f"message:{message_id}", staff_id=asker.id, fault=form.fault.value, mark=made.id)
        return made

    async def of_conversation(self, asker: Asker, conversation_id: int) -> Sequence[BotMark]:
        """The marks on answers in a conversation, for its screen. Raises NotAllowed."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            wanted = select(BotMark).where(BotMark.conversation_id == conversation_id).order_by(col(BotMark.id))
            return (await tx.exec(wanted)).all()

    async def page(self, asker: Asker, state: MarkState | None = None, *, before: int | None = None) -> MarkPage:
        """50 marks, newest first. Raises NotAllowed."""
        asker.must(Ability.EDIT_KNOWLEDGE)
        wanted = select(BotMark)
        if state is not None:
            wanted = wanted.where(BotMark.state == state)
        if before is not None:
            wanted = wanted.where(col(BotMark.id) < before)
        async with self._transactions.begin() as tx:
            rows = (await tx.exec(wanted.order_by(col(BotMark.id).desc()).limit(PAGE + 1))).all()
            shown = await _shown(tx, rows[:PAGE])
            waiting = len((await tx.exec(select(BotMark.id).where(BotMark.state == MarkState.NEW))).all())
        return MarkPage(rows=shown, next=shown[-1].mark.id if len(rows) > PAGE else None, waiting=waiting)

    async def read(self, asker: Asker, mark_id: int) -> MarkShown:
        """One mark as it stands now. Raises NotAllowed, NotFound."""
        asker.must(Ability.EDIT_KNOWLEDGE)
        async with self._transactions.begin() as tx:
            mark = await tx.get(BotMark, mark_id)
            if mark is None:
                raise NotFound("no such mark")
            (shown,) = await _shown(tx, [mark])
        return shown

    async def decide(self, asker: Asker, mark_id: int, decision: MarkDecision) -> BotMark:
        """Accept a mark with its example, or reject it; also over a colleague's word that was seen, until it is exported.

        Raises NotAllowed, NotFound, MarkDecided (exported), Conflict (changed meanwhile), Invalid.
        """
        asker.must(Ability.EDIT_KNOWLEDGE)
        example, words = _checked(decision)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            mark = await tx.get(BotMark, mark_id, with_for_update=True)
            if mark is None:
                raise NotFound("no such mark")
            if mark.exported_at is not None:
                raise MarkDecided()
            if mark.version != decision.version:
                raise Conflict("changed meanwhile", version=mark.version)
            mark.state = MarkState.ACCEPTED if decision.accepted else MarkState.REJECTED
            mark.example, mark.decision_words = example, words
            mark.right_intent = decision.intent if decision.accepted else mark.right_intent
            mark.decided_at, mark.decided_by_id, mark.version = now, asker.id, mark.version + 1
            tx.add(mark)
            await end_draft(tx, asker.id, DraftKind.BOT_DECISION, mark_id, now)
            await record(tx, now, f"bot.mark_{mark.state}", f"bot_mark:{mark_id}", staff_id=asker.id, intent=mark.right_intent)
        return mark

    async def examples(self, *, again: bool = False) -> Sequence[BotMark]:
        """Accepted marks for the training, oldest first; ``again``: also those that were exported."""
        wanted = select(BotMark).where(BotMark.state == MarkState.ACCEPTED, BotMark.example != "")
        if not again:
            wanted = wanted.where(col(BotMark.exported_at).is_(None))
        async with self._transactions.begin() as tx:
            return (await tx.exec(wanted.order_by(col(BotMark.id)))).all()

    async def note_export(self, marks: Sequence[int]) -> None:
        """The examples lie in a file now."""
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            for mark in (await tx.exec(select(BotMark).where(col(BotMark.id).in_(marks)))).all():
                mark.exported_at = now
                tx.add(mark)
            await record(tx, now, "bot.examples_exported", "bot_mark:0", count=len(marks))


def _checked(decision: MarkDecision) -> tuple[str, str]:
    """The example and the reason as they are kept. Raises Invalid (example, intent, words)."""
    if not decision.accepted:
        words = mask_kept(decision.words, NOTE_LIMIT, "words")
        if not words:
            raise Invalid("a rejection says why", fields={"words": "missing"})
        return "", words
    example = mask(clean_line(decision.example, SHOWN_LIMIT))
    problems = {}
    if not example:
        problems["example"] = "missing"
    elif len(example) > EXAMPLE_LIMIT:
        problems["example"] = "too_long"
    elif has_personal(example) or any(sign in example for sign in "[]{}"):
        problems["example"] = "personal_left"
    if decision.intent not in intents():
        problems["intent"] = "required"
    if problems:
        raise Invalid("no example", fields=problems)
    return example, mask_kept(decision.words, NOTE_LIMIT, "words")


async def _must_be_first(tx: AsyncSession, message_id: int) -> None:
    there = (await tx.exec(select(BotMark).where(BotMark.message_id == message_id))).first()
    if there is not None:
        raise MarkedAlready(operator=(await names_of(tx, [there.marked_by_id])).get(there.marked_by_id, ""))


async def _must_be_article(tx: AsyncSession, article_id: int | None) -> None:
    if article_id is not None and await tx.get(Article, article_id) is None:
        raise Invalid("no such article", fields={"right_article_id": "unknown_article"})


async def _question(tx: AsyncSession, answer: Message) -> Message | None:
    """The citizen's words that the bot answered: the last before the answer, if they were words and no button."""
    wanted = select(Message).where(
        Message.conversation_id == answer.conversation_id, col(Message.id) < (answer.id or 0), Message.author == Author.CITIZEN
    )
    found = (await tx.exec(wanted.order_by(col(Message.id).desc()).limit(1))).first()
    is_words = found is not None and bool(found.text) and "button" not in found.details and not found.text.startswith("/")
    return found if is_words else None


async def _shown(tx: AsyncSession, marks: Sequence[BotMark]) -> list[MarkShown]:
    ids = {one for mark in marks for one in (mark.message_id, mark.question_id) if one is not None}
    said = {
        number: words for number, words in (await tx.exec(select(Message.id, Message.text).where(col(Message.id).in_(ids)))).all()
    }
    articles = {mark.right_article_id for mark in marks if mark.right_article_id is not None}
    wanted = select(Article.id, Article.title).where(col(Article.id).in_(articles))
    titles = {number: title for number, title in (await tx.exec(wanted)).all()}
    names = await names_of(tx, [one for mark in marks for one in (mark.marked_by_id, mark.decided_by_id)])
    return [
        MarkShown(
            mark=mark,
            question=mask(said.get(mark.question_id, "")[:SHOWN_LIMIT]),
            answer=mask(said.get(mark.message_id, "")[:SHOWN_LIMIT]),
            article=titles.get(mark.right_article_id, ""),
            marked_by=names.get(mark.marked_by_id, ""),
            decided_by=names.get(mark.decided_by_id or 0, ""),
        )
        for mark in marks
    ]
