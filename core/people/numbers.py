"""Numbers said in words, as speech recognition writes them: "eight nine hundred twenty-eight" becomes digits."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from core.lexicon.tokens import fold, read_yaml

NUMBERS = Path(__file__).parent / "numbers.yaml"
PIECE = re.compile(r"[^\W\d_]+|\d+|[^\w\s]+|_+|\s+")
MOST_REPEATS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberWords:
    """The words of numbers.yaml, folded: the value of each word, and the words that tell what a number is."""

    values: Mapping[str, int]
    repeated: Mapping[str, int]
    plus: frozenset[str]
    marks: Mapping[str, frozenset[str]]


@cache
def number_words() -> NumberWords:
    """The words, read at the first use."""
    document = cast(dict[str, object], read_yaml(NUMBERS))  # our own file; its shape is tested
    tables = [cast(dict[str, int], document[name]) for name in ("units", "teens", "tens", "hundreds")]
    names = ("phone_marks", "other_marks", "appeal_marks", "number_marks", "appeal_letters")
    return NumberWords(
        values={fold(word): value for table in tables for word, value in table.items()},
        repeated={fold(word): value for word, value in cast(dict[str, int], document["repeated"]).items()},
        plus=frozenset(map(fold, cast(list[str], document["plus"]))),
        marks={name: frozenset(map(fold, cast(list[str], document[name]))) for name in names},
    )


def digits_for_words(text: str) -> str:
    """The folded text with number words written as digits, one group of digits for each number said."""
    pieces = [piece for piece in PIECE.findall(fold(text)) if not piece.isspace() or "\n" in piece]
    written: list[str] = []
    index = 0
    while index < len(pieces):
        digits, used = _number(pieces, index)
        written.append(digits if used else _sign(pieces[index]))
        index += max(used, 1)
    return _joined(written)


def _number(pieces: Sequence[str], start: int) -> tuple[str, int]:
    """The digits of the number that begins here and how many words it took; ("", 0) if none does."""
    words = number_words()
    value = words.values.get(pieces[start])
    if value is None:
        return "", 0
    following = pieces[start + 1] if start + 1 < len(pieces) else ""
    if 1 < value <= MOST_REPEATS and following in words.repeated:
        return str(words.repeated[following]) * value, 2
    total, used, below = value, 1, _room(value)
    while start + used < len(pieces):
        part = _addend(pieces[start + used])
        if not 0 < part < below:
            break
        total, used, below = total + part, used + 1, _room(part)
    return str(total), used


def _addend(piece: str) -> int:
    """The value of a piece that may follow a number word: a word, or digits without a leading zero; 0 if neither."""
    if piece.isdecimal() and piece.isascii() and len(piece) < MOST_REPEATS:
        return 0 if piece.startswith("0") else int(piece)
    return number_words().values.get(piece, 0)


def _room(value: int) -> int:
    """What may still be added to a number: less than 100 to hundreds, less than 10 to tens, nothing to the rest."""
    if value >= 100:
        return 100
    return 10 if value >= 20 else 0


def _sign(piece: str) -> str:
    return "+" if piece in number_words().plus else piece


def _joined(pieces: Sequence[str]) -> str:
    """Pieces with a space between words; punctuation keeps its neighbours, and a plus clings to its number."""
    text = ""
    for piece in pieces:
        clings = not piece[0].isalnum() or not text or not (text[-1].isalnum())
        text += piece if clings else " " + piece
    return text
