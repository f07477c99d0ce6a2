"""What a person wrote now: a mail's text without what is quoted in it and without the signature. The whole is always kept beside.

A cut never leaves nothing, and it rather keeps too much than loses a line: a name, an address and a telephone that a citizen puts
below his words are his words, unless he sets them off by ``-- `` or a closing.
"""

import re
from dataclasses import dataclass

from channels.email.reading import markers, signatures

MOST = 65_536
"""Signs that are looked at; what is behind them is in the whole text only."""
LINES = 3_000
"""In which marks other than ``>`` are looked for."""
_QUOTED = re.compile(r"\s{0,3}(?:>|[A-ZА-ЯЁ]{1,3}>(?=[\s>]|$))")
"""``>``, or The Bat's initials before it (``IP>``)."""
_UNSEEN = str.maketrans("", "", "\u200b\ufeff")
"""Apple puts them at the beginning of what it quotes."""
_RULE = re.compile(r"[\s>]*[-_*=]{5,}\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """The parts of a text; what is empty was not in it."""

    reading: str
    quoted: str = ""
    signature: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring lines that are all quoted, or all the person's own."""

    is_quoted: bool
    lines: list[str]


def cut(text: str, *, html_was: bool) -> Cut:
    """The person's own words. ``html_was``: made from HTML, so a quote may have lost its ``>``.

    Where answers stand between the questions, the question before each stays.
    """
    lines = [line.rstrip() for line in markers.lines_of(text[:MOST])]
    runs = _runs(lines, html_was=html_was)
    kept, quoted, signed = _own(runs)
    reading = tidy(kept)
    if not reading:
        return Cut(reading=tidy(lines))
    return Cut(reading=reading, quoted=tidy(quoted), signature=tidy(signed))


def tidy(lines: list[str]) -> str:
    """No blank lines about it, no two together within."""
    bare = (line.translate(_UNSEEN).rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(bare)).strip("\n")


def is_quoted(line: str) -> bool:
    """Whether the line is marked as another's."""
    return _QUOTED.match(line) is not None


def unquoted(line: str) -> str:
    """The line without its mark."""
    return _QUOTED.sub("", line, count=1).removeprefix(" ") if is_quoted(line) else line


def _runs(lines: list[str], *, html_was: bool) -> list[Run]:
    runs: list[Run] = []
    marks = _quoted_lines(lines, html_was=html_was)
    for line, is_marked in zip(lines, marks, strict=True):
        if not runs or runs[-1].is_quoted is not is_marked:
            runs.append(Run(is_marked, []))
        runs[-1].lines.append(line)
    return runs


def _quoted_lines(lines: list[str], *, html_was: bool) -> list[bool]:
    """For every line whether it is another's."""
    marks = [is_quoted(line) for line in lines]
    number = 0
    while number < min(len(lines), LINES):
        start, end = _quote_at(lines, marks, number, html_was=html_was)
        if end > number:
            marks[start:end] = [True] * (end - start)
        number = max(end, number + 1)
    return _with_blanks(lines, marks)


def _quote_at(lines: list[str], marks: list[bool], number: int, *, html_was: bool) -> tuple[int, int]:
    """From where to where the quote goes that this line begins; an empty piece when it begins none."""
    line, none = lines[number], (number, number)
    if marks[number] or not line.strip():
        return none
    if markers.is_own_line(line) or markers.divider(line) in {"original", "forwarded"} or markers.header_at(lines, number):
        return _with_rule(lines, number), _end_of_rest(lines, number)
    if markers.is_short_attribution(line) and _is_before_quote(lines, marks, number):
        return number, number + 1
    if not markers.is_attribution(line):
        return _wrapped_attribution(lines, marks, number, html_was=html_was)
    return _attributed(lines, marks, number, number, html_was=html_was)


def _is_before_quote(lines: list[str], marks: list[bool], number: int) -> bool:
    behind = next((one for one in range(number + 1, min(number + 4, len(lines))) if lines[one].strip()), None)
    return behind is not None and marks[behind]


def _wrapped_attribution(lines: list[str], marks: list[bool], number: int, *, html_was: bool) -> tuple[int, int]:
    """A long attribution goes over two or three lines; the first has the day in it, or the author."""
    none = (number, number)
    first = lines[number]
    if len(first) > markers.LONGEST or not (markers.has_a_day(first) or markers.has_address(first)):
        return none
    for last in range(number + 1, min(number + 3, len(lines))):
        if marks[last] or not lines[last].strip():
            return none
        if lines[last].rstrip(" *_").endswith(":") and markers.is_attribution(" ".join(lines[number : last + 1])):
            return _attributed(lines, marks, number, last, html_was=html_was)
    return none


def _attributed(lines: list[str], marks: list[bool], first: int, last: int, *, html_was: bool) -> tuple[int, int]:
    """Marked lines follow, or nothing, or (when an address shows that it is no sentence of the person's) all that follows."""
    behind = next((number for number in range(last + 1, len(lines)) if lines[number].strip()), None)
    if behind is None or marks[behind]:
        return first, last + 1
    words = " ".join(lines[first : last + 1])
    is_surely = markers.names_its_author(words) or (
        html_was and markers.TIME.search(words) and markers.markers().verbs.search(words.lower())
    )
    return (first, _end_of_rest(lines, first)) if is_surely else (first, first)


def _end_of_rest(lines: list[str], number: int) -> int:
    """A quote without marks goes to the end, or to the line that ends a forwarded mail."""
    for end in range(number + 1, len(lines)):
        if markers.divider(lines[end]) == "end":
            return end + 1
    return len(lines)


def _with_rule(lines: list[str], number: int) -> int:
    """A ruled line above a copied header belongs to it."""
    above = number - 1
    while above > max(number - 3, 0) and not lines[above].strip():
        above -= 1
    return above if above >= 0 and len(lines[above]) <= markers.LONGEST and _RULE.fullmatch(lines[above]) else number


def _with_blanks(lines: list[str], marks: list[bool]) -> list[bool]:
    """A blank line is the run's before it, so it parts nothing."""
    found, before = list(marks), False
    for number, line in enumerate(lines):
        if not line.strip():
            found[number] = before
        before = found[number]
    return found


def _own(runs: list[Run]) -> tuple[list[str], list[str], list[str]]:
    """Kept, quoted and signature lines. A greeting above the first quote is no answer to be told apart by its question."""
    signed: list[str] = []
    own = [number for number, run in enumerate(runs) if not run.is_quoted and any(line.strip() for line in run.lines)]
    left: dict[int, list[str]] = {}
    for number in own:
        body, signature = signatures.parted(runs[number].lines, is_all=len(own) == 1)
        signed += signature
        if any(line.strip() for line in body):
            left[number] = body
    spoken = {number: body for number, body in left.items() if not _is_greeting(body)}
    is_between = len(spoken) > 1 or _follows_two_quotes(runs, spoken)
    kept: list[str] = []
    for number, body in left.items():
        if is_between and number > 0 and runs[number - 1].is_quoted:
            kept += _question(runs[number - 1].lines)
        kept += [*body, ""]
    return kept, [line for run in runs if run.is_quoted for line in run.lines], signed


def _is_greeting(body: list[str]) -> bool:
    filled = [line for line in body if line.strip()]
    return len(filled) == 1 and len(filled[0]) < 80 and markers.plain(filled[0]).startswith(markers.markers().greetings)


def _follows_two_quotes(runs: list[Run], left: dict[int, list[str]]) -> bool:
    return any(sum(run.is_quoted for run in runs[:number]) > 1 for number in left)


def _question(lines: list[str]) -> list[str]:
    """The last paragraph of a quote, of the one who is answered (not whom he quoted himself)."""
    inner = [unquoted(line) for line in lines if is_quoted(line)]
    while inner and (not inner[-1].strip() or is_quoted(inner[-1])):
        inner.pop()
    paragraph: list[str] = []
    for line in reversed(inner):
        if not line.strip() or is_quoted(line):
            break
        paragraph.append(line)
    return ["> " + line for line in reversed(paragraph)] + ([""] if not paragraph else [])
