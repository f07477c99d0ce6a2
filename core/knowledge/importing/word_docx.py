"""Word 2007+ documents: paragraphs and tables in their order, headings by style."""

import io
from collections.abc import Iterator

import docx
from docx.table import Table
from docx.text.paragraph import Paragraph

from core.knowledge.importing.vocabulary import Block, word_list


def read_docx(content: bytes) -> list[Block]:
    """Blocks in order; python-docx raises KeyError, ValueError or an XML error for a damaged file."""
    document = docx.Document(io.BytesIO(content))
    return [block for inner in document.iter_inner_content() for block in _blocks(inner) if block.text]


def _blocks(inner: Paragraph | Table) -> Iterator[Block]:
    if isinstance(inner, Table):
        for row in inner.rows:
            cells = list(dict.fromkeys(" ".join(cell.text.split()) for cell in row.cells))
            yield Block(text=" | ".join(filter(None, cells)))
        return
    style = ((inner.style.name if inner.style is not None else "") or "").casefold()
    text = " ".join(inner.text.split())
    if style.startswith(word_list("heading_styles")):
        yield Block(text=text, level=_level(style))
    else:
        yield Block(text=text, is_item=style.startswith(word_list("list_styles")) or _is_numbered(inner))


def _level(style: str) -> int:
    digits = "".join(filter(str.isdigit, style))
    return int(digits[:1] or 0)


def _is_numbered(paragraph: Paragraph) -> bool:
    properties = paragraph._p.pPr  # python-docx has no public way to a paragraph's list
    return properties is not None and properties.numPr is not None
