"""Personal data taken out of words that are kept: names, telephones, e-mails, addresses, long numbers (reg. 2.10).

What can be found in place is replaced by a neutral word. What can only be understood (a number said in words) is left, and
``has_personal`` tells of it: such a phrase is not kept before a person has rewritten it.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import cast

from core.lexicon.tokens import fold, read_yaml, readings, strip_invisible
from core.people.emails import WRITTEN
from core.people.name_words import NamePart, name_word
from core.people.normaliser import extract_entities
from core.people.phones import find_phones

WORDS = Path(__file__).parent / "texts.yaml"
NUMBER = re.compile(r"(?<![\w])(?:[^\W\d_]\s?-\s?)?\+?\d(?:[\s().\u2010-\u2015/-]{0,2}\d){4,}")
"""Five digits or more, however they are grouped: a telephone, a passport, an account, the number of an appeal."""
WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")
HOUSE = r"(?:\s*[,.]?\s*(?:(?:{houses})\.?\s*)?\d+(?:\s?[^\W\d_]\b)?(?:\s?[/-]\s?\d+(?:\s?[^\W\d_]\b)?)?)"
GRAMMEMES = ("Surn", "Name", "Patr")


def mask(text: str) -> str:
    """The text with a neutral word in the place of each name, telephone, e-mail, address and long number."""
    words = _words()
    plain = WRITTEN.sub(words["email"], strip_invisible(text))
    plain = _addresses().sub(words["address"], plain)
    plain = NUMBER.sub(lambda found: words["phone" if find_phones(found.group()) else "number"], plain)
    plain = _without_names(plain, words["name"])
    for repeated in (words["name"], words["address"]):
        plain = re.sub(rf"\b{repeated}(?:[\s,]+{repeated}\b)+", repeated, plain)
    return " ".join(plain.split())


def has_personal(text: str) -> bool:
    """Whether the normaliser still finds somebody's data."""
    return any(found.entity in ("full_name", "phone", "email") for found in extract_entities(text, requested_slot=None))


def _without_names(text: str, instead: str) -> str:
    found = list(WORD.finditer(text))
    likely = [_is_name(one.group()) for one in found]
    possible = [sure or bool(_parts(one.group())) for sure, one in zip(likely, found, strict=True)]
    pieces, end = [], 0
    for at, one in enumerate(found):
        near = (at > 0 and likely[at - 1]) or (at + 1 < len(found) and likely[at + 1])
        capital = one.group()[:1].isupper() and _goes_on(text, one.start())
        if likely[at] or (possible[at] and (near or capital)):
            pieces += [text[end : one.start()], instead]
            end = one.end()
    return "".join([*pieces, text[end:]])


def _is_name(word: str) -> bool:
    """Whether its likeliest reading is a name, in any case; letters alone are none."""
    best = next(iter(readings(word.lower())), None) if len(word) > 1 else None
    return best is not None and best.is_known and any(grammeme in best.tag for grammeme in GRAMMEMES)


def _parts(word: str) -> frozenset[NamePart]:
    return frozenset(name_word(word).parts) - {NamePart.INITIAL} if len(word) > 1 else frozenset()


def _goes_on(text: str, start: int) -> bool:
    """Whether a sentence is under way: a capital letter then tells of a name."""
    before = text[:start].rstrip()
    return bool(before) and before[-1] not in ".!?\u2026"


@cache
def _words() -> Mapping[str, str]:
    return cast(dict[str, str], read_yaml(WORDS))


@cache
def _addresses() -> re.Pattern[str]:
    """A street with what it is called and the houses after it, or a house and a flat by themselves."""
    listed = {
        name: "|".join(sorted(map(re.escape, fold(_words()[name]).split()), key=len, reverse=True))
        for name in ("streets", "houses", "endings")
    }
    house = HOUSE.format(houses=listed["houses"])
    called = r"\s+(?:\d+[\s-]*[^\W\d_]{0,3}\s+)?[^\W_][^\W_-]*(?:-[^\W_]+)?"
    street = rf"\b(?:{listed['streets']})\b\.?{called}{house}*"
    before = rf"(?<!\w)[^\W\d_]+(?:{listed['endings']})\s+(?:{listed['streets']})\b\.?{house}*"
    alone = rf"\b(?:{listed['houses']})\b\.?\s*(?:№\s*)?\d+(?:\s?[^\W\d_]\b)?{house}*"
    return re.compile("|".join((before, street, alone)), re.IGNORECASE)
