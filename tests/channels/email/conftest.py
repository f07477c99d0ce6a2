"""Real mail servers on loopback, with certificates of our own authority, and the channel that writes to them."""

import asyncio
import ssl
import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from channels.email.channel import EmailChannel, OfferFiles
from channels.email.composing import Composer
from channels.email.options import CentreAddress, Limits, Security, Server
from channels.email.signing import Signer
from channels.email.tokens import Tokens
from core.channels import Outbound
from core.errors import NotFound
from tests.clocks import MovableClock

CENTRE = CentreAddress(address="centre@city.example", name="Контакт-центр города")
USER, PASSWORD = "centre", "right-password"
DROP = "drop"
"""As an answer: the connection is closed instead."""


@dataclass
class Taken:
    """A mail as the server took it."""

    sender: str
    recipients: list[str]
    raw: bytes

    @property
    def message(self) -> EmailMessage:
        """Taken apart by the standard library."""
        return BytesParser(policy=default).parsebytes(self.raw)


@dataclass
class Post:
    """A server: what it took, how often it was connected, and what it says instead of yes.

    ``scripts`` has lists of answers for RCPT, MAIL and DATA; each is used once, and ``None`` among them is a yes.
    """

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    connections: int = 0
    open: int = 0
    most_open: int = 0
    logins: int = 0
    quits: int = 0
    scripts: dict[str, list[str | None]] = field(default_factory=dict)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    telling: set[asyncio.Future[None]] = field(default_factory=set)
    live: list[SMTP] = field(default_factory=list)

    def next(self, verb: str) -> str | None:
        """What the script says now."""
        answers = self.scripts.get(verb, [])
        return answers.pop(0) if answers else None

    async def until(self, met: Callable[[], bool]) -> None:
        """Wait for the event."""
        async with self.changed:
            await asyncio.wait_for(self.changed.wait_for(met), 10)

    async def tell(self) -> None:
        """Something changed."""
        async with self.changed:
            self.changed.notify_all()

    def hang_up(self) -> None:
        """Close every connection."""
        for one in self.live:
            if one.transport is not None:
                one.transport.close()


class Watched(SMTP):
    """Counts its connections."""

    def __init__(self, post: Post, **options: Any) -> None:
        self._post = post
        self._is_counted = False
        super().__init__(Handler(post), hostname="post.example", enable_SMTPUTF8=True, **options)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not self._is_counted:  # STARTTLS makes it once more
            self._is_counted = True
            self._post.connections += 1
            self._post.open += 1
            self._post.most_open = max(self._post.most_open, self._post.open)
            self._post.live.append(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        super().connection_lost(error)
        if self in self._post.live:
            self._post.live.remove(self)
            self._post.open -= 1
            self._post.telling.add(asyncio.ensure_future(self._post.tell()))


class Handler:
    """Takes everything that the script does not refuse."""

    def __init__(self, post: Post) -> None:
        self._post = post

    async def handle_QUIT(self, server, session, envelope) -> str:
        self._post.quits += 1
        return "221 Bye"

    async def handle_MAIL(self, server, session, envelope, address, options) -> str:
        if (answer := self._post.next("MAIL")) is not None:
            return self._say(server, answer)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        if (answer := self._post.next("RCPT")) is not None:
            return self._say(server, answer)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        if (answer := self._post.next("DATA")) is not None:
            return self._say(server, answer)
        self._post.taken.append(Taken(envelope.mail_from, list(envelope.rcpt_tos), envelope.original_content))
        await self._post.tell()
        return "250 Taken"

    def _say(self, server: SMTP, answer: str) -> str:
        if answer == DROP:
            server.transport.close()
            return "250 never heard"
        if answer.startswith("421"):
            asyncio.get_running_loop().call_soon(server.transport.close)
        return answer


class Servers:
    """Starts servers; ``trusted`` is the file of our authority."""

    def __init__(self, authority: trustme.CA, trusted: Path) -> None:
        self.authority = authority
        self.trusted = trusted
        self._stack = AsyncExitStack()

    def certificate(self, name: str = "localhost", authority: trustme.CA | None = None) -> ssl.SSLContext:
        """A server's context."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        (authority or self.authority).issue_cert(name).configure_cert(context)
        return context

    async def start(self, *, tls: ssl.SSLContext | None = None, **options: Any) -> Post:
        """A server; ``tls`` speaks it from the first byte, ``tls_context`` among the options is STARTTLS."""
        post, loop = Post(), asyncio.get_running_loop()

        def accept() -> Watched:
            with warnings.catch_warnings():  # it does not see TLS below it
                warnings.filterwarnings("ignore", message="Requiring AUTH while not requiring TLS")
                return Watched(post, loop=loop, **options)

        server = await loop.create_server(accept, "127.0.0.1", 0, ssl=tls)
        self._stack.callback(post.hang_up)
        self._stack.callback(server.close)
        post.port = server.sockets[0].getsockname()[1]
        return post

    async def start_with_login(self, tls: ssl.SSLContext | None = None, **options: Any) -> Post:
        """A server that wants USER and PASSWORD."""
        post: list[Post] = []

        def check(server, session, envelope, mechanism, given) -> AuthResult:
            post[0].logins += 1
            is_right = isinstance(given, LoginPassword) and (given.login, given.password) == (USER.encode(), PASSWORD.encode())
            return AuthResult(success=is_right, handled=False)

        options |= {"authenticator": check, "auth_required": True, "auth_require_tls": tls is None}
        post.append(await self.start(tls=tls, **options))
        return post[0]

    async def start_raw(self, talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Any]) -> Post:
        """A peer that talks as the function does."""
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        self._stack.callback(server.close)
        return Post(port=server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop them all."""
        await self._stack.aclose()


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Who signs the certificates."""
    return trustme.CA()


@pytest.fixture(scope="session")
def trusted(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The authority's certificate as a file."""
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    yield path


@pytest.fixture
async def servers(authority: trustme.CA, trusted: Path) -> AsyncIterator[Servers]:
    """Servers for one test."""
    servers = Servers(authority, trusted)
    yield servers
    await servers.close()


Open = Callable[..., EmailChannel]


@pytest.fixture
async def channel(trusted: Path, clock: MovableClock) -> AsyncIterator[Open]:
    """``channel(post, security=..., user=..., ...)``: a channel to that server, closed after the test."""
    async with AsyncExitStack() as stack:

        def make(
            post: Post,
            *,
            files: dict[str, bytes] | None = None,
            signer: Signer | None = None,
            limits: Limits | None = None,
            offer_files: OfferFiles | None = None,
            **server,
        ):
            async def load(key: str) -> bytes:
                try:
                    return (files or {})[key]
                except KeyError as missing:
                    raise NotFound("no such file") from missing

            given = {"host": "localhost", "port": post.port, "security": Security.NONE, "authorities": trusted, **server}
            composer = Composer(centre=CENTRE, tokens=Tokens("test"), signer=signer)
            made = EmailChannel(Server(**given), composer, load_file=load, clock=clock, limits=limits, offer_files=offer_files)
            stack.push_async_callback(made.close)
            return made

        yield make


def outbound(to: str = "zarina@example.org", delivery: int = 7, **content: Any) -> Outbound:
    """A delivery with a letter."""
    given = {"subject": "Ответ на обращение", "text": "Здравствуйте!", "kind": "reply", **content}
    return Outbound(delivery_id=delivery, message_id=None, recipient=to, content=given)
