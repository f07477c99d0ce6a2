"""One text, two looks: what goes out as plain text is laid out as simple HTML, with nothing added and nothing lost."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from channels.email.letter import Letter, Quoted
from core.clock import MOSCOW

HERE = Path(__file__).parent
_LINK = re.compile(r"https?://[^\s<>\"\u00ab\u00bb]+")
_AFTER_A_LINK = ".,;:!?)]}'\u2026"
_INDENT = re.compile(r"(?<=^) +|(?<= ) ", re.MULTILINE)
_FIXED_SPACE = "\u00a0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Linked:
    """Files that were too big to go along: their names, and where they can be fetched for how long."""

    names: tuple[str, ...]
    url: str
    lives: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a line; with a ``url`` it is a link."""

    words: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Laid:
    """A letter's body in both looks."""

    plain: str
    page: str


class Layout:
    """Lays a letter out, from the words and the template beside this module."""

    def __init__(self) -> None:
        self._words = tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))
        environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)
        self._page = environment.get_template("letter.html")

    def lay_out(self, letter: Letter, subject: str, linked: Linked | None = None) -> Laid:
        """The letter, below the line above which its answer is written (it ends what is new in it), and what it answers below all.

        ``subject`` is the page's title.
        """
        marker = self._words["reply_above"] if letter.answers_to is not None else ""
        own = "\n\n".join(part for part in (letter.text.strip("\n"), self._linked(linked)) if part)
        plain = [part for part in (marker, own) if part]
        intro, cited = "", ""
        if letter.quoted is not None:
            intro, cited = self._intro(letter.quoted), letter.quoted.text
            plain.append("\n".join([intro, *(f"> {line}".rstrip() for line in cited.splitlines())]))
        page = self._page.render(
            subject=subject, marker=marker, paragraphs=_paragraphs(own), intro=intro, cited=_paragraphs(cited) if cited else []
        )
        return Laid(plain="\n\n".join(plain) + "\n", page=page + "\n")

    def _linked(self, linked: Linked | None) -> str:
        if linked is None:
            return ""
        words = self._words["linked"].format(names=", ".join(linked.names), days=linked.lives.days, url=linked.url)
        return str(words).strip("\n")

    def _intro(self, quoted: Quoted) -> str:
        if quoted.sent_at is None:
            return str(self._words["quoted_undated"].format(author=quoted.author))
        at = quoted.sent_at.astimezone(MOSCOW)
        return str(self._words["quoted"].format(day=f"{at:%d.%m.%Y}", time=f"{at:%H:%M}", author=quoted.author))


def _paragraphs(text: str) -> list[list[list[Piece]]]:
    return [[list(_pieces(line)) for line in part.splitlines()] for part in re.split(r"\n\s*\n", text.strip("\n"))]


def _pieces(line: str) -> Iterator[Piece]:
    at = 0
    for found in _LINK.finditer(line):
        url = found[0].rstrip(_AFTER_A_LINK)
        yield Piece(words=_spaced(line[at : found.start()]))
        yield Piece(words=url, url=url)
        at = found.start() + len(url)
    yield Piece(words=_spaced(line[at:]))


def _spaced(words: str) -> str:
    """HTML draws many spaces as one; columns made with spaces stay columns."""
    return _INDENT.sub(lambda run: _FIXED_SPACE * len(run[0]), words.expandtabs(4))
