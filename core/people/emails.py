"""E-mail addresses in a citizen's words, written or said ("ivanov dog yandex dot ru").

They are checked by their form only (RFC 5321, 5322); the network is not asked.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

from email_validator import EmailNotValidError, validate_email

from core.lexicon.tokens import fold, read_yaml, strip_invisible
from core.people.numbers import digits_for_words

WORDS = Path(__file__).parent / "emails.yaml"
LIMIT = 4096
"""Characters of a text in which addresses are looked for."""
LONGEST_LOCAL = 64
WRITTEN = re.compile(r"(?<![\w.+'-])[\w.+'-]{1,64}@[^\W_](?:[\w-]{0,62}\.){1,8}[\w-]{2,63}(?![\w-])")
PIECE = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
MOST_LOCAL_PIECES = 12
MOST_LABELS = 8
STANDS_FOR_ITSELF = frozenset("@._+-")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpokenAddress:
    """The words of emails.yaml, folded; ``phrases`` are said in several words."""

    single: Mapping[str, str]
    phrases: Mapping[tuple[str, ...], str]
    endings: Mapping[str, str]
    letters: Mapping[str, str]
    domains: frozenset[str]
    before: frozenset[str]
    latin: dict[int, str]


def find_emails(text: str) -> tuple[str, ...]:
    """The addresses in the text, in order, each once: domain in lower case and ASCII (IDNA); nothing is asked of the network.

    At most LIMIT characters are read; never raises.
    """
    head = strip_invisible(text[:LIMIT])
    written = [_valid(match.group().strip(".'-")) for match in WRITTEN.finditer(head)] if "@" in head else []
    found = [address for address in written if address]
    return tuple(dict.fromkeys(found or _said(head)))


def _valid(address: str) -> str | None:
    try:
        checked = validate_email(address, check_deliverability=False)
    except EmailNotValidError:
        return None
    return f"{checked.local_part}@{checked.ascii_domain}"


def _said(text: str) -> list[str]:
    pieces = _translated(PIECE.findall(digits_for_words(text)))
    found = []
    for place, piece in enumerate(pieces):
        if piece == "@" and 0 < place < len(pieces) - 1:
            address = _valid(f"{_local(pieces[:place])}@{_domain(pieces[place + 1 :])}")
            if address is not None:
                found.append(address)
    return found


def _translated(pieces: Sequence[str]) -> list[str]:
    """Words for signs replaced by the signs."""
    spoken, result, index = _spoken(), list[str](), 0
    while index < len(pieces):
        pair = tuple(pieces[index : index + 2])
        if pair in spoken.phrases:
            result.append(spoken.phrases[pair])
            index += 2
        else:
            result.append(spoken.single.get(pieces[index], pieces[index]))
            index += 1
    return result


def _local(pieces: Sequence[str]) -> str:
    """The name before the sign: pieces joined by signs, digits or single letters; of plain words only the nearest one."""
    taken: list[str] = []
    for piece in reversed(pieces[-MOST_LOCAL_PIECES:]):
        is_word = piece.isalnum() or piece in STANDS_FOR_ITSELF
        if piece == "@" or not is_word or piece in _spoken().before or (taken and not _joins(piece, taken[-1])):
            break
        taken.append(piece)
    name = "".join(_spoken().letters.get(piece, piece) for piece in reversed(taken))
    name = name.translate(_spoken().latin).strip(".-")
    return name if len(name) <= LONGEST_LOCAL else ""


def _joins(piece: str, following: str) -> bool:
    """Whether two neighbours belong to one name: a sign, a digit or a single letter stands on either side."""
    return any(_is_short(part) for part in (piece, following))


def _is_short(piece: str) -> bool:
    return piece in STANDS_FOR_ITSELF or (piece.isalnum() and len(piece) == 1) or piece.isdecimal() or piece in _spoken().letters


def _domain(pieces: Sequence[str]) -> str:
    """Labels after the sign; the dot may be left out before an ending that everybody knows."""
    spoken, labels, index = _spoken(), list[str](), 0
    while index < len(pieces) and len(labels) < MOST_LABELS:
        label, index = _label(pieces, index)
        if not label:
            break
        labels.append(label)
        if index < len(pieces) and pieces[index] == ".":
            index += 1
        elif index >= len(pieces) or (pieces[index] not in spoken.endings and pieces[index] not in spoken.endings.values()):
            break
    return ".".join(labels) if len(labels) < MOST_LABELS else ""


def _label(pieces: Sequence[str], index: int) -> tuple[str, int]:
    spoken, label = _spoken(), ""
    while index < len(pieces) and (pieces[index] == "-" or not label or label.endswith("-")):
        piece = pieces[index]
        if not piece.isalnum() and piece != "-":
            break
        known = spoken.endings.get(piece, piece)
        label += known if known != piece or not piece.isalpha() else piece.translate(spoken.latin)
        index += 1
    return label, index


@cache
def _spoken() -> SpokenAddress:
    document = cast(dict[str, dict[str, str] | list[str]], read_yaml(WORDS))  # our own file; its shape is tested
    signs, domains = cast(dict[str, str], document["signs"]), cast(dict[str, str], document["domains"])
    said = {fold(word): "@" for word in document["at"]} | {fold(word): "." for word in document["dot"]}
    said |= {fold(word): sign for word, sign in (*signs.items(), *domains.items())}
    return SpokenAddress(
        single={word: sign for word, sign in said.items() if " " not in word},
        phrases={tuple(word.split()): sign for word, sign in said.items() if " " in word},
        endings={fold(word): ending for word, ending in cast(dict[str, str], document["endings"]).items()},
        letters={fold(word): letter for word, letter in cast(dict[str, str], document["letters"]).items()},
        domains=frozenset(domains.values()),
        before=frozenset(map(fold, document["before"])),
        latin=str.maketrans(cast(dict[str, str], document["latin"])),
    )
