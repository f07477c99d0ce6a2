"""What the words of a mail are: an applicant's thanks or complaint, a wish that something be done, a department's refusal.

Each only proposes; the deed is the operator's.
"""

from enum import StrEnum
from functools import cache
from pathlib import Path

from core.lexicon.matching import Lexicon

HERE = Path(__file__).parent
READ = 4000
"""Characters of a mail that are judged; its point stands at its beginning."""


class Tone(StrEnum):
    """What an applicant says of the reply."""

    THANKS = "thanks"
    COMPLAINT = "complaint"
    OTHER = "other"


class Wish(StrEnum):
    """What a new mail wants: ``urgent`` is an appeal that cannot wait (2.8.7)."""

    APPEAL = "appeal"
    URGENT = "urgent"
    QUESTION = "question"


def tone_of(words: str) -> Tone:
    """Thanks, a complaint, or something that must be read; a question beside the thanks must be."""
    match = _lexicon("tone").find(words[:READ])
    if match is None or (match.kind == Tone.THANKS and "?" in words):
        return Tone.OTHER
    return Tone(match.kind)


def wish_of(words: str) -> Wish:
    """An appeal by its words, else a question."""
    match = _lexicon("wish").find(words[:READ])
    if match is None:
        return Wish.QUESTION
    if match.kind == Wish.APPEAL:
        return Wish.APPEAL
    return Wish.URGENT


def refuses(words: str) -> bool:
    """Whether a department says that it cannot."""
    return _lexicon("refusal").find(words[:READ]) is not None


@cache
def _lexicon(name: str) -> Lexicon:
    return Lexicon(HERE / f"{name}.yaml")
