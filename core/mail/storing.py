"""A mail is committed as it is before the mailbox's cursor moves behind it: nothing is lost, and nothing is taken twice."""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import Clock
from core.files import store_file
from core.mail.model import Mailbox
from core.mail.port import RawMail
from db.transactions import Transactions

MEDIA_TYPE = "message/rfc822"
HEAD = 64 * 1024
"""Bytes of a mail in which the headers are looked for that make it the same mail."""
_SAME = tuple(
    re.compile(rb"^" + name + rb":[ \t]*((?:.*\r?\n)(?:[ \t].*\r?\n)*)", re.I | re.M) for name in (b"message-id", b"from", b"date")
)

_STORE = text(
    "INSERT INTO mail (mailbox, uid_validity, uid, digest, raw_key, size, received_at, state, tries, next_try_at, error, kind,"
    " subject, author, author_mark, author_name, message_id, text, reading, html, is_signed, heads, checked, remarks, came_to,"
    " needs_look)"
    " VALUES (:mailbox, :uid_validity, :uid, :digest, :raw_key, :size, :received_at, 'stored', 0, :now, '', '', '', '', '', '', '',"
    " '', '', '', false, '', '{}', '[]', '', false) ON CONFLICT DO NOTHING RETURNING id"
)
_MOVE = text(
    "INSERT INTO mailbox (name, uid_validity, last_uid, last_mail_at, phase, trouble)"
    " VALUES (:name, :uid_validity, :uid, :now, '', '')"
    " ON CONFLICT (name) DO UPDATE SET last_mail_at = EXCLUDED.last_mail_at, uid_validity = EXCLUDED.uid_validity, last_uid ="
    " CASE WHEN mailbox.uid_validity = EXCLUDED.uid_validity THEN greatest(mailbox.last_uid, EXCLUDED.last_uid)"
    " ELSE EXCLUDED.last_uid END"
)
_ANEW = text(
    "INSERT INTO mailbox (name, uid_validity, last_uid, phase, trouble) VALUES (:name, :uid_validity, 0, '', '')"
    " ON CONFLICT (name) DO UPDATE SET uid_validity = EXCLUDED.uid_validity, last_uid = 0"
)
_KNOWN = text("SELECT 1 FROM mail WHERE digest = :digest OR (mailbox = :mailbox AND uid_validity = :uid_validity AND uid = :uid)")


class MailStore:
    """Implements core.mail.port.MailSink. ``on_stored`` is told after the commit which mails wait to be carried."""

    def __init__(
        self, *, transactions: Transactions, clock: Clock, on_stored: Callable[[list[int]], None] = lambda _: None
    ) -> None:
        self._transactions = transactions
        self._clock = clock
        self._on_stored = on_stored

    async def cursor(self, mailbox: str) -> tuple[int, int]:
        """UIDVALIDITY and the last UID that is stored; (0, 0) for a mailbox never seen."""
        async with self._transactions.begin() as tx:
            found = await tx.get(Mailbox, mailbox)
            return (found.uid_validity, found.last_uid) if found else (0, 0)

    async def take(self, mails: list[RawMail]) -> None:
        """Commit them and the cursor behind the last in one transaction; a mail that is there already has no effect."""
        if not mails:
            return
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            stored = [number for mail in mails if (number := await _store(tx, mail, now)) is not None]
            for name in {mail.mailbox for mail in mails}:
                newest = max((mail for mail in mails if mail.mailbox == name), key=lambda mail: mail.uid)
                await tx.execute(_MOVE, {"name": name, "uid_validity": newest.uid_validity, "uid": newest.uid, "now": now})
        self._on_stored(stored)

    async def start_again(self, mailbox: str, uid_validity: int) -> None:
        """The mailbox was made anew: it is read from its beginning, and what was taken before is known by its digest."""
        async with self._transactions.begin() as tx:
            await tx.execute(_ANEW, {"name": mailbox, "uid_validity": uid_validity})


async def _store(tx: AsyncSession, mail: RawMail, now: datetime) -> int | None:
    """The number of the mail; None for one that is there already."""
    identity: Mapping[str, Any] = {
        "mailbox": mail.mailbox,
        "uid_validity": mail.uid_validity,
        "uid": mail.uid,
        "digest": digest_of(mail.content),
    }
    if (await tx.execute(_KNOWN, identity)).first() is not None:
        return None
    key = await store_file(tx, mail.content, MEDIA_TYPE, now)
    about = {"raw_key": key, "size": len(mail.content), "received_at": mail.received_at, "now": now}
    return (await tx.execute(_STORE, {**identity, **about})).scalar_one_or_none()


def digest_of(content: bytes) -> str:
    """The same for the same mail wherever it lies: of its Message-ID, From and Date, or of all of it where it has no Message-ID."""
    head = content[:HEAD].partition(b"\r\n\r\n")[0].partition(b"\n\n")[0] + b"\n"
    found = [pattern.search(head) for pattern in _SAME]
    if found[0] is None or not found[0][1].strip():
        return hashlib.sha256(content).hexdigest()
    parts = [b" ".join(match[1].split()) if match else b"" for match in found]
    return hashlib.sha256(b"\x00".join(parts)).hexdigest()
