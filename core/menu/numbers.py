"""Telephone numbers that an edition may change, and the words that tell them (reg. 2.3, IVR 4)."""

from core.wording import worded
from core.words import say, texts

ADVICE_OTHERWISE = "other"


def dispatch_numbers(given: tuple[str, ...]) -> tuple[str, ...]:
    """The numbers of the dispatch service in the edition in force; ``given``: those of the settings."""
    return tuple(worded(f"number:dispatch_{place}") or number for place, number in enumerate(given, start=1))


def centre_number(given: str) -> str:
    """The centre's own number on letters; ``given``: that of the settings."""
    return worded("number:centre") or given


def dispatch_words(given: tuple[str, str]) -> str:
    """The numbers of the dispatch service as they are written."""
    first, second = dispatch_numbers(given)
    return say("dispatch.numbers", first=first, second=second)


def alarm_words(kind: str, given: tuple[str, str]) -> str:
    """Whom to call in an emergency of this kind, and what to do until then."""
    advice = texts()["dispatch"]["advice"]
    first, second = dispatch_numbers(given)
    return say("dispatch.alarm", first=first, second=second, advice=advice.get(kind, advice[ADVICE_OTHERWISE]))
