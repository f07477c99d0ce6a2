"""One card: what is on it and what the staff do with it."""

from typing import Annotated

from fastapi import APIRouter, File, Path, Query, Response, UploadFile

from core.appeals.casework import CaseEdit
from core.conversations.thread import NEWEST
from core.staff.asker import Asker
from core.staff.cleaning import clean_text
from core.vocabulary import ReplyForm, Urgency
from inbox.web.auth import Desks, SignedIn
from inbox.web.casework import forms, mapping, schemas
from inbox.web.file_answers import saved_file, shown_file
from inbox.web.masking import MaskedRoute
from inbox.web.ports import InboxOffice
from inbox.web.taking import judged

router = APIRouter(route_class=MaskedRoute, prefix="/api/appeals", tags=["casework"])

AppealId = Annotated[int, Path(alias="id", ge=1, le=NEWEST)]
FileId = Annotated[int, Path(ge=1, le=NEWEST)]


async def whole(office: InboxOffice, asker: Asker, appeal_id: int) -> schemas.AppealCard:
    """The card as it stands now."""
    view = await office.cards.card(asker, appeal_id)
    papers = await office.papers.of_appeal(asker, appeal_id)
    record = mapping.record(await office.records.on_card(asker, appeal_id), asker)
    return mapping.card(view, papers, record, office.operators.reading.today())


@router.post("/assign")
async def assign_appeals(form: forms.AssignForm, asker: SignedIn, office: Desks) -> schemas.Changed:
    """Give cards to a colleague or to nobody, all of them or none."""
    return schemas.Changed(count=await office.cases.assign(asker, form.appeal_ids, form.assignee_id))


@router.get("/{id}")
async def open_appeal(appeal_id: AppealId, asker: SignedIn, office: Desks) -> schemas.AppealCard:
    """The card."""
    return await whole(office, asker, appeal_id)


@router.put("/{id}")
async def edit_appeal(form: forms.EditForm, appeal_id: AppealId, asker: SignedIn, office: Desks) -> schemas.AppealCard:
    """Save an edited card; 409 with what was changed when somebody saved it in the meantime."""
    edit = CaseEdit(
        text=clean_text(form.text),
        topic=clean_text(form.topic),
        address=clean_text(form.address),
        urgency=Urgency(form.urgency),
        reply_form=ReplyForm(form.reply_form),
        reply_to=clean_text(form.reply_to),
    )
    await office.cases.edit(asker, appeal_id, edit, form.version)
    return await whole(office, asker, appeal_id)


@router.post("/{id}/clarified")
async def appeal_clarified(form: forms.NoteForMove, appeal_id: AppealId, asker: SignedIn, office: Desks) -> schemas.AppealCard:
    """The applicant answered what was asked (3.2)."""
    await office.cases.clarified(asker, appeal_id, clean_text(form.note), form.version)
    return await whole(office, asker, appeal_id)


@router.post("/{id}/forward")
async def forward_appeal(form: forms.ForwardForm, appeal_id: AppealId, asker: SignedIn, office: Desks) -> schemas.AppealCard:
    """The appeal went to somebody whose business it is (2.8.6)."""
    await office.cases.forward(asker, appeal_id, clean_text(form.addressee), clean_text(form.note), form.version)
    return await whole(office, asker, appeal_id)


@router.post("/{id}/reopen")
async def reopen_appeal(form: forms.ReopenForm, appeal_id: AppealId, asker: SignedIn, office: Desks) -> schemas.AppealCard:
    """Under control again, with a new term from today (2.8.11)."""
    await office.cases.reopen(asker, appeal_id, clean_text(form.reasons), form.version)
    return await whole(office, asker, appeal_id)


@router.post("/{id}/record/again")
async def send_record_again(appeal_id: AppealId, asker: SignedIn, office: Desks) -> schemas.AppealCard:
    """Tell the records system anew of a card that it refused or that could not be handed over (2.8.6)."""
    await office.records.send_again(asker, appeal_id)
    return await whole(office, asker, appeal_id)


@router.post("/{id}/files")
async def add_appeal_file(
    appeal_id: AppealId, asker: SignedIn, office: Desks, file: Annotated[UploadFile, File()]
) -> schemas.CaseFile:
    """Put a file on the card."""
    return mapping.case_file(await office.cases.add_file(asker, appeal_id, file.filename or "", await judged(office.judge, file)))


@router.get("/{id}/files/{file_id}", response_class=Response)
async def appeal_file(
    appeal_id: AppealId, file_id: FileId, asker: SignedIn, office: Desks, inline: Annotated[bool, Query()] = False
) -> Response:
    """The bytes of a file: to be saved, or a picture or PDF to be looked at in a tab."""
    kept, stored = await office.cards.file(asker, appeal_id, file_id)
    if inline:
        return shown_file(kept.file_name, stored.content, kept.media_type)
    return saved_file(kept.file_name, stored.content)
