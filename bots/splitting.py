"""Long texts in pieces that Telegram takes: it counts UTF-16 units (https://core.telegram.org/bots/api#sendmessage)."""

import re
import unicodedata

TEXT_UNITS = 4096
CAPTION_UNITS = 1024

BOUNDARIES = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?\u2026])\s+"),
    re.compile(r"\s+"),
)
"""From the best place to cut to the worst: paragraph, line, sentence, word."""

JOINERS = frozenset("\u200d\ufe0e\ufe0f")


def units(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def split_text(text: str, limit: int = TEXT_UNITS) -> list[str]:
    """Pieces of at most ``limit`` units, none empty; only the white space at the cuts is lost."""
    pieces = []
    rest = text.strip()
    while rest:
        fits = _fitting(rest, limit)
        if fits == len(rest):
            pieces.append(rest)
            break
        end, start = _cut(rest, fits)
        pieces.append(rest[:end].rstrip())
        rest = rest[start:].lstrip()
    return pieces


def _fitting(text: str, limit: int) -> int:
    """How many characters from the start fit; a character outside the basic plane takes two units."""
    head = text[:limit]
    over = units(head) - limit
    while over > 0:
        head = head[: len(head) - (over + 1) // 2]
        over = units(head) - limit
    return len(head)


def _cut(text: str, fits: int) -> tuple[int, int]:
    """(end of this piece, start of the next); a cut before the middle is too early unless between words."""
    for boundary in BOUNDARIES:
        earliest = 1 if boundary is BOUNDARIES[-1] else fits // 2
        ends = [match for match in boundary.finditer(text, earliest, fits + 1) if match.start() <= fits]
        if ends and text[: ends[-1].start()].strip():
            return ends[-1].start(), ends[-1].end()
    end = fits
    while end > max(1, fits - 32) and _belongs_to_the_former(text, end):
        end -= 1
    return end, end


def _belongs_to_the_former(text: str, at: int) -> bool:
    """Whether the character is a part of what is shown before it (an accent, the next member of an emoji family)."""
    char, former = text[at], text[at - 1]
    return char in JOINERS or former == "\u200d" or unicodedata.combining(char) != 0 or unicodedata.category(char) == "Sk"
