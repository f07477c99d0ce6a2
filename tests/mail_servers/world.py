"""The rest of the Internet as our Postfix sees it: one server that takes, refuses or delays by the recipient's name."""

from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from threading import Condition
from typing import Any

from aiosmtpd.controller import Controller

REFUSALS = {
    "unknown": "550 5.1.1 No such user here",
    "full": "452 4.2.2 Mailbox full",
    "spam": "554 5.7.1 Looks like spam",
}
"""What recipients whose name begins so are answered."""


class World:
    """Remembers what it took; lives in a thread of its own, so any event loop may ask it."""

    def __init__(self, port: int) -> None:
        self.taken: list[tuple[str, EmailMessage]] = []
        self._changed = Condition()
        self._controller = Controller(self, hostname="127.0.0.1", port=port, data_size_limit=64 * 1024 * 1024)

    def start(self) -> None:
        """Listen."""
        self._controller.start()

    def stop(self) -> None:
        """Leave."""
        self._controller.stop()

    def sent_to(self, recipient: str) -> list[EmailMessage]:
        """What came for them, in order."""
        return [mail for name, mail in self.taken if name == recipient]

    def wait_for(self, recipient: str, count: int, seconds: float = 30) -> list[EmailMessage]:
        """Blocks until so many came for them."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.sent_to(recipient)) >= count, seconds), f"{recipient} waits in vain"
        return self.sent_to(recipient)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        """Take, refuse or delay this recipient."""
        for name, answer in REFUSALS.items():
            if address.startswith(name):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Take the mail."""
        message = BytesParser(policy=default).parsebytes(envelope.content)
        with self._changed:
            self.taken += [(address, message) for address in envelope.rcpt_tos]
            self._changed.notify_all()
        return "250 Taken"
