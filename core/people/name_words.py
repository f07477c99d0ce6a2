"""What a word may be in a person's name: surname, given name, patronymic, an initial, or none of these."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import cast

from core.lexicon.tokens import Parse, fold, is_known, read_yaml, readings

NAMES = Path(__file__).parent / "names.yaml"
GRAMMEMES: Mapping[str, str] = {"Surn": "surname", "Name": "given_name", "Patr": "patronymic"}
NAMEABLE = ("NOUN", "ADJF")
SHORTEST_PATRONYMIC = 6


class NamePart(StrEnum):
    """The parts of a full name; ``INITIAL`` stands for a given name or a patronymic of one letter."""

    SURNAME = "surname"
    GIVEN_NAME = "given_name"
    PATRONYMIC = "patronymic"
    INITIAL = "initial"


class Gender(StrEnum):
    """Grammatical gender of a name, for agreement in letters."""

    MASCULINE = "masculine"
    FEMININE = "feminine"


ANY_GENDER = frozenset(Gender)
GENDERS: Mapping[str | None, frozenset[Gender]] = {
    "masc": frozenset({Gender.MASCULINE}),
    "femn": frozenset({Gender.FEMININE}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NameWord:
    """A word with the parts it may be (in the nominative) and the genders that each part would have."""

    text: str
    parts: Mapping[NamePart, frozenset[Gender]] = field(default_factory=dict)
    is_plausible: bool = False


@lru_cache(maxsize=8192)
def name_word(text: str) -> NameWord:
    """The reading of one word of letters, hyphens and apostrophes."""
    folded = fold(text)
    if len(folded) == 1:
        return NameWord(text=text, parts={NamePart.INITIAL: ANY_GENDER}, is_plausible=True)
    found: dict[NamePart, frozenset[Gender]] = {}
    for part, gender in (*_from_lists(folded), *_from_dictionary(text.lower())):
        found[part] = found.get(part, frozenset()) | gender
    if NamePart.PATRONYMIC in found and NamePart.GIVEN_NAME not in found and len(found) > 1:
        found.pop(NamePart.SURNAME, None)  # "Ivanovich" is read as a patronymic even where a surname has that form
    return NameWord(text=text, parts=found, is_plausible=bool(found) or _may_be_name(folded))


@cache
def lead_ins() -> tuple[tuple[str, ...], ...]:
    """Words that begin an answer to "what is your name", longest first."""
    phrases = [tuple(fold(phrase).split()) for phrase in cast(list[str], _document()["lead_ins"])]
    return tuple(sorted(phrases, key=len, reverse=True))


@cache
def not_names() -> frozenset[str]:
    """Words with which a text is no name."""
    return frozenset(fold(cast(dict[str, str], _document()["not_names"])["words"]).split())


@cache
def surname_endings() -> tuple[str, ...]:
    """Endings of surnames that inflected nouns have as well."""
    return tuple(cast(list[str], _document()["surname_endings"]))


@cache
def son_of() -> Mapping[str, Gender]:
    """Words after a father's name that make it a patronymic."""
    table = cast(dict[str, list[str]], _document()["son_of"])
    return {fold(word): Gender(gender) for gender, words in table.items() for word in words}


def _from_lists(folded: str) -> list[tuple[NamePart, frozenset[Gender]]]:
    found = [(part, genders) for part, genders in _lists().get(folded, ())]
    halves = folded.split("-")
    if not found and len(halves) > 1 and all(_lists().get(half) for half in halves):
        found = list(_lists()[halves[-1]])
    table = cast(dict[str, list[str]], _document()["patronymics"])
    for gender, endings in table.items():
        if len(folded) >= SHORTEST_PATRONYMIC and folded.endswith(tuple(endings)):
            found.append((NamePart.PATRONYMIC, frozenset({Gender(gender)})))
    return found


@cache
def _lists() -> Mapping[str, tuple[tuple[NamePart, frozenset[Gender]], ...]]:
    found: dict[str, tuple[tuple[NamePart, frozenset[Gender]], ...]] = {}
    table = cast(dict[str, str], _document()["given_names"])
    rows = [(fold(name), NamePart.GIVEN_NAME, gender) for gender, names in table.items() for name in names.split()]
    for surname in fold(cast(str, _document()["surnames"])).split():
        rows.append((surname, NamePart.SURNAME, Gender.MASCULINE.value))
        rows.append((surname + _feminine_ending(), NamePart.SURNAME, Gender.FEMININE.value))
    for name, part, gender in rows:
        found[name] = (*found.get(name, ()), (part, frozenset({Gender(gender)})))
    return found


def _feminine_ending() -> str:
    return cast(str, _document()["feminine_ending"])


def _from_dictionary(lowered: str) -> list[tuple[NamePart, frozenset[Gender]]]:
    found = []
    for parse in readings(lowered):
        part = _part(parse)
        if part is not None and (parse.is_known or part is not NamePart.GIVEN_NAME):
            found.append((part, GENDERS.get(parse.tag.gender, ANY_GENDER)))
    return found


def _part(parse: Parse) -> NamePart | None:
    if "nomn" not in parse.tag or "sing" not in parse.tag:
        return None
    return next((NamePart(part) for grammeme, part in GRAMMEMES.items() if grammeme in parse.tag), None)


def _may_be_name(folded: str) -> bool:
    """Whether a word without a name's reading may still be one: unknown, or a noun or adjective in the nominative."""
    if not is_known(folded):
        return True
    return any(
        parse.is_known and "nomn" in parse.tag and "sing" in parse.tag and any(kind in parse.tag for kind in NAMEABLE)
        for parse in readings(folded)
    )


@cache
def _document() -> Mapping[str, object]:
    return cast(dict[str, object], read_yaml(NAMES))  # our own file; its shape is tested
