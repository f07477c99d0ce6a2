"""The text of an article: plain lines with a little markup that is legible as it stands (docs/adr/0023).

A blank line ends a paragraph; ``- `` begins an item of a list, ``1. `` a numbered one; ``| a | b |`` is a row of a table, its first
row a heading when ``| --- |`` follows; ``[words](https://...)`` is a link. Web addresses, e-mail addresses and telephones are found
by themselves. Nothing else means anything: HTML stays the letters that were typed.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import cast

from core.lexicon.tokens import read_yaml

KEPT_TEXTS = 1024
BULLET = "\u2022"
_ITEM = re.compile(rf"[-*{BULLET}]\s+(?=\S)")
_NUMBERED = re.compile(r"(\d{1,3})[.)]\s+(?=\S)")
_RULE = re.compile(r"\|?[\s:|-]*-{3}[\s:|-]*")
_LINK = re.compile(
    r"\[(?P<words>[^\[\]\n]{1,200})\]\((?P<at>(?:https?://|mailto:|tel:)[^\s()<>\"]{1,500})\)"
    r"|(?P<web>https?://[^\s<>\"\u00ab\u00bb]{1,500})"
    r"|(?P<mail>(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5})"
    r"|(?P<phone>(?<![\w+])(?:\+7|8)[\s\u00a0-]?\(?\d{3,4}\)?(?:[\s\u00a0-]?\d){6,7}(?!\d))"
)
_TRAILING = ".,;:!?)]"


class BlockKind(StrEnum):
    """What a piece of the text is."""

    PARAGRAPH = "paragraph"
    LIST = "list"
    NUMBERED = "numbered"
    TABLE = "table"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Words, or words that lead somewhere: ``href`` is of http, https, mailto or tel, and never anything else."""

    text: str
    href: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of the text. ``lines``: of a paragraph its lines, of a list its items; ``rows``: of a table, the heading apart."""

    kind: BlockKind
    lines: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    first: int = 1


def blocks_of(text: str) -> list[Block]:
    """The pieces in their order; any text is safe."""
    blocks: list[Block] = []
    gathered: list[str] = []
    kind = BlockKind.PARAGRAPH
    for line in [*text.splitlines(), ""]:
        now = _kind_of(line)
        if gathered and (now is not kind or now is BlockKind.ADDRESS):
            blocks.append(_block(kind, gathered))
            gathered = []
        kind = now or BlockKind.PARAGRAPH
        if now is not None:
            gathered.append(line.strip())
    return blocks


def spans_of(line: str) -> list[Span]:
    """The words of a line, and those among them that lead somewhere."""
    spans: list[Span] = []
    end = 0
    for found in _LINK.finditer(line):
        words, href, length = _target(found)
        if found.start() > end:
            spans.append(Span(text=line[end : found.start()]))
        spans.append(Span(text=words, href=href))
        end = found.start() + length
    if end < len(line):
        spans.append(Span(text=line[end:]))
    return spans


@lru_cache(maxsize=KEPT_TEXTS)
def plain(text: str) -> str:
    """The text for a channel that shows letters only (Telegram, mail, a pasted reply): bullets, rows in words, whole addresses."""
    return "\n\n".join("\n".join(_plain_lines(block)) for block in blocks_of(text))


@lru_cache(maxsize=KEPT_TEXTS)
def heard(text: str) -> str:
    """The text for the ear, before numbers become words: links by their words, each row of a table as a sentence."""
    return "\n".join(line for block in blocks_of(text) for line in _heard_lines(block))


def _kind_of(line: str) -> BlockKind | None:
    line = line.strip()
    if not line:
        return None
    if line.startswith("|") or " | " in line:
        return BlockKind.TABLE
    if _ITEM.match(line):
        return BlockKind.LIST
    if _NUMBERED.match(line):
        return BlockKind.NUMBERED
    label, colon, rest = line.partition(":")
    return BlockKind.ADDRESS if colon and rest.strip() and label.casefold() in _address_labels() else BlockKind.PARAGRAPH


def _block(kind: BlockKind, lines: Sequence[str]) -> Block:
    if kind is BlockKind.TABLE:
        return _table(lines)
    if kind is BlockKind.LIST:
        return Block(kind=kind, lines=tuple(_ITEM.sub("", line, count=1) for line in lines))
    if kind is BlockKind.NUMBERED:
        first = _NUMBERED.match(lines[0])
        return Block(
            kind=kind, lines=tuple(_NUMBERED.sub("", line, count=1) for line in lines), first=int(first[1]) if first else 1
        )
    return Block(kind=kind, lines=tuple(lines))


def _table(lines: Sequence[str]) -> Block:
    has_head = len(lines) > 1 and _RULE.fullmatch(lines[1]) is not None
    rows = tuple(_cells(line) for line in lines if not _RULE.fullmatch(line))
    return Block(kind=BlockKind.TABLE, head=rows[0] if has_head else (), rows=rows[1:] if has_head else rows)


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line.removeprefix("|").removesuffix("|").split("|"))


def _target(found: re.Match[str]) -> tuple[str, str, int]:
    """Words, where they lead, and how many letters of the line they take."""
    whole = found[0]
    if found["words"]:
        return found["words"], found["at"], len(whole)
    if found["web"]:
        address = whole.rstrip(_TRAILING)
        return address, address, len(address)
    if found["mail"]:
        return whole, f"mailto:{whole}", len(whole)
    digits = "".join(filter(str.isdigit, whole))
    return whole, f"tel:+7{digits[1:]}", len(whole)


def _plain_lines(block: Block) -> Iterator[str]:
    if block.kind is BlockKind.TABLE:
        yield from (_plain_spans(line) for line in _rows_in_words(block, "; ", " \u2014 "))
        return
    for number, line in enumerate(block.lines, block.first):
        mark = {BlockKind.LIST: f"{BULLET} ", BlockKind.NUMBERED: f"{number}. "}.get(block.kind, "")
        yield mark + _plain_spans(line)


def _plain_spans(line: str) -> str:
    return "".join(_plain_span(span) for span in spans_of(line))


def _plain_span(span: Span) -> str:
    if span.href.startswith("http") and span.href != span.text:
        return f"{span.text} ({span.href})"
    return span.text


def _heard_lines(block: Block) -> Iterator[str]:
    if block.kind is BlockKind.TABLE:
        yield from (f"{_heard_spans(line)}." for line in _rows_in_words(block, ", ", ", "))
        return
    for number, line in enumerate(block.lines, block.first):
        mark = {BlockKind.LIST: "- ", BlockKind.NUMBERED: f"{number}. "}.get(block.kind, "")
        yield mark + _heard_spans(line)


def _heard_spans(line: str) -> str:
    return "".join(span.text for span in spans_of(line))


def _rows_in_words(block: Block, between: str, bare: str) -> Iterator[str]:
    """A row under a heading says what each cell is; without one its cells follow each other."""
    for row in block.rows:
        if block.head and len(row) == len(block.head):
            first, rest = row[0], [f"{title}: {cell}" for title, cell in zip(block.head[1:], row[1:], strict=True) if cell]
            yield f"{first}{bare if rest else ''}{between.join(rest)}"
        else:
            yield bare.join(filter(None, row))


@cache
def _address_labels() -> frozenset[str]:
    return frozenset(
        cast(dict[str, list[str]], read_yaml(Path(__file__).parent / "markup.yaml"))["address"]
    )  # our own file, tested
