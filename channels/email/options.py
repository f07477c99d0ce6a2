"""How the mail servers are reached, and as whom the centre writes."""

import re
import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path

from channels.email.addresses import read_address
from core.channels import DeliveryError

_MAILBOX_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")


class Security(StrEnum):
    """How the connection is protected. ``none`` is for the sandbox on this machine and nothing else."""

    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """The server that takes our mail.

    ``authorities``: a PEM file with the certificates to trust instead of the system's.

    Raises ValueError for what must never run: plain text to another machine, a login over plain text.
    """

    host: str
    port: int
    security: Security = Security.STARTTLS
    user: str = ""
    password: str = field(default="", repr=False)
    authorities: Path | None = None

    def __post_init__(self) -> None:
        if self.security is Security.NONE:
            if not is_loopback(self.host):
                raise ValueError(f"mail to {self.host} must be encrypted: plain text is for a loopback host only")
            if self.user:
                raise ValueError("a login is never sent in plain text: use starttls or tls")

    def trust(self) -> ssl.SSLContext:
        """The context that checks the certificate and the host's name. Raises OSError when the authorities cannot be read."""
        return ssl.create_default_context(cafile=self.authorities)


@dataclass(frozen=True, slots=True, kw_only=True)
class CentreAddress:
    """Who writes. ``has_details``: mail to ``centre+anything@`` comes to ``centre@`` (RFC 5233), and the server lets us send as it.

    Then what bounces names its delivery, and an answer names what it answers. Raises ValueError for what is no address.
    """

    address: str
    name: str
    has_details: bool = True

    def __post_init__(self) -> None:
        try:
            read_address(self.address)
        except DeliveryError as wrong:
            raise ValueError(f"the centre's own address is none: {self.address}") from wrong

    @property
    def domain(self) -> str:
        """What follows the ``@``; it ends our Message-IDs, is signed for, and is our name in the greeting."""
        return read_address(self.address).domain

    @property
    def plain(self) -> str:
        """The address as it is put into headers and envelopes."""
        return str(read_address(self.address))

    def detailed(self, detail: str) -> str:
        """The address with a detail after a ``+``; the plain one where there are none."""
        own = read_address(self.address)
        return f"{own.local}+{detail}@{own.domain}" if self.has_details else str(own)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds, and mails. A connection is asked whether it lives when it rested for ``check_after``, and left after ``rest``.

    ``slowest`` is bytes a second: a big mail is given the time that it needs on a slow line.
    """

    connections: int = 2
    mails: int = 100
    check_after: float = 2.0
    rest: float = 30.0
    timeout: float = 60.0
    slowest: int = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A mailbox that is read over IMAP (RFC 9051).

    ``name``: what it is called in the log and where its cursor is kept, the same for ever. ``move_to``: the folder that a mail goes
    to once it is stored; empty: it stays. ``authorities`` as in Server.

    Raises ValueError for what must never run: plain text to another machine, and for what cannot: no login, moving onto itself.
    """

    name: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    security: Security = Security.TLS
    folder: str = "INBOX"
    move_to: str = ""
    authorities: Path | None = None

    def __post_init__(self) -> None:
        if not _MAILBOX_NAME.fullmatch(self.name):
            raise ValueError(f"a mailbox is named in Latin letters, digits and hyphens, not {self.name!r}")
        if self.security is Security.NONE and not is_loopback(self.host):
            raise ValueError(f"mail at {self.host} must be encrypted: plain text is for a loopback host only")
        if not (self.user and self.password):
            raise ValueError(f"the mailbox {self.name} needs a user and a password")
        if not self.folder or self.folder == self.move_to:
            raise ValueError(f"the mailbox {self.name} needs a folder, and another one to move mails to")

    def trust(self) -> ssl.SSLContext:
        """As Server.trust."""
        return ssl.create_default_context(cafile=self.authorities)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxLimits:
    """Seconds, bytes and mails.

    ``renew``: how long one IDLE lasts (RFC 2177 allows 29 minutes; a frozen peer is noticed at the end of it); ``poll``: between
    looks at a server without IDLE; ``session``: one connection lasts no longer, so a lock that was lost is missed no longer either;
    ``standby``: between looks whether another replica let the mailbox go.
    A lost connection is tried again after ``first_wait``, then twice that and so on up to ``longest_wait``; where nobody listens
    (the server is being restarted) up to ``closed_wait``; a connection that served for ``steady`` seconds starts anew.
    ``biggest``: of a bigger mail only the headers are fetched. A fetch brings so many mails and bytes. What a server refused to
    give ``refusals`` times is taken without its content.
    """

    connect: float = 10.0
    read: float = 30.0
    renew: float = 240.0
    poll: float = 30.0
    session: float = 3600.0
    standby: float = 2.0
    first_wait: float = 0.2
    longest_wait: float = 30.0
    closed_wait: float = 2.0
    steady: float = 10.0
    biggest: int = 40 * 1024 * 1024
    fetch_mails: int = 50
    fetch_bytes: int = 16 * 1024 * 1024
    refusals: int = 8


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, without asking a name server (RFC 6761 keeps ``localhost`` for it)."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
