"""The records system that is set up: the centre's own journal, or «Дело» behind its two folders."""

from collections.abc import Awaitable, Callable

from app.settings import RecordsSettings
from core.clock import Clock
from core.records.own_journal import OwnJournal
from core.records.port import RecordsSystem
from core.words import say
from integrations.delo.composing import Envelope
from integrations.delo.folder import DeloFolder
from integrations.delo.vocabulary import Party


def open_records(part: RecordsSettings, load_file: Callable[[str], Awaitable[bytes]], clock: Clock) -> RecordsSystem:
    """The adapter by its setting."""
    if part.delo_out_dir is None or part.delo_in_dir is None or part.records_system == "own":
        return OwnJournal()
    envelope = Envelope(
        sender=Party(uid=part.delo_sender_uid, name=part.delo_sender_name or say("centre.signature")),
        recipient=Party(uid=part.delo_recipient_uid, name=part.delo_recipient_name or say("records.administration")),
        resource_id=part.delo_resource_id,
    )
    return DeloFolder(part.delo_out_dir, part.delo_in_dir, envelope=envelope, load_file=load_file, clock=clock)
