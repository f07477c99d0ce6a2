"""One normaliser for every channel: the data of a person and the number of an appeal in any words (docs/dialogue-contract.md)."""

import re
from collections.abc import Iterator

from core.dialogue import Entity
from core.lexicon.tokens import fold
from core.people.emails import find_emails
from core.people.names import find_full_name
from core.people.numbers import digits_for_words, number_words
from core.people.phones import find_phones

LIMIT = 4096
"""Characters of a text in which data are looked for (4 kB of ASCII)."""
NAME_SLOTS = frozenset({"full_name", "name"})
PHONE_SLOTS = frozenset({"phone", "contact"})
NUMBER_SLOTS = frozenset({"appeal_number", "number"})
WITH_YEAR = re.compile(r"(?<![\w/])(?:([^\W\d_])\s?-?\s?)?(\d{1,6})\s?/\s?(20\d\d)(?![\w/])")
PIECE = re.compile(r"[^\W\d_]+|\d+")
LONGEST_NUMBER = 6
REGISTERED = "{letter}-{number:06d}/{year}"
"""How the registration number is written in the register."""


def extract_entities(text: str, *, requested_slot: str | None) -> tuple[Entity, ...]:
    """The data in the text: ``full_name``, ``phone`` (E.164), ``email`` and ``appeal_number``, in this order.

    ``requested_slot``: what the dialogue has just asked for; a bare answer is then enough. An appeal's number comes out as the
    register writes it if the year was given, else as its digits. At most LIMIT characters are read; linear; never raises.
    """
    head = text[:LIMIT]
    name = find_full_name(head, expected=requested_slot in NAME_SLOTS)
    found = [("full_name", name.full())] if name is not None else []
    found += [("phone", phone) for phone in find_phones(head, expected=requested_slot in PHONE_SLOTS)]
    found += [("email", email) for email in find_emails(head)]
    found += [("appeal_number", number) for number in find_appeal_numbers(head, expected=requested_slot in NUMBER_SLOTS)]
    return tuple(Entity(entity=entity, value=value) for entity, value in found)


def find_appeal_numbers(text: str, *, expected: bool = False) -> tuple[str, ...]:
    """Numbers of appeals in the text, each once: as the register writes them, or bare digits without zeros before them."""
    written = fold(text[:LIMIT])
    full = [
        REGISTERED.format(letter=_register_letter(), number=int(match[2]), year=match[3])
        for match in WITH_YEAR.finditer(written)
        if match[1] is None or match[1] in number_words().marks["appeal_letters"]
    ]
    return tuple(dict.fromkeys(full or _bare(written, expected=expected)))


def _bare(text: str, *, expected: bool) -> Iterator[str]:
    pieces = PIECE.findall(digits_for_words(text))
    marks = number_words().marks
    said = False
    for place, piece in enumerate(pieces):
        if piece in marks["appeal_marks"]:
            said = True
        elif piece.isdecimal() and len(piece) <= LONGEST_NUMBER and (said or (expected and _is_alone(pieces, place))):
            yield str(int(piece))
            said = False
        elif piece not in marks["number_marks"]:
            said = False


def _is_alone(pieces: list[str], place: int) -> bool:
    """Whether the number is the only one in the answer."""
    return sum(piece.isdecimal() for piece in pieces) == 1 and pieces[place].isascii()


def _register_letter() -> str:
    return min(number_words().marks["appeal_letters"], key=str.isascii).upper()
