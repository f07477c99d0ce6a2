"""One text, two looks: what goes out as plain text is laid out as simple HTML, with nothing added and nothing lost."""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
_LINK = re.compile(r"https?://[^\s<>\"\u00ab\u00bb]+")
_AFTER_A_LINK = ".,;:!?)]}'\u2026"
_INDENT = re.compile(r"(?<=^) +|(?<= ) ", re.MULTILINE)
_FIXED_SPACE = "\u00a0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A part of a line; with a ``url`` it is a link."""

    words: str
    url: str = ""


class Layout:
    """Lays a letter out, from the words and the template beside this module."""

    def __init__(self) -> None:
        self._words = tomllib.loads((HERE / "words.toml").read_text(encoding="utf-8"))
        environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)
        self._page = environment.get_template("letter.html")

    def plain(self, text: str, *, wants_answer: bool) -> str:
        """The whole body; where an answer is awaited, first the line above which it is written: it ends what is new in it."""
        parts = [self._words["reply_above"] if wants_answer else "", text.strip("\n")]
        return "\n\n".join(part for part in parts if part) + "\n"

    def page(self, subject: str, plain: str) -> str:
        """The same body as HTML: paragraphs, line breaks and links; everything else is text."""
        paragraphs = [[list(_pieces(line)) for line in part.splitlines()] for part in re.split(r"\n\s*\n", plain.strip("\n"))]
        return self._page.render(subject=subject, paragraphs=paragraphs) + "\n"


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
