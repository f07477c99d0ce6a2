"""How the outgoing mail server is reached, and as whom the centre writes."""

import ssl
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path

from channels.email.addresses import read_address
from core.channels import DeliveryError


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


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, without asking a name server (RFC 6761 keeps ``localhost`` for it)."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
