"""Taking the applicant's word by buttons: once about each reply, a complaint becomes a task (reg. 2.8.11)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.appeals.workflow import Move, locked_appeal, make_move
from core.calls.asking import BEST, BY_BUTTON, Press, comment_buttons, own_answer, score_buttons, skip_button
from core.calls.closing import complain, note_satisfaction
from core.calls.model import Satisfaction
from core.dialogue import Button
from core.links.desk import use_links
from core.staff.cleaning import clean_text
from core.tasks.raising import raise_task
from core.vocabulary import LinkPurpose, TaskKind
from core.words import say

COMMENT_LIMIT = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said back; ``comment_on`` is the answer that the applicant's next words belong to."""

    words: str
    buttons: tuple[Button, ...] = ()
    columns: int = 1
    comment_on: int | None = None


async def take_press(tx: AsyncSession, press: Press, chosen: Mapping[str, str], now: datetime) -> Told:
    """A pressed button of a question; one of an earlier reply, or pressed again, changes nothing and is answered politely."""
    question = await tx.get(Satisfaction, int(chosen["question"]))
    if question is None:
        return Told(words=say("survey.gone"))
    if press is Press.SKIP:
        return Told(words=say("survey.skipped"))
    appeal = await locked_appeal(tx, question.appeal_id)
    if press is Press.COMMENT:
        return await _ask_for_words(tx, question.id or 0)
    if appeal.replied_at is None or question.asked_at < appeal.replied_at:
        return Told(words=say("survey.overtaken", number=appeal.registration_number))
    own = await own_answer(tx, appeal)
    if press is Press.SOLVED:
        return _known(own) if own else await _take_solved(tx, appeal, now, solved=chosen["solved"] == "yes")
    return _known(own) if own and own.score else await _take_score(tx, appeal, own, int(chosen["score"]), now)


async def take_words(tx: AsyncSession, answer_id: int, words: str, now: datetime) -> Told:
    """The comment that was announced; it is kept beside the score, in the history, and thanked for."""
    found = await tx.get(Satisfaction, answer_id)
    if found is None:
        return Told(words=say("survey.gone"))
    appeal = await locked_appeal(tx, found.appeal_id)
    answer = await tx.get_one(Satisfaction, answer_id, with_for_update=True, populate_existing=True)
    if answer.comment:
        return Told(words=say("survey.commented"))
    answer.comment = clean_text(words).strip()[:COMMENT_LIMIT]
    await _write_down(tx, appeal, answer, now, note=answer.comment)
    return Told(words=say("survey.thanks"))


async def _take_solved(tx: AsyncSession, appeal: Appeal, now: datetime, *, solved: bool) -> Told:
    answer = await note_satisfaction(tx, appeal, now, came_by=BY_BUTTON, solved=solved, score=None, comment="")
    number = answer.id or 0
    await use_links(tx, LinkPurpose.CONFIRMATION, answer.appeal_id, now)
    await _write_down(tx, appeal, answer, now)
    key = f"confirmed:{appeal.id}:{number}"
    await raise_task(tx, TaskKind.APPLICANT_ANSWERED, now, key=key, appeal_id=appeal.id, assignee_id=appeal.assignee_id)
    if solved:
        return Told(words=say("survey.solved"), buttons=score_buttons(number), columns=BEST)
    return Told(words=say("survey.not_solved"), buttons=comment_buttons(number))


async def _take_score(tx: AsyncSession, appeal: Appeal, own: Satisfaction | None, score: int, now: datetime) -> Told:
    """A score of its own, or beside what they said before without one."""
    if own is None:
        answer = await note_satisfaction(tx, appeal, now, came_by=BY_BUTTON, solved=None, score=score, comment="")
    else:
        own.score, answer = score, own
        await complain(tx, appeal, own, now)
    await _write_down(tx, appeal, answer, now)
    buttons = () if answer.comment else comment_buttons(answer.id or 0)
    return Told(words=say("survey.scored", score=score), buttons=buttons)


async def _ask_for_words(tx: AsyncSession, answer_id: int) -> Told:
    answer = await tx.get_one(Satisfaction, answer_id, with_for_update=True, populate_existing=True)
    if answer.comment:
        return Told(words=say("survey.commented"))
    return Told(words=say("survey.write"), buttons=(skip_button(answer_id),), comment_on=answer_id)


async def _write_down(tx: AsyncSession, appeal: Appeal, answer: Satisfaction, now: datetime, *, note: str = "") -> None:
    details = {"came_by": BY_BUTTON, "satisfaction_id": answer.id, "solved": answer.solved, "score": answer.score}
    await make_move(tx, appeal, Move.NOTICE, now, note=note, details=details)


def _known(own: Satisfaction) -> Told:
    return Told(words=say("survey.known", score=own.score) if own.score else say("survey.known_word"))
