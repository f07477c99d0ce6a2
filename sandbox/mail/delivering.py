"""What becomes of a mail after it was taken: it lies in boxes, and reports of servers and answers of machines go back."""

from dataclasses import dataclass

from sandbox.mail.faults import FaultKind, Stage
from sandbox.mail.office import Letter, PostOffice
from sandbox.mail.reports import BAD_ADDRESS, FULL, LATE, Outcome, away, report

REPORTS = {FaultKind.UNKNOWN: BAD_ADDRESS, FaultKind.FULL: FULL, FaultKind.DELAY: LATE}
LOST = frozenset({FaultKind.UNKNOWN, FaultKind.FULL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Who sends to whom (RFC 5321). ``id``: what the sender calls it, and wants to read in a report (ENVID, RFC 3461)."""

    sender: str
    recipients: tuple[str, ...]
    id: str = ""


def deliver(office: PostOffice, envelope: Envelope, raw: bytes) -> Letter | None:
    """Put it into the boxes of those who are reached; gives the letter, None when nobody was.

    Nothing is reported to a mail without a sender, since that is a report itself.
    """
    struck = {one: office.faults.strike(one, stage=Stage.DELIVERY) for one in envelope.recipients}
    reached = [one for one, fault in struck.items() if fault not in LOST]
    letter = office.take(envelope.sender, reached, raw) if reached else None
    for address, fault in struck.items():
        if fault is FaultKind.AWAY:
            send_back(office, envelope, away(raw, address, envelope.sender), by=address)
        elif fault is not None:
            tell(office, envelope, raw, address, REPORTS[fault])
    return letter


def tell(office: PostOffice, envelope: Envelope, raw: bytes, address: str, outcome: Outcome) -> None:
    """A report (RFC 3464) of what became of the mail to one addressee."""
    send_back(office, envelope, report(raw, address, envelope.sender, outcome, envelope_id=envelope.id))


def send_back(office: PostOffice, envelope: Envelope, raw: bytes, by: str = "") -> None:
    """To the sender, if there is one."""
    if envelope.sender:
        office.take(by, [envelope.sender], raw)
