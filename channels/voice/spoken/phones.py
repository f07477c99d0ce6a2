"""Telephone numbers: every digit is said, in the groups in which people say them."""

import re

from channels.voice.spoken.digits import cut, grouped, pairs, sequence
from channels.voice.spoken.vocabulary import words

_BREAK = r"[ \t\u00a0\u202f.()\-\u2010-\u2014]"
_WHOLE = re.compile(rf"(?<![\d:/.,№-])(?P<country>\+\s?7|8|7)(?P<rest>(?:{_BREAK}{{0,4}}\d){{10}})(?![\d:])")
_CITY = re.compile(rf"(?<!\d)\((?P<area>\d{{3,5}})\)(?P<rest>(?:{_BREAK}{{0,2}}\d){{5,7}})(?![\d:])")
_LOCAL = re.compile(r"(?<![\d:/.,-])(\d{1,3})[-\u2010\u2011](\d{2})[-\u2010\u2011](\d{2})(?![\d:]|[-/]\d)")
_BARE_MOBILE = re.compile(r"(?<![\d:/.,-])9\d{9}(?![\d:/])")
_OTHER_COUNTRY = re.compile(rf"\+(\d(?:{_BREAK}{{0,2}}\d){{6,14}})(?!\d)")
_AFTER_A_NUMBER = re.compile(r"(?<=\d)(?<!-\d\d)(?P<letter>[^\W\d_]?),\s+(?=(?:\+?[78][ -]?)?\(\d)")
_FOUR_DIGIT_AREAS = ("8672",)
_FIVE_DIGIT_AREAS = ("8673",)
"""North Ossetia: the city has an area code of four digits, the districts have five."""


def say_phones(text: str) -> str:
    """The text with its telephone numbers in words. Not a digit is lost, changed or moved.

    After another number ("дом 3, 8 (8672) ...") it is said that a telephone follows.
    """
    text = _AFTER_A_NUMBER.sub(rf"\g<letter>, {words()['numbers']['telephone']} ", text)
    for pattern, said in ((_WHOLE, _whole), (_CITY, _city), (_OTHER_COUNTRY, _foreign), (_LOCAL, _local), (_BARE_MOBILE, _mobile)):
        text = pattern.sub(said, text)
    return text


def _whole(found: re.Match[str]) -> str:
    country, rest = found["country"], found["rest"]
    digits = _digits(rest)
    bracketed = re.search(r"\((\D*\d\D*(?:\d\D*){2,4})\)", rest)
    area = _digits(bracketed[1]) if bracketed and digits.startswith(_digits(bracketed[1])) else _area(digits)
    plus = f"{words()['numbers']['plus']} " if country.startswith("+") else ""
    return _apart(f"{plus}{grouped(country[-1])}, {_numbered(area, digits[len(area) :])}", found)


def _city(found: re.Match[str]) -> str:
    return _apart(_numbered(found["area"], _digits(found["rest"])), found)


def _foreign(found: re.Match[str]) -> str:
    return _apart(f"{words()['numbers']['plus']} {sequence(pairs(_digits(found[1])))}", found)


def _local(found: re.Match[str]) -> str:
    return _apart(sequence(found.groups()), found)


def _mobile(found: re.Match[str]) -> str:
    return _apart(_numbered(found[0][:3], found[0][3:]), found)


def _area(digits: str) -> str:
    if digits.startswith(_FOUR_DIGIT_AREAS):
        return digits[:4]
    return digits[:5] if digits.startswith(_FIVE_DIGIT_AREAS) else digits[:3]


def _numbered(area: str, rest: str) -> str:
    return sequence([*_halves(area), *_local_groups(rest)])


def _halves(area: str) -> list[str]:
    return {4: cut(area, 2, 2), 5: cut(area, 3, 2)}.get(len(area), [area])


def _local_groups(rest: str) -> list[str]:
    return {7: cut(rest, 3, 2, 2), 5: cut(rest, 1, 2, 2)}.get(len(rest), pairs(rest))


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())


def _apart(said: str, found: re.Match[str]) -> str:
    """With a pause before what goes on with a letter: a number that runs into the next word is not understood."""
    return f"{said}," if re.match(r"\s+[^\W\d]", found.string[found.end() :]) else said
