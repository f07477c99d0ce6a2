"""Times, opening hours, days of the week and short dates."""

import re

from channels.voice.spoken.digits import cardinal
from channels.voice.spoken.vocabulary import either, words

_HOURS = words()["hours"]
_CASE_AFTER = {preposition: case for case, prepositions in _HOURS["after"].items() for preposition in prepositions}
_BEFORE = either(_CASE_AFTER)
_DASH = r"\s*[-\u2010-\u2014]\s*"
_START = r"(?<![\d.,:/-])"
_COLON = r"(?:[01]?\d|2[0-4]):[0-5]\d(?!\d|[.:]\d)"
_CLOCK = rf"(?:{_COLON}|(?:[01]?\d|2[0-4])\.(?:00|1[3-9]|[2-5]\d)(?!\d|[.:]\d)(?!\s*(?:{either(_HOURS['sums'])})))"
"""With a point only where it cannot be a date of the year (18.00, 9.30), nor a sum."""
_TIME = _START + _CLOCK
_HOUR_WORD = rf"(?:\s*{_HOURS['hour']}\b\.?)?"
_FROM_UNTIL = re.compile(
    rf"\b({either(_HOURS['leads'])})\s+({_TIME})\s+({either(_HOURS['ends'])})\s+({_TIME}){_HOUR_WORD}", re.IGNORECASE
)
_SPAN = re.compile(rf"({_TIME}){_DASH}({_CLOCK}){_HOUR_WORD}")
_LIST = re.compile(rf"\b({_BEFORE})\s+((?:{_TIME}(?:,\s+|\s+{_HOURS['and']}\s+))+{_TIME})", re.IGNORECASE)
_AFTER = re.compile(rf"\b({_BEFORE})\s+({_TIME}){_HOUR_WORD}", re.IGNORECASE)
_ALONE = re.compile(rf"({_START}{_COLON}){_HOUR_WORD}")
_FULL_DAYS: dict[str, list[str]] = {day["cases"][0]: day["cases"] for day in _HOURS["days"]}
_SHORT: dict[str, str] = {day["short"]: day["cases"][0] for day in _HOURS["days"]}
_FROM_DAY = {day["cases"][0]: day.get("from", _HOURS["from"]) for day in _HOURS["days"]}
_DAY = either([*_SHORT, *_FULL_DAYS])
_DAY_SPAN = re.compile(rf"\b({_DAY})\.?{_DASH}({_DAY})\b\.?", re.IGNORECASE)
_ONE_SHORT = rf"(?:{either(_SHORT)})\b\.?"
_BEFORE_DAYS = either([*_HOURS["in"], _HOURS["through"]])
_SHORT_DAY = re.compile(
    rf"\b(?:({_BEFORE_DAYS})\s+)?({_ONE_SHORT}(?:(?:,\s*|\s+{_HOURS['and']}\s+){_ONE_SHORT})*)(?=[\s,:;)–—-]|$)", re.IGNORECASE
)
_SHORT_DATE = re.compile(rf"\b({either(_HOURS['dated'])})\s+(0?[1-9]|[12]\d|3[01])\.(0[1-9]|1[0-2])(?![\d]|\.\d)", re.IGNORECASE)
_DATE = r"\d{1,2}\.\d{2}\.\d{4}"
_DATE_SPAN = re.compile(rf"(?<!\d)({_DATE}){_DASH}({_DATE})(?!\d)")
_YEARLESS_SPAN = re.compile(rf"(?<![\d.])(\d{{1,2}})\.(0[1-9]|1[0-2]){_DASH}(\d{{1,2}})\.(0[1-9]|1[0-2])(?![\d]|\.\d)")
_TO_FULL_SPAN = re.compile(rf"(?<![\d.])(\d{{1,2}})\.(0[1-9]|1[0-2]){_DASH}({_DATE})(?!\d)")
_SHORT_YEAR = re.compile(r"(?<![\d.])(\d{1,2})\.(0[1-9]|1[0-2])\.(\d{2})(?!\d|\.\d)")
_ISO_DATE = re.compile(r"(?<![\d-])(\d{4})-(0[1-9]|1[0-2])-([0-2]\d|3[01])(?![\d-])")
_DAYS_OF_A_MONTH = re.compile(
    rf"\b({_HOURS['from']})\s+(\d{{1,2}})\s+({_HOURS['through']})\s+(\d{{1,2}}\s+(?:{either(_HOURS['months'])}))\b", re.IGNORECASE
)
_THROUGH_A_DAY = re.compile(rf"\b({_HOURS['through']})\s+(\d{{1,2}})\s+({either(_HOURS['months'])})\b", re.IGNORECASE)
_YEAR_SIGN = re.compile(rf"({_DATE})\s?{_HOURS['year']}")
_NOMINATIVE, _GENITIVE, _ACCUSATIVE, _DATIVE_PLURAL = range(4)


def say_hours(text: str) -> str:
    """The text with its times and days in words; of dates only the shape is changed, so that the next stage reads them."""
    text = _reshape_dates(text)
    text = _DAY_SPAN.sub(_day_span, text)
    text = _SHORT_DAY.sub(_short_days, text)
    text = _FROM_UNTIL.sub(lambda found: _span(found[2], found[4], lead=found[1], through=found[3]), text)
    text = _SPAN.sub(lambda found: _span(found[1], found[2]), text)
    text = _LIST.sub(_list, text)
    text = _AFTER.sub(lambda found: f"{found[1]} {_time(found[2], _CASE_AFTER[found[1].lower()])}", text)
    return _ALONE.sub(lambda found: _time(found[1], "nominative"), text)


def _reshape_dates(text: str) -> str:
    text = _ISO_DATE.sub(r"\3.\2.\1", text)
    text = _SHORT_YEAR.sub(r"\1.\2.20\3", text)
    text = _YEAR_SIGN.sub(r"\1", text)
    text = _DATE_SPAN.sub(rf"{_HOURS['from']} \1 {_HOURS['through']} \2", text)
    text = _TO_FULL_SPAN.sub(_to_full_span, text)
    text = _YEARLESS_SPAN.sub(_yearless_span, text)
    text = _DAYS_OF_A_MONTH.sub(_HOURS["month_span"], text)
    text = _SHORT_DATE.sub(lambda found: f"{found[1]} {int(found[2])} {_month(found[3])}", text)
    return _THROUGH_A_DAY.sub(_HOURS["day_of_month"], text)


def _yearless_span(found: re.Match[str]) -> str:
    first, last = f"{int(found[1])} {_month(found[2])}", f"{int(found[3])} {_month(found[4])}"
    return f"{_HOURS['from']} {first} {_HOURS['through']} {last}"


def _to_full_span(found: re.Match[str]) -> str:
    return f"{_HOURS['from']} {int(found[1])} {_month(found[2])} {_HOURS['through']} {found[3]}"


def _month(number: str) -> str:
    return str(_HOURS["months"][int(number) - 1])


def _span(opens: str, closes: str, *, lead: str = "", through: str = "") -> str:
    """ "С девяти до восемнадцати часов": the word for hours once, where both are whole hours."""
    both_whole = not _parts(opens)[1] and not _parts(closes)[1]
    ends = "nominative" if through.lower() == _HOURS["through"] else "genitive"
    first = cardinal(_parts(opens)[0], "genitive") if both_whole else _time(opens, "genitive")
    return f"{lead or _HOURS['from']} {first} {through or _HOURS['until']} {_time(closes, ends)}"


def _list(found: re.Match[str]) -> str:
    """ "В семь, девять и четырнадцать часов"."""
    case = _CASE_AFTER[found[1].lower()]
    pieces = re.split(rf"(,\s+|\s+{_HOURS['and']}\s+)", found[2])
    whole = all(not _parts(piece)[1] for piece in pieces[::2])
    said = [cardinal(_parts(piece)[0], case) if whole else _time(piece, case) for piece in pieces[:-1:2]]
    joined = "".join(word + sign for word, sign in zip(said, pieces[1::2], strict=True))
    return f"{found[1]} {joined}{_time(pieces[-1], case)}"


def _time(written: str, case: str) -> str:
    hour, minute = _parts(written)
    if not minute:
        return f"{cardinal(hour, case)} {_HOURS[case][_form(hour)]}"
    zero = f"{cardinal(0)} " if minute < 10 else ""
    return f"{cardinal(hour, case)} {zero}{cardinal(minute, case)}"


def _parts(written: str) -> tuple[int, int]:
    hour, minute = re.split(r"[:.]", written)
    return int(hour), int(minute)


def _form(number: int) -> int:
    if number % 10 == 1 and number != 11:
        return 0
    return 1 if number % 10 in {2, 3, 4} and number not in range(11, 15) else 2


def _cases(day: str) -> list[str]:
    key = day.lower().rstrip(".")
    return _FULL_DAYS[_SHORT.get(key, key)]


def _day_span(found: re.Match[str]) -> str:
    first, last = _cases(found[1]), _cases(found[2])
    return f"{_FROM_DAY[first[_NOMINATIVE]]} {first[_GENITIVE]} {_HOURS['through']} {last[_ACCUSATIVE]}"


def _short_days(found: re.Match[str]) -> str:
    before = found[1] or ""
    case = {"": _NOMINATIVE, _HOURS["through"]: _DATIVE_PLURAL}.get(before.lower(), _ACCUSATIVE)
    said = re.sub(rf"({either(_SHORT)})\b\.?", lambda day: _cases(day[1])[case], found[2], flags=re.IGNORECASE)
    return f"{before} {said}" if before else said
