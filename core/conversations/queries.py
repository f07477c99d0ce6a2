"""The inbox's lists: keyset pages over partial indexes, counts with a ceiling, never a full scan (scale: inbox list detail)."""

import base64
import binascii
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, literal, select, true, tuple_, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlmodel import SQLModel

import core.tables  # noqa: F401  # the tables register themselves
from core.conversations.views import ANSWER_WITHIN, Colleague, Counts, Line, Page
from core.errors import Invalid
from core.people.accounts import account_shown
from core.vocabulary import ConversationMode

PAGE = 50
COUNT_CEILING = 1000
"""Counting stops here: the screen shows more than 999 as «999+», and a count costs the same at any size."""

TABLES = SQLModel.metadata.tables
CONVERSATION = TABLES["conversation"].c
_LISTED = (
    CONVERSATION.id,
    CONVERSATION.channel,
    CONVERSATION.identity_id,
    CONVERSATION.applicant_id,
    CONVERSATION.mode,
    CONVERSATION.operator_id,
    CONVERSATION.hand_off_reason,
    CONVERSATION.waiting_since,
    CONVERSATION.last_message_at,
    CONVERSATION.last_author,
    CONVERSATION.preview,
    CONVERSATION.unread,
    CONVERSATION.emergency,
)


class Listing(StrEnum):
    """The lists of the inbox."""

    QUEUE = "queue"
    MINE = "mine"
    COLLEAGUES = "colleagues"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a page ended: the sort key of its last line."""

    emergency: bool
    at: datetime
    id: int

    def encode(self) -> str:
        """As the screens carry it."""
        said = json.dumps([int(self.emergency), self.at.timestamp(), self.id])
        return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "Cursor":
        """Raises Invalid when it is not ours."""
        try:
            emergency, at, number = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if not (isinstance(number, int) and 0 < number < 2**63):
                raise ValueError(number)
            return cls(emergency=bool(emergency), at=datetime.fromtimestamp(float(at), UTC), id=number)
        except (ValueError, TypeError, OverflowError, OSError, binascii.Error) as broken:
            raise Invalid(field="after", reason="cursor") from broken


async def page(
    connection: AsyncConnection,
    listing: Listing,
    *,
    asker_id: int,
    after: Cursor | None = None,
    channel: str | None = None,
    only: Collection[int] | None = None,
) -> Page:
    """One page of a list; ``only`` restricts it to what a search found."""
    wanted = true() if channel is None else CONVERSATION.channel == channel
    if only is not None:
        wanted = wanted & CONVERSATION.id.in_(only)
    chosen = _queue(wanted, after) if listing is Listing.QUEUE else _newest(_of_list(listing, asker_id) & wanted, after)
    rows = [_line(row) for row in (await connection.execute(chosen)).mappings()]
    if len(rows) <= PAGE:
        return Page(rows=rows, next=None)
    last = rows[PAGE - 1]
    at = last.waiting_since if listing is Listing.QUEUE else last.last_message_at
    return Page(rows=rows[:PAGE], next=Cursor(emergency=last.emergency, at=at or last.last_message_at, id=last.id).encode())


async def lines(connection: AsyncConnection, ids: Collection[int]) -> Mapping[int, Line]:
    """The lines of these conversations by id."""
    chosen = _named(select(*_LISTED).where(CONVERSATION.id.in_(ids)))
    return {row["id"]: _line(row) for row in (await connection.execute(chosen)).mappings()}


async def counts(connection: AsyncConnection, asker_id: int) -> Counts:
    """The numbers beside the lists: open conversations only, each up to the ceiling."""
    conditions = {
        Listing.QUEUE: CONVERSATION.mode == _word(ConversationMode.WAITING),
        Listing.MINE: _of_list(Listing.MINE, asker_id),
        Listing.COLLEAGUES: _of_list(Listing.COLLEAGUES, asker_id),
        Listing.ALL: CONVERSATION.mode != _word(ConversationMode.CLOSED),
    }
    counted = [
        select(func.count())
        .select_from(select(literal(1)).select_from(TABLES["conversation"]).where(condition).limit(COUNT_CEILING).subquery())
        .scalar_subquery()
        .label(listing.value)
        for listing, condition in conditions.items()
    ]
    row = (await connection.execute(select(*counted))).one()
    return Counts(queue=row.queue, mine=row.mine, colleagues=row.colleagues, all=row.all)


def _word(mode: ConversationMode) -> ColumnElement[Any]:
    """Written into the statement, not bound: a partial index serves only a condition that the planner can read."""
    return literal(mode.value, literal_execute=True)


def _of_list(listing: Listing, me: int) -> ColumnElement[bool]:
    """Which conversations a list holds."""
    held = CONVERSATION.mode == _word(ConversationMode.OPERATOR)
    if listing is Listing.MINE:
        return held & (CONVERSATION.operator_id == me)
    return held & (CONVERSATION.operator_id != me) if listing is Listing.COLLEAGUES else true()


def _newest(wanted: ColumnElement[bool], after: Cursor | None) -> Select[Any]:
    chosen = select(*_LISTED).where(wanted)
    if after is not None:
        chosen = chosen.where(tuple_(CONVERSATION.last_message_at, CONVERSATION.id) < tuple_(after.at, after.id))
    ordered = chosen.order_by(CONVERSATION.last_message_at.desc(), CONVERSATION.id.desc()).limit(PAGE + 1)
    return _named(ordered, "last_message_at", "id", newest=True)


def _queue(wanted: ColumnElement[bool], after: Cursor | None) -> Select[Any]:
    """Emergencies first, then the longest wait: two index ranges, each read no further than a page."""
    both = _waiting(wanted, True, after).union_all(_waiting(wanted, False, after)).subquery("both")
    order = (both.c.emergency.desc(), both.c.waiting_since, both.c.id)
    return _named(select(both).order_by(*order).limit(PAGE + 1), "waiting_since", "id", newest=False)


def _waiting(wanted: ColumnElement[bool], urgent: bool, after: Cursor | None) -> Select[Any]:
    here = (CONVERSATION.mode == _word(ConversationMode.WAITING)) & (CONVERSATION.emergency.is_(urgent)) & wanted
    if after is not None and after.emergency == urgent:
        here = here & (tuple_(CONVERSATION.waiting_since, CONVERSATION.id) > tuple_(after.at, after.id))
    elif after is not None and urgent:
        here = here & false()
    chosen = select(*_LISTED).where(here).order_by(CONVERSATION.waiting_since, CONVERSATION.id).limit(PAGE + 1)
    return select(chosen.subquery())


def _named(chosen: Select[Any], *order: str, newest: bool = True) -> Select[Any]:
    """Names joined to a page that is already cut, so the joins touch 51 rows at any size of the tables."""
    line, identity, applicant, staff = (
        chosen.subquery("line"),
        TABLES["channel_identity"],
        TABLES["applicant"],
        TABLES["staff_member"],
    )
    named = (
        select(
            line,
            identity.c.display_name,
            type_coerce(case((identity.c.display_name == "", identity.c.external_id), else_=""), identity.c.external_id.type).label(
                "account"
            ),
            applicant.c.kind,
            applicant.c.surname,
            applicant.c.given_name,
            applicant.c.patronymic,
            applicant.c.organisation,
            staff.c.full_name.label("operator_name"),
        )
        .join_from(line, identity, identity.c.id == line.c.identity_id)
        .outerjoin(applicant, applicant.c.id == line.c.applicant_id)
        .outerjoin(staff, staff.c.id == line.c.operator_id)
    )
    keys = [line.c[name].desc() if newest else line.c[name] for name in order]
    return named.order_by(*([] if newest or not order else [line.c.emergency.desc()]), *keys)


def _line(row: Mapping[Any, Any]) -> Line:
    waiting = row["waiting_since"]
    return Line(
        id=row["id"],
        channel=row["channel"],
        mode=row["mode"],
        applicant_id=row["applicant_id"],
        applicant_name=_name(row),
        preview=row["preview"],
        last_author=row["last_author"],
        last_message_at=row["last_message_at"],
        waiting_since=waiting,
        unread=row["unread"],
        emergency=row["emergency"],
        operator=None if row["operator_id"] is None else Colleague(id=row["operator_id"], full_name=row["operator_name"]),
        hand_off_reason=row["hand_off_reason"],
        reply_due_at=waiting + ANSWER_WITHIN if waiting is not None and row["mode"] == ConversationMode.WAITING else None,
    )


def _name(row: Mapping[Any, Any]) -> str:
    """The card's name, or what the person calls themselves on the channel, or the account there."""
    if row["kind"] == "organisation" and row["organisation"]:
        return str(row["organisation"])
    full = " ".join(part for part in (row["surname"], row["given_name"], row["patronymic"]) if part)
    return full or row["display_name"] or account_shown(row["channel"], row["account"])
