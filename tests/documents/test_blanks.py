"""A template made ready once gives the same paper as docxtpl does each time, to any number of writers."""

import io
import zipfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from docx import Document
from docx.opc.constants import CONTENT_TYPE
from docxtpl import DocxTemplate
from lxml import etree

from core.forms.fields import INFORMATION_REQUEST, REPLY_LETTER, form_named
from documents.blanks import Blank
from documents.built_in import built_in
from documents.filling import fill
from documents.tongue import Tongue
from tests.documents.making import a_template, part, rows_template, saved, text_of, with_parts

DOCUMENT = "word/document.xml"
FOOTNOTES = (
    b'<?xml version="1.0" encoding="UTF-8"?><w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    b'<w:footnote w:id="2"><w:p><w:r><w:t>{{ number }}</w:t></w:r></w:p></w:footnote></w:footnotes>'
)


def by_docxtpl(template: bytes, facts: Mapping[str, object]) -> bytes:
    document, made = DocxTemplate(io.BytesIO(template)), io.BytesIO()
    document.render(dict(facts), jinja_env=Tongue())
    document.save(made)
    return made.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """Every member; XML as it counts: without the ways to write the same."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert len(archive.namelist()) == len(set(archive.namelist()))
        return {
            name: _plain(archive.read(name)) if name.endswith((".xml", ".rels")) else archive.read(name)
            for name in archive.namelist()
        }


def _plain(xml: bytes) -> bytes:
    root = etree.fromstring(xml)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, method="c14n")


@pytest.mark.parametrize("form", [INFORMATION_REQUEST, REPLY_LETTER])
def test_the_paper_is_what_docxtpl_makes_of_the_same_template(form: str) -> None:
    facts = form_named(form).examples()
    ours, theirs = parts_of(fill(built_in(form), facts)), parts_of(by_docxtpl(built_in(form), facts))
    core = "docProps/core.xml"
    assert {name: one for name, one in ours.items() if name != core} == {name: one for name, one in theirs.items() if name != core}
    assert ours.keys() == theirs.keys()


def test_headers_footers_footnotes_and_properties_are_filled_too() -> None:
    document = Document(io.BytesIO(a_template("{{ number }}", header="head {{ number }}")))
    document.sections[0].footer.paragraphs[0].text = "foot {{ number }}"
    document.core_properties.title = "title {{ number }}"
    template = with_parts(saved(document), {"word/footnotes.xml": FOOTNOTES})
    related = b'<Relationship Id="rId77" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"'
    rels = part(template, "word/_rels/document.xml.rels").replace(
        b"</Relationships>", related + b' Target="footnotes.xml"/></Relationships>'
    )
    kind = b'<Override PartName="/word/footnotes.xml" ContentType="%s"/>' % CONTENT_TYPE.WML_FOOTNOTES.encode()
    types = part(template, "[Content_Types].xml").replace(b"</Types>", kind + b"</Types>")
    template = with_parts(template, {"word/_rels/document.xml.rels": rels, "[Content_Types].xml": types})
    filled = Document(io.BytesIO(fill(template, {"number": "7 & 8"})))
    assert filled.sections[0].header.paragraphs[0].text == "head 7 & 8"
    assert filled.sections[0].footer.paragraphs[0].text == "foot 7 & 8"
    assert filled.core_properties.title == "title 7 & 8"
    assert b"7 &amp; 8" in part(fill(template, {"number": "7 & 8"}), "word/footnotes.xml")


def test_one_blank_serves_many_writers_at_once() -> None:
    template = rows_template("{%tr for file in files %}", "{{ number }} {{ file.name }}", "{%tr endfor %}")
    blank = Blank(template)
    with ThreadPoolExecutor(4) as writers:
        papers = list(
            writers.map(lambda at: blank.fill({"number": at, "files": [{"name": f"f{at}"}] * 3}, lambda _: None), range(40))
        )
    assert [text_of(paper).split() for paper in papers] == [[str(at), f"f{at}"] * 3 for at in range(40)]
    assert blank.names == {"number", "files", "files.name"}


def test_nothing_of_one_paper_is_left_in_the_next() -> None:
    template = a_template("{% if number %}№ {{ number }}{% endif %}[{{ question }}]")
    assert text_of(fill(template, {"number": "7", "question": "тайна"})) == "№ 7[тайна]\n"
    assert text_of(fill(template, {"number": "", "question": ""})) == "[]\n"
