"""The last question of every form: all data are read back and confirmed (reg. 3.4)."""

from collections.abc import Callable

from nlu.components.call import ActionCall, Response
from nlu.components.forms.model import Answer, Question, Slots
from nlu.components.forms.questions import absent, says


def _read(call: ActionCall, slots: Slots) -> Answer | None:
    return Answer({"confirmed": True}) if says(call, "affirm") else None


def confirmation(summary: Callable[[ActionCall, Slots], Response]) -> Question:
    """Return the confirming question with the form's own summary; «no» is read by the engine, which then asks what to change."""
    return Question(
        name="confirmed",
        read=_read,
        missing=absent("confirmed"),
        prompt=summary,
        clears=("confirmed",),
    )
