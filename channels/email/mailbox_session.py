"""One connection to one mailbox (RFC 9051). IMAPClient is used here and in idling.py only."""

import logging
import socket
import ssl
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

from channels.email.idling import wait_for_mail
from channels.email.mailbox_trouble import MailboxFailed, Trouble, connecting, talking
from channels.email.options import Mailbox, MailboxLimits, Security, is_loopback
from core.logs import log
from core.mail.port import RawMail

TOO_BIG = "X-Centre-Too-Big"
"""The first header of a mail that was taken without its content; its value is the mail's size in bytes."""
HEADERS_KEPT = 64 * 1024
SIZES_AT_ONCE = 500
SEARCHED_AT_ONCE = 50_000
"""The answer to a search is one line; the standard library takes none longer than a million bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A mail that is there; ``size`` in bytes."""

    uid: int
    size: int


class Session:
    """Every method blocks and belongs to one thread; ``abort`` alone may be called from another. All raise MailboxFailed."""

    def __init__(self, mailbox: Mailbox, limits: MailboxLimits, trust: ssl.SSLContext) -> None:
        self._mailbox = mailbox
        self._limits = limits
        self._trust = trust
        self._client: Any = None
        self._is_aborted = False
        self._next_uid = 0
        self.uid_validity = 0
        self.can_idle = False

    def open(self) -> None:
        """Connect, log in, select; nothing was read or changed yet."""
        # It would write whole mails to its log.
        logging.getLogger("imapclient").setLevel(logging.WARNING)
        self._client = client = self._connect()
        if self._is_aborted:
            self.close()
            raise MailboxFailed(Trouble.LOST)
        client.normalise_times = False
        self._secure(client)
        self._log_in(client)
        self.select()
        with talking():
            self.can_idle = client.has_capability("IDLE")
            if self._mailbox.move_to and client.has_capability("MOVE") and not client.folder_exists(self._mailbox.move_to):
                client.create_folder(self._mailbox.move_to)

    def select(self) -> None:
        """Select the folder, anew too: it may have been deleted and made again meanwhile, which ends this session."""
        with talking(Trouble.NO_FOLDER):
            # Without a right to write nothing can be moved, and nothing else is written.
            selected = self._client.select_folder(self._mailbox.folder, readonly=not self._mailbox.move_to)
        with talking():
            validity = int(selected[b"UIDVALIDITY"])
            self._next_uid = int(selected.get(b"UIDNEXT", 0)) if selected[b"EXISTS"] > SEARCHED_AT_ONCE else 0
        if self.uid_validity not in (0, validity):
            raise MailboxFailed(Trouble.LOST)
        self.uid_validity = validity

    def list_after(self, last: int) -> list[Listed]:
        """What came after this UID, in order."""
        uids = self._uids_after(last)
        listed = []
        with talking():
            for start in range(0, len(uids), SIZES_AT_ONCE):
                found = self._client.fetch(uids[start : start + SIZES_AT_ONCE], ["RFC822.SIZE"])
                listed += [Listed(uid=uid, size=int(found[uid][b"RFC822.SIZE"])) for uid in sorted(found)]
        return listed

    def fetch(self, batch: Sequence[Listed]) -> list[RawMail]:
        """These mails, each whole, or its headers when it is too big; a mail that is gone meanwhile is left out."""
        whole = [one.uid for one in batch if one.size <= self._limits.biggest]
        mails = []
        with talking():
            found = self._client.fetch(whole, ["INTERNALDATE", "BODY.PEEK[]"])
            mails += [
                self._mail(uid, parts, content) for uid, parts in found.items() if (content := parts.get(b"BODY[]")) is not None
            ]
            for one in batch:
                if one.size > self._limits.biggest:
                    log.warning("mailbox.too_big", mailbox=self._mailbox.name, uid=one.uid, bytes=one.size)
                    mails += self._headers(one)
        return sorted(mails, key=lambda mail: mail.uid)

    def without_content(self, one: Listed, now: datetime) -> RawMail:
        """In the place of a mail that the server does not give."""
        place = f"X-Centre-Place: {self._mailbox.name}/{self.uid_validity}/{one.uid}\r\n\r\n"  # no two such mails are the same
        return self._mail(one.uid, {b"INTERNALDATE": now}, _marked(one.size, place.encode()))

    def move(self, uids: Sequence[int]) -> None:
        """Put them where the mails go that were stored, when the mailbox has such a folder; what cannot be moved stays."""
        if not (self._mailbox.move_to and uids):
            return
        with talking():
            if not self._client.has_capability("MOVE"):
                log.warning("mailbox.cannot_move", mailbox=self._mailbox.name)
                return
        try:
            with talking():
                for start in range(0, len(uids), SIZES_AT_ONCE):
                    self._client.move(uids[start : start + SIZES_AT_ONCE], self._mailbox.move_to)
        except MailboxFailed as failure:
            if failure.trouble is not Trouble.REFUSED:
                raise
            log.warning("mailbox.not_moved", mailbox=self._mailbox.name, count=len(uids))

    def left_behind(self, last: int) -> list[int]:
        """What was stored but not moved, because something stopped in between."""
        if not (self._mailbox.move_to and last):
            return []
        return [uid for uid in self._search(1, last) if uid <= last]

    def wait(self) -> None:
        """Until the server tells of a mail, or it is time to ask."""
        if self._has_news():  # it came with the answer to a fetch, and will not be told again
            return
        with talking():
            wait_for_mail(self._client, self._limits.renew)

    def close(self) -> None:
        """Without goodbyes: a server that hangs would keep us."""
        if self._client is not None:
            self._client.shutdown()

    def abort(self) -> None:
        """From another thread: what this one waits for ends at once with ``lost``."""
        self._is_aborted = True
        if self._client is None:
            return
        try:
            # SSLSocket's own shutdown would make the other thread read what is encrypted as if it were plain.
            socket.socket.shutdown(self._client.socket(), socket.SHUT_RDWR)
        except OSError:
            log.debug("mailbox.was_closed", mailbox=self._mailbox.name)

    def _connect(self) -> Any:
        mailbox, limits = self._mailbox, self._limits
        with connecting():
            client = IMAPClient(
                mailbox.host,
                mailbox.port,
                ssl=mailbox.security is Security.TLS,
                ssl_context=self._trust,
                timeout=SocketTimeout(limits.connect, limits.read),
            )
            client.socket().setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        return client

    def _secure(self, client: Any) -> None:
        """Servers let loopback clients log in without TLS, and a stranger in between can hide STARTTLS: we alone insist on it."""
        if self._mailbox.security is Security.STARTTLS:
            with connecting():
                try:
                    client.starttls(self._trust)
                except IMAPClientError as refused:
                    raise MailboxFailed(Trouble.NOT_ENCRYPTED) from refused
        if self._mailbox.security is not Security.NONE:
            is_secure = isinstance(client.socket(), ssl.SSLSocket)
        else:
            is_secure = is_loopback(str(client.socket().getpeername()[0]))
        if not is_secure:
            raise MailboxFailed(Trouble.NOT_ENCRYPTED)

    def _log_in(self, client: Any) -> None:
        user, password = self._mailbox.user, self._mailbox.password
        with talking(Trouble.LOGIN_REFUSED):
            if client.has_capability("AUTH=PLAIN"):
                client.plain_login(user, password)  # takes any letters; LOGIN takes ASCII only
            else:
                client.login(user, password)

    def _uids_after(self, last: int) -> list[int]:
        """Asked again while mails come in: a server tells of each once, and the end of a search is such a moment too."""
        with talking():
            while True:
                self._has_news()
                found = {uid for uid in self._search(last + 1, None) if uid > last}
                if not self._has_news():
                    return sorted(found)

    def _has_news(self) -> bool:
        """Whether the server told of a new mail since this was last asked; IMAPClient itself hides what a search tells besides."""
        return bool(self._client._imap.response("EXISTS")[1] != [None])

    def _search(self, first: int, last: int | None) -> Iterable[int]:
        """In one question, in several for a mailbox with very many mails."""
        if not self._next_uid:
            yield from self._client.search(f"UID {first}:{last or '*'}")
            return
        end = self._next_uid if last is None else min(last + 1, self._next_uid)
        for start in range(first, end, SEARCHED_AT_ONCE):
            yield from self._client.search(f"UID {start}:{min(start + SEARCHED_AT_ONCE, end) - 1}")
        if last is None:
            yield from self._client.search(f"UID {max(end, first)}:*")

    def _headers(self, one: Listed) -> list[RawMail]:
        found = self._client.fetch([one.uid], ["INTERNALDATE", f"BODY.PEEK[HEADER]<0.{HEADERS_KEPT}>"])
        return [self._mail(uid, parts, _marked(one.size, parts.get(b"BODY[HEADER]<0>") or b"\r\n")) for uid, parts in found.items()]

    def _mail(self, uid: int, parts: Mapping[bytes, Any], content: bytes) -> RawMail:
        return RawMail(
            mailbox=self._mailbox.name,
            uid_validity=self.uid_validity,
            uid=uid,
            received_at=parts[b"INTERNALDATE"].astimezone(UTC),
            content=content,
        )


def _marked(size: int, headers: bytes) -> bytes:
    return f"{TOO_BIG}: {size}\r\n".encode() + headers
