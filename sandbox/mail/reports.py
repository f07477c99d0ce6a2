"""What comes back to a sender: reports as Postfix writes them (RFC 3464), and the answer of somebody's machine (RFC 3834)."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime, make_msgid

from sandbox.mail.letters import Reading
from sandbox.mail.settings import HOST
from sandbox.mail.words import say

HEAD_LIMIT = 64 * 1024
"""Bytes of the mail whose headers are returned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a mail: the action of RFC 3464, the status of RFC 3463, the last server's words, and those for people."""

    action: str
    status: str
    diagnostic: str
    subject: str
    words: str


BAD_ADDRESS = Outcome(
    action="failed",
    status="5.1.1",
    diagnostic="550 5.1.1 <{address}>: Recipient address rejected: User unknown in virtual mailbox table",
    subject="Undelivered Mail Returned to Sender",
    words="Your message could not be delivered to one or more recipients. It's attached below.\n\n<{address}>: no such mailbox\n",
)
FULL = Outcome(
    action="failed",
    status="5.2.2",
    diagnostic="552 5.2.2 <{address}>: Mailbox full",
    subject="Undelivered Mail Returned to Sender",
    words="Your message could not be delivered to one or more recipients. It's attached below.\n\n<{address}>: mailbox full\n",
)
LATE = Outcome(
    action="delayed",
    status="4.4.1",
    diagnostic="451 4.4.1 connect to {host}: Connection timed out",
    subject="Delayed Mail (still being retried)",
    words="THIS IS A WARNING ONLY. YOU DO NOT NEED TO RESEND YOUR MESSAGE.\n\n<{address}>: connection timed out\n",
)
NOT_STORED = Outcome(
    action="failed",
    status="5.6.0",
    diagnostic="554 5.6.0 <{address}>: the mailbox cannot hold a message of this form",
    subject="Undelivered Mail Returned to Sender",
    words="Your message could not be delivered to one or more recipients.\n\n<{address}>: it cannot be stored\n",
)


def report(raw: bytes, address: str, sender: str, outcome: Outcome, *, envelope_id: str = "") -> bytes:
    """The report to ``sender`` of the mail to ``address``, with the headers of the mail."""
    facts = {"address": address, "host": address.rpartition("@")[2]}
    message = EmailMessage(policy=SMTP)
    message["From"] = f"MAILER-DAEMON@{HOST} (Mail Delivery System)"
    message["To"] = sender
    message["Subject"] = outcome.subject
    message["Date"] = localtime()
    message["Message-ID"] = make_msgid(domain=HOST)
    message["Auto-Submitted"] = "auto-replied"
    message["MIME-Version"] = "1.0"
    message["Content-Type"] = 'multipart/report; report-type="delivery-status"'
    message.attach(_part("text/plain", outcome.words.format(**facts)))
    message.attach(_status(outcome, address, facts, envelope_id))
    head = raw[:HEAD_LIMIT].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    message.attach(_part("text/rfc822-headers", head.decode("ascii", "surrogateescape") + "\n"))
    return message.as_bytes()


def away(raw: bytes, address: str, sender: str) -> bytes:
    """A machine's answer for somebody who is away; it goes to the envelope's sender (RFC 3834, 4)."""
    reading = Reading(raw)
    message = EmailMessage(policy=SMTP)
    message["From"] = address
    message["To"] = sender
    message["Subject"] = say("away_subject", subject=reading.header("Subject"))
    message["Date"] = localtime()
    message["Message-ID"] = make_msgid(domain=HOST)
    if answered := reading.header("Message-ID"):
        message["In-Reply-To"] = answered
    message["Auto-Submitted"] = "auto-replied"
    message.set_content(say("away"))
    return message.as_bytes()


def _status(outcome: Outcome, address: str, facts: dict[str, str], envelope_id: str) -> EmailMessage:
    about = {"Reporting-MTA": f"dns; {HOST}"} | ({"Original-Envelope-Id": envelope_id} if envelope_id else {})
    recipient = {
        "Final-Recipient": f"rfc822; {address}",
        "Original-Recipient": f"rfc822;{address}",
        "Action": outcome.action,
        "Status": outcome.status,
        "Diagnostic-Code": f"smtp; {outcome.diagnostic.format(**facts)}",
    }
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = "message/delivery-status"
    part.set_payload([_block(about), _block(recipient)])
    return part


def _block(lines: dict[str, str]) -> EmailMessage:
    block = EmailMessage(policy=SMTP)
    for name, value in lines.items():
        block[name] = value
    return block


def _part(media_type: str, words: str) -> EmailMessage:
    part = EmailMessage(policy=SMTP)
    part["Content-Type"] = media_type
    part.set_payload(words)
    return part
