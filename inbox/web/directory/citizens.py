"""A citizen's page: everything on one person, the card, and two cards made one."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from core.conversations.thread import NEWEST
from core.people.desk import CardForm
from core.staff.cleaning import clean_text
from inbox.web import mapping as common
from inbox.web.auth import Desks, SignedIn
from inbox.web.directory import citizen_schemas, mapping
from inbox.web.masking import MaskedRoute
from inbox.web.schemas import ApplicantCard, ApplicantForm

router = APIRouter(route_class=MaskedRoute, prefix="/api/citizens", tags=["citizens"])

Number = Annotated[int, Path(alias="id", ge=1, le=NEWEST)]
Before = Annotated[int | None, Query(ge=1, le=NEWEST)]


@router.post("/merges/{id}/undo", status_code=204)
async def part_citizens(merge_id: Number, asker: SignedIn, office: Desks) -> None:
    """Part two merged cards again."""
    await office.people.undo(asker, merge_id)


@router.get("/{id}")
async def open_citizen(applicant_id: Number, asker: SignedIn, office: Desks) -> citizen_schemas.CitizenView:
    """The person over all channels, with the newest of each list."""
    return mapping.citizen(await office.people.page(asker, applicant_id), asker, office.operators.reading.today())


@router.put("/{id}")
async def save_citizen(form: ApplicantForm, applicant_id: Number, asker: SignedIn, office: Desks) -> ApplicantCard:
    """Save the edited card; 409 when somebody saved it in the meantime."""
    typed = CardForm(
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
    return common.card(await office.people.save(asker, applicant_id, typed))


@router.get("/{id}/conversations")
async def citizen_conversations(
    applicant_id: Number, asker: SignedIn, office: Desks, before: Before = None
) -> citizen_schemas.CitizenTalks:
    """Older conversations."""
    found = await office.people.conversations(asker, applicant_id, before)
    return citizen_schemas.CitizenTalks(rows=[mapping.talk(one) for one in found.rows], next=found.next)


@router.get("/{id}/appeals")
async def citizen_appeals(
    applicant_id: Number, asker: SignedIn, office: Desks, before: Before = None
) -> citizen_schemas.CitizenAppeals:
    """Older appeals."""
    found, today = await office.people.appeals(asker, applicant_id, before), office.operators.reading.today()
    return citizen_schemas.CitizenAppeals(rows=[common.appeal(one, today) for one in found.rows], next=found.next)


@router.get("/{id}/left-messages")
async def citizen_left_messages(
    applicant_id: Number, asker: SignedIn, office: Desks, before: Before = None
) -> citizen_schemas.CitizenLeft:
    """Older messages left for the centre."""
    found = await office.people.left_messages(asker, applicant_id, before)
    return citizen_schemas.CitizenLeft(rows=[common.left_message(one) for one in found.rows], next=found.next)


@router.get("/{id}/alike")
async def alike_citizens(applicant_id: Number, asker: SignedIn, office: Desks) -> list[citizen_schemas.AlikeCitizen]:
    """Cards that may be of the same person."""
    return [mapping.alike(one) for one in await office.people.alike(asker, applicant_id)]


@router.post("/{id}/merge", status_code=204)
async def merge_citizens(form: citizen_schemas.MergeCitizensForm, applicant_id: Number, asker: SignedIn, office: Desks) -> None:
    """Take another card into this one."""
    await office.people.merge(asker, applicant_id, form.other_id, form.version)
