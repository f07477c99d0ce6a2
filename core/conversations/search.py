"""Finding conversations by a name, a telephone, an e-mail, a registration number or words that were said."""

import re
from typing import Any

from sqlalchemy import ColumnClause, CompoundSelect, Select, func, literal_column, select, text, union
from sqlalchemy.ext.asyncio import AsyncConnection

from core.conversations.queries import TABLES
from core.people.model import NAME_WORDS

FOUND_LIMIT = 300
"""Of each kind, newest first; more is no answer to a question."""
WORD_LIMIT = 8
_PHONE = re.compile(r"\+?[\d\s()\-]{10,20}")
_NUMBER = re.compile(r"(?:\w{1,4}-)?0*(\d{1,7})(?:/(\d{4}))?")
_PATIENCE = text("SET LOCAL statement_timeout = '3s'")
"""A question that matches half of the city is refused rather than allowed to hold the database."""

CONVERSATION, IDENTITY, APPLICANT = TABLES["conversation"].c, TABLES["channel_identity"].c, TABLES["applicant"].c
POINT, APPEAL, MESSAGE = TABLES["contact_point"].c, TABLES["appeal"].c, TABLES["message"].c


async def find(connection: AsyncConnection, question: str) -> list[int]:
    """The conversations that fit; empty when the question says nothing."""
    wanted = _choice(question.strip())
    if wanted is None:
        return []
    await connection.execute(_PATIENCE)
    return [row[0] for row in await connection.execute(wanted)]


def _choice(question: str) -> Select[int] | CompoundSelect[int] | None:
    number = _NUMBER.fullmatch(question)
    if number is not None:
        return _by_number(int(number[1]), number[2])
    if _PHONE.fullmatch(question):
        return _by_point("+7" + re.sub(r"\D", "", question)[-10:])
    if "@" in question:
        return _by_point(question.casefold())
    words = re.findall(r"\w{2,}", question)[:WORD_LIMIT]
    return _by_words(" & ".join(f"{word}:*" for word in words)) if words else None


def _by_number(number: int, year: str | None) -> Select[int]:
    chosen = select(APPEAL.conversation_id).where(APPEAL.number == number, APPEAL.conversation_id.is_not(None))
    if year is not None:
        chosen = chosen.where(APPEAL.year == int(year))
    return chosen.order_by(APPEAL.id.desc()).limit(FOUND_LIMIT)


def _by_point(value: str) -> CompoundSelect[int]:
    owners = select(POINT.applicant_id).where(POINT.value_mark == value).limit(FOUND_LIMIT)
    accounts = select(IDENTITY.id).where(IDENTITY.external_mark == value, IDENTITY.channel.in_(("voice", "email")))
    return union(
        select(CONVERSATION.id).where(CONVERSATION.applicant_id.in_(owners)).limit(FOUND_LIMIT),
        select(CONVERSATION.id).where(CONVERSATION.identity_id.in_(accounts)).limit(FOUND_LIMIT),
    )


def _by_words(words: str) -> CompoundSelect[int]:
    name, said = func.to_tsquery(text("'simple'::regconfig"), words), func.to_tsquery(text("'russian'::regconfig"), words)
    names: ColumnClause[Any] = literal_column(NAME_WORDS)
    shown: ColumnClause[Any] = literal_column("to_tsvector('simple'::regconfig, display_name)")
    spoken: ColumnClause[Any] = literal_column("to_tsvector('russian'::regconfig, text)")
    people = select(APPLICANT.id).where(names.op("@@")(name)).order_by(APPLICANT.id.desc()).limit(FOUND_LIMIT)
    accounts = select(IDENTITY.id).where(shown.op("@@")(name)).order_by(IDENTITY.id.desc()).limit(FOUND_LIMIT)
    messages = select(MESSAGE.conversation_id).where(spoken.op("@@")(said)).order_by(MESSAGE.id.desc()).limit(FOUND_LIMIT)
    return union(
        select(CONVERSATION.id).where(CONVERSATION.applicant_id.in_(people)).limit(FOUND_LIMIT),
        select(CONVERSATION.id).where(CONVERSATION.identity_id.in_(accounts)).limit(FOUND_LIMIT),
        select(messages.subquery().c.conversation_id),
    )
