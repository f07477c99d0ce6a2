"""What an operator's reply is made of when it leaves: the same for every channel, and what only a letter has."""

from collections.abc import Sequence
from typing import Any

from core.conversations.model import Message
from core.errors import Invalid
from core.people.emails import find_emails
from core.staff.cleaning import clean_line
from core.staff.model import Upload
from core.staff.uploads import kind_of


def content_of(words: str, uploads: Sequence[Upload], answered: Message | None) -> dict[str, Any]:
    """The words, the files, and the channel's own number of the message that is answered."""
    content: dict[str, Any] = {"text": words, "by_operator": True}
    if uploads:
        content["files"] = [
            {"key": one.storage_key, "file_name": one.file_name, "media_type": one.media_type, "kind": kind_of(one.media_type)}
            for one in uploads
        ]
    if answered is not None and answered.external_id:
        content["reply_to"] = answered.external_id
    return content


def letter_of(subject: str, copies: Sequence[str]) -> dict[str, Any]:
    """What only a letter has: its subject and who gets a copy. Raises Invalid (fields: cc.N) for what is not one address."""
    found = [find_emails(one) for one in copies]
    if wrong := [at for at, addresses in enumerate(found) if len(addresses) != 1]:
        raise Invalid("a copy goes nowhere", fields={f"cc.{at}": "unreadable_email" for at in wrong})
    letter: dict[str, Any] = {"cc": [addresses[0] for addresses in found]} if found else {}
    if line := clean_line(subject):
        letter["subject"] = line
    return letter
