"""From the desks' words to the API's models."""

from datetime import date

from core.conversations.left_deeds import LeftDraft
from core.conversations.left_messages import LeftShown
from core.people.desk import CardForm
from core.phone.reading import HEARD
from core.phone.sounds import may_save
from core.phone.views import RecordingShown
from core.staff.asker import Asker
from core.staff.cleaning import clean_text
from inbox.web import mapping as common
from inbox.web.recordings import schemas
from inbox.web.schemas import ApplicantForm


def left(found: LeftShown, asker: Asker, today: date) -> schemas.LeftWorkView:
    """A line of the work list."""
    return schemas.LeftWorkView(
        **common.left_message(found.message).model_dump(),
        channel=found.channel,
        call_id=found.message.call_id,
        due_on=found.message.due_on,
        is_late=found.is_late,
        is_due_today=found.is_due_today,
        reviewed_by=found.reviewed_by,
        recordings=[_spoken(one, asker) for one in found.recordings],
        appeal=common.appeal(found.appeal, today) if found.appeal else None,
    )


def draft(found: LeftDraft) -> schemas.LeftDraftView:
    """What a registration begins with."""
    return schemas.LeftDraftView(
        card=ApplicantForm.model_validate(found.card, from_attributes=True), text=found.text, channel=found.channel
    )


def card(form: ApplicantForm) -> CardForm:
    """The card as it was typed."""
    return CardForm(
        kind=form.kind,
        surname=clean_text(form.surname),
        given_name=clean_text(form.given_name),
        patronymic=clean_text(form.patronymic),
        organisation=clean_text(form.organisation),
        phones=[clean_text(one) for one in form.phones],
        emails=[clean_text(one) for one in form.emails],
        postal_address=clean_text(form.postal_address),
        consent=form.consent,
        version=form.version,
    )


def _spoken(found: RecordingShown, asker: Asker) -> schemas.SpokenPart:
    may_hear = found.may_hear and found.state in HEARD
    return schemas.SpokenPart(
        id=found.id,
        part=found.part,
        state=found.state,
        seconds=found.seconds,
        started_at=found.started_at,
        peaks=list(found.peaks),
        silences=[list(one) for one in found.silences],
        transcript=found.transcript,
        problem=found.problem,
        may_hear=may_hear,
        may_save=may_hear and may_save(asker),
    )
