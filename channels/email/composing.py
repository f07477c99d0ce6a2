"""A letter as the bytes of a mail (RFC 5322, MIME), and its envelope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from channels.email.headers import ASCII, UNICODE
from channels.email.layout import Layout
from channels.email.letter import Letter, LetterFile, LetterKind
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
    """Makes mails. Pure work without a network; big attachments take seconds, so call it in a thread."""

    def __init__(self, *, centre: CentreAddress, tokens: Tokens, signer: Signer | None = None) -> None:
        self._centre = centre
        self._tokens = tokens
        self._signer = signer
        self._layout = Layout()

    @property
    def domain(self) -> str:
        """The centre's domain."""
        return self._centre.domain

    def compose(self, letter: Letter, delivery: int, now: datetime, attached: Sequence[Attached] = ()) -> Mail:
        """The mail of this delivery; its Message-ID is the same however often it is composed."""
        token = self._tokens.seal(DELIVERY, delivery)
        message_id = f"<delivery.{delivery}.{self._tokens.mac('delivery', delivery)}@{self._centre.domain}>"
        policy = UNICODE if letter.to.needs_smtputf8 else ASCII
        mail = EmailMessage(policy=policy)
        for name, value in self._headers(letter, message_id, now).items():
            mail[name] = value
        self._write(mail, letter, attached)
        content = mail.as_bytes()
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

    def _headers(self, letter: Letter, message_id: str, now: datetime) -> dict[str, Any]:
        own = Address(display_name=self._centre.name, addr_spec=self._centre.address)
        headers: dict[str, Any] = {"From": own, "To": str(letter.to)}
        if letter.cc:
            headers["Cc"] = ", ".join(str(copy) for copy in letter.cc)
        headers |= {
            "Subject": letter.subject or self._centre.name,
            "Date": format_datetime(now.astimezone(MOSCOW)),
            "Message-ID": message_id,
        }
        if letter.answers_to is not None:
            answered = self._centre.detailed(self._tokens.seal(*letter.answers_to))
            headers["Reply-To"] = Address(display_name=self._centre.name, addr_spec=answered)
        if letter.in_reply_to:
            headers["In-Reply-To"] = letter.in_reply_to
        if letter.references:
            headers["References"] = " ".join(letter.references)
        return headers | dict(AUTOMATIC[letter.kind])

    def _write(self, mail: EmailMessage, letter: Letter, attached: Sequence[Attached]) -> None:
        plain = self._layout.plain(letter.text, wants_answer=letter.answers_to is not None)
        mail.set_content(plain)
        mail.add_alternative(self._layout.page(letter.subject or self._centre.name, plain), subtype="html")
        for one in attached:
            main, _, sub = one.file.media_type.partition("/")
            mail.add_attachment(one.content, maintype=main, subtype=sub, filename=one.file.file_name)
