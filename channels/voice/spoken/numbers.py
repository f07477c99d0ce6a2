"""Numbers of papers and things: registration numbers, tax and insurance numbers, postcodes, plots, house numbers, ranges."""

import re

from channels.voice.spoken.digits import cardinal, cut, grouped, pairs, sequence
from channels.voice.spoken.vocabulary import either, words

_APPEAL = re.compile(r"(?<![\w/-])([^\W\d_])-(\d{4,8})/(\d{4})(?![\w/])")
_INSURANCE = re.compile(r"(?<!\d)(\d{3})-(\d{3})-(\d{3})[ \u00a0-](\d{2})(?!\d)")
_PLOT = re.compile(r"(?<![\d:])(\d{2}):(\d{2}):(\d{6,7}):(\d{1,6})(?![\d:])")
_LONG = re.compile(r"(?<![\d.,])\d{7,}(?![\d])")
_CARD = re.compile(r"(?<!\d)\d{4}(?:[ \u00a0]\d{4}){3,4}(?!\d)")
_PASSPORT = re.compile(r"(?<!\d)(\d{2})[ \u00a0](\d{2})[ \u00a0](\d{6})(?!\d)")
_ZEROED = re.compile(r"(?<![\d.,:/-])(?<!\d[ \u00a0\u202f])0\d+(?![\d]|[.,:/-]\d)")
_POSTCODE = re.compile(
    rf"(?P<before>\b(?:{either(words()['index']['before'])})\W{{1,3}})?(?<!\d)(?P<code>\d{{6}})(?!\d)"
    rf"(?P<after>,?\s+(?:{either(words()['index']['after'])}))?",
    re.IGNORECASE,
)
_LETTERED = re.compile(r"(?<![\d.,])(\d{1,3})([а-еА-Е])(?!\w)")
_HOUSE = re.compile(r"(?:(?P<before>[^\W\d_]+)\.?\s+)?(?<![\d/.,])(?P<low>\d{1,4})/(?P<high>\d{1,4})(?![\d/%])")
_FRACTION_AFTER = re.compile(r"\s*(?:[^\W\d_]+)")
_AMOUNT = re.compile(rf"[ \u00a0]*(?:{either(words()['amounts']['words'])}|[₽$€%])", re.IGNORECASE)
_KEY = re.compile(
    rf"\b(?P<before>{either(words()['keys']['before'])})\s+[«\"]?(?P<key>\d{{1,2}}|[*#])[»\"]?(?![\w:/-]|[.,]\d)", re.IGNORECASE
)
_RANGES = words()["ranges"]
_DASH = "[-\u2010-\u2014]"
_RANGE = re.compile(
    rf"(?:(?P<before>[^\W\d_]+)\s+)?(?<![\d.,/-])(?P<low>\d{{1,4}})\s?{_DASH}\s?(?P<high>\d{{1,4}})(?=\s+[^\W\d_]|%)"
)
_FIRST_YEAR = 1800
_CLASSES = re.compile(rf"(?<!\d)(\d{{1,2}})\s?{_DASH}\s?(\d{{1,2}})\s+({_RANGES['school']})[а-я]{{1,2}}\b")
_DAYS = re.compile(rf"\b(\w{{1,2}})\s+(\d{{1,2}})-?[а-я]{{0,2}}\s+(\w{{2}})\s+(\d{{1,2}})(?:-?[е])?\s+(?={_RANGES['day']})")
_FLOOR_ENDS: dict[str, str] = _RANGES["floor_ends"]
_FLOOR = re.compile(rf"(?<![\d-])(\d{{1,2}})(?=\s+{_RANGES['floor']}({either(_FLOOR_ENDS)})\b)")


def say_keys(text: str) -> str:
    """ "Нажмите 1" names a key: one to two digits stay in the nominative, "*" and "#" have names."""
    return _KEY.sub(_key, text)


def _key(found: re.Match[str]) -> str:
    named = words()["keys"].get(found["key"]) or grouped(found["key"])
    return f"{found['before']} {named}"


def say_numbers(text: str) -> str:
    """The text with such numbers in words; sums, dates and plain numbers are left to the next stage."""
    text = _APPEAL.sub(_appeal, text)
    text = _INSURANCE.sub(lambda found: sequence(found.groups()), text)
    text = _PLOT.sub(lambda found: sequence(group for part in found.groups() for group in pairs(part)), text)
    text = _CARD.sub(lambda found: sequence(pairs(_digits(found[0]))), text)
    text = _PASSPORT.sub(lambda found: sequence([found[1], found[2], *cut(found[3], 3, 3)]), text)
    text = _LETTERED.sub(lambda found: f"{grouped(found[1])} {found[2].lower()}", text)
    text = _POSTCODE.sub(_postcode, text)
    text = _LONG.sub(_long, text)
    text = _HOUSE.sub(_house, text)
    text = _ZEROED.sub(lambda found: sequence(pairs(found[0]) if len(found[0]) > 3 else [found[0]]), text)
    return _say_ranges(text)


def _appeal(found: re.Match[str]) -> str:
    letter = words()["letters"].get(found[1].lower(), found[1])
    return f"{letter}, {sequence(cut(found[2], *_thirds(found[2])))}, {words()['numbers']['slash']} {cardinal(int(found[3]))}"


def _thirds(digits: str) -> list[int]:
    first = len(digits) % 3
    return [first] * bool(first) + [3] * (len(digits) // 3)


def _postcode(found: re.Match[str]) -> str:
    ours = found["code"].startswith(tuple(words()["index"]["ours"])) and not _AMOUNT.match(found.string, found.end("code"))
    if not (found["before"] or found["after"] or ours):
        return found[0]
    return f"{found['before'] or ''}{sequence(cut(found['code'], 3, 3))}{found['after'] or ''}"


def _long(found: re.Match[str]) -> str:
    digits = found[0]
    if digits.endswith("000") or _AMOUNT.match(found.string, found.end()):
        return digits
    return sequence(pairs(digits))


def _house(found: re.Match[str]) -> str:
    """ "Дом 12/1" is no fraction; "1/2 ставки" and "3/4 голосов" are."""
    low, high, before = found["low"], found["high"], found["before"] or ""
    named = before.lower() in words()["houses"]["before"]
    if not named and int(low) < int(high) and _FRACTION_AFTER.match(found.string, found.end()):
        return found[0]
    whole = found[0][: len(found[0]) - len(low) - len(high) - 1]
    return f"{whole}{grouped(low)} {words()['numbers']['slash']} {grouped(high)}"


def _say_ranges(text: str) -> str:
    text = _CLASSES.sub(_RANGES["school_span"], text)
    text = _DAYS.sub(_RANGES["day_span"], text)
    text = _FLOOR.sub(lambda found: f"{found[1]}-{_FLOOR_ENDS[found[2]]}", text)
    return _RANGE.sub(_range, text)


def _range(found: re.Match[str]) -> str:
    """ "5-10 дней" is said "от пяти до десяти дней"; "2-3 рубля" and what stands after a preposition keep their noun's case."""
    before, low, high = found["before"] or "", found["low"], found["high"]
    lead = f"{before} " if before else ""
    if int(low) >= int(high) or int(low) > _FIRST_YEAR or before.lower() in _RANGES["bare_after"] or _is_few(int(high)):
        return f"{lead}{low}-{high}"
    return f"{lead}{_RANGES['from']} {low} {_RANGES['until']} {high}"


def _is_few(number: int) -> bool:
    """Whether a noun after it stands in the genitive singular, which "до" does not take."""
    return number % 10 in {1, 2, 3, 4} and number % 100 not in range(11, 15)


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdigit())
