"""Bytes of a mail to words, whatever is said or not said of their charset.

A guess is made among UTF-8 and the three Russian charsets only, by how well the letters fit together in Russian
(``letter_pairs.txt``: how usual each pair is, 0..9, a word's beginning and end included). Of 105 short texts of the tests (35 in
each charset) it tells all; charset-normalizer, kept to the same charsets and CP1251 where it is not sure, tells 77.
"""

import codecs
from functools import lru_cache
from pathlib import Path

DEFAULT = "cp1251"
GUESSED = (DEFAULT, "koi8_r", "cp866")
SAMPLE = 4096
"""Bytes that a guess looks at."""
WESTERN = frozenset({"iso8859-1", "cp1252", "iso8859-15"})
"""What programs say that were never told of another charset."""
NOT_OF_MAILS = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape"})
NOT_ASCII = ("utf-7", "utf-16", "utf-32", "iso2022", "hz")
"""Their bytes look like ASCII, or hold zeros, and are not."""
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
EDGE = 0
"""The row of the pairs for what is no letter."""
USUAL, WRONG_CASE, CAPITAL, FOREIGN = 5, 6, 0.6, 6


def decoded(content: bytes, charset: str = "") -> tuple[str, bool]:
    """The words, and whether the charset was guessed: there was none, it is unknown, or the bytes are not of it."""
    codec = codec_of(charset)
    if content.isascii() and not codec.startswith(NOT_ASCII):
        return content.decode("ascii"), False
    if codec and not (codec in WESTERN and _is_rather_russian(content)):
        try:
            return content.decode(codec), False
        except ValueError:
            pass
    return _guessed(content), True


@lru_cache(maxsize=256)
def codec_of(charset: str) -> str:
    """The library's name of a charset of words; empty for what is none."""
    try:
        found = codecs.lookup(charset.strip().strip("\"'")[:40])
        "".encode(found.name)
    except (LookupError, ValueError):
        return ""
    return "" if found.name in NOT_OF_MAILS else found.name


def _guessed(content: bytes) -> str:
    for mark, codec in MARKS:
        if content.startswith(mark):
            return content.decode(codec, "replace")
    text = content.decode("utf-8", "replace")
    return text if _is_mostly_whole(text) else content.decode(_best(content), "replace")


def _is_mostly_whole(text: str) -> bool:
    """UTF-8 that was cut within a letter, or has a few spoilt bytes, is UTF-8 all the same."""
    broken = text.count("\ufffd")
    return not broken or sum(sign > "\x7f" for sign in text) > 8 * broken


def _best(content: bytes) -> str:
    sample = content[:SAMPLE]
    return max(GUESSED, key=lambda codec: _russian(sample.decode(codec, "replace")))


def _russian(text: str) -> float:
    """How much it looks like Russian: the pairs, and a capital within a small-letter word against it."""
    letters, pairs = _letter_pairs()
    score, before, was_small = 0.0, EDGE, False
    for sign in text:
        letter = letters.get(sign.lower(), EDGE)
        if letter or before:
            score += pairs[before][letter] - USUAL
        if letter and sign.isupper():
            score -= CAPITAL + (WRONG_CASE if was_small else 0)
        elif not letter and sign > "\x7f" and not _is_usual_sign(sign):
            score -= FOREIGN
        was_small = bool(letter) and sign.islower()
        before = letter
    return score


def _is_usual_sign(sign: str) -> bool:
    """Number, guillemets, dashes, quotes, dots, the hard space."""
    return sign in "\u2116\xab\xbb\u2013\u2014\u201c\u201d\u201e\u2026\xa0"


@lru_cache(maxsize=1)
def _letter_pairs() -> tuple[dict[str, int], list[list[int]]]:
    alphabet, *rows = (Path(__file__).parent / "letter_pairs.txt").read_text(encoding="utf-8").split()
    letters = {letter: number for number, letter in enumerate(alphabet, 1)}
    letters["\u0451"] = letters["\u0435"]
    return letters, [[int(usual) for usual in row] for row in rows]


def _is_rather_russian(content: bytes) -> bool:
    """Western words have now and then a letter from 0xC0 on; Russian ones hardly another."""
    sample = content[:SAMPLE]
    return sum(sign >= 0xC0 for sign in sample) > sum(sign < 0x80 and chr(sign).isalpha() for sign in sample)
