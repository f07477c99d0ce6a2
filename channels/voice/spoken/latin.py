"""Latin in a Russian text: mail addresses, sites, names, and letters that only look Russian. After it there is no Latin letter.

That also keeps jambonz from taking a text for the address of a sound: it skips what begins with a Latin word and a colon.
"""

import re
import unicodedata

from channels.voice.spoken.digits import pairs, sequence
from channels.voice.spoken.vocabulary import either, words

_LATIN = words()["latin"]
_MOST_OF_A_PATH = 20
_FOREIGN = re.compile(r"[^\W\d_\u0400-\u04ffA-Za-z]")
_MAIL = re.compile(r"[A-Za-z0-9][\w.+-]*@[A-Za-z0-9][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_SITE = re.compile(
    r"(?:(?:https?|ftp)://|mailto:)?(?<![\w@])(?:www\.)?(?P<host>(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+[A-Za-z]{2,12})(?P<path>/[^\s,;)»\"]*)?(?![\w@])"
)
_HANDLE = re.compile(r"(?<!\w)@([A-Za-z]\w{2,})")
_RUSSIAN_SITE = re.compile(rf"(?<=[^\W\d_])\.({either(_LATIN['endings'])})\b", re.IGNORECASE)
_SCHEME = re.compile(r"\b(?:https?|ftp)://|\bmailto:")
_WORD = re.compile(r"(?<!°)[A-Za-z]+(?:[-'’][A-Za-z]+)*")
_MIXED = re.compile(r"(?=\w*[A-Za-z])(?=\w*[\u0400-\u04ff])[A-Za-z\u0400-\u04ff]+")
_ROMAN = re.compile(r"(?=[IVXLC])(?:XC|XL|L?X{0,3}|C{1,3}(?:XC|XL|L?X{0,3}))(?:IX|IV|V?I{0,3})")
_ROMAN_LETTERS = str.maketrans({words()["latin"]["twins"]["X"]: "X"})
_DIGIT_EDGE = re.compile(r"(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_SOUND = re.compile(either(_LATIN["sounds"]))
_VOWELS = set("aeiouy")
_LONGEST_SPELLED = 5


def say_addresses(text: str) -> str:
    """The text with mail addresses, sites and handles as they are dictated; of a long path only the site is said."""
    text = _MIXED.sub(_mended, _FOREIGN.sub(_without_accent, text))
    text = _MAIL.sub(lambda found: _dictated(found[0]), text)
    text = _SITE.sub(_site, text)
    text = _HANDLE.sub(lambda found: _dictated(found[0]), text)
    text = _RUSSIAN_SITE.sub(lambda found: f" {_LATIN['signs']['.']} {_LATIN['endings'][found[1].lower()]}", text)
    return _SCHEME.sub("", text)


def say_latin(text: str) -> str:
    """The text with its Latin words in Russian letters. Roman numerals are left to ``spell_latin``."""
    text = _DIGIT_EDGE.sub(" ", text)
    return _WORD.sub(lambda found: found[0] if _is_roman(found[0]) else _word(found[0]), text)


def spell_latin(text: str) -> str:
    """The same for what is left when numbers are read: a letter that was no numeral."""
    return re.sub(r"[A-Za-z]+", lambda found: _word(found[0]), text)


def _is_roman(word: str) -> bool:
    return bool(_ROMAN.fullmatch(word)) and word.lower() not in _LATIN["words"]


def _without_accent(found: re.Match[str]) -> str:
    base = unicodedata.normalize("NFKD", found[0])[0]
    return base if base.isascii() and base.isalpha() else found[0]


def _mended(found: re.Match[str]) -> str:
    """A Russian word into which Latin letters slipped; a word with others in it is left apart at the seam."""
    if _ROMAN.fullmatch(roman := found[0].translate(_ROMAN_LETTERS)):
        return roman
    mended = "".join(_LATIN["twins"].get(sign, sign) for sign in found[0])
    return re.sub(r"(?<=[\u0400-\u04ff])(?=[A-Za-z])|(?<=[A-Za-z])(?=[\u0400-\u04ff])", " ", mended)


def _site(found: re.Match[str]) -> str:
    path = (found["path"] or "").rstrip("/.")
    short = re.fullmatch(r"/[A-Za-z][\w-]*", path) and len(path) <= _MOST_OF_A_PATH
    tail = "." if found["path"] and found["path"].endswith(".") else ""
    return _dictated(found["host"] + (path if short else "")) + tail


def _dictated(address: str) -> str:
    pieces = re.findall(r"[A-Za-z]+|[0-9]+|.", address)
    return " ".join(_piece(piece) for piece in pieces)


def _piece(piece: str) -> str:
    if piece.isascii() and piece.isdigit():
        return sequence(pairs(piece))
    return _word(piece) if piece.isascii() and piece.isalpha() else _LATIN["signs"].get(piece, "")


def _word(word: str) -> str:
    known = _LATIN["words"].get(word.lower())
    if known:
        return str(known)
    if re.search(r"[-'’]", word):
        return "-".join(_word(part) for part in re.split(r"[-'’]", word))
    if len(word) <= _LONGEST_SPELLED and (word.isupper() or not _VOWELS & set(word.lower())):
        return " ".join(_LATIN["letters"][letter] for letter in word.lower())
    return _SOUND.sub(lambda sound: str(_LATIN["sounds"][sound[0]]), word.lower())
