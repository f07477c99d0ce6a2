"""The telephone as a channel of the core: what a turn answers is gathered for the hook that waits for it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from core.channels import DeliveryError, Inbound, InboundKind, Outbound
from core.dialogue import Entity
from core.vocabulary import ChannelName


class VoiceChannel:
    """Speaks to callers who are on the line in this process; whoever is not cannot be spoken to any more."""

    name = ChannelName.VOICE.value

    def __init__(self) -> None:
        self._listening: dict[str, list[Outbound]] = {}

    @contextmanager
    def gathering(self, sender: str) -> Iterator[list[Outbound]]:
        """Gathers what is said to this caller in the block, in order."""
        said: list[Outbound] = []
        before = self._listening.get(sender)
        self._listening[sender] = said
        try:
            yield said
        finally:
            if before is None:
                self._listening.pop(sender, None)
            else:
                self._listening[sender] = before

    def read(self, payload: Any) -> Inbound | None:
        """The payload that ``event_of`` made, in the core's words."""
        if not isinstance(payload, Mapping) or not payload.get("sender"):
            return None
        button = payload.get("button")
        article = str(payload.get("article") or "")
        return Inbound(
            channel=self.name,
            kind=InboundKind.BUTTON if button else InboundKind.MESSAGE,
            sender=str(payload["sender"]),
            external_id=str(payload.get("external_id") or ""),
            text=str(payload.get("text") or ""),
            intent=payload.get("intent") or None,
            button=(int(button[0]), int(button[1])) if button else None,
            entities=(Entity(entity="article", value=article),) if article else (),
        )

    async def receive(self, payload: Any) -> None:
        """Nothing: the caller hears the answer itself."""

    async def send(self, outbound: Outbound) -> str:
        """Hands the words to the hook that waits. Raises DeliveryError when nobody is on the line."""
        said = self._listening.get(outbound.recipient)
        if said is None:
            raise DeliveryError("nobody is on the line any more", permanent=True)
        said.append(outbound)
        return f"voice:{outbound.delivery_id}"

    async def show_typing(self, recipient: str) -> None:
        """Nothing: a pause is filled by the exchange."""

    async def fetch(self, remote_id: str, limit: int) -> bytes:
        """Callers send no files; raises DeliveryError."""
        raise DeliveryError("the telephone brings no files", permanent=True)


def event_of(
    sender: str,
    external_id: str,
    *,
    text: str = "",
    intent: str = "",
    button: tuple[int, int] | None = None,
    article: str = "",
) -> dict[str, Any]:
    """What a caller said or pressed, as it is stored and read again."""
    return {
        "sender": sender,
        "external_id": external_id,
        "text": text,
        "intent": intent,
        "button": list(button) if button else None,
        "article": article,
    }
