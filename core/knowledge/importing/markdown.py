"""A small part of Markdown: headings, lists and paragraphs, each with its line."""

import re

from core.knowledge.importing.vocabulary import Block

_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*")
_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s+(.+)")
_EMPHASIS = re.compile(r"(\*\*|__|`)(.+?)\1")
_LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]*)[^)]*\)")


def looks_like_markdown(text: str) -> bool:
    """Whether some line is a heading."""
    return any(_HEADING.fullmatch(line) for line in text.splitlines())


def read_markdown(text: str) -> list[Block]:
    """Blocks in order."""
    blocks: list[Block] = []
    paragraph: list[str] = []
    began = 0
    for number, line in enumerate([*text.splitlines(), ""], 1):
        heading, item = _HEADING.fullmatch(line), _ITEM.fullmatch(line)
        if (heading or item or not line.strip()) and paragraph:
            blocks.append(Block(text=_plain(" ".join(paragraph)), line=began))
            paragraph = []
        if heading:
            blocks.append(Block(text=_plain(heading[2]), level=len(heading[1]), line=number))
        elif item:
            blocks.append(Block(text=_plain(item[1]), is_item=True, line=number))
        elif line.strip():
            began = began if paragraph else number
            paragraph.append(line.strip())
    return blocks


def _plain(text: str) -> str:
    return _LINK.sub(r"\1 (\2)", _EMPHASIS.sub(r"\2", text)).strip()
