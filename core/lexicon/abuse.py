"""Words that the contact centre does not accept (reg. 2.8.4, 3.3): obscenity, insults to the other side, threats.

Strong obscenity is found wherever it stands. An insult counts only when it is aimed at the person or the programme on the other
side: a citizen who reports how a neighbour insulted them is complaining, not abusive.
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from core.lexicon.matching import LIMIT, Lexicon
from core.lexicon.obscenity import obscenities
from core.lexicon.tokens import fold

RULES = Path(__file__).parent / "abuse.yaml"


class AbuseReason(StrEnum):
    """Why a text is not accepted."""

    OBSCENE = "obscene"
    INSULT = "insult"
    THREAT = "threat"


@dataclass(frozen=True, slots=True, kw_only=True)
class AbuseFinding:
    """The reason and the words that gave it, folded."""

    reason: AbuseReason
    words: tuple[str, ...]


def find_abuse(text: str) -> AbuseFinding | None:
    """The abuse in the text, or None; linear in the text, of which LIMIT characters are read."""
    obscene = obscenities().find(fold(text[:LIMIT]))
    if obscene is not None:
        return AbuseFinding(reason=AbuseReason.OBSCENE, words=(obscene,))
    match = abuse_lexicon().find(text)
    return None if match is None else AbuseFinding(reason=AbuseReason(match.kind), words=match.words)


def is_abusive(text: str) -> bool:
    """Whether the text is not accepted."""
    return find_abuse(text) is not None


@cache
def abuse_lexicon() -> Lexicon:
    """Insults and threats, read at the first use; call it when the process starts."""
    return Lexicon(RULES)
