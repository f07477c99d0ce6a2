"""Recorded payloads and builders for what the bot is told to send."""

import copy
import json
from pathlib import Path
from typing import Any

from core.channels import Outbound

PAYLOADS = Path(__file__).with_name("payloads")


def payload(name: str, **changes: Any) -> dict[str, Any]:
    """The recorded update; ``changes`` replace fields of its message, query or change."""
    update: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    event = next(value for key, value in update.items() if key != "update_id")
    event.update(copy.deepcopy(changes))
    return update


def an_outbound(recipient: int | str = 5001, message_id: int | None = 345, **content: Any) -> Outbound:
    """A delivery with this content."""
    return Outbound(delivery_id=1, message_id=message_id, recipient=str(recipient), content=content)
