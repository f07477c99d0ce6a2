"""Templates as a clerk, or somebody worse, might make them."""

import io
import zipfile
import zlib
from collections.abc import Mapping
from re import DOTALL, findall

from docx import Document


def a_template(*paragraphs: str, header: str = "", table: tuple[str, ...] = ()) -> bytes:
    """A .docx with these paragraphs; ``table``: rows of one column."""
    document = Document()
    for words in paragraphs:
        document.add_paragraph(words)
    for words in table:
        document.add_table(1, 1).cell(0, 0).text = words
    if header:
        document.sections[0].header.paragraphs[0].text = header
    return saved(document)


def rows_template(*rows: str) -> bytes:
    """A .docx with one table of one column."""
    document = Document()
    table = document.add_table(len(rows), 1)
    for cell, words in zip(table.column_cells(0), rows, strict=True):
        cell.text = words
    return saved(document)


def saved(document) -> bytes:
    """The bytes of a document."""
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def with_parts(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The same file with parts put in place of its own, or added."""
    output = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as found, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in found.infolist():
            if member.filename not in parts:
                archive.writestr(member.filename, found.read(member))
        for name, part in parts.items():
            archive.writestr(name, part)
    return output.getvalue()


def part(content: bytes, name: str) -> bytes:
    """One part of a .docx."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def edited(content: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The same file with one place of one part changed."""
    found = part(content, name)
    assert old in found
    return with_parts(content, {name: found.replace(old, new, 1)})


def text_of(content: bytes) -> str:
    """What a reader of the document sees: paragraphs and cells, a line each."""
    document = Document(io.BytesIO(content))
    lines = [paragraph.text for paragraph in document.paragraphs]
    lines += [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    lines += [paragraph.text for section in document.sections for paragraph in section.header.paragraphs]
    return "\n".join(lines)


def opened(pdf: bytes) -> bytes:
    """A PDF with what its streams hold: typst packs its objects."""
    plain = pdf
    for stream in findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, DOTALL):
        try:
            plain += zlib.decompress(stream)
        except zlib.error:
            continue
    return plain
