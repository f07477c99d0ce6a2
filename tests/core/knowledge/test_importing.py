"""Documents of departments: read by content, in a limited process, all or nothing."""

import io
import os
import stat
import sys
import zipfile
from contextlib import suppress
from datetime import date
from pathlib import Path

import docx
import pytest
from sqlmodel import func, select

from core.files import StoredFile
from core.knowledge.desk import KnowledgeDesk
from core.knowledge.errors import Unreadable, UnreadableDocument
from core.knowledge.importing import limits, reading
from core.knowledge.importing.articles_yaml import read_yaml_articles
from core.knowledge.importing.compound import DAMAGE, CompoundFile
from core.knowledge.importing.reading import read_document
from core.knowledge.importing.sniffing import sniff
from core.knowledge.importing.vocabulary import Content
from core.knowledge.importing.word_doc import TooOld, read_doc
from core.knowledge.model import Article, ArticleStatus
from db.transactions import Transactions
from tests.core.knowledge.phrases import FILES, PHRASES

DOC = (FILES / "department.doc").read_bytes()
WORDS = PHRASES["docx"]


def a_docx(*, headings: bool = True, table: bool = False) -> bytes:
    document = docx.Document()
    if headings:
        document.add_heading(WORDS["heading"], 1)
        document.add_paragraph(WORDS["text"])
        document.add_paragraph(WORDS["list_title"])
        for item in WORDS["items"]:
            document.add_paragraph(item, style="List Bullet")
        for line in WORDS["fields"]:
            document.add_paragraph(line)
    else:
        for line in PHRASES["plain"]:
            document.add_paragraph(line)
    if table:
        for cell, text in zip(document.add_table(1, 2).rows[0].cells, WORDS["cells"], strict=True):
            cell.text = text
    return _saved(document)


def _saved(document: "docx.document.Document") -> bytes:
    output = io.BytesIO()
    document.save(output)
    return output.getvalue()


def with_members(raw: bytes, **members: bytes) -> bytes:
    """The same zip with more members."""
    output = io.BytesIO(raw)
    with zipfile.ZipFile(output, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return output.getvalue()


async def refusal(content: bytes) -> UnreadableDocument:
    with pytest.raises(UnreadableDocument) as refused:
        await read_document(content, "file.docx")
    return refused.value


@pytest.mark.clause("4.5")
@pytest.mark.parametrize("filename", ["answer.docx", "answer.doc", "answer"])
async def test_a_docx_is_read_whatever_its_name(filename: str) -> None:
    document = await read_document(a_docx(table=True), filename)
    assert document.media_type == Content.DOCX
    draft = document.articles[0].draft
    assert (draft.title, draft.questions) == (WORDS["heading"], tuple(WORDS["items"]))
    assert draft.answer == f"{WORDS['text']}\n{' | '.join(WORDS['cells'])}"
    assert (draft.item_no, draft.department, draft.restricted) == (15, "education", True)
    assert (draft.confirmed_on, draft.valid_until) == (date(2026, 11, 1), date(2027, 8, 31))


@pytest.mark.clause("4.5")
async def test_a_doc_is_read_with_its_headings_lists_and_tables() -> None:
    document = await read_document(DOC, "answer.docx")
    assert document.media_type == Content.DOC
    first, second = (article.draft for article in document.articles)
    assert [first.title, second.title] == PHRASES["doc"]["titles"]
    assert first.questions == tuple(PHRASES["doc"]["questions"])
    assert PHRASES["doc"]["row"] in second.answer


async def test_a_document_without_headings_gives_articles_to_be_checked() -> None:
    document = await read_document(a_docx(headings=False), "a.docx")
    article = document.articles[0]
    assert article.draft.title == PHRASES["plain"][0]
    assert article.draft.questions == (PHRASES["plain"][3],)
    assert article.draft.spoken
    assert article.notes == ("no_headings",)


async def test_macros_are_reported_and_not_run() -> None:
    document = await read_document(with_members(a_docx(), word__vbaProject_bin=b"", **{"word/vbaProject.bin": b"x"}), "a.docx")
    assert document.notes == ("macros",)


async def test_markdown_gives_an_article_per_heading_with_text() -> None:
    document = await read_document(PHRASES["markdown"].encode(), "a.yaml")
    assert document.media_type == Content.MARKDOWN
    assert [len(article.draft.questions) for article in document.articles] == [2, 0]
    assert "**" not in document.articles[0].draft.answer
    assert "https://example.org" in document.articles[1].draft.answer


async def test_a_heading_without_text_is_named_by_its_line() -> None:
    refused = await refusal(PHRASES["markdown_bare"].encode())
    assert refused.reason == Unreadable.BAD_ARTICLE
    assert refused.facts == {"line": 3, "field": "answer", "why": "required"}


async def test_yaml_gives_articles_with_the_common_source() -> None:
    document = await read_document(PHRASES["yaml_good"].encode(), "a.md")
    draft = document.articles[0].draft
    assert document.media_type == Content.YAML
    assert (draft.item_no, draft.department, len(draft.questions), draft.confirmed_on) == (4, "culture", 2, date(2026, 11, 1))
    assert draft.source


@pytest.mark.parametrize(("text", "line", "field"), PHRASES["yaml_bad"].values(), ids=PHRASES["yaml_bad"].keys())
def test_an_error_in_yaml_names_its_line(text: str, line: int, field: str) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        read_yaml_articles(text)
    assert refused.value.reason == Unreadable.BAD_ARTICLE
    assert (refused.value.facts["line"], refused.value.facts["field"]) == (line, field)


def _bomb() -> bytes:
    return with_members(a_docx(), **{"word/media/zeros.bin": b"\0" * 30_000_000})


def _crowd() -> bytes:
    return with_members(a_docx(), **{f"word/{number}": b"" for number in range(limits.MEMBERS_LIMIT)})


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", Unreadable.EMPTY, id="nothing"),
        pytest.param(b"\0\0 \n", Unreadable.EMPTY, id="blank"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Unreadable.DAMAGED, id="an OLE header only"),
        pytest.param(DOC[:9000], Unreadable.DAMAGED, id="a truncated doc"),
        pytest.param(a_docx()[:9000], Unreadable.DAMAGED, id="a truncated docx"),
        pytest.param(_bomb(), Unreadable.ZIP_BOMB, id="a zip bomb"),
        pytest.param(_crowd(), Unreadable.ZIP_BOMB, id="too many members"),
        pytest.param(b"%PDF-1.7 \0 binary", Unreadable.UNKNOWN_CONTENT, id="a pdf named docx"),
        pytest.param(b"MZ\0\0 program", Unreadable.UNKNOWN_CONTENT, id="a program"),
        pytest.param(b"just a line of text", Unreadable.UNKNOWN_CONTENT, id="text without headings"),
        pytest.param(_saved(docx.Document()), Unreadable.EMPTY, id="an empty docx"),
    ],
)
async def test_a_file_that_cannot_be_read_says_why(content: bytes, reason: Unreadable) -> None:
    assert (await refusal(content)).reason == reason


async def test_a_file_over_the_limit_is_refused_unopened() -> None:
    refused = await refusal(b"#" * (limits.FILE_LIMIT + 1))
    assert (refused.reason, refused.facts) == (Unreadable.TOO_LARGE, {"limit": 25})


def test_an_encrypted_zip_asks_for_no_password() -> None:
    raw = bytearray(a_docx())
    place = raw.rindex(b"PK\x01\x02")
    raw[place + 8] |= 1
    with pytest.raises(UnreadableDocument) as refused:
        sniff(bytes(raw))
    assert refused.value.reason == Unreadable.PASSWORD


def test_an_encrypted_doc_is_recognised() -> None:
    raw = bytearray(DOC)
    place = raw.index(b"\xec\xa5")
    raw[place + 11] |= 1
    compound = sniff(bytes(raw)).compound
    assert compound is not None
    with pytest.raises(UnreadableDocument) as refused:
        read_doc(compound)
    assert refused.value.reason == Unreadable.PASSWORD


async def test_rtf_without_an_office_program_names_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    refused = await refusal(PHRASES["rtf"].encode())
    assert (refused.reason, refused.facts) == (Unreadable.NEEDS_PROGRAM, {"program": reading.OFFICE})


async def test_rtf_goes_through_the_office_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = tmp_path / "made.docx"
    made.write_bytes(a_docx())
    program = tmp_path / "soffice"
    program.write_text(f"#!{sys.executable}\nimport shutil, sys\nshutil.copy({str(made)!r}, sys.argv[-1] + '.docx')\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    document = await read_document(PHRASES["rtf"].encode(), "a.doc")
    assert document.media_type == Content.RTF
    assert document.articles[0].draft.title == WORDS["heading"]


@pytest.mark.clause("4.5")
async def test_imported_articles_are_drafts_with_the_original_kept(desk: KnowledgeDesk, transactions: Transactions) -> None:
    drafts = await desk.import_drafts(DOC, "department.doc")
    assert [draft.status for draft in drafts] == [ArticleStatus.DRAFT] * 2
    assert [draft.department for draft in drafts] == ["culture", None]
    assert drafts[0].source_file_name == "department.doc"
    async with transactions.begin() as tx:
        kept = await tx.get(StoredFile, drafts[0].source_file)
    assert kept is not None
    assert kept.content == DOC
    assert not (await desk.search(PHRASES["doc"]["questions"][0])).hits


async def test_an_unknown_department_is_left_to_the_editor(desk: KnowledgeDesk) -> None:
    text = PHRASES["yaml_good"].replace("culture", "nobody")
    drafts = await desk.import_drafts(text.encode(), "a.yaml")
    assert drafts[0].department is None
    assert drafts[0].notes == ["unknown_department"]


async def test_a_refused_file_stores_nothing(desk: KnowledgeDesk, transactions: Transactions) -> None:
    with pytest.raises(UnreadableDocument):
        await desk.import_drafts(_bomb(), "a.docx")
    async with transactions.begin() as tx:
        for table in (Article, StoredFile):
            assert (await tx.exec(select(func.count()).select_from(table))).one() == 0


def test_a_mangled_doc_is_read_or_refused() -> None:
    for place in range(0, len(DOC), 97):
        raw = bytearray(DOC)
        raw[place : place + 4] = b"\xff\x01\xff\x7f"
        with suppress(*DAMAGE, TooOld, UnreadableDocument):
            read_doc(CompoundFile(bytes(raw)))
