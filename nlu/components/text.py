"""A citizen's words as the classifier sees them: one spelling for every channel."""

import re

READ_LIMIT = 400
"""Characters that the classifier reads; intents are told at the beginning."""
_NOT_WORDS = re.compile(r"[^\w@+]+")
_REPEATED = re.compile(r"(\w)\1{2,}")


def normal(text: str) -> str:
    """Return lower case without punctuation and stretched letters, without the dots over E.

    Speech recognition writes no dots either.
    """
    lowered = text[:READ_LIMIT].lower().replace("\u0451", "\u0435")
    return _REPEATED.sub(r"\1", _NOT_WORDS.sub(" ", lowered)).strip()
