"""From what is written to be looked at (lists, headings, marks, pictures) to plain sentences."""

import re
import unicodedata

from channels.voice.spoken.vocabulary import either, words

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_BULLET = re.compile(r"^\s*(?:[-*+\u2022\u25cf\u25aa\u2013\u2014]|>+|#{1,6})\s+")
_NUMBERED = re.compile(r"^\s*(\d{1,2})[.)]\s+(?=\S)")
_RULE = re.compile(r"^\s*(?:[-*_=]\s*){3,}$")
_MARKS = re.compile(r"(?<!\w)[*_]{1,3}(?=\S)|(?<=\S)[*_]{1,3}(?!\w)|[`|]|~~|\*\*")
_SIGNS = re.compile(either(words()["signs"]))
_DASH = re.compile(r"\s+[-\u2010-\u2015](?=\s)")
_ENDS = ".!?:;,"
_PICTURES = {"So", "Sk", "Cs", "Co", "Cn", "Cf", "Cc", "Mn", "Me"}
_KEPT = {"\u0301", "°"}
"""The mark of stress, which voices understand, and the degree."""
_MONEY = "₽$€"
_SPACES = re.compile(r"[ \t\u00a0\u202f\u2009]+")


def without_links(text: str) -> str:
    """The text with the words of its links, without tags, and with the digits of any script as ours."""
    text = re.sub(r"[^\x00-\x7f]", _our_digit, unicodedata.normalize("NFC", text))
    return _TAG.sub(" ", _LINK.sub(r"\1", text))


def dashes_as_pauses(text: str) -> str:
    """A dash between words is a pause; what is left of ranges by then has no spaces."""
    return _DASH.sub(",", text)


def to_sentences(text: str) -> str:
    """One line of plain sentences: each line of a list becomes one, numbered ones begin "первое", "второе"."""
    lines = [_line(line) for line in re.split(r"[\r\n]+", text) if not _RULE.match(line)]
    return _join([line for line in lines if line])


def _our_digit(found: re.Match[str]) -> str:
    return str(unicodedata.digit(found[0])) if found[0].isdecimal() else found[0]


def _line(line: str) -> str:
    line = _BULLET.sub("", line)
    numbered = _NUMBERED.match(line)
    if numbered:
        line = _ordinal(int(numbered[1])) + line[numbered.end() :]
    return _SPACES.sub(" ", _clear(line)).strip()


def _ordinal(number: int) -> str:
    ordinals = words()["numbers"]["ordinals"]
    return f"{ordinals[number - 1].capitalize()}: " if 0 < number <= len(ordinals) else ""


def _clear(line: str) -> str:
    line = _SIGNS.sub(_sign, _MARKS.sub(" ", line))
    return "".join(sign for sign in line if sign in _KEPT or unicodedata.category(sign) not in _PICTURES)


def _sign(found: re.Match[str]) -> str:
    """A sum keeps its sign: the next stage puts the currency in the right case."""
    if found[0] in _MONEY and found.string[: found.start()].rstrip()[-1:].isdigit():
        return found[0]
    return str(words()["signs"][found[0]])


def _join(lines: list[str]) -> str:
    """A line without an end of its own gets one; the last is left as it is."""
    return " ".join(line if line[-1] in _ENDS or number == len(lines) - 1 else f"{line}." for number, line in enumerate(lines))
