"""The one letter that answers a new mail: the centre's name (3.1), the knowledge base's answer, who reads it and when (2.9)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.appeals.model import Appeal
from core.calendar import WorkCalendar
from core.clock import MOSCOW
from core.conversations.answering import answer_words
from core.dates import spoken_date
from core.knowledge.search import Hit
from core.mail.model import Mail
from core.menu.numbers import alarm_words, centre_number
from core.words import say
from db.types import Marked

AGAIN_AFTER = timedelta(hours=24)
"""Within this time what joins a conversation gets no second acknowledgement; a mail that begins a new matter does."""
MOST_AN_HOUR, MOST_A_DAY = 3, 10
"""Acknowledgements to one address: a loop of two machines that call themselves people ends here."""
STALE = timedelta(days=3)
"""A mail that lay in the mailbox for longer is not acknowledged: the centre has just begun to read it."""
SILENT = frozenset({"noreply", "no-reply", "donotreply", "do-not-reply", "mailer-daemon", "postmaster", "bounce", "bounces"})
"""Names of addresses that nobody reads."""

_SENT = text(
    "SELECT count(*) FILTER (WHERE acknowledged_at > :hour) AS hour, count(*) AS day,"
    " count(*) FILTER (WHERE conversation_id = :conversation) AS here"
    " FROM mail WHERE author_mark = :author AND acknowledged_at > :day"
).bindparams(bindparam("author", type_=Marked))


@dataclass(frozen=True, slots=True, kw_only=True)
class Contacts:
    """What a letter tells of the centre: its own telephone, and the dispatch service's two numbers."""

    centre_phone: str
    dispatch: tuple[str, str]


async def may_acknowledge(tx: AsyncSession, mail: Mail, address: str, now: datetime, *, is_new: bool) -> bool:
    """Whether a machine may answer: rarely to one address, never to nobody, and once to a conversation unless the mail ``is_new``.

    New is what tells of danger, and what answers no mail.
    """
    if not address or address.partition("@")[0] in SILENT or mail.received_at < now - STALE:
        return False
    since = {"hour": now - timedelta(hours=1), "day": now - AGAIN_AFTER}
    wanted = {"author": mail.author, "conversation": mail.conversation_id, **since}
    sent = (await tx.execute(_SENT, wanted)).mappings().one()
    return sent["hour"] < MOST_AN_HOUR and sent["day"] < MOST_A_DAY and (is_new or not sent["here"])


def alarm_letter(kind: str, contacts: Contacts) -> str:
    """The numbers to call, and what to do until then."""
    return say("mail.alarm", centre=say("centre.name"), alarm=alarm_words(kind, contacts.dispatch))


def acknowledgement_words(
    *, answer: Hit | None, appeal: Appeal | None, waits: bool, calendar: WorkCalendar, contacts: Contacts, now: datetime
) -> str:
    """The letter. ``waits``: an operator will read the mail."""
    parts = [say("mail.greeting", centre=say("centre.name"))]
    if appeal is not None:
        parts.append(say("mail.joined", number=appeal.registration_number))
    if answer is not None:
        parts.append(say("mail.found", answer=answer_words(answer)))
    if waits:
        if notice := calendar.notice_of(now):
            parts.append(notice)
        parts.append(say("mail.open") if calendar.is_open(now) else say("mail.closed", opening=_opening(calendar, now)))
        if appeal is None:
            parts.append(say("mail.terms"))
    else:
        parts.append(say("mail.more"))
    parts += [say("mail.reach", phone=centre_number(contacts.centre_phone)), say("mail.automatic")]
    return "\n\n".join(parts)


def _opening(calendar: WorkCalendar, now: datetime) -> str:
    opening = calendar.next_opening(now).astimezone(MOSCOW)
    return f"{spoken_date(opening.date())}, {opening:%H:%M}"
