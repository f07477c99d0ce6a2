"""Erasing what is kept of one person on their wish: what goes now, what is of record and stays without their name, and until when.

Two steps by two members of staff (ErasureWish). Appeals of record stay for their term (core.keeping.kinds.Basis.RECORDS), but
without name, contacts and what the normaliser finds in the texts; documents that were made and signed stay as they are.
"""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import TextClause, text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import MOSCOW
from core.keeping.drafts import DRAFTS_OF_APPEALS
from core.keeping.kinds import APPEALS_KEPT, Kind
from core.keeping.rules import ERASE_CALLS, ERASE_CARDS, ERASE_LEFT, ERASE_MAILS, ERASE_TALKS
from core.masking.texts import mask
from core.people.model import Applicant

HIDDEN = "***"
LONG = 4
"""Letters of a name whose last one changes with the case."""


class Obstacle(StrEnum):
    """Why nothing can be erased now."""

    OPEN_APPEAL = "open_appeal"
    OPEN_CONVERSATION = "open_conversation"
    UNSENT = "unsent"
    HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stays:
    """An appeal of record that stays without the person's name, and until when the law wants it."""

    appeal_id: int
    number: str
    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a wish would do: ``goes`` counts by kind; nothing is done while there are obstacles."""

    obstacles: Sequence[Obstacle]
    goes: Mapping[Kind, int]
    stays: Sequence[Stays]


_OWN_TALKS = "SELECT id FROM conversation WHERE applicant_id = :person"
_OBSTACLES: Mapping[Obstacle, TextClause] = {
    Obstacle.OPEN_APPEAL: text(
        "SELECT EXISTS (SELECT 1 FROM appeal WHERE applicant_id = :person AND closed_at IS NULL AND status <> 'merged')"
    ),
    Obstacle.OPEN_CONVERSATION: text(
        "SELECT EXISTS (SELECT 1 FROM conversation WHERE applicant_id = :person AND closed_at IS NULL)"
        " OR EXISTS (SELECT 1 FROM left_message l JOIN conversation c ON c.id = l.conversation_id"
        " WHERE c.applicant_id = :person AND l.reviewed_at IS NULL)"
    ),
    Obstacle.UNSENT: text(
        "SELECT EXISTS (SELECT 1 FROM delivery d JOIN conversation c ON c.id = d.conversation_id"
        " WHERE c.applicant_id = :person AND d.state IN ('waiting', 'sending'))"
    ),
    Obstacle.HELD: text(
        "SELECT EXISTS (SELECT 1 FROM legal_hold h WHERE h.lifted_at IS NULL AND (h.applicant_id = :person"
        " OR h.appeal_id IN (SELECT id FROM appeal WHERE applicant_id = :person)))"
    ),
}
_GOES: Mapping[Kind, tuple[TextClause, tuple[str, ...]]] = {
    Kind.CONVERSATIONS: (
        text(
            "SELECT c.id FROM conversation c WHERE c.applicant_id = :person"
            " AND NOT EXISTS (SELECT 1 FROM appeal a WHERE a.conversation_id = c.id)"
            " AND EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = c.id)"
        ),
        ERASE_TALKS,
    ),
    Kind.LEFT_MESSAGES: (
        text(f"SELECT id FROM left_message WHERE conversation_id IN ({_OWN_TALKS}) AND (text <> '' OR full_name <> '')"),  # noqa: S608
        ERASE_LEFT,
    ),
    Kind.CALLS: (
        text(f"SELECT id FROM phone_call WHERE applicant_id = :person OR (caller <> '' AND conversation_id IN ({_OWN_TALKS}))"),  # noqa: S608
        ERASE_CALLS,
    ),
    Kind.MAILS: (
        text(
            "SELECT m.id FROM mail m JOIN conversation c ON c.id = m.conversation_id WHERE c.applicant_id = :person"
            " AND m.appeal_id IS NULL AND m.raw_key <> ''"
            " AND NOT EXISTS (SELECT 1 FROM appeal a WHERE a.conversation_id = c.id)"
        ),
        ERASE_MAILS,
    ),
    Kind.REFUSALS: (
        text(f"SELECT id FROM refusal WHERE conversation_id IN ({_OWN_TALKS}) AND text <> ''"),  # noqa: S608
        ("UPDATE refusal SET text = '' WHERE id = ANY(:ids)",),
    ),
}
_APPEALS = text(
    "SELECT id, registration_number, coalesce(closed_at, registered_at) FROM appeal WHERE applicant_id = :person ORDER BY id"
)
_NAMELESS = tuple(
    text(one)
    for one in (
        "UPDATE appeal SET applicant_name = '', reply_to = '', address = '', address_key = '',"
        " version = version + 1 WHERE id = ANY(:ids)",
        "UPDATE reply SET address = '' WHERE appeal_id = ANY(:ids)",
        "UPDATE call_task SET phone = '' WHERE appeal_id = ANY(:ids)",
        "UPDATE call_attempt SET phone = '' WHERE appeal_id = ANY(:ids)",
        "UPDATE mail SET author = '', author_mark = '', author_name = '', html = '', heads = '', draft = NULL"
        " WHERE appeal_id = ANY(:ids)",
        *DRAFTS_OF_APPEALS,
        "UPDATE conversation SET preview = '', dialogue_state = NULL WHERE id IN"
        " (SELECT conversation_id FROM appeal WHERE id = ANY(:ids))",
    )
)
_TEXTS = (
    ("appeal", "text", "id = ANY(:ids)"),
    ("reply", "body", "appeal_id = ANY(:ids)"),
    ("reply", "reasons", "appeal_id = ANY(:ids)"),
    ("information_request", "question", "appeal_id = ANY(:ids)"),
    ("satisfaction", "comment", "appeal_id = ANY(:ids)"),
    ("call_attempt", "note", "appeal_id = ANY(:ids)"),
    ("appeal_move", "note", "appeal_id = ANY(:ids)"),
    ("mail", "text", "appeal_id = ANY(:ids)"),
    ("mail", "reading", "appeal_id = ANY(:ids)"),
    ("mail", "subject", "appeal_id = ANY(:ids)"),
    ("message", "text", "conversation_id IN (SELECT conversation_id FROM appeal WHERE id = ANY(:ids))"),
)
"""What people wrote in the appeals of record: it stays, with a neutral word in the place of each name, number and address."""
_OLD_VERSIONS = text(
    "DELETE FROM message_version WHERE message_id IN (SELECT m.id FROM message m JOIN appeal a"
    " ON a.conversation_id = m.conversation_id WHERE a.id = ANY(:ids))"
)


async def judge(tx: AsyncSession, person: int) -> Judgement:
    """What an erasure would do as things stand."""
    given = {"person": person}
    obstacles = [name for name, query in _OBSTACLES.items() if (await tx.execute(query, given)).scalar()]
    goes = {kind: len(await _ids(tx, query, person)) for kind, (query, _) in _GOES.items()}
    stays = [Stays(appeal_id=one, number=number, until=_until(at)) for one, number, at in await tx.execute(_APPEALS, given)]
    return Judgement(obstacles=obstacles, goes={kind: count for kind, count in goes.items() if count}, stays=stays)


async def erase(tx: AsyncSession, person: int) -> None:
    """Carry out what ``judge`` said. The caller has seen that there are no obstacles."""
    for query, statements in _GOES.values():
        await _each(tx, [text(one) for one in statements], await _ids(tx, query, person))
    appeals = [int(row[0]) for row in await tx.execute(_APPEALS, {"person": person})]
    if appeals:
        await _each(tx, [*_NAMELESS, _OLD_VERSIONS], appeals)
        own = _own_name(await tx.get_one(Applicant, person))
        for column in _TEXTS:
            await _mask(tx, column, appeals, own)
    await _each(tx, [text(one) for one in ERASE_CARDS], [person])


def _own_name(applicant: Applicant) -> re.Pattern[str]:
    """The person's own name in any case: the normaliser may take a rare surname for a common word."""
    parts = (applicant.surname, applicant.given_name, applicant.patronymic)
    stems = [re.escape(part[:-1] if len(part) > LONG else part) for part in parts if len(part) > 1]
    return re.compile(rf"\b(?:{'|'.join(stems)})\w{{0,3}}\b" if stems else r"(?!)", re.IGNORECASE)


async def _mask(tx: AsyncSession, place: tuple[str, str, str], ids: Sequence[int], own: re.Pattern[str]) -> None:
    table, column, where = place
    read = text(f"SELECT id, {column} FROM {table} WHERE {where} AND {column} <> ''")  # noqa: S608  # names of _TEXTS only
    rows = [(int(number), str(words)) for number, words in await tx.execute(read, {"ids": ids})]
    masked = await asyncio.to_thread(lambda: [(number, words, mask(own.sub(HIDDEN, words))) for number, words in rows])
    write = text(f"UPDATE {table} SET {column} = :words WHERE id = :id")  # noqa: S608
    for number, before, after in masked:
        if after != before:
            await tx.execute(write, {"id": number, "words": after})


async def _each(tx: AsyncSession, statements: Sequence[TextClause], ids: Sequence[int]) -> None:
    for statement in statements if ids else ():
        await tx.execute(statement, {"ids": ids})


async def _ids(tx: AsyncSession, query: TextClause, person: int) -> list[int]:
    return [int(row[0]) for row in await tx.execute(query, {"person": person})]


def _until(ended_at: datetime) -> date:
    return (ended_at + APPEALS_KEPT).astimezone(MOSCOW).date()
