"""A citizen's question without their data: names, telephones, addresses of mail and long numbers are masked before it is kept."""

import re
from functools import cache
from pathlib import Path
from typing import cast

from core.lexicon.tokens import morphology, read_yaml, strip_invisible
from core.people.emails import find_emails
from core.people.names import find_full_name
from core.people.phones import find_phones

LIMIT = 300
"""Characters of a question that are kept."""
READ = 2000
_WRITTEN_MAIL = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
_DIGITS = re.compile(r"\+?\d(?:[\d\s().\u00a0\u2010-\u2015/-]{0,30}\d)?")
_NUMBER_FROM = 5
"""Digits from which a number may be somebody's: a telephone, an appeal, a passport; a house, a date or a term has fewer."""
_DATE = re.compile(r"\d{1,2}\.\d{1,2}\.\d{2,4}|\d{1,2}:\d{2}")
STREET_WORDS = 2
"""Words after the word for a street that are its name."""
NAME_PARTS = 2
"""Parts of a name beside its surest one."""
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_NAMES = ("Patr", "Surn", "Name")
"""Grammemes of pymorphy3: a patronymic, a surname, a given name."""


def masked(text: str) -> str:
    """The question as it may be kept, one line of at most 300 characters. Rather a word too many is masked than a name kept."""
    words = " ".join(strip_invisible(text[:READ]).split())
    has_spoken_data = not _WRITTEN_MAIL.search(words) and bool(find_emails(words))
    words = _WRITTEN_MAIL.sub(_marks()["email"], words)
    words = _DIGITS.sub(_number, words)
    words = _without_names(words)
    if has_spoken_data or find_phones(words):  # said in words, so that no pattern finds where: the whole is somebody's data
        return _marks()["data"]
    return words[:LIMIT].strip()


def _number(found: re.Match[str]) -> str:
    digits = sum(sign.isdigit() for sign in found[0])
    if digits < _NUMBER_FROM or _DATE.fullmatch(found[0].strip()):
        return found[0]
    return _marks()["phone"] if digits >= 10 else _marks()["number"]


def _without_names(words: str) -> str:
    """Parts of the name that the normaliser finds, and capitalised words that can only be parts of a person's name."""
    name = find_full_name(words, expected=False)
    own = {part.strip(".").casefold() for part in name.full().split()} if name else set()
    found = list(_WORD.finditer(words))
    said = [one[0].casefold() for one in found]
    of_street = [not _streets().isdisjoint(said[max(0, place - STREET_WORDS) : place]) for place in range(len(said))]
    named = [not kept and (word in own or _is_name(one[0])) for one, word, kept in zip(found, said, of_street, strict=True)]
    for _ in range(NAME_PARTS):  # a name has several parts: what stands beside one and may be another is masked with it
        beside = [any(named[max(0, place - 1) : place + 2]) for place in range(len(named))]
        named = [
            was or (near and not kept and _may_be_name(one[0]))
            for was, near, kept, one in zip(named, beside, of_street, found, strict=True)
        ]
    mark, hidden = _marks()["name"], iter(named)
    masked_words = _WORD.sub(lambda one: mark if next(hidden) else one[0], words)
    return re.sub(rf"{re.escape(mark)}(?:[\s.]*(?:{re.escape(mark)}|[^\W\d_]\.))+", mark, masked_words)


def _is_name(word: str) -> bool:
    """A patronymic in any letters; a surname or a given name when it is written with a capital."""
    if len(word) < 3 or not word.replace("-", "").isalpha():
        return False
    best = morphology().parse(word.lower())[0] if _is_russian(word) else None
    if best is None:
        return False
    if "Patr" in best.tag:
        return True
    return word[0].isupper() and any(mark in best.tag for mark in _NAMES)


def _may_be_name(word: str) -> bool:
    """A noun with a capital, or any reading as a part of a name: enough beside another part."""
    if word[0].isupper() and not (_is_russian(word) and not _is_noun(word)):
        return len(word) > 1
    return _is_russian(word) and any(mark in one.tag for one in morphology().parse(word.lower()) for mark in _NAMES)


def _is_noun(word: str) -> bool:
    best = morphology().parse(word.lower())[0].tag
    return "NOUN" in best or "ADJF" in best


def _is_russian(word: str) -> bool:
    return all("\u0400" <= sign <= "\u04ff" or sign == "-" for sign in word)


@cache
def _marks() -> dict[str, str]:
    return cast(dict[str, str], _words()["marks"])


@cache
def _streets() -> frozenset[str]:
    return frozenset(cast(list[str], _words()["streets"]))


@cache
def _words() -> dict[str, object]:
    return cast(dict[str, object], read_yaml(Path(__file__).parent / "questions.yaml"))  # our own file, tested
