"""Values that the parts of the import share; plain data, so that the limited process can hand them over as JSON."""

from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import cast

import yaml


class Content(StrEnum):
    """What a file is, by what it holds and not by its name."""

    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    DOC = "application/msword"
    RTF = "application/rtf"
    MARKDOWN = "text/markdown"
    YAML = "application/yaml"


class Wanted(StrEnum):
    """What a document is opened for."""

    ARTICLES = "articles"
    TEXT = "text"


class Note(StrEnum):
    """What an editor should look at in an imported draft."""

    MACROS = "macros"
    NO_HEADINGS = "no_headings"
    UNKNOWN_DEPARTMENT = "unknown_department"
    SHORTENED = "shortened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, a row of a table or a list item; ``level`` is set for a heading, ``line`` where the format has lines."""

    text: str
    level: int | None = None
    is_item: bool = False
    line: int | None = None


@dataclass(slots=True, kw_only=True)
class RawArticle:
    """An article as the document says it, not yet checked; dates are ISO."""

    title: str
    answer: str = ""
    spoken: str = ""
    questions: list[str] = field(default_factory=list)
    source: str = ""
    item_no: int | None = None
    department: str = ""
    confirmed_on: str | None = None
    valid_until: str | None = None
    restricted: bool = False
    line: int | None = None
    notes: list[str] = field(default_factory=list)


@cache
def import_words() -> dict[str, dict[str, list[str]] | list[str]]:
    """``words.yaml``, read once."""
    document = yaml.safe_load((Path(__file__).parent / "words.yaml").read_text(encoding="utf-8"))
    return cast(dict[str, dict[str, list[str]] | list[str]], document)  # our own file, tested


@cache
def labels() -> dict[str, str]:
    """Field name by the label that announces it."""
    table = cast(dict[str, list[str]], import_words()["labels"])
    return {label: name for name, found in table.items() for label in found}


def word_list(key: str) -> tuple[str, ...]:
    """A plain list of ``words.yaml``."""
    return tuple(cast(list[str], import_words()[key]))
