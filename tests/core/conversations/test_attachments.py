"""A file that a channel holds is judged when it comes: an infected one is kept and given to nobody, an unscanned one waits."""

from typing import Any

import pytest

from core.channels import DeliveryError
from core.conversations.attachments import fetch_attachment
from core.conversations.model import Attachment, Message
from core.errors import NotAllowed
from core.judging import FileJudge
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.test_judging import Scanner
from tests.inbox.world import Centre


class Holding:
    """A channel that holds one file."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    async def fetch(self, remote_id: str, limit: int) -> bytes:
        return self.content


async def brought(centre: Centre, content: bytes, judge: FileJudge) -> Attachment:
    talk = await centre.a_conversation()
    async with centre.transactions.begin() as tx:
        message = Message(conversation_id=talk, author="citizen", text="", created_at=centre.clock.now())
        tx.add(message)
        await tx.flush()
        file = Attachment(message_id=message.id or 0, kind="document", file_name="a.txt", remote_id="r")
        tx.add(file)
        await tx.flush()
    channel: Any = Holding(content)
    await fetch_attachment(centre.transactions, centre.clock, channel, judge, file.id or 0)
    return (await centre.rows(Attachment, Attachment.id == file.id))[0]  # type: ignore[no-any-return]


async def test_a_clean_file_is_given_and_an_infected_one_to_nobody(transactions: Transactions, clock: MovableClock) -> None:
    centre = Centre(transactions, clock)
    asker = (await centre.a_member()).asker
    clean = await brought(centre, b"words", FileJudge(Scanner()))
    assert (await centre.operators.reading.file(asker, clean.id or 0))[1].content == b"words"
    infected = await brought(centre, b"a virus", FileJudge(Scanner()))
    assert infected.state == "stored" and infected.details["warnings"] == ["infected"]
    with pytest.raises(NotAllowed):
        await centre.operators.reading.file(asker, infected.id or 0)


async def test_a_file_waits_with_its_channel_while_the_scanner_is_away(transactions: Transactions, clock: MovableClock) -> None:
    centre = Centre(transactions, clock)
    with pytest.raises(DeliveryError):
        await brought(centre, b"words", FileJudge(Scanner(is_away=True)))
    (file,) = await centre.rows(Attachment)
    assert file.state == "remote" and not file.storage_key
