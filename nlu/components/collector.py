"""Gathers what a turn says and asks for, under the name of the citizen's channel."""

import json
from collections.abc import Mapping
from typing import Any, Dict, List, Text

from rasa.core.channels.channel import OutputChannel


class TurnOutput(OutputChannel):
    """Messages for the citizen and commands for the core, kept apart.

    Rasa chooses ``channel:`` variants of a response by the name of the output channel, so this one bears the name of the
    given channel.
    """

    def __init__(self, channel: Text) -> None:
        """Gather for one turn on one channel."""
        self._channel = channel
        self.messages: List[Dict[Text, Any]] = []
        self.commands: List[Dict[Text, Any]] = []

    def name(self) -> Text:  # type: ignore[override]
        """Return the citizen's channel."""
        return self._channel

    async def send_text_message(self, recipient_id: Text, text: Text, **kwargs: Any) -> None:
        """Keep a text."""
        self.messages.append({"text": text.strip(), "buttons": []})

    async def send_text_with_buttons(self, recipient_id: Text, text: Text, buttons: List[Dict[Text, Any]], **kwargs: Any) -> None:
        """Keep a text with its buttons."""
        self.messages.append({"text": text.strip(), "buttons": [button(item) for item in buttons]})

    async def send_custom_json(self, recipient_id: Text, json_message: Dict[Text, Any], **kwargs: Any) -> None:
        """Keep a command."""
        self.commands.append(dict(json_message))


def button(item: Mapping[Text, Any]) -> Dict[Text, Any]:
    """Turn Rasa's button (``payload: /intent{"entity": "value"}``) into the contract's."""
    payload = str(item.get("payload", "")).lstrip("/")
    intent, brace, entities = payload.partition("{")
    return {
        "title": item.get("title", ""),
        "intent": intent.strip(),
        "entities": json.loads(brace + entities) if brace else {},
    }
