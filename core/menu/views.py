"""The editor's pages as values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.menu.catalogue import Section
from core.menu.model import MenuEdition


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionLine:
    """A published edition; ``is_standing``: it is in force."""

    edition: MenuEdition
    published_by: str
    authors: Sequence[str]
    is_standing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftShown:
    """The draft, who wrote it, and why it cannot be published yet by the names of the texts. ``is_own``: the asker wrote in it."""

    edition: MenuEdition
    authors: Sequence[str]
    faults: Mapping[str, str]
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuShown:
    """The whole editor: texts with their shipped words, what the edition in force says otherwise, the draft, the editions."""

    sections: Sequence[Section]
    standing: Mapping[str, str]
    number: int
    draft: DraftShown | None
    editions: Sequence[EditionLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A text that two editions say otherwise."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is written into a draft: None gives a text back to the shipped words. ``note``: what the edition is about."""

    texts: Mapping[str, str | None]
    note: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The edition that is in force now."""

    number: int
    at: datetime
