"""The address that a letter is about, as its writer wrote it."""

import re
from functools import cache
from pathlib import Path
from typing import cast

from core.lexicon.tokens import read_yaml

LIMIT = 4096
"""Characters of a letter in which an address is looked for."""
LONGEST = 200
_WORD = r"(?:[^\W\d_]\.[^\S\n]?){0,2}[\w\"\u00ab\u00bb'-]{2,40}"
"""A word of a street's name, with initials before it."""
_NUMBER = r"\d{1,4}(?:[^\S\n]?/[^\S\n]?\d{1,3})?(?:-?[^\S\n]?[^\W\d_](?!\w))?"
_GAP = r"[^\S\n]"
"""Space within a line: an address does not go on in the next one."""


def find_address(text: str) -> str:
    """The first street with a house, else the first street, in one line; empty when the letter names none. Never raises."""
    head = text[:LIMIT]
    for pattern in _patterns():
        for found in pattern.finditer(head):
            name = found["name"].lstrip("\"\u00ab'")
            if name[:1].isupper() or name[:1].isdigit():
                return " ".join(found[0].split()).strip(" ,.;")[:LONGEST]
    return ""


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    words = cast(dict[str, list[str]], read_yaml(Path(__file__).parent / "places.yaml"))
    streets, houses, inside = (
        "|".join(map(re.escape, sorted(words[part], key=len, reverse=True))) for part in ("streets", "houses", "inside")
    )
    kind = rf"(?<!\w)(?:{streets})(?:\.{_GAP}?|{_GAP}+)"
    house = rf"(?<!\w)(?:{houses})(?:\.{_GAP}?|{_GAP}+)№?{_GAP}?"
    more = rf"(?:{_GAP}*,?{_GAP}*(?<!\w)(?:{inside})(?:\.{_GAP}?|{_GAP}+)\d{{1,4}}[^\W\d_]?(?!\w))*"
    name = rf"(?P<name>(?:\d{{1,3}}{_GAP})?{_WORD}(?:{_GAP}{_WORD}){{0,3}}?)"
    street = rf"(?P<name>(?:\d{{1,3}}{_GAP})?{_WORD}(?:{_GAP}(?-i:[A-Z\u0401\u0410-\u042f\u04d4]){_WORD})?)"
    whole = rf"{kind}{name}(?=[\s,]){_GAP}*,?{_GAP}*(?:{house})?{_NUMBER}(?!\w){more}"
    turned = rf"{house}{_NUMBER}(?!\w){_GAP}+(?:[^\W\d_]{{1,3}}{_GAP}+)?{kind}{street}"
    return tuple(re.compile(one, re.IGNORECASE) for one in (turned, whole, rf"{kind}{street}"))
