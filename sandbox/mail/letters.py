"""A mail as its addressee reads it. Bad mails are shown as far as they can be read."""

import re
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser
from email.policy import default
from email.utils import parseaddr
from typing import Any

import nh3

UNREADABLE = (MessageError, ValueError, LookupError, TypeError, AttributeError)
"""What the library's header parser raises for what it does not understand."""
SHOWN = ("From", "To", "Cc", "Reply-To", "Date", "Subject", "Message-ID", "In-Reply-To", "References", "Auto-Submitted")
_ATTRIBUTES = {tag: set(names) for tag, names in nh3.ALLOWED_ATTRIBUTES.items()}
_ATTRIBUTES["*"] = {"style", "title", "lang", "dir", "align"}
_SILENT = {"script", "style", "title"}
"""Tags whose words are not for the reader."""
_IDS = re.compile(r"<[^<>\s]+>")
MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file of a mail."""

    name: str
    media_type: str
    content: bytes

    def as_json(self) -> dict[str, Any]:
        """For the wire, without the content."""
        return {"name": self.name, "media_type": self.media_type, "size": len(self.content)}


class Reading:
    """One mail, taken apart."""

    def __init__(self, raw: bytes) -> None:
        try:
            message = BytesParser(policy=default).parsebytes(raw)
        except RecursionError:
            # Letters in letters, more than the library can open.
            message = BytesParser(policy=default).parsebytes(raw, headersonly=True)
        assert isinstance(message, EmailMessage), "the policy makes them"
        self._message = message
        self.size = len(raw)

    def header(self, name: str) -> str:
        """A header's words, empty when it is not there or cannot be read."""
        raw = next((words for key, words in self._message.raw_items() if key.lower() == name.lower()), "")
        try:
            return " ".join(str(make_header(decode_header(raw))).split())
        except UNREADABLE:
            return ""

    def headers(self) -> dict[str, str]:
        """Those that a reader may want to see."""
        found = {name: self.header(name) for name in SHOWN}
        return {name: words for name, words in found.items() if words}

    @property
    def author(self) -> str:
        """The name of who wrote it, or the address."""
        name, address = parseaddr(self.header("From"))
        return name or address

    @property
    def author_address(self) -> str:
        """The address of who wrote it."""
        return parseaddr(self.header("From"))[1]

    @property
    def answer_address(self) -> str:
        """Where an answer goes."""
        return parseaddr(self.header("Reply-To"))[1] or self.author_address

    @property
    def answers(self) -> list[str]:
        """The ids of the letters that it answers, the nearest first."""
        return [*_IDS.findall(self.header("In-Reply-To")), *reversed(_IDS.findall(self.header("References")))]

    @property
    def text(self) -> str:
        """The plain text."""
        return _words(self._body("plain"))

    @property
    def html(self) -> str:
        """The HTML body without anything that acts; links open beside the page. Empty when there is none."""
        body = _words(self._body("html"))
        return (
            nh3.clean(
                body, attributes=_ATTRIBUTES, set_tag_attribute_values={"a": {"target": "_blank"}}, clean_content_tags=_SILENT
            )
            if body
            else ""
        )

    @property
    def attachments(self) -> list[Attachment]:
        """The files, in their order."""
        try:
            parts = [part for part in self._message.iter_attachments() if isinstance(part, MIMEPart)]
        except UNREADABLE:
            return []
        return [_attachment(part, number) for number, part in enumerate(parts, 1)]

    def _body(self, kind: str) -> MIMEPart | None:
        try:
            return self._message.get_body((kind,))
        except UNREADABLE:
            return None


def _words(part: MIMEPart | None) -> str:
    if part is None:
        return ""
    try:
        return str(part.get_content()).replace("\r\n", "\n")
    except UNREADABLE:
        payload = part.get_payload(decode=True)
        return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _attachment(part: MIMEPart, number: int) -> Attachment:
    try:
        content = part.get_content()
    except UNREADABLE:
        content = part.get_payload(decode=True) or b""
    if isinstance(content, EmailMessage):
        content = content.as_bytes()
    elif isinstance(content, str):
        content = content.encode("utf-8", "replace")
    media_type = part.get_content_type()
    return Attachment(
        name=part.get_filename() or f"{number}",
        media_type=media_type if MEDIA_TYPE.fullmatch(media_type) else "application/octet-stream",
        content=content if isinstance(content, bytes) else b"",
    )
