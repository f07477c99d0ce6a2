"""A letter as the bytes of a mail (RFC 5322, MIME), and its envelope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from channels.email import headers, parts
from channels.email.layout import Layout, Linked
from channels.email.letter import Importance, Letter, LetterFile, LetterKind
from channels.email.options import CentreAddress
from channels.email.signing import Signer
from channels.email.tokens import Tokens
from core.clock import MOSCOW

DELIVERY = "b"
"""The purpose of the token in the envelope sender."""

AUTOMATIC: Mapping[LetterKind, Mapping[str, str]] = {
    LetterKind.REPLY: {},
    LetterKind.REQUEST: {},
    LetterKind.REMINDER: {"Auto-Submitted": "auto-generated"},
    LetterKind.NOTICE: {"Auto-Submitted": "auto-generated"},
    LetterKind.ACKNOWLEDGEMENT: {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"},
}
"""RFC 3834: what an operator sends says nothing (a notice of leave is welcome), a machine's words do; the last is Exchange's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file with its content."""

    file: LetterFile
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """Ready to go: the envelope and the bytes. ``envelope_id`` comes back in a bounce (RFC 3461)."""

    delivery: int
    sender: str
    to: str
    cc: tuple[str, ...]
    envelope_id: str
    message_id: str
    needs_smtputf8: bool
    content: bytes


class Composer:
    """Makes mails. Pure work without a network; files take up to a second and a signature 15 ms: that is work for a thread."""

    def __init__(self, *, centre: CentreAddress, tokens: Tokens, signer: Signer | None = None) -> None:
        self._centre = centre
        self._tokens = tokens
        self._signer = signer
        self._layout = Layout()

    @property
    def domain(self) -> str:
        """The centre's domain."""
        return self._centre.domain

    @property
    def signs(self) -> bool:
        """Whether mails get a signature."""
        return self._signer is not None

    def compose(
        self, letter: Letter, delivery: int, now: datetime, attached: Sequence[Attached] = (), *, linked: Linked | None = None
    ) -> Mail:
        """The mail of this delivery; its Message-ID is the same however often it is composed."""
        token = self._tokens.seal(DELIVERY, delivery)
        message_id = f"<delivery.{delivery}.{self._tokens.mac('delivery', delivery)}@{self._centre.domain}>"
        lines = [f"{name}: {value}\r\n" for name, value in self._headers(letter, message_id, now).items()]
        head = "".join(lines).encode("utf-8" if letter.to.needs_smtputf8 else "ascii")
        content = head + b"MIME-Version: 1.0\r\n" + self._body(letter, attached, linked)
        return Mail(
            delivery=delivery,
            sender=self._centre.detailed(token),
            to=str(letter.to),
            cc=tuple(str(copy) for copy in letter.cc),
            envelope_id=token,
            message_id=message_id,
            needs_smtputf8=letter.to.needs_smtputf8,
            content=content if self._signer is None else self._signer.sign(content),
        )

    def _headers(self, letter: Letter, message_id: str, now: datetime) -> dict[str, str]:
        """Folded and encoded."""
        written = {"From": headers.person("From", self._centre.name, self._centre.plain), "To": str(letter.to)}
        if letter.cc:
            written["Cc"] = headers.apart(", ".join(str(copy) for copy in letter.cc).split())
        written |= {
            "Subject": headers.words("Subject", letter.subject or self._centre.name),
            "Date": format_datetime(now.astimezone(MOSCOW)),
            "Message-ID": message_id,
        }
        if letter.answers_to is not None:
            answered = self._centre.detailed(self._tokens.seal(*letter.answers_to))
            written["Reply-To"] = headers.person("Reply-To", self._centre.name, answered)
        if letter.in_reply_to:
            written["In-Reply-To"] = letter.in_reply_to
        if letter.references:
            written["References"] = headers.apart(letter.references)
        if letter.importance is not Importance.NORMAL:
            written["Importance"] = letter.importance.value
        return written | dict(AUTOMATIC[letter.kind])

    def _body(self, letter: Letter, attached: Sequence[Attached], linked: Linked | None) -> bytes:
        laid = self._layout.lay_out(letter, letter.subject or self._centre.name, linked)
        words = parts.together([parts.text(laid.plain, "plain"), parts.text(laid.page, "html")], "alternative")
        if not attached:
            return words
        files = [parts.file(one.content, one.file.media_type, one.file.file_name) for one in attached]
        return parts.together([words, *files], "mixed")
