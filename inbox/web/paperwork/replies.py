"""Replies, calls and closing (reg. 2.8.8, 2.8.10, 2.8.11)."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query, Response

from core.calls.desk import Attempt
from core.calls.reading import PAGE
from core.conversations.thread import NEWEST
from core.replies.desk import ReplyDraft, ReplyEdit
from core.staff.cleaning import clean_text
from core.vocabulary import ReplyForm
from inbox.web.auth import Desks, SignedIn
from inbox.web.casework.cards import AppealId, whole
from inbox.web.casework.schemas import AppealCard
from inbox.web.file_answers import saved_file
from inbox.web.masking import MaskedRoute
from inbox.web.paperwork import mapping, schemas
from inbox.web.paperwork.requests import RequestId

router = APIRouter(route_class=MaskedRoute, tags=["paperwork"])


@router.post("/api/appeals/{id}/replies")
async def draft_reply(form: schemas.ReplyDraftForm, appeal_id: AppealId, asker: SignedIn, office: Desks) -> schemas.PaperReply:
    """A draft in official style from the facts of the case."""
    what = ReplyDraft(kind=form.kind, memo_ids=form.memo_ids, client_key=clean_text(form.client_key))
    return mapping.reply(await office.replies.draft(asker, appeal_id, what))


@router.put("/api/replies/{id}")
async def save_reply(form: schemas.ReplyEditForm, reply_id: RequestId, asker: SignedIn, office: Desks) -> schemas.PaperReply:
    """Keep what was typed."""
    edit = ReplyEdit(
        subject=clean_text(form.subject),
        body=clean_text(form.body),
        form=ReplyForm(form.form),
        address=clean_text(form.address),
        reasons=clean_text(form.reasons),
        expected_on=form.expected_on,
        enclosed_ids=form.enclosed_ids,
    )
    return mapping.reply(await office.replies.save(asker, reply_id, edit, form.version))


@router.post("/api/replies/{id}/compose")
async def compose_reply(form: schemas.ComposeForm, reply_id: RequestId, asker: SignedIn, office: Desks) -> schemas.PaperReply:
    """Write the draft over from these official notes."""
    return mapping.reply(await office.replies.compose_anew(asker, reply_id, form.memo_ids, form.version))


@router.post("/api/replies/{id}/send")
async def send_reply(form: schemas.VersionForm, reply_id: RequestId, asker: SignedIn, office: Desks) -> schemas.PaperReply:
    """Send it in its form."""
    return mapping.reply(await office.replies.send(asker, reply_id, form.version))


@router.post("/api/replies/{id}/posted")
async def reply_posted(reply_id: RequestId, asker: SignedIn, office: Desks) -> schemas.PaperReply:
    """The printed page was given to the post."""
    return mapping.reply(await office.replies.mark_posted(asker, reply_id))


@router.post("/api/replies/{id}/drop", status_code=204)
async def drop_reply(form: schemas.VersionForm, reply_id: RequestId, asker: SignedIn, office: Desks) -> None:
    """Throw it away."""
    await office.replies.drop(asker, reply_id, form.version)


@router.get("/api/replies/{id}/preview", response_class=Response)
async def preview_reply(reply_id: RequestId, asker: SignedIn, office: Desks) -> Response:
    """The page that the post would carry."""
    return saved_file(f"{reply_id}.pdf", await office.replies.preview(asker, reply_id))


@router.get("/api/replies/{id}/pages")
async def reply_pages(reply_id: RequestId, asker: SignedIn, office: Desks) -> schemas.ReplyPages:
    """The same pages as pictures for the screen."""
    return mapping.pages(await office.replies.pictures(asker, reply_id))


@router.get("/api/replies/{id}/word", response_class=Response)
async def reply_in_word(reply_id: RequestId, asker: SignedIn, office: Desks) -> Response:
    """The letter as .docx by the standard form."""
    name, content = await office.replies.word(asker, reply_id)
    return saved_file(name, content)


@router.get("/api/replies/{id}/document", response_class=Response)
async def reply_document(reply_id: RequestId, asker: SignedIn, office: Desks) -> Response:
    """The page that was put to print."""
    return saved_file(f"{reply_id}.pdf", (await office.replies.document(asker, reply_id)).content)


@router.get("/api/calls")
async def call_list(
    asker: SignedIn, office: Desks, after_day: date | None = None, after_id: Annotated[int, Query(ge=0, le=NEWEST)] = 0
) -> schemas.CallList:
    """The operators' call list."""
    after = (after_day, after_id) if after_day else None
    return mapping.lines(await office.calls.list(asker, after, limit=PAGE + 1), PAGE)


@router.post("/api/calls/{id}/attempts", status_code=204)
async def log_attempt(form: schemas.AttemptForm, call_id: RequestId, asker: SignedIn, office: Desks) -> None:
    """Write an attempt down."""
    attempt = Attempt(
        outcome=form.outcome,
        note=clean_text(form.note),
        seconds=form.seconds,
        again_at=form.again_at,
        confirmed=form.confirmed,
        score=form.score,
        comment=clean_text(form.comment),
    )
    await office.calls.log(asker, call_id, attempt)


@router.post("/api/appeals/{id}/ask-confirmation")
async def ask_confirmation(appeal_id: AppealId, asker: SignedIn, office: Desks) -> schemas.PaperReply:
    """Write to the applicant with a link where they confirm."""
    return mapping.reply(await office.closing.ask_confirmation(asker, appeal_id))


@router.post("/api/appeals/{id}/close")
async def close_appeal(form: schemas.VersionForm, appeal_id: AppealId, asker: SignedIn, office: Desks) -> AppealCard:
    """Take the card off control (2.8.11)."""
    await office.closing.close(asker, appeal_id, form.version)
    return await whole(office, asker, appeal_id)


@router.post("/api/answers/{id}/explain", status_code=204)
async def explain_answer(form: schemas.ExplainForm, answer_id: RequestId, asker: SignedIn, office: Desks) -> None:
    """Why the card is closed although the applicant is not satisfied."""
    await office.closing.explain(asker, answer_id, clean_text(form.explanation))
