"""From the desks' words to the API's models."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from core.appeals.lists import AWAITED
from core.appeals.model import Appeal
from core.conversations.model import LeftMessage
from core.conversations.reading import INFECTED
from core.conversations.views import Line, Opened, Page, Said, Thread
from core.people.desk import Card
from core.staff.asker import Asker, CameBy
from inbox.web import schemas


def me(asker: Asker) -> schemas.Me:
    """The signed-in person with the abilities of the role."""
    return schemas.Me(
        id=asker.id,
        login=asker.login,
        full_name=asker.full_name,
        role=asker.role.value,
        on_shift=asker.on_shift,
        shortcuts_on=asker.shortcuts_on,
        notify=asker.notify,
        actions=sorted(ability.value for ability in asker.abilities),
        training=asker.training_id is not None,
        must_enrol=asker.must_enrol,
        must_change=asker.must_change,
        by_provider=asker.came_by != CameBy.PASSWORD,
    )


def row(line: Line) -> schemas.ConversationRow:
    """A line of a list."""
    return schemas.ConversationRow.model_validate(line, from_attributes=True)


def page(found: Page) -> schemas.ConversationPage:
    """A page of a list."""
    return schemas.ConversationPage.model_validate(found, from_attributes=True)


def message(said: Said) -> schemas.MessageView:
    """A message with the addresses of its files."""
    view = _MessageDraft.model_validate(said, from_attributes=True)
    for attachment in view.attachments:
        if attachment.state == "stored" and attachment.size and INFECTED not in attachment.details.get("warnings", ()):
            attachment.url = f"/api/attachments/{attachment.id}"
    view.mail, view.letter = _mail(said.details), _letter(said.details)
    return view


def thread(found: Thread) -> schemas.MessagePage:
    """Earlier messages."""
    return schemas.MessagePage(messages=[message(one) for one in found.messages], earlier=found.earlier)


def conversation(opened: Opened, viewers: list[schemas.Viewer], today: date) -> schemas.ConversationView:
    """An open conversation."""
    return schemas.ConversationView(
        row=row(opened.row),
        messages=[message(one) for one in opened.messages],
        earlier=opened.earlier,
        applicant=card(opened.applicant),
        appeals=[appeal(one, today) for one in opened.appeals],
        viewers=viewers,
        drafts={kind: schemas.DraftView.model_validate(kept, from_attributes=True) for kind, kept in opened.drafts.items()},
        actions=list(opened.actions),
    )


def card(found: Card) -> schemas.ApplicantCard:
    """A card; an empty one when nothing is known yet."""
    person = found.applicant
    return schemas.ApplicantCard(
        id=person.id if person else None,
        kind="organisation" if person and person.kind == "organisation" else "person",
        surname=person.surname if person else "",
        given_name=person.given_name if person else "",
        patronymic=person.patronymic if person else "",
        organisation=person.organisation if person else "",
        phones=list(found.phones),
        emails=list(found.emails),
        postal_address=person.postal_address if person else "",
        consent_at=person.consent_at if person else None,
        missing=list(found.missing),
        version=person.version if person else 1,
    )


def appeal(found: Appeal, today: date) -> schemas.AppealBrief:
    """An appeal; overdue is derived here, never stored."""
    return schemas.AppealBrief(
        id=found.id or 0,
        registration_number=found.registration_number,
        text=found.text,
        urgency=found.urgency,
        status=found.status,
        registered_at=found.registered_at,
        due_on=found.due_on,
        overdue=found.answer_by < today and found.status in AWAITED,
    )


def left_message(found: LeftMessage) -> schemas.LeftMessageView:
    """A message left for the centre."""
    return schemas.LeftMessageView.model_validate(found, from_attributes=True)


def _mail(details: Mapping[str, Any]) -> schemas.MailNote | None:
    """The mail behind a message, when there is one."""
    number = details.get("mail_id")
    return schemas.MailNote(id=number, **{name: details[name] for name in _NOTED & details.keys()}) if number else None


def _letter(details: Mapping[str, Any]) -> schemas.LetterNote | None:
    """What the operator gave a letter beside its words, if anything."""
    if details.get("mail_id") or not _LETTERED & details.keys():
        return None
    return schemas.LetterNote(**{name: details[name] for name in _LETTERED & details.keys()})


_NOTED = schemas.MailNote.model_fields.keys() - {"id"}
_LETTERED = schemas.LetterNote.model_fields.keys()


class _AttachmentDraft(schemas.AttachmentView):
    url: str | None = None


class _MessageDraft(schemas.MessageView):
    attachments: list[_AttachmentDraft]  # type: ignore[assignment]  # narrowed: its url has a default
