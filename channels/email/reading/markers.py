"""The marks of mail programs (``markers.toml``), and what a single line is by them.

Every pattern is linear: no repetition stands beside another that could take the same signs, and a line longer than ``LONGEST`` is
never a mark.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent
LONGEST = 400
"""Signs; a mark is shorter, whatever names and addresses are in it."""
ADDRESS = re.compile(r"[^\s<>()\[\]@,;:\"']{1,64}@[^\s<>()\[\]@,;:\"']{1,255}")
TIME = re.compile(r"(?<![\d.])\d{1,2}(?::\d{2}|\.\d{2}(?!\.))(?!\d)")
"""Hours and minutes; no part of a date."""
_SPACES = str.maketrans(
    {sign: " " for sign in "\u00a0\u202f\u2007\u2009\t"} | {sign: None for sign in "\u200b\u200e\u200f\u2060\ufeff\u202a\u202c"}
)
_FRAME = re.compile(r"[-_=*~\u2013\u2014]{2,}")
_AUTHOR = re.compile(r"[<(\[] ?[^\s<>()\[\]@,;:\"']{1,64}@[^\s<>()\[\]@,;:\"']{1,255}")
_JOINED = re.compile(r"(-{2,40} ?[^-]{3,60}-{2,40}) {1,9}(\S.*)")
_BRACKETED = re.compile(r"<[^<>]{0,300}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undelivered:
    """The words of servers' reports."""

    failed: tuple[str, ...]
    late: tuple[str, ...]
    done: tuple[str, ...]
    failed_words: tuple[str, ...]
    late_words: tuple[str, ...]
    copies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Markers:
    """The table, in small letters. ``fields`` and ``months`` lead from a word to what it is; ``own_line`` is in all our letters."""

    verbs: re.Pattern[str]
    dividers: frozenset[str]
    forward_dividers: frozenset[str]
    forward_ends: frozenset[str]
    forward_subjects: frozenset[str]
    reply_subjects: frozenset[str]
    footers: tuple[str, ...]
    disclaimers: tuple[str, ...]
    greetings: tuple[str, ...]
    closings: tuple[str, ...]
    signers: frozenset[str]
    postscripts: tuple[str, ...]
    contacts: tuple[str, ...]
    automatic: tuple[str, ...]
    tickets: tuple[str, ...]
    robots: frozenset[str]
    daemons: frozenset[str]
    undelivered: Undelivered
    fields: Mapping[str, str]
    months: Mapping[str, int]
    day: re.Pattern[str]
    own_line: str


@lru_cache(maxsize=1)
def markers() -> Markers:
    """The table, read once."""
    table = tomllib.loads((HERE / "markers.toml").read_text(encoding="utf-8"))
    words = tomllib.loads((HERE.parent / "words.toml").read_text(encoding="utf-8"))
    return Markers(
        dividers=frozenset(table["dividers"]),
        forward_dividers=frozenset(table["forward_dividers"]),
        forward_ends=frozenset(table["forward_ends"]),
        forward_subjects=frozenset(table["forward_subjects"]),
        reply_subjects=frozenset(table["reply_subjects"]),
        footers=tuple(table["footers"]),
        disclaimers=tuple(table["disclaimers"]),
        greetings=tuple(table["greetings"]),
        signers=frozenset(table["signers"]),
        postscripts=tuple(table["postscripts"]),
        contacts=tuple(table["contacts"]),
        automatic=tuple(table["automatic"]),
        tickets=tuple(table["tickets"]),
        robots=frozenset(table["robots"]),
        daemons=frozenset(table["daemons"]),
        verbs=re.compile(rf"(?<!\w)(?:{_any(table['verbs'])})(?!\w)"),
        closings=tuple(sorted(table["closings"], key=len, reverse=True)),
        undelivered=Undelivered(**{name: tuple(found) for name, found in table["undelivered"].items()}),
        fields={word: field for field, found in table["fields"].items() for word in found},
        months=table["months"],
        day=_day(table["months"]),
        own_line=plain(words["reply_above"]),
    )


def plain(line: str) -> str:
    """A line as marks are compared: one kind of space, no invisible signs, small letters."""
    return line.translate(_SPACES).strip().lower()


def is_own_line(line: str) -> bool:
    """The line above which an answer is written."""
    return len(line) <= LONGEST and markers().own_line.strip("# ") in plain(line)


def is_attribution(line: str) -> bool:
    """Says that somebody wrote some day: a day, and a verb or an address (with a time), then a colon; Zoho puts it in dashes."""
    if len(line) > LONGEST:
        return False
    words = plain(line).strip("*_ ")
    is_framed = words.startswith("--") and words.endswith("--")
    if not words.endswith(":") and not is_framed:
        return False
    has_day, has_time, is_addressed = has_a_day(words), TIME.search(words), has_address(words)
    has_verb = markers().verbs.search(_BRACKETED.sub(" ", words))
    return bool((has_verb and (has_day or is_addressed)) or (has_day and has_time and is_addressed))


def is_short_attribution(line: str) -> bool:
    """«So-and-so writes:», «so-and-so@there:»; a quote must follow, or it is a sentence."""
    words = plain(line) if len(line) <= 160 else ""
    return words.endswith(":") and bool(markers().verbs.search(words) or has_address(words))


def names_its_author(line: str) -> bool:
    """An attribution that is no sentence of the person's: its address stands in brackets, or it stands between dashes."""
    return ("@" in line and bool(_AUTHOR.search(line[:LONGEST]))) or plain(line[:LONGEST]).startswith("--")


def has_address(line: str) -> bool:
    """Whether an e-mail address is in it; lines without the sign are passed over at once."""
    return "@" in line and ADDRESS.search(line[:LONGEST]) is not None


def has_a_day(line: str) -> bool:
    """Whether a date is in it, as mail programs write dates."""
    return markers().day.search(line[:LONGEST].translate(_SPACES).lower()) is not None


def divider(line: str) -> str:
    """``original``, ``forwarded``, ``end`` or nothing: words between rows of dashes (the last three need no dashes behind them)."""
    if len(line) > LONGEST:
        return ""
    words = plain(line).strip("*> ")
    inner = _FRAME.sub(" ", words).strip(" :")
    is_framed = len(words) > len(inner) + 3
    table = markers()
    if inner in table.forward_ends:
        return "end"
    if inner in table.dividers:
        return "original" if is_framed else ""
    if inner in table.forward_dividers and (is_framed or words.endswith(":")):
        return "forwarded"
    begins = is_framed and any(inner.startswith(f"{one} ") for one in table.forward_dividers)
    return "forwarded" if begins and has_a_day(inner) else ""


def lines_of(text: str) -> list[str]:
    """The lines; Outlook Express calls its mark flowed, so that it is joined with the line behind: they are parted again."""
    found: list[str] = []
    for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        joined = _JOINED.match(line) if line.startswith("--") and len(line) <= LONGEST else None
        found += [joined[1], joined[2]] if joined and divider(joined[1]) else [line]
    return found


def field(line: str, *, is_loose: bool = False) -> tuple[str, str]:
    """The field of a copied header and its value; ("", "") for any other line. ``is_loose``: some write no colon."""
    if len(line) > 4 * LONGEST:
        return "", ""
    words = line.translate(_SPACES).strip().lstrip("*_ ")
    name, colon, value = words.partition(":")
    found = markers().fields.get(name.strip("*_ ").lower(), "") if colon and len(name) < 24 else ""
    if found:
        return found, value.strip().lstrip("*_ ").strip()
    first, _, rest = words.partition(" ")
    found = markers().fields.get(first.lower(), "") if is_loose else ""
    return (found, rest.strip()) if found else ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """A header copied into a text: its fields, and the number of the line behind it."""

    fields: Mapping[str, str]
    end: int


MOST_LINES = 14
"""Of a copied header; long lists of recipients go over several."""


def header_at(lines: list[str], start: int, *, is_loose: bool = False) -> Header | None:
    """The header copied at this line: whose, when, and one thing more. A citizen's own «to, from, subject» has no day in it."""
    first, _ = field(lines[start], is_loose=is_loose)
    if not first or first in {"other", "to", "copy"}:
        return None
    found: dict[str, str] = {}
    end, last = start, ""
    for number, name, value in _fields(lines, start, is_loose=is_loose):
        if name in found:
            break
        if name:
            found[name], last = value, name
        elif last:
            found[last] = f"{found[last]} {value}".strip()
        end = number + 1
    is_whole = "from" in found and has_a_day(found.get("sent", "")) and len(found) > 2
    return Header(fields=found, end=end) if is_whole else None


def _fields(lines: list[str], start: int, *, is_loose: bool) -> Iterator[tuple[int, str, str]]:
    """Number, name and value; one blank line between two fields is a converter's, and a long value goes over lines."""
    number = start
    while number < min(len(lines), start + MOST_LINES):
        line = lines[number]
        name, value = field(line, is_loose=is_loose)
        if not name and not _goes_on(lines, number, is_loose=is_loose):
            return
        if line.strip():
            yield number, name, value or ("" if name else line.strip())
        number += 1


def _goes_on(lines: list[str], number: int, *, is_loose: bool) -> bool:
    """Whether a field follows: at once behind a blank line, within three lines behind a value that went over the line."""
    is_blank = not lines[number].strip()
    behind = lines[number + 1 : number + (2 if is_blank else 4)]
    for line in behind:
        if not line.strip():
            return False
        if field(line, is_loose=is_loose)[0]:
            return is_blank or has_address(lines[number])
    return False


def subject_marks(subject: str) -> tuple[frozenset[str], str]:
    """The marks before a subject ("re", "fwd") in small letters, and the subject without them."""
    marks, rest = set(), subject.strip()
    known = markers().forward_subjects | markers().reply_subjects
    for _ in range(10):
        mark, colon, behind = rest.partition(":")
        word = re.sub(r"\[\d{1,3}\]|\(\d{1,3}\)", "", mark[:20]).strip().lower()
        if not colon or word not in known:
            break
        marks.add(word)
        rest = behind.strip()
    return frozenset(marks), rest


def _any(words: list[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _day(months: Mapping[str, int]) -> re.Pattern[str]:
    month = f"(?:{_any(list(months))})[^\\W\\d_]{{0,8}}"
    return re.compile(
        r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-](?:\d{4}|\d{2})|\d{4}-\d{2}-\d{2})(?!\d)"
        rf"|(?<!\d)\d{{1,2}}(?:st|nd|rd|th)?[ -]{month}\.?,?[ -](?:\d{{4}}|\d{{2}}(?!\d|:))"
        rf"|(?<!\w){month}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
    )
