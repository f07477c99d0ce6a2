"""What a card says to the records system, read from the appeal as it is now (reg. 2.8.6)."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal, AppealFile, AppealMove
from core.clock import MOSCOW
from core.dates import spoken_date
from core.people.desk import Card, card_of, full_name_of
from core.people.model import Applicant
from core.records.model import RecordsMessage
from core.records.noting import WORTH_TELLING
from core.records.port import ControlState, RecordAuthor, RecordDocument, RecordFile, RecordKind, RecordState, RecordTask
from core.vocabulary import AppealStatus
from core.words import say

TasksOf = Callable[[AsyncSession, int], Awaitable[Sequence[RecordTask]]]
"""Gives the information requests of an appeal as tasks."""
ENDED = frozenset({AppealStatus.CLOSED, AppealStatus.MERGED})


async def document_of(tx: AsyncSession, message: RecordsMessage, tasks_of: TasksOf) -> RecordDocument:
    """The document of this message. The same row gives the same identifiers and time, however often it is asked."""
    appeal = await tx.get_one(Appeal, message.appeal_id)
    card = await card_of(tx, appeal.applicant_id)
    moves = (await tx.exec(select(AppealMove).where(AppealMove.appeal_id == appeal.id).order_by(col(AppealMove.id)))).all()
    has_ended = appeal.status in ENDED
    return RecordDocument(
        kind=RecordKind(message.kind),
        message_id=message.message_id,
        return_id=message.return_id,
        made_at=message.made_at,
        appeal_id=message.appeal_id,
        number=appeal.registration_number,
        registered_on=_day(appeal.registered_at),
        control=ControlState.ENDED if has_ended else ControlState.UNDER,
        deadline=appeal.answer_by,
        fact_date=_ended_on(appeal, moves) if has_ended else None,
        annotation=appeal.text,
        rubric=appeal.topic,
        note=await _note(tx, appeal, moves),
        author=author_of(card, appeal),
        files=await _files(tx, message),
        tasks=await tasks_of(tx, message.appeal_id),
    )


def author_of(card: Card, appeal: Appeal) -> RecordAuthor:
    """The applicant with every contact that the card has."""
    person = card.applicant or Applicant(created_at=appeal.registered_at)
    organisation = person.organisation if person.kind == "organisation" else ""
    name = full_name_of(person) or ("" if organisation else appeal.applicant_name)
    return RecordAuthor(
        full_name=name, organisation=organisation, postal_address=person.postal_address, phones=card.phones, emails=card.emails
    )


async def _files(tx: AsyncSession, message: RecordsMessage) -> list[RecordFile]:
    """All files of the card in the card's own message; in a report, those that were added after it."""
    wanted = select(AppealFile).where(AppealFile.appeal_id == message.appeal_id).order_by(col(AppealFile.id))
    if message.kind == RecordKind.REPORT and (since := await _card_made_at(tx, message)) is not None:
        wanted = wanted.where(col(AppealFile.added_at) >= since)
    return [RecordFile(key=file.storage_key, file_name=file.file_name) for file in (await tx.exec(wanted)).all()]


async def _card_made_at(tx: AsyncSession, message: RecordsMessage) -> datetime | None:
    told = (
        select(RecordsMessage.made_at)
        .where(RecordsMessage.appeal_id == message.appeal_id, RecordsMessage.kind == RecordKind.DOC_INFO)
        .where(col(RecordsMessage.state).in_((RecordState.WRITTEN, RecordState.REGISTERED)), col(RecordsMessage.id) < message.id)
        .order_by(col(RecordsMessage.id).desc())
        .limit(1)
    )
    return (await tx.exec(told)).first()


async def _note(tx: AsyncSession, appeal: Appeal, moves: Sequence[AppealMove]) -> str:
    lines = [say(f"records.urgency.{appeal.urgency}")]
    if appeal.address:
        lines.append(say("records.place", address=appeal.address))
    lines.append(say("records.form", form=say(f"appeal.form.{appeal.reply_form}")))
    if appeal.promised_on is not None:
        lines.append(say("records.promised", day=spoken_date(appeal.promised_on)))
    if appeal.merged_into_id is not None:
        into = await tx.get_one(Appeal, appeal.merged_into_id)
        lines.append(say("records.merged_into", number=into.registration_number))
    for move in moves:
        if move.move in WORTH_TELLING:
            lines.append(say("records.step", day=spoken_date(_day(move.made_at)), what=say(f"records.move.{move.move}")))
    return "\n".join(lines)


def _ended_on(appeal: Appeal, moves: Sequence[AppealMove]) -> date | None:
    if appeal.closed_at is not None:
        return _day(appeal.closed_at)
    return _day(moves[-1].made_at) if moves else None


def _day(moment: datetime) -> date:
    return moment.astimezone(MOSCOW).date()
