"""Cards that belong together: likeness offered, cards linked, merged and split, each undone again (reg. 2.8.4-2.8.6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.addresses import address_key
from core.appeals.model import Appeal, AppealLink
from core.appeals.numbering import next_number
from core.appeals.workflow import Move, locked_appeal, make_move
from core.calls.dropping import drop_calls
from core.clock import Clock
from core.drafts.ending import end_draft
from core.drafts.forms import DraftKind
from core.errors import Conflict, Invalid, NotFound
from core.lexicon.tokens import words
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_line, clean_text
from core.vocabulary import AppealStatus
from db.transactions import Transactions

RELATED, MERGED, SPLIT = "related", "merged", "split"
LIKE_FOR = timedelta(days=180)
"""Older cards are no duplicates."""
OFFERED = 10
LOOKED_AT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Like:
    """A card that may be about the same; ``likeness`` is the share of common words, 0 to 1."""

    id: int
    registration_number: str
    text: str
    address: str
    status: AppealStatus
    registered_at: datetime
    due_on: date
    same_applicant: bool
    same_address: bool
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """A card that this one is linked with; ``is_first``: the link was made from this card."""

    link_id: int
    kind: str
    is_first: bool
    appeal_id: int
    registration_number: str
    text: str
    status: AppealStatus


class LinkDesk:
    """What the staff do with cards that belong together."""

    def __init__(self, *, transactions: Transactions, clock: Clock) -> None:
        self._transactions = transactions
        self._clock = clock

    async def like(
        self, asker: Asker, *, appeal_id: int | None = None, applicant_id: int | None = None, text: str = "", address: str = ""
    ) -> list[Like]:
        """Cards of the same address, or of the same applicant with words in common, most alike first.

        For a card, or for one that is being typed; raises NotFound.
        """
        asker.must(Ability.READ_INBOX)
        async with self._transactions.begin() as tx:
            if appeal_id is not None:
                card = await tx.get(Appeal, appeal_id)
                if card is None:
                    raise NotFound("no such appeal")
                applicant_id, text, address = card.applicant_id, card.text, card.address
            return await self._like(tx, appeal_id, applicant_id, text, address_key(address))

    async def link(self, asker: Asker, appeal_id: int, other_id: int) -> None:
        """Link two cards that stay cards of their own; a link that is there already stays as it is."""
        asker.must(Ability.WORK_CASE)
        async with self._transactions.begin() as tx:
            first, other = await _both(tx, appeal_id, other_id)
            if await _link_between(tx, appeal_id, other_id) is None:
                await self._put(tx, asker, first, other, RELATED)
                await self._move(tx, asker, first, Move.LINK, other)
                await self._move(tx, asker, other, Move.LINK, first)

    async def merge(self, asker: Asker, appeal_id: int, into_id: int, version: int) -> None:
        """The card is the same appeal as ``into``: it leaves control and is answered with it. Both must be of one applicant.

        Raises NotFound, VersionConflict, MoveNotPermitted, Conflict for a card that was merged itself or is of somebody else.
        """
        asker.must(Ability.WORK_CASE)
        async with self._transactions.begin() as tx:
            first, other = await _both(tx, appeal_id, into_id, version)
            if other.status == AppealStatus.MERGED or first.applicant_id != other.applicant_id:
                raise NotMergeable(reason="merged" if other.status == AppealStatus.MERGED else "other_applicant")
            await self._put(tx, asker, first, other, MERGED)
            first.merged_into_id = into_id
            await drop_calls(tx, appeal_id, self._clock.now())
            await self._move(tx, asker, first, Move.MERGE, other)
            await self._move(tx, asker, other, Move.LINK, first)

    async def split(self, asker: Asker, appeal_id: int, words_of_it: str, topic: str, version: int) -> Appeal:
        """A second question of the same letter gets a card of its own; its term runs from the same day.

        Raises NotFound, VersionConflict, MoveNotPermitted, Invalid (fields: text).
        """
        asker.must(Ability.WORK_CASE)
        words_of_it = clean_text(words_of_it).strip()
        if not words_of_it:
            raise Invalid("nothing to split off", fields={"text": "missing"})
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            first = await locked_appeal(tx, appeal_id, version)
            year = self._clock.today().year
            number, shown = await next_number(tx, first.journal, year)
            kept = first.model_dump(include=set(_SHARED))
            new = Appeal(
                **kept,
                year=year,
                number=number,
                registration_number=shown,
                text=words_of_it,
                topic=clean_line(topic, 200),
                status=AppealStatus.REGISTERED,
                registered_at=now,
                registered_by=asker.id,
            )
            await make_move(tx, new, Move.REGISTER, now, staff_id=asker.id, details={"split_from": first.registration_number})
            await end_draft(tx, asker.id, DraftKind.SPLIT, appeal_id, now)
            await self._put(tx, asker, first, new, SPLIT)
            await self._move(tx, asker, first, Move.SPLIT, new)
            return new

    async def undo(self, asker: Asker, link_id: int, *, of: int | None = None) -> None:
        """Take a link back: a merged card returns to where it was, a split-off one is merged into where it came from.

        Raises NotFound, also for a link that is not one of the card ``of``; MoveNotPermitted.
        """
        asker.must(Ability.WORK_CASE)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            link = await tx.get(AppealLink, link_id, with_for_update=True)
            if link is None or of not in (None, link.appeal_id, link.other_id):
                raise NotFound("no such link")
            if link.undone_at is not None:
                return
            first, other = await _both(tx, link.appeal_id, link.other_id)
            link.undone_at, link.undone_by_id = now, asker.id
            if link.kind == MERGED:
                first.merged_into_id = None
                await self._move(tx, asker, first, Move.UNMERGE, other, to=AppealStatus(first.status_before))
                await self._move(tx, asker, other, Move.UNLINK, first)
            elif link.kind == SPLIT:
                other.merged_into_id = first.id
                await drop_calls(tx, other.id or 0, now)
                await self._put(tx, asker, other, first, MERGED)
                await self._move(tx, asker, other, Move.MERGE, first)
                await self._move(tx, asker, first, Move.UNLINK, other)
            else:
                await self._move(tx, asker, first, Move.UNLINK, other)
                await self._move(tx, asker, other, Move.UNLINK, first)

    async def _like(self, tx: AsyncSession, appeal_id: int | None, applicant_id: int | None, text: str, key: str) -> list[Like]:
        alike = [col(Appeal.applicant_id) == applicant_id] if applicant_id is not None else []
        alike += [col(Appeal.address_key) == key] if key else []
        if not alike:
            return []
        found = (
            select(Appeal)
            .where(or_(*alike), Appeal.id != (appeal_id or 0), Appeal.status != AppealStatus.MERGED)
            .where(Appeal.registered_at >= self._clock.now() - LIKE_FOR)
            .order_by(col(Appeal.id).desc())
            .limit(LOOKED_AT)
        )
        said = set(words(text))
        likes = [_likeness(card, said, applicant_id, key) for card in (await tx.exec(found)).all()]
        likes = [like for like in likes if like.same_address or like.likeness]
        likes.sort(key=lambda like: (like.same_applicant and like.same_address, like.likeness, like.id), reverse=True)
        return likes[:OFFERED]

    async def _put(self, tx: AsyncSession, asker: Asker, first: Appeal, other: Appeal, kind: str) -> None:
        now = self._clock.now()
        tx.add(AppealLink(appeal_id=first.id or 0, other_id=other.id or 0, kind=kind, made_by_id=asker.id, made_at=now))
        await tx.flush()

    async def _move(
        self, tx: AsyncSession, asker: Asker, card: Appeal, move: Move, other: Appeal, to: AppealStatus | None = None
    ) -> None:
        details = {"other_id": other.id, "number": other.registration_number}
        await make_move(tx, card, move, self._clock.now(), staff_id=asker.id, details=details, to=to)


_SHARED = (
    *("journal", "applicant_id", "conversation_id", "channel", "address", "urgency", "reply_form", "reply_to"),
    *("counted_from", "due_on", "promised_on", "answer_by", "applicant_name", "address_key", "assignee_id"),
)
"""What a split-off card takes from the one that it was a part of."""


class NotMergeable(Conflict):
    """The cards cannot be one; ``facts['reason']`` is merged or other_applicant."""

    code = "not_mergeable"


async def links_of(tx: AsyncSession, appeal_id: int) -> list[Linked]:
    """The links of a card that were not undone, oldest first."""
    links = select(AppealLink).where(
        or_(AppealLink.appeal_id == appeal_id, AppealLink.other_id == appeal_id), col(AppealLink.undone_at).is_(None)
    )
    found = (await tx.exec(links.order_by(col(AppealLink.id)))).all()
    others = {link.id: link.other_id if link.appeal_id == appeal_id else link.appeal_id for link in found}
    cards = {card.id: card for card in (await tx.exec(select(Appeal).where(col(Appeal.id).in_(others.values())))).all()}
    return [_linked(link, cards[others[link.id]], is_first=link.appeal_id == appeal_id) for link in found]


def _linked(link: AppealLink, card: Appeal, *, is_first: bool) -> Linked:
    return Linked(
        link_id=link.id or 0,
        kind=link.kind,
        is_first=is_first,
        appeal_id=card.id or 0,
        registration_number=card.registration_number,
        text=card.text[:200],
        status=AppealStatus(card.status),
    )


def _likeness(card: Appeal, said: set[str], applicant_id: int | None, key: str) -> Like:
    theirs = set(words(card.text))
    return Like(
        id=card.id or 0,
        registration_number=card.registration_number,
        text=card.text[:300],
        address=card.address,
        status=AppealStatus(card.status),
        registered_at=card.registered_at,
        due_on=card.due_on,
        same_applicant=card.applicant_id == applicant_id,
        same_address=bool(key) and card.address_key == key,
        likeness=round(len(said & theirs) / len(said | theirs), 2) if said and theirs else 0.0,
    )


async def _both(tx: AsyncSession, first_id: int, other_id: int, version: int | None = None) -> tuple[Appeal, Appeal]:
    """Both cards, locked in the order of their ids, so that two people who link the same pair never wait for each other."""
    if first_id == other_id:
        raise Invalid("a card and itself", fields={"other_id": "same"})
    cards: dict[int, Appeal] = {}
    for one in sorted((first_id, other_id)):
        cards[one] = await locked_appeal(tx, one, version if one == first_id else None)
    return cards[first_id], cards[other_id]


async def _link_between(tx: AsyncSession, one: int, other: int) -> AppealLink | None:
    there = select(AppealLink).where(
        col(AppealLink.undone_at).is_(None),
        col(AppealLink.appeal_id).in_((one, other)),
        col(AppealLink.other_id).in_((one, other)),
    )
    found: Sequence[AppealLink] = (await tx.exec(there)).all()
    return found[0] if found else None
