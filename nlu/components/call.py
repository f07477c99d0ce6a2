"""What one of our actions is given and what it gives back: the action protocol of Rasa in our own words. No Rasa here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Response = dict[str, Any]
Result = dict[str, Any]


@dataclass(frozen=True)
class ActionCall:
    """The dialogue at the moment when an action runs."""

    intent: str
    confidence: float
    given: bool
    text: str
    entities: Mapping[str, str]
    ranking: Mapping[str, float]
    slots: Mapping[str, Any]
    loop: str | None
    channel: str
    events: tuple[Mapping[str, Any], ...]

    @classmethod
    def read(cls, body: Mapping[str, Any]) -> "ActionCall":
        """Read the body of an action call."""
        tracker = body["tracker"]
        latest = tracker["latest_message"]
        intent = latest.get("intent") or {}
        given = (latest.get("metadata") or {}).get("given", False)
        return cls(
            intent=intent.get("name") or "nlu_fallback",
            confidence=float(intent.get("confidence") or 0.0),
            given=given,
            text=latest["metadata"].get("words", "") if given else latest.get("text") or "",
            entities={item["entity"]: item["value"] for item in latest.get("entities") or ()},
            ranking={item["name"]: float(item["confidence"]) for item in latest.get("intent_ranking") or ()},
            slots=tracker["slots"],
            loop=(tracker.get("active_loop") or {}).get("name"),
            channel=tracker.get("latest_input_channel") or "telegram",
            events=tuple(tracker.get("events") or ()),
        )

    @property
    def has_words(self) -> bool:
        """Tell whether the citizen wrote at least one letter or digit."""
        return any(character.isalnum() for character in self.text)

    def past_intents(self) -> list[str]:
        """Return the intents of the conversation's turns, the latest last (the present one included)."""
        return [event["parse_data"]["intent"]["name"] for event in self.events if event["event"] == "user"]

    def past_words(self) -> list[str]:
        """Return the citizen's words of the turns, in step with ``past_intents``."""
        return [event.get("text") or "" for event in self.events if event["event"] == "user"]


def utter(name: str, **values: object) -> Response:
    """Say a response of the domain; the values fill its braces."""
    return {"response": name, **values}


def command(do: str, **arguments: object) -> Response:
    """Ask the core for an effect (docs/dialogue-contract.md)."""
    return {"custom": {"do": do, **arguments}}


def result(responses: Iterable[Response] = (), slots: Mapping[str, Any] | None = None, followup: str | None = None) -> Result:
    """Return what the action protocol expects."""
    events: list[dict[str, Any]] = [
        {"event": "slot", "name": name, "value": value, "timestamp": None} for name, value in (slots or {}).items()
    ]
    if followup:
        events.append({"event": "followup", "name": followup, "timestamp": None})
    return {"events": events, "responses": list(responses)}
