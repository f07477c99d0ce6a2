"""What an operator makes of a message left: an appeal, or a call back (reg. 2.6, 2.8.3)."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from core.appeals.desk import AppealDesk
from core.appeals.model import Appeal
from core.appeals.registering import Registration
from core.conversations.left_messages import LeftMessages, registration_key
from core.errors import Conflict, Invalid
from core.people.desk import ApplicantDesk, Card, CardForm
from core.people.names import find_full_name
from core.phone.call_backs import CallBackDesk
from core.phone.model import CallBack
from core.phone.vocabulary import CallBackReason
from core.staff.abilities import Ability
from core.staff.asker import Asker


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftDraft:
    """What a registration begins with: the card as it is kept, completed with what the message says; the question; the channel."""

    card: CardForm
    text: str
    channel: str


class LeftDeeds:
    """Deeds over several desks: each step is a transaction of its own, and a repeat goes on where the first try broke off."""

    def __init__(self, *, left: LeftMessages, applicants: ApplicantDesk, appeals: AppealDesk, call_backs: CallBackDesk) -> None:
        self._left = left
        self._applicants = applicants
        self._appeals = appeals
        self._call_backs = call_backs

    async def draft(self, asker: Asker, left_id: int) -> LeftDraft:
        """What the form of a registration shows at first. Raises NotAllowed, NotFound."""
        asker.must(Ability.REGISTER)
        found = await self._left.with_card(asker, left_id)
        left, card = found.message, found.card
        form = replace(
            _as_form(card, left.full_name),
            phones=_joined(card.phones, left.phone),
            emails=_joined(card.emails, left.email),
        )
        return LeftDraft(card=form, text=left.text or found.spoken, channel=found.channel)

    async def register(self, asker: Asker, left_id: int, card: CardForm, what: Registration) -> Appeal:
        """Write the card, register the appeal and note that the message was dealt with; a repeat gives the first appeal.

        Raises NotAllowed, NotFound, Invalid, Conflict (the card was changed meanwhile), NotRegistrable.
        """
        asker.must(Ability.REGISTER)
        found = await self._left.with_card(asker, left_id)
        appeal = found.appeal
        if appeal is None:
            conversation_id = found.message.conversation_id
            await self._applicants.save(conversation_id, card, staff_id=asker.id)
            wanted = replace(what, staff_id=asker.id, client_key=registration_key(left_id))
            appeal = await self._appeals.register(conversation_id, wanted)
        with suppress(Conflict):  # a colleague had looked through it before
            await self._left.review(asker, left_id)
        return appeal

    async def call_back(self, asker: Asker, left_id: int) -> CallBack:
        """Put the person on the list of call backs, taken by the asker. Raises NotAllowed, NotFound, Invalid, TakenByOther."""
        asker.must(Ability.WORK_CASE)
        left = (await self._left.with_card(asker, left_id)).message
        if not left.phone:
            raise Invalid("no telephone was left", fields={"phone": "missing"})
        row = await self._call_backs.add(asker, left.phone, reason=CallBackReason.MESSAGE, name=left.full_name)
        return await self._call_backs.take(asker, row.id or 0)


def _as_form(card: Card, full_name: str) -> CardForm:
    person = card.applicant
    said = find_full_name(full_name, expected=True)
    form = CardForm(
        surname=said.surname if said else "",
        given_name=said.given_name if said else "",
        patronymic=(said.patronymic or "") if said else "",
    )
    if person is None:
        return form
    named = replace(
        form,
        kind=person.kind,
        organisation=person.organisation,
        postal_address=person.postal_address,
        consent=person.consent_at is not None,
        version=person.version,
    )
    if not (person.surname or person.organisation):
        return named
    return replace(named, surname=person.surname, given_name=person.given_name, patronymic=person.patronymic)


def _joined(known: Sequence[str], said: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for one in (*known, said) if one))
