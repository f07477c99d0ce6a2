"""One citizen over all channels: the card, the accounts, everything said, registered and left; and two cards made one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.audit.live import LiveKind, announce
from core.audit.trail import record
from core.clock import Clock
from core.conversations.model import Conversation, LeftMessage
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import NotFound
from core.people import merging
from core.people.desk import Card, CardForm, card_of, read_contacts, write_card
from core.people.merging import Alike
from core.people.model import Applicant, ApplicantMerge, ChannelIdentity
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.model import StaffMember
from db.transactions import Transactions

PAGE = 20
MERGES = 50
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[Row]):
    """A keyset page, newest first: pass ``next`` as ``before`` for what is older."""

    rows: Sequence[Row]
    next: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A conversation of the person, and who of the staff holds it."""

    conversation: Conversation
    operator_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeShown:
    """A merge that can be undone: whose card was merged into this one, by whom and when."""

    id: int
    merged_id: int
    merged_name: str
    made_by_name: str
    made_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CitizenPage:
    """Everything that is known of a person; ``merged_into`` is the card that answers for this one, when there is one."""

    card: Card
    merged_into: int | None
    identities: Sequence[ChannelIdentity]
    conversations: Part[Talk]
    appeals: Part[Appeal]
    left_messages: Part[LeftMessage]
    merges: Sequence[MergeShown]


class CitizenDesk:
    """Use cases of a citizen's page."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def page(self, asker: Asker, applicant_id: int) -> CitizenPage:
        """The person with the newest of each list; the reading is audited. Raises NotAllowed, NotFound."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            card = await _card(tx, applicant_id)
            await record(tx, self._clock.now(), "applicant.read", f"applicant:{applicant_id}", staff_id=asker.id)
            accounts = select(ChannelIdentity).where(ChannelIdentity.applicant_id == applicant_id).order_by(col(ChannelIdentity.id))
            return CitizenPage(
                card=card,
                merged_into=await merging.merged_into(tx, applicant_id),
                identities=(await tx.exec(accounts)).all(),
                conversations=await _talks(tx, applicant_id, None),
                appeals=await _appeals(tx, applicant_id, None),
                left_messages=await _left(tx, applicant_id, None),
                merges=await _merges(tx, applicant_id),
            )

    async def conversations(self, asker: Asker, applicant_id: int, before: int | None = None) -> Part[Talk]:
        """Conversations on all channels older than ``before``. Raises NotAllowed."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            return await _talks(tx, applicant_id, before)

    async def appeals(self, asker: Asker, applicant_id: int, before: int | None = None) -> Part[Appeal]:
        """Registered appeals older than ``before``. Raises NotAllowed."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            return await _appeals(tx, applicant_id, before)

    async def left_messages(self, asker: Asker, applicant_id: int, before: int | None = None) -> Part[LeftMessage]:
        """Messages left for the centre older than ``before``. Raises NotAllowed."""
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            return await _left(tx, applicant_id, before)

    async def save(self, asker: Asker, applicant_id: int, form: CardForm) -> Card:
        """Store an edited card. Raises NotAllowed, NotFound, Invalid with the unreadable fields, Conflict."""
        asker.must(Ability.EDIT_APPLICANT)
        contacts, now = read_contacts(form), self._clock.now()
        async with self._transactions.begin() as tx:
            applicant = await tx.get(Applicant, applicant_id, with_for_update=True)
            if applicant is None:
                raise NotFound("no such applicant")
            if (into := await merging.merged_into(tx, applicant_id)) is not None:
                raise merging.NotMergeable("merged already", merged_into=into)
            card = await write_card(tx, applicant, form, contacts, now, staff_id=asker.id)
            await end_draft(tx, asker.id, DraftKind.CITIZEN, applicant_id, now)
            talks = select(Conversation.id).where(Conversation.applicant_id == applicant_id).order_by(col(Conversation.id).desc())
            if (newest := (await tx.exec(talks.limit(1))).first()) is not None:
                await announce(tx, LiveKind.CONVERSATION, now, conversation_id=newest)
            return card

    async def alike(self, asker: Asker, applicant_id: int) -> Sequence[Alike]:
        """Cards that may be of the same person, to be merged with this one. Raises NotAllowed, NotFound."""
        asker.must(Ability.MERGE_APPLICANTS)
        async with self._transactions.begin() as tx:
            applicant = await tx.get(Applicant, applicant_id)
            if applicant is None:
                raise NotFound("no such applicant")
            ids = await merging.likely(tx, applicant)
            cards = {one: await card_of(tx, one) for one in (applicant_id, *ids)}
            return await merging.alike(tx, applicant, cards)

    async def merge(self, asker: Asker, applicant_id: int, other_id: int, version: int) -> int:
        """Make the other card a part of this one; gives the number of the merge. Raises what ``merging.merge`` does, NotAllowed."""
        asker.must(Ability.MERGE_APPLICANTS)
        async with self._transactions.begin() as tx:
            return (await merging.merge(tx, asker, applicant_id, other_id, version, self._clock.now())).id or 0

    async def undo(self, asker: Asker, merge_id: int) -> int:
        """Part the cards of a merge again; gives the kept person. Raises what ``merging.undo`` does, NotAllowed."""
        asker.must(Ability.MERGE_APPLICANTS)
        async with self._transactions.begin() as tx:
            return (await merging.undo(tx, asker, merge_id, self._clock.now())).kept_id


async def _card(tx: AsyncSession, applicant_id: int) -> Card:
    card = await card_of(tx, applicant_id)
    if card.applicant is None:
        raise NotFound("no such applicant")
    return card


async def _talks(tx: AsyncSession, applicant_id: int, before: int | None) -> Part[Talk]:
    wanted = (
        select(Conversation, StaffMember.full_name)
        .join(StaffMember, col(StaffMember.id) == Conversation.operator_id, isouter=True)
        .where(Conversation.applicant_id == applicant_id)
    )
    rows = (await tx.exec(_older(wanted, col(Conversation.id), before))).all()
    shown = [Talk(conversation=one, operator_name=name or "") for one, name in rows[:PAGE]]
    return Part(rows=shown, next=(shown[-1].conversation.id or 0) if len(rows) > PAGE else None)


async def _appeals(tx: AsyncSession, applicant_id: int, before: int | None) -> Part[Appeal]:
    wanted = select(Appeal).where(Appeal.applicant_id == applicant_id)
    rows: Sequence[Appeal] = (await tx.exec(_older(wanted, col(Appeal.id), before))).all()
    return Part(rows=rows[:PAGE], next=(rows[PAGE - 1].id or 0) if len(rows) > PAGE else None)


async def _left(tx: AsyncSession, applicant_id: int, before: int | None) -> Part[LeftMessage]:
    own = select(Conversation.id).where(Conversation.applicant_id == applicant_id)
    wanted = select(LeftMessage).where(col(LeftMessage.conversation_id).in_(own))
    rows: Sequence[LeftMessage] = (await tx.exec(_older(wanted, col(LeftMessage.id), before))).all()
    return Part(rows=rows[:PAGE], next=(rows[PAGE - 1].id or 0) if len(rows) > PAGE else None)


def _older(wanted: Any, number: Any, before: int | None) -> Any:
    """One row more than a page, to know whether there is a next one."""
    if before is not None:
        wanted = wanted.where(number < before)
    return wanted.order_by(number.desc()).limit(PAGE + 1)


async def _merges(tx: AsyncSession, applicant_id: int) -> Sequence[MergeShown]:
    wanted = (
        select(ApplicantMerge, Applicant, StaffMember.full_name)
        .join(Applicant, col(Applicant.id) == ApplicantMerge.merged_id)
        .join(StaffMember, col(StaffMember.id) == ApplicantMerge.made_by_id, isouter=True)
        .where(ApplicantMerge.kept_id == applicant_id, col(ApplicantMerge.undone_at).is_(None))
        .order_by(col(ApplicantMerge.id).desc())
        .limit(MERGES)
    )
    return [
        MergeShown(
            id=one.id or 0,
            merged_id=one.merged_id,
            merged_name=Card(applicant=merged).full_name,
            made_by_name=name or "",
            made_at=one.made_at,
        )
        for one, merged, name in (await tx.exec(wanted)).all()
    ]
