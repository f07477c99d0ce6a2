"""Reading mails: whole, as they looked, as they came, and those that are in no conversation (2.10)."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from core.conversations.thread import NEWEST
from core.mail.port import MailKind
from inbox.web.auth import Desks, SignedIn
from inbox.web.file_answers import saved_file, shown_file
from inbox.web.mails import mapping, schemas
from inbox.web.mails.page import data_url, shown_page, wanted_pictures
from inbox.web.masking import MaskedRoute

router = APIRouter(route_class=MaskedRoute, prefix="/api", tags=["mail"])
MailId = Annotated[int, Path(alias="id", ge=1, le=NEWEST)]


@router.get("/mails")
async def other_mails(
    asker: SignedIn,
    office: Desks,
    kinds: Annotated[list[MailKind], Query(max_length=8)] = [],  # noqa: B006  # FastAPI copies it
    only_open: Annotated[bool, Query(alias="open")] = False,
    before: Annotated[int | None, Query(ge=1, le=NEWEST)] = None,
) -> schemas.MailLines:
    """Mail that is in no conversation, or that somebody should look at."""
    return mapping.lines(await office.mail.other(asker, kinds=kinds, only_open=only_open, before=before))


@router.get("/mails/{id}")
async def mail(mail_id: MailId, asker: SignedIn, office: Desks) -> schemas.MailView:
    """A whole mail."""
    return mapping.mail(await office.mail.mail(asker, mail_id))


@router.get("/mails/{id}/page", response_class=Response)
async def mail_page(mail_id: MailId, asker: SignedIn, office: Desks) -> Response:
    """The mail as it looked, for a sandboxed frame."""
    shown = await office.mail.mail(asker, mail_id)
    pictures = {
        one.content_id.casefold(): data_url(*(await office.mail.part(asker, mail_id, one.number)))
        for one in wanted_pictures(shown.mail.html, shown.parts)
    }
    return shown_page(shown.mail.subject, shown.mail.html, pictures)


@router.get("/mails/{id}/headers")
async def mail_headers(mail_id: MailId, asker: SignedIn, office: Desks) -> schemas.MailHeaders:
    """The headers as they came."""
    return schemas.MailHeaders(text=await office.mail.headers(asker, mail_id))


@router.get("/mails/{id}/raw", response_class=Response)
async def mail_raw(mail_id: MailId, asker: SignedIn, office: Desks) -> Response:
    """The mail as it came, to be saved."""
    return saved_file(f"mail-{mail_id}.eml", (await office.mail.raw(asker, mail_id)).content)


@router.get("/mails/{id}/parts/{number}", response_class=Response)
async def mail_part(
    mail_id: MailId,
    number: Annotated[int, Path(ge=1, le=1000)],
    asker: SignedIn,
    office: Desks,
    inline: Annotated[bool, Query()] = False,
) -> Response:
    """A file of a mail; ``inline`` shows a picture or a PDF in a tab, everything else is saved."""
    part, content = await office.mail.part(asker, mail_id, number)
    return shown_file(part.name, content, part.media_type) if inline else saved_file(part.name, content)


@router.get("/mailboxes")
async def mailboxes(asker: SignedIn, office: Desks) -> list[schemas.MailboxView]:
    """The mailboxes and how their watchers fare."""
    now = office.mail.now()
    return [mapping.mailbox(one, now) for one in await office.mail.mailboxes(asker)]
