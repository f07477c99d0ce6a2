"""Telephone numbers that an edition may change (reg. 2.3)."""

from core.wording import worded


def dispatch_numbers(given: tuple[str, ...]) -> tuple[str, ...]:
    """The numbers of the dispatch service in the edition in force; ``given``: those of the settings."""
    return tuple(worded(f"number:dispatch_{place}") or number for place, number in enumerate(given, start=1))


def centre_number(given: str) -> str:
    """The centre's own number on letters; ``given``: that of the settings."""
    return worded("number:centre") or given
