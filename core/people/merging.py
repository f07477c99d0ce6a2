"""Two cards of one person made one, and the undoing of it: nothing is lost, so that a mistake is mended exactly."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, type_coerce, update
from sqlmodel import col, delete, func, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.audit.live import LiveKind, announce_all
from core.audit.trail import record
from core.conversations.model import Conversation
from core.errors import Conflict, Invalid, NotFound
from core.people.desk import Card, name_appeals
from core.people.model import Applicant, ApplicantMerge, ChannelIdentity, ContactPoint
from core.staff.asker import Asker

LIKE_LIMIT = 20
NAME = func.to_tsvector(
    "simple",
    col(Applicant.surname) + " " + col(Applicant.given_name) + " " + col(Applicant.patronymic) + " " + col(Applicant.organisation),
)
"""Written like the index ``applicant_words``."""
MARK = type_coerce(col(ContactPoint.value_mark), String)
"""The mark itself, where not the text that it is of is at hand."""
FILLED = ("surname", "given_name", "patronymic", "organisation", "postal_address")
"""Fields that a kept card takes over where it has nothing itself."""


class NotMergeable(Conflict):
    """One of the cards was merged already; ``facts['merged_into']`` is where it went."""

    code = "citizen_merged"


class CardsMerged(Conflict):
    """Appeals of the two people were merged with one another since: those are parted first; ``facts['appeals']`` numbers them."""

    code = "appeals_merged_since"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Another card that may be of the same person; ``reasons``: of phone, email and name, what is the same."""

    card: Card
    reasons: tuple[str, ...]
    appeals: int


async def merged_into(tx: AsyncSession, applicant_id: int) -> int | None:
    """The card that answers for this one; None while it stands for itself."""
    live = select(ApplicantMerge.kept_id).where(ApplicantMerge.merged_id == applicant_id, col(ApplicantMerge.undone_at).is_(None))
    return (await tx.exec(live)).first()


async def alike(tx: AsyncSession, applicant: Applicant, cards: Mapping[int, Card]) -> Sequence[Alike]:
    """The found cards with what makes them alike, those with more in common first; ``cards`` as ``likely`` found them."""
    own = cards[applicant.id or 0]
    counted = (
        select(Appeal.applicant_id, func.count()).where(col(Appeal.applicant_id).in_(cards)).group_by(col(Appeal.applicant_id))
    )
    appeals = {found: count for found, count in (await tx.exec(counted)).all()}
    made = [
        Alike(card=card, reasons=_reasons(own, card), appeals=appeals.get(number, 0))
        for number, card in cards.items()
        if number != applicant.id
    ]
    return sorted(made, key=lambda one: (-len(one.reasons), one.card.applicant.id if one.card.applicant else 0))


async def likely(tx: AsyncSession, applicant: Applicant) -> Sequence[int]:
    """The ids of at most twenty cards with the same telephone, e-mail or name that were not merged, oldest first."""
    points = select(ContactPoint.kind, ContactPoint.value).where(ContactPoint.applicant_id == applicant.id)
    own = (await tx.exec(points)).all()
    same = [_is(one) for one in own]
    found: set[int] = set()
    if same:
        found |= set((await tx.exec(select(ContactPoint.applicant_id).where(or_(*same)).limit(LIKE_LIMIT * 5))).all())
    name = Card(applicant=applicant).full_name
    if applicant.organisation or (applicant.surname and applicant.given_name):
        named = (
            select(Applicant)
            .where(NAME.op("@@")(func.plainto_tsquery("simple", name)))
            .order_by(col(Applicant.id))
            .limit(LIKE_LIMIT * 5)
        )
        found |= {one.id or 0 for one in (await tx.exec(named)).all() if _same_name(name, Card(applicant=one).full_name)}
    gone = select(ApplicantMerge.merged_id).where(col(ApplicantMerge.merged_id).in_(found), col(ApplicantMerge.undone_at).is_(None))
    found -= {applicant.id or 0, *(await tx.exec(gone)).all()}
    return sorted(found)[:LIKE_LIMIT]


async def merge(tx: AsyncSession, asker: Asker, kept_id: int, other_id: int, version: int, now: datetime) -> ApplicantMerge:
    """Give everything of the other card to the kept one. Raises Invalid, NotFound, NotMergeable, Conflict (``version`` is old)."""
    if kept_id == other_id:
        raise Invalid("a card cannot be merged with itself", fields={"other_id": "same"})
    kept, other = await _both(tx, kept_id, other_id)
    for one in (kept_id, other_id):
        if (into := await merged_into(tx, one)) is not None:
            raise NotMergeable("merged already", merged_into=into)
    if kept.version != version:
        raise Conflict("the card was changed meanwhile")
    moved = await _move(tx, other_id, kept_id)
    moved |= {"contacts": await _copy_contacts(tx, other_id, kept_id), "filled": _fill(kept, other)}
    kept.version, other.version = kept.version + 1, other.version + 1
    made = ApplicantMerge(kept_id=kept_id, merged_id=other_id, moved=moved, made_by_id=asker.id, made_at=now)
    tx.add(made)
    await tx.flush()
    await name_appeals(tx, kept)
    await _tell(tx, moved, now)
    counts = {name: len(moved[name]) for name in ("identities", "conversations", "appeals")}
    await record(tx, now, "applicant.merged", f"applicant:{kept_id}", staff_id=asker.id, merged=other_id, merge=made.id, **counts)
    return made


async def undo(tx: AsyncSession, asker: Asker, merge_id: int, now: datetime) -> ApplicantMerge:
    """Part the two cards again: what was moved goes back, and with an account all that came from it since.

    Raises NotFound (also when it is undone already), NotMergeable when the kept card was merged itself since, CardsMerged.
    """
    done = await tx.get(ApplicantMerge, merge_id, with_for_update=True)
    if done is None or done.undone_at is not None:
        raise NotFound("no such merge")
    kept, other = await _both(tx, done.kept_id, done.merged_id)
    if (into := await merged_into(tx, done.kept_id)) is not None:
        raise NotMergeable("the kept card was merged since", merged_into=into)
    back = await _since(tx, done)
    await _check_parted(tx, done.kept_id, back["appeals"])
    for table, name in ((ChannelIdentity, "identities"), (Conversation, "conversations"), (Appeal, "appeals")):
        own = col(table.id).in_(back[name]) & (col(table.applicant_id) == done.kept_id)
        await tx.execute(update(table).where(own).values(applicant_id=done.merged_id))
    given = [(col(ContactPoint.kind) == kind) & (mark == MARK) for kind, mark in done.moved["contacts"]]
    if given:
        await tx.exec(delete(ContactPoint).where(col(ContactPoint.applicant_id) == done.kept_id, or_(*given)))
    _empty(kept, done.moved["filled"])
    kept.version, other.version = kept.version + 1, other.version + 1
    done.undone_by_id, done.undone_at = asker.id, now
    await tx.flush()
    await name_appeals(tx, kept)
    await name_appeals(tx, other)
    await _tell(tx, back, now)
    await record(tx, now, "applicant.parted", f"applicant:{done.kept_id}", staff_id=asker.id, merged=done.merged_id, merge=merge_id)
    return done


async def _both(tx: AsyncSession, first: int, second: int) -> tuple[Applicant, Applicant]:
    """Locked in the order of their ids, so that two merges never wait for one another."""
    wanted = select(Applicant).where(col(Applicant.id).in_((first, second))).order_by(col(Applicant.id)).with_for_update()
    found = {one.id: one for one in (await tx.exec(wanted.execution_options(populate_existing=True))).all()}
    if first not in found or second not in found:
        raise NotFound("no such applicant")
    return found[first], found[second]


async def _move(tx: AsyncSession, source: int, target: int) -> dict[str, Any]:
    """Conversations first: a turn that is being stored holds its own."""
    moved: dict[str, Any] = {}
    for table, name in ((Conversation, "conversations"), (ChannelIdentity, "identities"), (Appeal, "appeals")):
        change = update(table).where(col(table.applicant_id) == source).values(applicant_id=target).returning(col(table.id))
        moved[name] = sorted((await tx.execute(change)).scalars())
    return moved


async def _copy_contacts(tx: AsyncSession, source: int, target: int) -> list[list[str]]:
    points = select(ContactPoint).where(col(ContactPoint.applicant_id).in_((source, target))).order_by(col(ContactPoint.id))
    rows = (await tx.exec(points)).all()
    known = {(one.kind, one.value) for one in rows if one.applicant_id == target}
    new = [(one.kind, one.value) for one in rows if one.applicant_id == source and (one.kind, one.value) not in known]
    if not new:
        return []
    tx.add_all(ContactPoint(applicant_id=target, kind=kind, value=value) for kind, value in new)
    await tx.flush()
    added = select(ContactPoint.kind, MARK).where(ContactPoint.applicant_id == target, or_(*map(_is, new)))
    return [[kind, mark] for kind, mark in (await tx.exec(added.order_by(col(ContactPoint.id)))).all()]


def _is(contact: tuple[str, str]) -> ColumnElement[bool]:
    return (col(ContactPoint.kind) == contact[0]) & (col(ContactPoint.value_mark) == contact[1])


def _fill(kept: Applicant, other: Applicant) -> dict[str, str]:
    filled = {name: getattr(other, name) for name in FILLED if not getattr(kept, name) and getattr(other, name)}
    for name, value in filled.items():
        setattr(kept, name, value)
    if kept.consent_at is None and other.consent_at is not None:
        kept.consent_at = other.consent_at
        filled["consent_at"] = other.consent_at.isoformat()
    return filled


def _empty(kept: Applicant, filled: Mapping[str, str]) -> None:
    """What an operator wrote into the card since stays."""
    for name, value in filled.items():
        if name == "consent_at" and kept.consent_at is not None and kept.consent_at.isoformat() == value:
            kept.consent_at = None
        elif name != "consent_at" and getattr(kept, name) == value:
            setattr(kept, name, "")


async def _since(tx: AsyncSession, done: ApplicantMerge) -> dict[str, list[int]]:
    """What goes back: the ids that were moved, and what the moved accounts brought later."""
    accounts = done.moved["identities"]
    later = select(Conversation.id).where(col(Conversation.identity_id).in_(accounts), Conversation.applicant_id == done.kept_id)
    talks = {*done.moved["conversations"], *(await tx.exec(later.where(col(Conversation.opened_at) >= done.made_at))).all()}
    came = select(Appeal.id).where(col(Appeal.conversation_id).in_(talks), Appeal.applicant_id == done.kept_id)
    cards = {*done.moved["appeals"], *(await tx.exec(came.where(col(Appeal.registered_at) >= done.made_at))).all()}
    return {
        "identities": accounts,
        "conversations": sorted(one for one in talks if one),
        "appeals": sorted(one for one in cards if one),
    }


async def _check_parted(tx: AsyncSession, kept_id: int, going: Sequence[int]) -> None:
    """A merged card and the card that answers for it must stay one person's."""
    into = select(Appeal).where(Appeal.applicant_id == kept_id, col(Appeal.merged_into_id).is_not(None))
    torn = [one.registration_number for one in (await tx.exec(into)).all() if (one.id in going) != (one.merged_into_id in going)]
    if torn:
        raise CardsMerged("appeals of both were merged", appeals=torn)


async def _tell(tx: AsyncSession, moved: Mapping[str, Any], now: datetime) -> None:
    cards = [(LiveKind.APPEAL, {"appeal_id": one}) for one in moved["appeals"]]
    talks = [(LiveKind.CONVERSATION, {"conversation_id": one}) for one in moved["conversations"]]
    await announce_all(tx, [*cards, *talks], now)


def _reasons(own: Card, other: Card) -> tuple[str, ...]:
    same = {
        "phone": set(own.phones) & set(other.phones),
        "email": set(own.emails) & set(other.emails),
        "name": _same_name(own.full_name, other.full_name),
    }
    return tuple(name for name, found in same.items() if found)


def _same_name(one: str, other: str) -> bool:
    return bool(one) and one.casefold() == other.casefold()
