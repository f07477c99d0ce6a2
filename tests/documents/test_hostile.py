"""Hostile names in a form, on a printed page and in a letter: they stand there as they were written."""

import dataclasses
import io
import zipfile

import pytest
from docx import Document

from core.forms.fields import INFORMATION_REQUEST, forms
from core.typist import PrintedLetter
from documents.built_in import built_in
from documents.letters import compose, letters
from documents.typist import DocumentTypist
from tests.documents.making import opened
from tests.hostile import NAMES

EVERY = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)


@pytest.fixture
def typist() -> DocumentTypist:
    return DocumentTypist()


@EVERY
async def test_a_form_holds_the_name_and_no_part_of_it(typist: DocumentTypist, name: str) -> None:
    facts = {**forms()[INFORMATION_REQUEST].examples(), "appeal_text": name}
    made = await typist.form(built_in(INFORMATION_REQUEST), facts)
    document = Document(io.BytesIO(made))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert name in "\n".join([*cells, *(one.text for one in document.paragraphs)])
    empty = await typist.form(built_in(INFORMATION_REQUEST), {**facts, "appeal_text": "Слова"})
    assert parts(made) == parts(empty)
    page = await typist.page(made)
    assert "<img" not in page and "<script" not in page and "<svg" not in page


def parts(document: bytes) -> list[str]:
    """The names of the parts of a Word file."""
    return sorted(zipfile.ZipFile(io.BytesIO(document)).namelist())


@EVERY
async def test_a_printed_letter_takes_the_name_as_words(typist: DocumentTypist, name: str) -> None:
    empty = PrintedLetter(**{field.name: "" for field in dataclasses.fields(PrintedLetter)})
    pdf = await typist.printable(dataclasses.replace(empty, to_name=name, subject=name, text=name))
    assert not [deed for deed in (b"/JavaScript", b"/URI", b"/Launch", b"/EmbeddedFile") if deed in opened(pdf)]


@EVERY
def test_a_letter_is_plain_text(name: str) -> None:
    letter = compose("reply_final", {**letters()["reply_final"].facts, "answer": name})
    assert name.strip() in letter.text and "\n" not in letter.subject
