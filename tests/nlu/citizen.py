"""A citizen who talks to the dialogue over HTTP as the core does: the state goes along with each turn."""

from types import TracebackType
from typing import Any, Self

import httpx

from tests.nlu.rasa_process import RasaServer

ENTITIES = ("full_name", "phone", "email", "appeal_number")


class Citizen:
    """One conversation."""

    def __init__(self, server: RasaServer, channel: str = "telegram", conversation: str = "1") -> None:
        """Begin on a channel."""
        self.channel, self.conversation = channel, conversation
        self.state: dict[str, Any] | None = None
        self.facts: dict[str, Any] = {"operators_online": True, "warned": False}
        self.http = httpx.Client(base_url=server.url, headers={"X-Core-Token": server.token}, timeout=20)

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Hang up."""
        self.http.close()

    def body(self, text: str | None = None, intent: str | None = None, **entities: str) -> dict[str, Any]:
        """Return the request of a turn."""
        return {
            "conversation": self.conversation,
            "channel": self.channel,
            "text": text,
            "intent": intent,
            "entities": [{"entity": name, "value": value} for name, value in entities.items()],
            "slots": self.facts,
            "state": self.state,
        }

    def says(self, text: str, **entities: str) -> dict[str, Any]:
        """Say something and return the answer."""
        return self._turn(self.body(text=text, **entities))

    def presses(self, intent: str, text: str | None = None, **entities: str) -> dict[str, Any]:
        """Press a button (or let the core tell an outcome) and return the answer."""
        return self._turn(self.body(text=text, intent=intent, **entities))

    def _turn(self, body: dict[str, Any]) -> dict[str, Any]:
        response = self.http.post("/webhooks/core/turn", json=body)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        self.state = answer["state"]
        if any(command["do"] == "give_consent" for command in answer["commands"]):
            self.facts["consent"] = True
        return answer
