"""What the system knows of a call or conversation, for the reviewer's eye: it never gives a mark by itself (reg. 2.7, 3)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.conversations.model import Conversation, Message
from core.people.desk import card_of
from core.phone.model import CallEvent, CallLeg, PhoneCall
from core.phone.vocabulary import EventKind
from core.quality.model import QualityItem
from core.quality.vocabulary import ItemKind
from core.staff.model import StaffMember
from core.vocabulary import Author
from core.words import say

LONGEST = 2000
"""Messages of one conversation that are looked at."""
_APPEALS_SHOWN = 5
_SAID = text(
    "SELECT author, staff_id, text, created_at FROM message"
    " WHERE conversation_id = :id AND audience = 'citizen' ORDER BY id LIMIT :most"
)


async def facts_of(tx: AsyncSession, item: QualityItem) -> list[tuple[str, Mapping[str, Any]]]:
    """Facts by their codes; none of what was erased."""
    if item.kind == ItemKind.CALL:
        call = await tx.get(PhoneCall, item.call_id) if item.call_id is not None else None
        return await _of_call(tx, item, call) if call is not None else []
    talk = await tx.get(Conversation, item.conversation_id) if item.conversation_id is not None else None
    return await _of_chat(tx, item, talk) if talk is not None else []


async def _of_chat(tx: AsyncSession, item: QualityItem, talk: Conversation) -> list[tuple[str, Mapping[str, Any]]]:
    said = list((await tx.execute(_SAID, {"id": talk.id, "most": LONGEST})).mappings())
    operator = await tx.get_one(StaffMember, item.operator_id)
    greeting = say("operator.taken", centre=say("centre.name"), name=operator.full_name)
    is_greeted = any(one["author"] == Author.SYSTEM and one["text"] == greeting for one in said)
    waits = waits_of([(one["author"], one["staff_id"], one["created_at"]) for one in said], item.operator_id)
    facts: list[tuple[str, Mapping[str, Any]]] = [("greeting", {"state": "sent" if is_greeted else "not_sent"})]
    if waits:
        facts.append(("first_answer", {"seconds": waits[0]}))
        facts.append(("slowest_answer", {"seconds": max(waits), "mean": round(sum(waits) / len(waits))}))
    facts.append(await _card(tx, talk.applicant_id))
    facts.append(("warnings", {"count": talk.warnings}))
    people = {one["staff_id"] for one in said if one["author"] == Author.OPERATOR}
    facts.append(("transfers", {"count": max(0, len(people) - 1)}))
    facts.append(await _registered(tx, talk.id, None))
    if talk.closed_as:
        facts.append(("closing", {"outcome": talk.closed_as}))
    return facts


async def _of_call(tx: AsyncSession, item: QualityItem, call: PhoneCall) -> list[tuple[str, Mapping[str, Any]]]:
    events = (await tx.exec(select(CallEvent).where(CallEvent.call_id == call.id))).all()
    legs = (await tx.exec(select(CallLeg).where(CallLeg.call_id == call.id, CallLeg.staff_id == item.operator_id))).all()
    began = min((at for leg in legs if (at := leg.taken_at or leg.answered_at) is not None), default=None)
    kinds = [one.kind for one in events]
    facts: list[tuple[str, Mapping[str, Any]]] = [("greeting", {"state": "menu" if call.menu_state else "not_known"})]
    if began is not None and call.queued_at is not None:
        facts.append(("first_answer", {"seconds": max(0, round((began - call.queued_at).total_seconds()))}))
    facts.append(await _card(tx, call.applicant_id))
    facts.append(("transfers", {"count": kinds.count(EventKind.TRANSFER)}))
    facts.append(("holds", {"count": kinds.count(EventKind.HOLD)}))
    facts.append(await _registered(tx, call.conversation_id, call.appeal_id))
    facts.append(("hung_up", {"by": _who_ended(call, kinds)}))
    return facts


def waits_of(said: Sequence[tuple[str, int | None, datetime]], operator_id: int) -> list[int]:
    """Seconds from the citizen's first unanswered message until the operator's next one, for each time they answered."""
    waits, since = list[int](), None
    for author, staff_id, at in said:
        if author == Author.CITIZEN:
            since = since or at
        elif author == Author.OPERATOR:
            if since is not None and staff_id == operator_id:
                waits.append(max(0, round((at - since).total_seconds())))
            since = None
    return waits


def _who_ended(call: PhoneCall, kinds: Sequence[str]) -> str:
    """The operator pressed the button, the exchange says that the caller did, or nobody knows."""
    if EventKind.HUNG_UP in kinds:
        return "operator"
    return "caller" if "caller" in call.ended_because else "not_known"


async def _card(tx: AsyncSession, applicant_id: int | None) -> tuple[str, Mapping[str, Any]]:
    return "card_missing", {"missing": list((await card_of(tx, applicant_id)).missing)}


async def _registered(tx: AsyncSession, conversation_id: int | None, appeal_id: int | None) -> tuple[str, Mapping[str, Any]]:
    own = or_(
        *([col(Appeal.conversation_id) == conversation_id] if conversation_id is not None else []),
        *([col(Appeal.id) == appeal_id] if appeal_id is not None else []),
        col(Appeal.id) == -1,
    )
    found = (await tx.exec(select(Appeal).where(own).order_by(col(Appeal.id).desc()).limit(_APPEALS_SHOWN))).all()
    told = (
        (
            await tx.exec(select(Message.text).where(Message.conversation_id == conversation_id, Message.author != Author.CITIZEN))
        ).all()
        if found and conversation_id is not None
        else []
    )
    appeals = [
        {
            "id": one.id,
            "number": one.registration_number,
            "due_on": one.due_on.isoformat(),
            "is_told": any(one.registration_number in words for words in told),
        }
        for one in found
    ]
    return "registered", {"appeals": appeals}
