"""Where a day of training takes place: an office over tables apart, a clock that can be moved, a post that leads nowhere."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any, Protocol

from core.channels import Inbound, InboundKind, Outbound
from core.clock import MOSCOW, Clock
from core.dialogue import Command, TurnAnswer, TurnRequest
from core.mail.carrying import MailCarrier
from core.mail.port import MailKind, MailPerson, ReadMail
from core.mail.storing import MailStore
from core.office import Office
from db.transactions import Transactions

ASKED_FOR = "asked"
"""Why a virtual citizen waits for an operator."""


class TrainingClock:
    """The real clock, put ahead."""

    def __init__(self, clock: Clock, ahead: timedelta) -> None:
        self._clock = clock
        self.ahead = ahead

    def now(self) -> datetime:
        """The moment there, aware, UTC."""
        return self._clock.now() + self.ahead

    def today(self) -> date:
        """The date there, in Moscow."""
        return self.now().astimezone(MOSCOW).date()


class VirtualChannel:
    """Brings what virtual citizens say, and takes what is sent to them: it leads nowhere."""

    def __init__(self, name: str) -> None:
        self.name = name

    def read(self, payload: Any) -> Inbound | None:
        """What a citizen of the scenario said."""
        return Inbound(
            channel=self.name,
            kind=InboundKind.MESSAGE,
            sender=payload["sender"],
            sender_name=payload["sender_name"],
            external_id=payload["external_id"],
            text=payload["text"],
        )

    async def receive(self, payload: Any) -> None:
        """Nothing to do."""

    async def send(self, outbound: Outbound) -> str:
        """It has arrived; the number has the shape of a Message-ID of ours."""
        return f"<delivery.{outbound.delivery_id}.training@training.example>"

    async def show_typing(self, recipient: str) -> None:
        """Nobody looks."""

    async def fetch(self, remote_id: str, limit: int) -> bytes:
        """No citizen of a scenario sends a file."""
        raise KeyError(remote_id)


class HandsOver:
    """The dialogue of a day of training: everybody wants an operator; danger still raises the alarm first."""

    async def turn(self, request: TurnRequest) -> TurnAnswer:
        """Implements core.dialogue.Dialogue."""
        wants = Command(do="hand_off", arguments={"reason": ASKED_FOR})
        commands = (Command(do="alarm"), wants) if request.intent == "emergency" else (wants,)
        return TurnAnswer(commands=commands, intent=request.intent, state=request.state, requested_slot=None)


class PlainReader:
    """Reads the mails that ``write_mail`` makes; nothing else comes into a room."""

    async def read(self, content: bytes) -> ReadMail:
        """Implements core.mail.port.MailReader."""
        mail = message_from_bytes(content, policy=default)
        author = mail["from"].addresses[0]
        body = mail.get_body(("plain",))
        words = str(body.get_content()).strip() if body is not None else ""
        return ReadMail(
            kind=MailKind.HUMAN,
            message_id=str(mail["message-id"]),
            author=MailPerson(name=author.display_name, address=author.addr_spec),
            subject=str(mail["subject"]),
            sent_at=mail["date"].datetime,
            text=words,
            reading=words,
        )


def write_mail(*, author: str, address: str, subject: str, words: str, at: datetime, key: str) -> bytes:
    """A mail of a virtual citizen."""
    mail = EmailMessage(policy=default)
    mail["From"] = f'"{author}" <{address}>'
    mail["To"] = "training@training.example"
    mail["Subject"], mail["Date"], mail["Message-ID"] = subject, at.astimezone(UTC), f"<{key}@training.example>"
    mail.set_content(words)
    return mail.as_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """One day's place. Its office knows no way out of it: deliveries go to the virtual citizens."""

    schema: str
    transactions: Transactions
    office: Office
    clock: TrainingClock
    mails: MailStore
    carrier: MailCarrier


class Premises(Protocol):
    """Whoever makes rooms, and takes them away with everything that happened in them."""

    async def lay(self, number: int, staff_id: int) -> None:
        """Make the tables of a day, for this member of staff."""
        ...

    async def room(self, number: int, ahead: timedelta) -> Room | None:
        """The room of a day with its clock put so far ahead; None when its tables are gone."""
        ...

    async def demolish(self, number: int) -> None:
        """Take everything away; a day without a room is no error."""
        ...

    async def demolish_all_but(self, numbers: Collection[int]) -> None:
        """Take every room away but those of these days."""
        ...


__all__ = ["HandsOver", "PlainReader", "Premises", "Room", "TrainingClock", "VirtualChannel", "write_mail"]
