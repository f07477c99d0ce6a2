"""The texts that can be edited: their names, their shipped words, where they stand on the screen."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).with_name("catalogue.yaml")


class TextKind(StrEnum):
    """What a text is for: the ear, the eye, a button, a telephone number, the hours of a weekday, the key of an item, a service."""

    SPOKEN = "spoken"
    WRITTEN = "written"
    BUTTON = "button"
    NUMBER = "number"
    HOURS = "hours"
    KEY = "key"
    SERVICE = "service"


KINDS = {
    "voice": TextKind.SPOKEN,
    "core": TextKind.WRITTEN,
    "bot": TextKind.BUTTON,
    "number": TextKind.NUMBER,
    "hours": TextKind.HOURS,
    "key": TextKind.KEY,
    "service": TextKind.SERVICE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text with its shipped words. ``section`` and ``label``: where it stands on the screen and under which heading."""

    name: str
    words: str
    kind: TextKind
    section: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the screen."""

    key: str
    title: str
    texts: Sequence[Text]


class Catalogue:
    """The editable texts among those that are shipped; ``shipped``: words by name."""

    def __init__(self, shipped: Mapping[str, str]) -> None:
        self.sections = tuple(_sections(shipped))
        self.texts: Mapping[str, Text] = {text.name: text for section in self.sections for text in section.texts}


def keys_told(words: str) -> Sequence[str]:
    """The keys that a phrase offers, in order: after "press" or a dash."""
    keys: dict[str, str] = _read()["keys"]
    return [keys[found[1]] for found in _told().finditer(words.casefold())]


def key_word(key: str) -> str:
    """The word by which a key is told."""
    words: dict[str, str] = _read()["keys"]
    return next(word for word, known in words.items() if known == key)


def state_title(state: str) -> str:
    """What a place of the menu is called for people; the name itself where it has no title."""
    titles: dict[str, str] = _read()["states"]
    return titles.get(state, state)


@cache
def _told() -> re.Pattern[str]:
    leads, keys = "|".join(map(re.escape, _read()["leads"])), "|".join(_read()["keys"])
    return re.compile(rf"(?:{leads})\s+({keys})(?=\s*(?:[.,!?;]|$))")


@cache
def _read() -> Mapping[str, Any]:
    document: Mapping[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return document


def _sections(shipped: Mapping[str, str]) -> Iterator[Section]:
    left = dict(shipped)
    for row in _read()["sections"]:
        found = [name for pattern in row["texts"] for name in left if fnmatchcase(name, pattern)]
        texts = [
            Text(name=name, words=left.pop(name), kind=_kind(name), section=row["key"], label=_label(name))
            for name in dict.fromkeys(found)
        ]
        yield Section(key=row["key"], title=row["title"], texts=texts)


def _kind(name: str) -> TextKind:
    return KINDS[name.partition(":")[0]]


def _label(name: str) -> str:
    labels: dict[str, str] = _read()["labels"]
    if name in labels:
        return labels[name]
    place, _, rest = name.partition(":")[2].partition(".")
    if _kind(name) is TextKind.SERVICE:
        fields: dict[str, str] = _read()["services"]
        return fields[rest].format(place=place)
    endings = list[str]()
    known: dict[str, str] = _read()["endings"]
    while ending := next((one for one in known if rest.endswith(one)), ""):
        rest = rest.removesuffix(ending)
        endings.insert(0, known[ending])
    title = _read()["places"].get(place, place)
    named = title if rest == "text" else f"{title}: {_read()['names'].get(rest, rest)}"
    return ", ".join([named, *endings])
