"""Where a person's words end and the signature begins."""

import re

from channels.email.reading.markers import LONGEST, Markers, has_a_day, markers, plain

MOST_LINES, MOST_SIGNS = 15, 1_200
"""Of a signature below ``--``; more than that is no signature."""
MOST_FOOTERS = 10
CLOSED_LINES, LINE = 10, 90
"""Below a closing: so many lines of so many signs."""
SIGNERS = 6
"""Words on the line of the closing itself."""
_DELIMITER = re.compile(r"\s?(?:--|\u2014|__)\s*")
_RULE = re.compile(r"\s*[-_=*\u2014]{3,}\s*")
_PHONE = re.compile(r"(?:\+7|\b8)[\s(-]{0,3}\d{3,5}[\s)-]{0,3}[\d-]{5,10}")
_PLACE = re.compile(r"https?://|www\.|[\w.-]{1,64}@[\w-]{1,64}\.")


def parted(lines: list[str], *, is_all: bool) -> tuple[list[str], list[str]]:
    """The person's lines and the signature's. ``is_all``: nothing else of the person is in the mail, so something must stay."""
    body, signed = list(lines), list[str]()
    for part in (_below_footers, _below_delimiter, _below_footers, _below_closing, _below_block):
        kept, cut = part(body)
        if any(line.strip() for line in kept) or not is_all:
            body, signed = kept, cut + signed
    return body, signed


def _below_footers(lines: list[str]) -> tuple[list[str], list[str]]:
    """What a program or an office adds to every mail, from the end upwards."""
    end = len(lines)
    for _ in range(MOST_FOOTERS):
        last = _last(lines, end)
        if last is None:
            break
        first = _paragraph(lines, last)
        if _is_footer(plain(lines[last])):
            end = last
        elif _is_added(lines[first : last + 1]):
            end = first
        else:
            break
    while end and end < len(lines) and (not lines[end - 1].strip() or _RULE.fullmatch(lines[end - 1])):
        end -= 1
    return lines[:end], lines[end:]


def _is_added(paragraph: list[str]) -> bool:
    """Whether a program's or an office's words begin it, below a rule or not."""
    words = next((plain(line) for line in paragraph if not _RULE.fullmatch(line)), "")
    return _starts(words, markers().disclaimers) or (_is_footer(words) and len(paragraph) <= 4)


def _is_footer(line: str) -> bool:
    """A sentence of the person that begins so («Sent from my house on the 5th, no answer») has a day in it or is long."""
    words = line.lstrip("[( *_-\u2014")
    return len(words) <= 120 and _starts(words, markers().footers) and not has_a_day(words)


def _below_delimiter(lines: list[str]) -> tuple[list[str], list[str]]:
    """The first ``--`` alone on its line with little enough below it."""
    found, count, signs = None, 0, 0
    for number in range(len(lines) - 1, -1, -1):
        if _DELIMITER.fullmatch(lines[number][:LONGEST]):
            found = number
        count += bool(lines[number].strip())
        signs += len(lines[number].strip())
        if count > MOST_LINES or signs > MOST_SIGNS:
            break
    return (lines, []) if found is None else (lines[:found], lines[found:])


def _below_closing(lines: list[str]) -> tuple[list[str], list[str]]:
    """A line that is a closing, and short lines below it; a postscript behind them stays."""
    filled = [number for number, line in enumerate(lines) if line.strip()]
    for number in filled[-CLOSED_LINES - 4 :]:
        if not _is_closing(lines[number]):
            continue
        behind = next((one for one in filled if one > number and _starts(plain(lines[one]), markers().postscripts)), len(lines))
        below = [lines[one] for one in filled if number < one < behind]
        if len(below) <= CLOSED_LINES and all(len(line) <= LINE and not _is_sentence(line) for line in below):
            return lines[:number] + lines[behind:], lines[number:behind]
    return lines, []


def _is_sentence(line: str) -> bool:
    words = line.split()
    return len(words) > 4 and line.rstrip().endswith((".", "!", "?")) and not _PHONE.search(line) and not _PLACE.search(line)


def _is_closing(line: str) -> bool:
    """A closing alone, or with names behind it; «with respect I look at your work, but» is none."""
    if len(line) > LINE:
        return False
    words = plain(line).strip("*_ ")
    table = markers()
    for closing in table.closings:
        if words.startswith(closing):
            rest = line.translate({0xA0: " "}).strip(" *_\t")[len(closing) :]
            return not rest[:1].isalnum() and _is_signed(rest, table)
    return False


def _is_signed(rest: str, table: Markers) -> bool:
    """Behind the closing: nothing, names with capitals, or an office's words."""
    words = rest.strip(" ,.!;:-\u2013\u2014").split()
    if len(words) > SIGNERS + 2:
        return False
    if words and words[0].strip(",.").lower() in table.signers and not words[0][:1].isupper():
        return len(words) <= SIGNERS
    return all(word[:1].isupper() or not word[:1].isalpha() for word in words)


def _below_block(lines: list[str]) -> tuple[list[str], list[str]]:
    """A last paragraph of an office: several short lines, among them ways of two kinds to reach it (telephone, mail, site).

    One telephone below a citizen's name is what he tells the office, and stays.
    """
    last = _last(lines, len(lines))
    if last is None:
        return lines, []
    first = _paragraph(lines, last)
    block = lines[first : last + 1]
    if first == 0 or not 3 <= len(block) <= CLOSED_LINES or any(len(line) > LINE for line in block):
        return lines, []
    phones = sum(_PHONE.search(line) is not None for line in block)
    places = sum(_PLACE.search(line) is not None for line in block)
    named = sum(_starts(plain(line), markers().contacts) for line in block)
    is_office = phones and places and named + phones + places >= 4
    return (lines[:first], lines[first:]) if is_office else (lines, [])


def _last(lines: list[str], end: int) -> int | None:
    return next((number for number in range(end - 1, -1, -1) if lines[number].strip()), None)


def _paragraph(lines: list[str], last: int) -> int:
    """Where the paragraph begins that ends there, or so many lines above."""
    first = last
    while first and last - first < MOST_LINES and lines[first - 1].strip():
        first -= 1
    return first


def _starts(line: str, beginnings: tuple[str, ...]) -> bool:
    return line.startswith(beginnings)
