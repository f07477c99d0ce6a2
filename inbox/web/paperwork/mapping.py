"""From the words of requests, replies and calls to the API's models."""

from base64 import b64encode
from collections.abc import Sequence

from core.calls.closing import is_poor
from core.calls.model import CallAttempt, Satisfaction
from core.calls.reading import CallShown, CallView
from core.mail.desk import MailShown
from core.mail.model import Mail, MailPart
from core.mail.port import FileKind
from core.mail.vocabulary import Place
from core.replies.model import Reply
from core.replies.reading import CaseReplies, ReplyView
from core.requests.desk import RequestPreview
from core.requests.memos import PDF
from core.requests.model import Memo
from core.requests.reading import RequestView
from inbox.web.paperwork import mail_schemas, schemas


def request(found: RequestView) -> schemas.PaperRequest:
    """An information request."""
    one = found.request
    return schemas.PaperRequest(
        id=one.id or 0,
        number=one.number,
        department=one.department,
        department_name=found.department_name,
        addressee_name=one.addressee_name,
        stands_in_for=found.stands_in_for_name,
        status=one.status,
        question=one.question,
        due_on=one.due_on,
        sent_at=one.sent_at,
        delivery=one.delivery,
    )


def preview(found: RequestPreview) -> schemas.RequestPreviewed:
    """What a department would get."""
    to = found.addressee
    return schemas.RequestPreviewed(
        department=found.department,
        department_name=found.department_name,
        addressee=", ".join(part for part in (to.full_name, to.position, to.email) if part) if to else "",
        stands_in_for=to.stands_in_for_name if to else "",
        due_on=found.due_on,
        html=found.html,
    )


def memo(found: Memo) -> schemas.PaperMemo:
    """An official note."""
    names = [name for name in schemas.PaperMemo.model_fields if name != "is_shown"]
    given = {name: getattr(found, name) for name in names}
    return schemas.PaperMemo(is_shown=found.media_type == PDF and bool(found.file_key), **given)


def mails(found: Sequence[MailShown]) -> list[mail_schemas.PaperMail]:
    """Departments' mails that are no notes."""
    return [_mail(one.mail, one.parts) for one in found if one.mail.came_to in (Place.PROPOSAL, Place.NOTE)]


def _mail(found: Mail, parts: Sequence[MailPart]) -> mail_schemas.PaperMail:
    return mail_schemas.PaperMail(
        id=found.id or 0,
        request_id=found.request_id or 0,
        came_to="proposal" if found.came_to == Place.PROPOSAL else "note",
        author=found.author,
        author_name=found.author_name,
        text=found.reading or found.text,
        received_at=found.received_at,
        files=[
            mail_schemas.PaperMailFile(number=part.number, name=part.name, size=part.size, warnings=part.warnings)
            for part in parts
            if part.kind == FileKind.ATTACHMENT
        ],
        is_open=found.needs_look and found.looked_at is None,
    )


def ways(found: CaseReplies) -> list[schemas.ReplyWay]:
    """Where the applicant can be answered."""
    return [schemas.ReplyWay(form=form.value, address=address) for form, address in found.addresses.items()]


def listed_reply(found: ReplyView) -> schemas.PaperReply:
    """A reply with what to try after a failure."""
    offered = found.next_form
    made = reply(found.reply)
    made.next_way = schemas.ReplyWay(form=offered.value, address=found.next_address) if offered else None
    return made


def pages(found: Sequence[bytes]) -> schemas.ReplyPages:
    """Pictures that an image can show without another request."""
    return schemas.ReplyPages(pages=[f"data:image/png;base64,{b64encode(one).decode()}" for one in found])


def reply(found: Reply) -> schemas.PaperReply:
    """A reply."""
    return schemas.PaperReply(
        id=found.id or 0,
        kind=found.kind,
        form=found.form,
        address=found.address,
        subject=found.subject,
        body=found.body,
        reasons=found.reasons,
        expected_on=found.expected_on,
        memo_ids=found.memo_ids,
        enclosed_ids=found.enclosed_ids,
        state=found.state,
        error=found.error,
        has_page=bool(found.document_key),
        sent_at=found.sent_at,
        version=found.version,
    )


def call(found: CallView) -> schemas.PaperCall:
    """A call with its attempts."""
    one = found.call
    return schemas.PaperCall(
        id=one.id or 0,
        purpose=one.purpose,
        phone=one.phone,
        due_on=one.due_on,
        state=one.state,
        not_before=one.not_before,
        attempts=[attempt(made) for made in found.attempts],
        words=found.words,
    )


def attempt(found: CallAttempt) -> schemas.PaperAttempt:
    """An attempt to call."""
    return schemas.PaperAttempt.model_validate(found, from_attributes=True)


def answer(found: Satisfaction) -> schemas.PaperAnswer:
    """What the applicant said."""
    names = [name for name in schemas.PaperAnswer.model_fields if name != "needs_explanation"]
    needs = is_poor(found) and not found.explanation
    return schemas.PaperAnswer(needs_explanation=needs, **{name: getattr(found, name) for name in names})


def lines(found: Sequence[CallShown], limit: int) -> schemas.CallList:
    """A page of the call list out of one line more than it holds."""
    rows = [line(one) for one in found[:limit]]
    more = schemas.CallPlace(day=rows[-1].due_on, id=rows[-1].id) if len(found) > limit else None
    return schemas.CallList(rows=rows, next=more)


def line(found: CallShown) -> schemas.CallLine:
    """A line of the call list."""
    return schemas.CallLine.model_validate(found, from_attributes=True)
