"""Telephones in a citizen's words, written or said, as E.164 (RFC 3966 and ITU-T E.164; the numbering plans of phonenumbers)."""

import re
from collections.abc import Sequence

import phonenumbers

from core.people.numbers import digits_for_words, number_words
from core.regulation import AREA_CODE

LIMIT = 4096
"""Characters of a text in which telephones are looked for."""
RUN = re.compile(r"\+?\d[\d\s().\u2010-\u2015-]*")
GROUP = re.compile(r"\+?\d+")
WORD = re.compile(r"[^\W\d_]+")
NEAR = 40
"""Characters before a number in which a word may say what the number is."""
NATIONAL, FULL, LONGEST = 10, 11, 15
"""Digits of a Russian number without and with the trunk prefix; of any number (E.164)."""
LOCAL_SHAPES = ((6,), (2, 2, 2), (3, 3), (1, 1, 1, 1, 1, 1), (2, 1, 1, 1, 1), (2, 2, 1, 1), (2, 1, 1, 2))
PAPER_SHAPES = ((4, 6), (2, 2, 6))
"""How the digits of a local number and of a passport are grouped."""
TRUNK, COUNTRY, MOBILE = "8", "7", "9"
ABROAD = "810"
"""Dialled from Russia before a country code."""


def find_phones(text: str, region: str = "RU", area_code: str = AREA_CODE, *, expected: bool = False) -> tuple[str, ...]:
    """The telephones in the text, E.164, in order, each once; at most LIMIT characters are read.

    ``expected``: a telephone was asked for, so that six digits are a number of the city. Never raises.
    """
    written = digits_for_words(text[:LIMIT])
    found: dict[str, None] = {}
    for run in RUN.finditer(written):
        before = WORD.findall(written[max(0, run.start() - NEAR) : run.start()])[-3:]
        if _touches_word(written, run.start(), run.end()) or _is_marked(before, "other_marks"):
            continue
        local = expected or _is_marked(before, "phone_marks")
        found.update(dict.fromkeys(_in_run(GROUP.findall(run.group()), region, area_code if local else "", area_code)))
    return tuple(found)


def display_phone(e164: str) -> str:
    """The number as people read it: "+7 928 123-45-67"; what is not E.164 comes back unchanged."""
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return e164
    national = str(number.national_number)
    if str(number.country_code) == COUNTRY and national.startswith(AREA_CODE):  # the library does not know four-digit codes
        local = national[len(AREA_CODE) :]
        return f"+{COUNTRY} {AREA_CODE} {local[:2]}-{local[2:4]}-{local[4:]}"
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def _touches_word(text: str, start: int, end: int) -> bool:
    """Whether the number is a part of something else: "12/2026", "name_5", an e-mail address."""
    neighbours = text[max(0, start - 1) : start] + text[end : end + 1]
    return any(sign in neighbours for sign in "/_=@")


def _is_marked(words: Sequence[str], mark: str) -> bool:
    return not number_words().marks[mark].isdisjoint(words)


def _in_run(groups: Sequence[str], region: str, local_code: str, area_code: str) -> list[str]:
    """Numbers in neighbouring groups of digits: each begins at a group and ends at a group."""
    shape = tuple(map(len, groups))
    if shape in PAPER_SHAPES and not groups[0].startswith(area_code):
        return []
    if local_code and shape in LOCAL_SHAPES:
        local = _valid("+" + COUNTRY + local_code + "".join(groups), region)
        return [local] if local else []
    found, start = list[str](), 0
    while start < len(groups):
        number, used = _at(groups[start:], region, area_code)
        if number is not None:
            found.append(number)
        start += used
    return found


def _at(groups: Sequence[str], region: str, area_code: str) -> tuple[str | None, int]:
    digits = ""
    for used, group in enumerate(groups, start=1):
        if used > 1 and group.startswith("+"):
            break
        digits += group
        if len(digits.lstrip("+")) > LONGEST:
            break
        dialled = _dialled(digits, area_code)
        number = _valid(dialled, region) if dialled else None
        if number is not None:
            return number, used
    return None, 1


def _dialled(digits: str, area_code: str) -> str | None:
    """The international form of what was dialled, or None if it has not the length of a number."""
    if digits.startswith("+"):
        return digits if len(digits) > NATIONAL - 1 else None
    if digits.startswith(ABROAD) and len(digits) > FULL:
        return "+" + digits[len(ABROAD) :]
    if len(digits) == FULL and digits[0] in TRUNK + COUNTRY:
        return "+" + COUNTRY + digits[1:]
    if len(digits) == NATIONAL and digits.startswith((MOBILE, area_code)):
        return "+" + COUNTRY + digits
    return None


def _valid(dialled: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(dialled, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
