"""Reports of mail servers on what we sent: failed, late or arrived; as RFC 3464 wants them, and as older servers write them."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.message import Message

from channels.email.reading import legacy_bounces, parts
from channels.email.reading.safely import header, headers
from core.mail.port import Failure, MailKind, Report

STATUSES = frozenset({"message/delivery-status", "message/global-delivery-status"})
COPIES = frozenset({"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers", "message/rfc822-headers"})
MOST = 50
"""Recipients that are told of."""
WORDS = 1_000
"""Signs of a diagnostic."""
ACTIONS: Mapping[str, MailKind] = {
    "failed": MailKind.BOUNCE,
    "delayed": MailKind.DELAY,
    "delivered": MailKind.DELIVERED,
    "relayed": MailKind.DELIVERED,
    "expanded": MailKind.DELIVERED,
}
WORST = (MailKind.BOUNCE, MailKind.DELAY, MailKind.DELIVERED)
_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_ID = re.compile(r"<[^<>\s]{1,900}>")
_HEX = re.compile(r"\+([0-9A-F]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """A report, and whether it tells of a failure, a delay or an arrival."""

    kind: MailKind
    report: Report


def report_of(message: Message) -> Report | None:
    """What a report tells; nothing when the mail is none. Never raises."""
    found = verdict(message)
    return found.report if found else None


def verdict(message: Message) -> Verdict | None:
    """The worst that is told of any recipient, and those of whom it is told."""
    blocks = [block for part in parts.parts(message) if parts.media_type(part) in STATUSES for block in _blocks(part)]
    told = [_told(block) for block in blocks if _recipient(block) or header(block, "action")]
    if not told:
        return _unstructured(message)
    worst = next(kind for kind in WORST if any(kind is one for one, _ in told))
    failures = tuple(dict.fromkeys(failure for kind, failure in told if kind is worst))[:MOST]
    envelope = next((value for block in blocks if (value := header(block, "original-envelope-id"))), "")
    return Verdict(kind=worst, report=Report(failures=failures, envelope_id=_xtext(envelope), message_id=_returned_id(message)))


def _blocks(part: Message) -> list[Message]:
    return parts.children(part)[:MOST]


def _told(block: Message) -> tuple[MailKind, Failure]:
    """One recipient. Without a known action the status tells: 4 is late, 2 has arrived, all else failed (RFC 3463, 3.1)."""
    diagnostic = _typed(header(block, "diagnostic-code"))[:WORDS]
    status = _STATUS.search(header(block, "status"))
    code = status[0] if status else next(iter(_STATUS.findall(diagnostic)), "")
    words = header(block, "action").lower().split()
    by_status = {"4": MailKind.DELAY, "2": MailKind.DELIVERED}.get(code[:1], MailKind.BOUNCE)
    return ACTIONS.get(words[0] if words else "", by_status), Failure(
        recipient=_recipient(block), status=_closest(code, diagnostic), diagnostic=diagnostic
    )


def _closest(status: str, diagnostic: str) -> str:
    """Some servers say 5.0.0 or 5.5.0 for anything; the words of the last server then know it better."""
    named = _STATUS.search(diagnostic)
    return named[0] if named and status.endswith(".0.0") and named[0][0] == status[0] else status


def _recipient(block: Message) -> str:
    """Whom we wrote to, when the report tells; else who it became by forwarding."""
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        address = _xtext(_typed(header(block, name))).strip("<> ").lower()
        if "@" in address:
            return address[:320]
    return ""


def _typed(value: str) -> str:
    """The value behind its type: ``rfc822;``, ``smtp;``."""
    kind, mark, rest = value.partition(";")
    return rest.strip() if mark and " " not in kind.strip() else value.strip()


def _xtext(value: str) -> str:
    """RFC 3461, 4: what is not usual in an address is written in hexadecimal behind a plus sign; a detail of ours has one too."""
    return _HEX.sub(lambda found: chr(int(found[1], 16)), value.strip()) if "+2B" in value or "+3D" in value else value.strip()


def _returned_id(message: Message) -> str:
    """The Message-ID of our mail in the copy of its headers."""
    for part in parts.parts(message):
        kind = parts.media_type(part)
        if kind in COPIES:
            inner = next(iter(parts.children(part)), None)
            found = _ids([header(inner, "message-id")]) if inner is not None else _ids([parts.text_of(part)], only_header=True)
            if found:
                return found
    return _ids([*headers(message, "in-reply-to"), *headers(message, "references"), *headers(message, "x-original-message-id")])


def _ids(values: Iterable[str], *, only_header: bool = False) -> str:
    for value in values:
        text = legacy_bounces.returned_id(value) if only_header else value
        if found := _ID.search(text):
            return found[0]
    return ""


def _unstructured(message: Message) -> Verdict | None:
    found = legacy_bounces.read(message)
    if found is None and not _is_called_report(message):
        return None
    kind, failures = found or (MailKind.BOUNCE, ())
    text = parts.plain_text(message)
    return Verdict(
        kind=kind,
        report=Report(failures=failures[:MOST], message_id=_returned_id(message) or legacy_bounces.returned_id(text)),
    )


def _is_called_report(message: Message) -> bool:
    """It says that it is a report of a delivery, and tells nothing that one could read."""
    return parts.media_type(message) == "multipart/report" and parts.parameter(message, "report-type") == "delivery-status"
