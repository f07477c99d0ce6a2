"""Information requests and the official notes that answer them (reg. 2.8.9, 2.8.10)."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Query, Response, UploadFile

from core.conversations.thread import NEWEST
from core.mail.desk import AnswerForm
from core.requests.memos import MemoFile, MemoForm
from core.staff.cleaning import clean_text
from core.vocabulary import MemoOutcome
from inbox.web.auth import Desks, SignedIn
from inbox.web.casework.cards import AppealId
from inbox.web.file_answers import saved_file, shown_file
from inbox.web.masking import MaskedRoute
from inbox.web.paperwork import mail_schemas, mapping, schemas
from inbox.web.taking import judged

router = APIRouter(route_class=MaskedRoute, tags=["paperwork"])
RequestId = Annotated[int, Path(alias="id", ge=1, le=NEWEST)]
Words = Annotated[str, Form(max_length=4000)]


@router.get("/api/appeals/{id}/paperwork")
async def paperwork_of_appeal(appeal_id: AppealId, asker: SignedIn, office: Desks) -> schemas.CasePaperwork:
    """Requests, notes, replies, calls and answers of a card, oldest first."""
    asked = await office.requests.of_appeal(asker, appeal_id)
    replied = await office.replies.of_appeal(asker, appeal_id)
    return schemas.CasePaperwork(
        requests=[mapping.request(one) for one in asked.requests],
        memos=[mapping.memo(one) for one in asked.memos],
        mails=mapping.mails(await office.mail.of_requests(asker, [one.request.id or 0 for one in asked.requests])),
        replies=[mapping.listed_reply(one) for one in replied.replies],
        ways=mapping.ways(replied),
        calls=[mapping.call(one) for one in await office.calls.of_appeal(asker, appeal_id)],
        answers=[mapping.answer(one) for one in await office.closing.answers_of(asker, appeal_id)],
    )


@router.post("/api/appeals/{id}/requests/preview")
async def preview_requests(
    form: schemas.RequestPreviewForm, appeal_id: AppealId, asker: SignedIn, office: Desks
) -> schemas.RequestPreviews:
    """What each department would get, and who there."""
    found = await office.requests.preview(asker, appeal_id, form.departments, clean_text(form.question))
    return schemas.RequestPreviews(previews=[mapping.preview(one) for one in found])


@router.post("/api/appeals/{id}/requests/document", response_class=Response)
async def preview_document(form: schemas.RequestDocumentForm, appeal_id: AppealId, asker: SignedIn, office: Desks) -> Response:
    """The standard form that one department would get, as .docx, before it is sent."""
    (found,) = await office.requests.preview(asker, appeal_id, [form.department], clean_text(form.question))
    return saved_file(f"{found.department_name}.docx", found.document)


@router.post("/api/appeals/{id}/requests", status_code=204)
async def send_requests(form: schemas.SendRequestForm, appeal_id: AppealId, asker: SignedIn, office: Desks) -> None:
    """Ask departments; a repeat with the same client_key changes nothing."""
    await office.requests.send(
        asker,
        appeal_id,
        form.departments,
        clean_text(form.question),
        version=form.version,
        client_key=clean_text(form.client_key),
    )


@router.post("/api/requests/{id}/readdress", status_code=204)
async def readdress_request(form: schemas.ReaddressForm, request_id: RequestId, asker: SignedIn, office: Desks) -> None:
    """Ask somebody else."""
    await office.requests.readdress(
        asker,
        request_id,
        liaison_id=form.liaison_id,
        name=clean_text(form.name),
        position=clean_text(form.position),
        email=clean_text(form.email),
        client_key=clean_text(form.client_key),
    )


@router.post("/api/requests/{id}/withdraw", status_code=204)
async def withdraw_request(form: schemas.WithdrawForm, request_id: RequestId, asker: SignedIn, office: Desks) -> None:
    """The department need not answer any more."""
    await office.requests.withdraw(asker, request_id, clean_text(form.reason))


@router.post("/api/requests/{id}/remind", status_code=204)
async def remind_of_request(form: schemas.RemindOfForm, request_id: RequestId, asker: SignedIn, office: Desks) -> None:
    """Write to whoever answers today; a repeat with the same client_key writes nothing."""
    await office.requests.remind(asker, request_id, client_key=clean_text(form.client_key))


@router.get("/api/requests/{id}/document", response_class=Response)
async def request_document(request_id: RequestId, asker: SignedIn, office: Desks) -> Response:
    """The standard form as it was sent."""
    name, stored = await office.requests.document(asker, request_id)
    return saved_file(name, stored.content)


@router.get("/api/memos/{id}/file", response_class=Response)
async def memo_file(memo_id: RequestId, asker: SignedIn, office: Desks, inline: Annotated[bool, Query()] = False) -> Response:
    """The note itself; ``inline`` shows a PDF in a tab of the browser, everything else is saved."""
    memo, stored = await office.requests.memo_file(asker, memo_id)
    if inline:
        return shown_file(memo.file_name, stored.content, memo.media_type)
    return saved_file(memo.file_name, stored.content)


@router.post("/api/requests/{id}/memo/uploads", status_code=204)
async def record_memo(
    request_id: RequestId,
    asker: SignedIn,
    office: Desks,
    number: Words = "",
    dated_on: Annotated[str, Form(max_length=10)] = "",
    signed_by: Words = "",
    outcome: Annotated[MemoOutcome, Form()] = MemoOutcome.ANSWERED,
    reasons: Words = "",
    client_key: Annotated[str, Form(max_length=64)] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> None:
    """A note that came on paper or by mail, written down by an operator (2.8.10)."""
    kept = (
        MemoFile(file_name=file.filename or "", content=await judged(office.judge, file, is_read=True))
        if file is not None
        else None
    )
    form = MemoForm(
        number=clean_text(number),
        dated_on=_day(dated_on),
        signed_by=clean_text(signed_by),
        outcome=outcome,
        reasons=clean_text(reasons),
        file=kept,
    )
    await office.requests.receive_memo(request_id, form, came_by="upload", asker=asker, client_key=clean_text(client_key))


@router.post("/api/memos/{id}/confirm", status_code=204)
async def confirm_memo(form: mail_schemas.MemoForm, memo_id: RequestId, asker: SignedIn, office: Desks) -> None:
    """An operator has looked at a note that came by mail."""
    number, signed_by = clean_text(form.number), clean_text(form.signed_by)
    await office.requests.confirm_memo(asker, memo_id, number=number, dated_on=form.dated_on, signed_by=signed_by)


@router.post("/api/mails/{id}/answer", status_code=204)
async def take_mail_answer(form: mail_schemas.MailAnswerForm, mail_id: RequestId, asker: SignedIn, office: Desks) -> None:
    """Make a department's mail its official note, or its "cannot" (2.8.10)."""
    taken = AnswerForm(
        outcome=form.outcome,
        number=clean_text(form.number),
        dated_on=form.dated_on,
        signed_by=clean_text(form.signed_by),
        reasons=clean_text(form.reasons),
        part=form.part,
    )
    await office.mail.take_answer(asker, mail_id, taken)


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None
