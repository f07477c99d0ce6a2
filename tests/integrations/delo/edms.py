"""The other side of the two folders: reads what lies there, checks it by our schema, passes over repeats, answers."""

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from lxml import etree

from integrations.delo.checking import SCHEMAS

SEV = {"sev": "http://www.eos.ru/2010/sev"}
ANSWER = """<?xml version="1.0" encoding="UTF-8"?>
<sev:Report xmlns:sev="http://www.eos.ru/2010/sev">
  <sev:Header MessageType="{type}" Version="1.0" MessageID="{message}" ReturnID="{returned}" ResourceID="0" Time="{time}">
    <sev:Sender><sev:Contact/><sev:EDMS UID="edms" Version="18.1.0"/></sev:Sender>
    <sev:Recipient><sev:Contact/></sev:Recipient>
    <sev:ResourceList><sev:Resource UID="0" UniqueName="Report.xml"/></sev:ResourceList>
  </sev:Header>
  <sev:Notification>
    <sev:InitialDoc UID="x"><sev:Number>1</sev:Number><sev:Date>2026-11-25</sev:Date></sev:InitialDoc>
    {notification}
  </sev:Notification>
  {documents}
</sev:Report>
"""
REGISTERED = (
    '<sev:DocumentList><sev:Document MainDocument="false" Type="Incoming" DocumentID="9"><sev:RegistrationInfo>'
    "<sev:Number>{number}</sev:Number><sev:Date>{dated}</sev:Date></sev:RegistrationInfo></sev:Document></sev:DocumentList>"
)


def an_answer(
    returned: str,
    *,
    type: str = "Report",
    notification: str = "<sev:Registration/>",
    number: str = "О-77",
    dated: str = "2026-11-26",
) -> str:
    """A valid answer; by default a registration."""
    documents = REGISTERED.format(number=number, dated=dated) if "Registration" in notification else ""
    time = datetime.now(UTC).isoformat(timespec="seconds")
    return ANSWER.format(type=type, message=uuid4(), returned=returned, time=time, notification=notification, documents=documents)


class Message:
    """One message as the receiver has it."""

    def __init__(self, folder: Path) -> None:
        assert not folder.name.startswith(".")
        (self.path,) = folder.glob("*.xml")
        self.root = etree.parse(self.path).getroot()
        schema = etree.XMLSchema(etree.parse(SCHEMAS / "outgoing.xsd"))
        schema.assertValid(self.root)
        self.files = {file.name: file.read_bytes() for file in folder.iterdir() if file != self.path}

    def text(self, path: str) -> str | None:
        """The words of an element, from ``Document`` or ``Task`` downwards; None when it is not there."""
        steps = "/".join(f"sev:{step}" for step in path.split("/"))
        found = self.root.find(f".//{steps}", SEV)
        return None if found is None else found.text or ""

    def header(self, name: str) -> str:
        """An attribute of the header."""
        return str(self.root.find("sev:Header", SEV).get(name))


class FakeDelo:
    """An EDMS that watches ``out`` and answers into ``into``."""

    def __init__(self, out: Path, into: Path) -> None:
        self.out = out
        self.into = into
        self.seen: dict[str, Message] = {}
        self.counter = 0

    def collect(self) -> list[Message]:
        """Take in every message that lies there; a MessageID that is known is passed over. Gives what was new."""
        new = []
        for folder in sorted(self.out.iterdir(), key=lambda folder: folder.stat().st_mtime_ns):
            if not folder.name.startswith("."):
                message = Message(folder)
                if message.header("MessageID") not in self.seen:
                    new.append(message)
                    self.seen[message.header("MessageID")] = message
                shutil.rmtree(folder)
        return new

    def registers(self, message: Message, number: str, dated: str = "2026-11-26") -> None:
        """Answer with a number."""
        self.answers(an_answer(message.header("ReturnID"), number=number, dated=dated))

    def refuses(self, message: Message, reason: str) -> None:
        """Answer with a refusal."""
        told = f'<sev:Failure Code="39">{reason}</sev:Failure>'
        self.answers(an_answer(message.header("ReturnID"), type="Failure", notification=told))

    def receives(self, message: Message) -> None:
        """Answer that it came in."""
        told = "<sev:Reception>2026-11-26T09:00:00+03:00</sev:Reception>"
        self.answers(an_answer(message.header("ReturnID"), type="Reception", notification=told))

    def answers(self, xml: str | bytes, *, bare: bool = False, age: float = 0, now: float = 0) -> Path:
        """Put a message there: a folder, or a bare file; ``age`` in seconds before ``now``."""
        self.counter += 1
        place = self.into / f"answer{self.counter:03d}{'.xml' if bare else ''}"
        file = place
        if not bare:
            place.mkdir()
            file = place / "Report.xml"
        file.write_bytes(xml if isinstance(xml, bytes) else xml.encode())
        if now:
            os.utime(place, (now - age, now - age))
        return place
