"""Articles as a Word file: a heading each, labelled lines, the text with its lists and tables; the import reads it back."""

import io
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, cast

import docx
from docx.document import Document

from core.knowledge.markup import Block, BlockKind, blocks_of
from core.knowledge.model import Article
from core.lexicon.tokens import read_yaml

NOT_XML = dict.fromkeys(code for code in range(32) if chr(code) not in "\t\n\r")


def articles_docx(articles: Sequence[Article], departments: Mapping[str, str]) -> bytes:
    """One file; ``departments`` are their names by keys. Blocks: call it in a thread."""
    document = docx.Document()
    for article in articles:
        document.add_heading(_clean(article.title), level=1)
        _facts(document, article, departments)
        document.add_paragraph(f"{_label('answer')}:")
        for block in blocks_of(_clean(article.answer)):
            _add(document, block)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _facts(document: Document, article: Article, departments: Mapping[str, str]) -> None:
    told = {
        "item_no": str(article.item_no or ""),
        "department": departments.get(article.department or "", ""),
        "source": article.source,
        "confirmed_on": _day(article.confirmed_on),
        "valid_until": _day(article.valid_until),
        "restricted": _words()["affirmed"] if article.restricted else "",
        "spoken": " ".join(article.spoken.split()),
    }
    for name, value in told.items():
        if value:
            document.add_paragraph(f"{_label(name)}: {_clean(value)}")
    if article.questions:
        document.add_paragraph(f"{_label('questions')}:")
        for question in article.questions:
            document.add_paragraph(_clean(question), style="List Bullet")


def _add(document: Document, block: Block) -> None:
    if block.kind is BlockKind.TABLE:
        rows = [row for row in (block.head, *block.rows) if row]
        table = document.add_table(rows=0, cols=max(map(len, rows), default=1), style="Table Grid")
        for row in rows:
            for cell, words in zip(table.add_row().cells, row, strict=False):
                cell.text = words
        return
    style = {BlockKind.LIST: "List Bullet", BlockKind.NUMBERED: "List Number"}.get(block.kind)
    for line in block.lines:
        document.add_paragraph(line, style=style)


def _clean(text: str) -> str:
    return text.translate(NOT_XML)


def _day(day: date | None) -> str:
    return day.strftime("%d.%m.%Y") if day else ""


def _label(name: str) -> str:
    return str(_words()["labels"][name])


@cache
def _words() -> dict[str, Any]:
    return cast(dict[str, Any], read_yaml(Path(__file__).parent / "words.yaml"))  # our own file, tested
