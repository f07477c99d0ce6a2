"""Asking the applicant for their word: a letter with a personal link, and buttons where they are on Telegram (reg. 2.8.11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.calls.model import Satisfaction
from core.conversations.speaking import on_telegram, speak
from core.deliveries.outbox import Outbox
from core.dialogue import Button
from core.replies.addresses import addresses_of
from core.replies.model import Reply
from core.vocabulary import ReplyForm, ReplyKind
from core.words import say, texts

BEST = 5
"""Scores go from 1 to this."""
BY_LINK, BY_BUTTON = "link", "telegram"
OWN_HAND = (BY_LINK, BY_BUTTON)
"""How an answer came that the applicant gave by themselves; on the telephone an operator writes it down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationPage:
    """What an applicant reads before they confirm."""

    registration_number: str
    registered_on: date
    text: str
    reply_text: str


class Press(StrEnum):
    """What a button under a question about a closed matter means; each names the question by its number."""

    SOLVED = "satisfaction_solved"
    SCORE = "satisfaction_score"
    COMMENT = "satisfaction_comment"
    SKIP = "satisfaction_skip"


def solved_buttons(question_id: int) -> tuple[Button, ...]:
    """Whether the matter was carried out: yes or no."""
    return tuple(_button(Press.SOLVED, answer, question_id, solved=answer) for answer in ("yes", "no"))


def score_buttons(question_id: int) -> tuple[Button, ...]:
    """1 to 5, and no score at all; five in a row."""
    scores = (
        Button(title=str(score), intent=Press.SCORE, entities={"question": str(question_id), "score": str(score)})
        for score in range(1, BEST + 1)
    )
    return (*scores, skip_button(question_id))


def comment_buttons(question_id: int) -> tuple[Button, ...]:
    """Words of their own, or none."""
    return (_button(Press.COMMENT, "comment", question_id), skip_button(question_id))


def skip_button(question_id: int) -> Button:
    """Nothing more to say."""
    return _button(Press.SKIP, "skip", question_id)


async def ask_for_score(tx: AsyncSession, outbox: Outbox, appeal: Appeal, now: datetime) -> None:
    """With the closing, where the applicant is on Telegram: how content are they? Whoever has said it is not asked again."""
    account = (await addresses_of(tx, appeal)).get(ReplyForm.TELEGRAM, "")
    where = await on_telegram(tx, account) if account else None
    if where is None or await _has_said(tx, appeal):
        return
    question = await question_of(tx, appeal, now)
    words = say("survey.closed", number=appeal.registration_number)
    await speak(tx, outbox, where, words, now, buttons=score_buttons(question.id or 0), columns=BEST, of_record=False)


async def question_of(tx: AsyncSession, appeal: Appeal, now: datetime) -> Satisfaction:
    """The open question about the newest reply, asked now if there is none."""
    question = await open_question(tx, appeal)
    if question is None:
        question = Satisfaction(appeal_id=appeal.id or 0, asked_at=now)
        tx.add(question)
        await tx.flush()
    return question


async def open_question(tx: AsyncSession, appeal: Appeal) -> Satisfaction | None:
    """What the applicant was asked of the newest reply and has not answered; an unanswered question of an earlier one stays so."""
    asked = select(Satisfaction).where(Satisfaction.appeal_id == appeal.id, col(Satisfaction.answered_at).is_(None))
    if appeal.replied_at is not None:
        asked = asked.where(col(Satisfaction.asked_at) >= appeal.replied_at)
    return (await tx.exec(asked.order_by(col(Satisfaction.id).desc()))).first()


async def own_answer(tx: AsyncSession, appeal: Appeal) -> Satisfaction | None:
    """What the applicant said of the newest reply by their own hand: it is taken once."""
    said = select(Satisfaction).where(*_of_newest(appeal), col(Satisfaction.came_by).in_(OWN_HAND))
    return (await tx.exec(said.order_by(col(Satisfaction.id).desc()).with_for_update())).first()


async def letters_since(tx: AsyncSession, appeal: Appeal) -> Sequence[Reply]:
    """The letters that asked for a confirmation of the newest reply."""
    letters = select(Reply).where(Reply.appeal_id == appeal.id, Reply.kind == ReplyKind.CONFIRMATION)
    return (await tx.exec(letters.where(col(Reply.drafted_at) >= appeal.replied_at).order_by(col(Reply.id)))).all()


async def _has_said(tx: AsyncSession, appeal: Appeal) -> bool:
    said = select(Satisfaction.id).where(
        *_of_newest(appeal), or_(col(Satisfaction.came_by).in_(OWN_HAND), col(Satisfaction.score).is_not(None))
    )
    return (await tx.exec(said)).first() is not None


def _of_newest(appeal: Appeal) -> tuple[ColumnElement[bool], ...]:
    return (col(Satisfaction.appeal_id) == appeal.id, col(Satisfaction.answered_at) >= appeal.replied_at)


def _button(press: Press, words: str, question_id: int, **more: str) -> Button:
    return Button(title=texts()["survey"]["buttons"][words], intent=press, entities={"question": str(question_id), **more})
