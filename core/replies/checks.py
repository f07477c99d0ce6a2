"""What a reply must have before it may leave (reg. 2.8.8, 2.8.10)."""

from collections.abc import Mapping
from datetime import date

from email_validator import EmailNotValidError, validate_email

from core.appeals.model import Appeal
from core.appeals.workflow import MOVES, MoveNotPermitted, possible
from core.errors import Invalid
from core.people.phones import find_phones
from core.replies.leaving import MOVE_OF
from core.replies.model import Reply
from core.staff.abilities import Ability
from core.vocabulary import AppealStatus, ReplyForm, ReplyKind

REASONED = (ReplyKind.INTERIM,)
"""These need reasons and a date (2.8.10)."""


def must_permit(appeal: Appeal, kind: ReplyKind) -> None:
    """Raises MoveNotPermitted where a reply of this kind has no place on the card now.

    Invalid (fields: kind) for a request to confirm: its link is the applicant's own, so ClosingDesk.ask_confirmation writes it.
    """
    if kind is ReplyKind.CONFIRMATION:
        raise Invalid("a request to confirm is written by its own deed", fields={"kind": "not_by_hand"})
    move, status = MOVE_OF.get(kind), AppealStatus(appeal.status)
    if move is not None and status not in MOVES[move].after:
        can = [one.value for one in possible(status, frozenset(Ability))]
        raise MoveNotPermitted(status=status.value, move=move.value, possible=can)


def must_be_complete(reply: Reply, today: date) -> None:
    """Raises Invalid (fields: body, address, reasons, expected_on, enclosed_ids)."""
    fields = {} if reply.body else {"body": "missing"}
    if fault := address_fault(ReplyForm(reply.form), reply.address):
        fields["address"] = fault
    if reply.enclosed_ids and reply.form == ReplyForm.PHONE:
        fields["enclosed_ids"] = "not_by_phone"
    if reply.kind in REASONED:
        fields |= _unreasoned(reply, today)
    if fields:
        raise Invalid("the reply cannot be sent so", fields=fields)


def address_fault(form: ReplyForm, address: str) -> str:
    """Why nothing can reach the applicant there: missing, unreadable_email or unreadable_phone; empty when it can."""
    if not address:
        return "missing"
    if form is ReplyForm.PHONE:
        return "" if find_phones(address, expected=True) else "unreadable_phone"
    if form is ReplyForm.EMAIL:
        try:
            validate_email(address, check_deliverability=False, globally_deliverable=False)
        except EmailNotValidError:
            return "unreadable_email"
    return ""


def _unreasoned(reply: Reply, today: date) -> Mapping[str, str]:
    fields = {} if reply.reasons else {"reasons": "missing"}
    if reply.expected_on is None:
        fields["expected_on"] = "missing"
    elif reply.expected_on <= today:
        fields["expected_on"] = "past"
    return fields
