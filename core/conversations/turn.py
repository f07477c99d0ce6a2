"""What a turn decided, before it is stored: replies, and how the conversation changes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.dialogue import Button, TurnAnswer, Utterance
from core.vocabulary import Author


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One message to the citizen. ``of_record``: it tells something that must be told, such as a number.

    ``ask_contact``: offer to share the telephone number with one press. ``phones``: numbers with their titles that the channel
    shows as something to tap and call. The buttons stand ``columns`` in a row.
    """

    text: str
    buttons: tuple[Button, ...] = ()
    columns: int = 1
    menu: bool = False
    ask_contact: bool = False
    files: tuple[Mapping[str, Any], ...] = ()
    phones: tuple[tuple[str, str], ...] = ()
    of_record: bool = False
    author: Author = Author.BOT


def drawn(buttons: Sequence[Button]) -> list[dict[str, Any]]:
    """Buttons as a message keeps them, to know later what a press means."""
    return [{"title": one.title, "intent": one.intent, "entities": dict(one.entities)} for one in buttons]


def rows_of(buttons: Sequence[Button], columns: int) -> list[list[dict[str, Any]]]:
    """Buttons as a channel draws them: rows of titles, each with its place among the kept ones."""
    places = [{"title": one.title, "index": index} for index, one in enumerate(buttons)]
    return [places[start : start + columns] for start in range(0, len(places), columns)]


@dataclass(slots=True, kw_only=True)
class Turn:
    """Collects what is to be stored: ``changes`` are columns of the conversation."""

    replies: list[Reply] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    alarm: str = ""
    handed_off: bool = False

    def say(self, words: str, *, buttons: Sequence[Mapping[str, Any]] = (), menu: bool = False, of_record: bool = False) -> None:
        """Add a message of the core's own words."""
        drawn = tuple(Button(title=str(b["title"]), intent=str(b["intent"]), entities=b.get("entities", {})) for b in buttons)
        self.replies.append(Reply(text=words, buttons=drawn, menu=menu, of_record=of_record))

    def speak(self, utterances: Sequence[Utterance]) -> None:
        """Add what the dialogue says."""
        self.replies.extend(Reply(text=said.text, buttons=said.buttons) for said in utterances if said.text)

    def follow(self, answer: TurnAnswer) -> None:
        """Keep the dialogue's new state and what it asks for next."""
        self.changes["dialogue_state"] = answer.state
        self.changes["dialogue_asks"] = answer.requested_slot
        self.details.update(intent=answer.intent, confidence=answer.confidence)
