"""From the mail's words to the API's models."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from core.conversations.reading import INFECTED
from core.mail.answering import Outline
from core.mail.desk import PAGE, MailShown
from core.mail.drafting import CardDraft
from core.mail.model import Mail, MailAddress, Mailbox, MailPart
from inbox.web.mails import schemas
from inbox.web.schemas import MailCheck, MailPersonView

BEGINNING = 600
"""Characters of a mail that a list shows."""
WHOLE = 200_000
"""Characters of a mail that a screen shows; the rest is in its file."""
SILENT = timedelta(minutes=10)
"""A watcher tells of itself at least every few minutes (channels.email.mailbox)."""


def line(found: Mail) -> schemas.MailLine:
    """A mail in a list."""
    return schemas.MailLine(
        id=found.id or 0,
        kind=found.kind or "unread",
        mailbox=found.mailbox,
        subject=found.subject,
        author=found.author,
        author_name=found.author_name,
        reading=(found.reading or found.text)[:BEGINNING],
        received_at=found.received_at,
        came_to=found.came_to,
        needs_look=found.needs_look,
        looked_at=found.looked_at,
        conversation_id=found.conversation_id,
        appeal_id=found.appeal_id,
        request_id=found.request_id,
        may_be_human=found.conversation_id is None and found.request_id is None and bool(found.author),
    )


def lines(found: Iterable[Mail]) -> schemas.MailLines:
    """A page of a list."""
    rows = [line(one) for one in found]
    return schemas.MailLines(rows=rows, next=rows[-1].id if len(rows) == PAGE else None)


def mail(shown: MailShown) -> schemas.MailView:
    """A whole mail."""
    found, heads = shown.mail, shown.mail.heads
    wanted = heads.get("reply_to")
    return schemas.MailView(
        **line(found).model_dump(),
        text=found.text[:WHOLE],
        text_is_whole=len(found.text) <= WHOLE,
        has_page=bool(found.html),
        to=[MailPersonView(**one) for one in heads.get("to", ())],
        cc=[MailPersonView(**one) for one in heads.get("cc", ())],
        reply_to=MailPersonView(**wanted) if wanted else None,
        sent_at=found.sent_at,
        checked=MailCheck(**found.checked),
        is_signed=found.is_signed,
        remarks=found.remarks,
        failures=[schemas.FailureView(**one) for one in (found.report or {}).get("failures", ())],
        parts=[part(one) for one in shown.parts],
        size=found.size,
        error=found.error,
    )


def part(found: MailPart) -> schemas.MailPartView:
    """A file."""
    given = bool(found.storage_key) and INFECTED not in found.warnings
    return schemas.MailPartView(
        number=found.number,
        name=found.name,
        media_type=found.media_type,
        kind=found.kind,
        size=found.size,
        warnings=found.warnings,
        url=f"/api/mails/{found.mail_id}/parts/{found.number}" if given else None,
    )


def mailbox(found: Mailbox, now: datetime) -> schemas.MailboxView:
    """A mailbox."""
    return schemas.MailboxView(
        name=found.name,
        phase=found.phase,
        since=found.phase_since,
        seen_at=found.seen_at,
        last_mail_at=found.last_mail_at,
        trouble=found.trouble,
        trouble_at=found.trouble_at,
        is_silent=found.seen_at is None or now - found.seen_at > SILENT,
    )


def letter(found: Outline) -> schemas.LetterView:
    """What stands around a letter."""
    quoted = schemas.QuotedView.model_validate(found.quoted) if found.quoted else None
    return schemas.LetterView(
        recipient=found.recipient, subject=found.subject, opening=found.opening, signature=found.signature, quoted=quoted
    )


def draft(found: CardDraft) -> schemas.CardDraftView:
    """Proposed fields; the name in the parts that a card has."""
    surname, given_name, patronymic = [*found.full_name.split(maxsplit=2), "", "", ""][:3]
    return schemas.CardDraftView(
        surname=surname,
        given_name=given_name,
        patronymic=patronymic,
        phone=found.phone,
        email=found.email,
        address=found.address,
        topic=found.topic,
        text=found.text,
        urgency=found.urgency,
        reply_form=found.reply_form,
        reply_to=found.reply_to,
    )


def bounced(found: MailAddress) -> schemas.BouncedAddress:
    """What is known of an address."""
    return schemas.BouncedAddress.model_validate(found, from_attributes=True)
