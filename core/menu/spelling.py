"""What a voice can read and a telephone can dial, of words that people write for callers (reg. 3.3)."""

import re

import phonenumbers

MOST_WORDS = 12
"""Words of a spoken sentence: one breath."""
SHORT_NUMBERS = frozenset({"101", "102", "103", "104", "112"})
_SENTENCE = re.compile(r"(?<=[.?!])\s+")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*|\{\w+\}")
_SILENT = re.compile(r"[^\u0400-\u04ff\d\s.,:;!?()\u00ab\u00bb\u2014\u2013\u2116%\"'-]")
"""Signs that a voice cannot read, Latin letters among them: jambonz would take those at the beginning for an address."""
_DIALLED = re.compile(r"[+\d][\d\s().-]*")


def dialled(number: str) -> bool:
    """Whether somebody can be rung so: a valid number of any country, or a short number of the emergency services."""
    if number in SHORT_NUMBERS:
        return True
    if not _DIALLED.fullmatch(number):
        return False
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number, "RU"))
    except phonenumbers.NumberParseException:
        return False


def readable_aloud(words: str) -> bool:
    """Whether a voice can read every sign of it."""
    return _SILENT.search(words) is None


def is_one_breath(words: str, *, beside: int = 0) -> bool:
    """Whether no sentence is too long for the ear; ``beside``: words that are said with it."""
    sentences = _SENTENCE.split(" ".join(words.split()))
    return all(len(_WORD.findall(sentence)) + beside <= MOST_WORDS for sentence in sentences)
