"""What a form is: questions in their order, each with its way of reading an answer. Pure tables and values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from nlu.components.call import ActionCall, Response

Slots = Mapping[str, Any]


@dataclass
class Answer:
    """What was understood: slots to set, and responses that belong to it (a command, an explanation)."""

    slots: dict[str, Any] = field(default_factory=dict)
    responses: list[Response] = field(default_factory=list)
    ends: bool = False


@dataclass(frozen=True)
class Question:
    """One question of a form."""

    name: str
    read: Callable[[ActionCall, Slots], Answer | None]
    """Returns None when no answer is in the citizen's words."""
    missing: Callable[[Slots], bool]
    prompt: Callable[[ActionCall, Slots], Response]
    clears: tuple[str, ...]
    """The slots forgotten when the citizen goes back to the question or changes its answer."""
    free_text: bool = False
    """Any words are an answer, so only short and certain commands interrupt it."""
    revisited: bool = True
    """False for a question that «back» passes over."""


@dataclass(frozen=True)
class Form:
    """A form: its questions, and what is asked of the core when all is confirmed."""

    name: str
    questions: tuple[Question, ...]
    own_slots: tuple[str, ...]
    submit: Callable[[Slots], Response]
    changeable: tuple[str, ...]
    """What the citizen may correct: the endings of the ``change_*`` intents."""
    begun: Callable[[ActionCall], Answer]
    """What is known when the form begins."""

    def question(self, name: str | None) -> Question | None:
        """Return the question of that name."""
        return next((question for question in self.questions if question.name == name), None)

    def next_question(self, slots: Slots) -> Question | None:
        """Return the first question that has no answer yet."""
        return next((question for question in self.questions if question.missing(slots)), None)
