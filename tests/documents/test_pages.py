"""What is printed and what is shown: the address in the window, nothing that acts."""

import asyncio
import dataclasses
import io
from re import findall

import pytest
from docx import Document

from core.errors import Invalid
from core.forms.fields import INFORMATION_REQUEST, forms
from core.typist import PrintedLetter, Typist
from documents.build import MAKERS
from documents.built_in import built_in
from documents.opening import SIZE_LIMIT
from documents.typist import DocumentTypist
from tests.documents.making import a_template, edited, opened, with_parts

LETTER = PrintedLetter(
    to_name="Тестову Ивану Примеровичу",
    to_address="ул. Примерная, д. 5, кв. 1, г. Владикавказ, 362000",
    number="А-000123/2026",
    dated="30 ноября 2026 г.",
    subject="Ответ на обращение № А-000123/2026",
    text="Уважаемый Иван Примерович!\n\nОсвещение восстановлено 29 ноября 2026 г.",
    signed_by="Операторова Анна Примеровна",
    signed_as="Контакт-центр АМС г. Владикавказа",
)
RELATIONS = "word/_rels/document.xml.rels"


@pytest.fixture
def typist() -> Typist:
    return DocumentTypist()


def pages(pdf: bytes) -> int:
    """How many pages a PDF has."""
    return len(findall(rb"/Type\s*/Page\b", opened(pdf)))


@pytest.mark.clause("2.8.8")
async def test_a_letter_for_the_post_is_one_page_and_always_the_same(typist: Typist) -> None:
    pdf = await typist.printable(LETTER)
    assert pdf.startswith(b"%PDF-")
    assert pages(pdf) == 1
    assert await typist.printable(LETTER) == pdf


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"text": '#panic() #read("letter.typ") $x *y* \\ `z` @label <a> //'}, id="words like markup"),
        pytest.param({"subject": "]] #panic()", "to_name": "#panic()", "to_address": '"; #panic()'}, id="markup in the address"),
        pytest.param({"text": "a\x00b\x07c\ud800\r\nd"}, id="signs that no page can hold"),
        pytest.param({name.name: "" for name in dataclasses.fields(PrintedLetter)}, id="nothing at all"),
        pytest.param({"text": "а" * 20_000}, id="one endless word"),
        pytest.param({"to_name": "Товарищество " * 30, "to_address": "улица Примерная, " * 30}, id="an address too long"),
    ],
)
async def test_whatever_is_written_is_printed(typist: Typist, change: dict[str, str]) -> None:
    assert pages(await typist.printable(dataclasses.replace(LETTER, **change))) >= 1


async def test_a_long_letter_goes_on_over_the_page(typist: Typist) -> None:
    assert pages(await typist.printable(dataclasses.replace(LETTER, text="\n\n".join([LETTER.text] * 40)))) > 1


async def test_a_letter_is_drawn_page_by_page_as_it_is_printed(typist: Typist) -> None:
    short, long = await typist.pictures(LETTER), await typist.pictures(dataclasses.replace(LETTER, text="Слова.\n\n" * 90))
    assert (len(short), len(long)) == (1, pages(await typist.printable(dataclasses.replace(LETTER, text="Слова.\n\n" * 90))))
    width, height = (int.from_bytes(short[0][at : at + 4]) for at in (16, 20))
    assert short[0].startswith(b"\x89PNG") and round(height / width, 2) == 1.41


async def test_a_page_keeps_where_words_stand_and_which_tables_have_lines(typist: Typist) -> None:
    shown = await typist.page(built_in(INFORMATION_REQUEST))
    assert shown.startswith('<table class="layout">') and "<table>" in shown
    assert '<p class="center"><strong>' in shown and "style=" not in shown


async def test_letters_are_printed_side_by_side(typist: Typist) -> None:
    made = await asyncio.gather(*(typist.printable(dataclasses.replace(LETTER, number=str(n))) for n in range(8)))
    assert len(set(made)) == 8


async def test_a_filled_form_is_shown_with_its_table_and_its_words_escaped(typist: Typist) -> None:
    facts = {**forms()[INFORMATION_REQUEST].examples(), "appeal_text": "<script>alert(1)</script> & <b>"}
    page = await typist.page(await typist.form(built_in(INFORMATION_REQUEST), facts))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;" in page
    assert "<table>" in page
    assert "<strong>ИНФОРМАЦИОННЫЙ ЗАПРОС</strong>" in page
    assert "<script" not in page


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        pytest.param(b"javascript:alert(1)", False, id="a script"),
        pytest.param(b"data:text/html,x", False, id="a page in the link"),
        pytest.param(b"file:///etc/passwd", False, id="a file"),
        pytest.param(b"https://city.example/a", True, id="a page"),
    ],
)
async def test_a_link_leads_to_the_web_or_nowhere(typist: Typist, target: bytes, shown: bool) -> None:
    linked = edited(
        a_template("x"),
        RELATIONS,
        b"</Relationships>",
        b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" '
        b'Target="%s" TargetMode="External"/></Relationships>' % target,
    )
    linked = edited(
        linked,
        "word/document.xml",
        b"<w:r>",
        b'<w:hyperlink xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="rId99"><w:r>',
    )
    linked = edited(linked, "word/document.xml", b"</w:r>", b"</w:r></w:hyperlink>")
    assert (target.decode() in await typist.page(linked)) is shown


async def test_pictures_are_not_shown(typist: Typist) -> None:
    document, output = Document(), io.BytesIO()
    document.add_paragraph("до")
    document.add_picture(io.BytesIO(PIXEL))
    document.save(output)
    assert await typist.page(output.getvalue()) == "<p>до</p>"


PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"%PDF-1.7", "unreadable", id="a PDF"),
        pytest.param(b"\0" * (SIZE_LIMIT + 1), "too_large", id="a large file"),
        pytest.param(with_parts(a_template("x"), {"word/vbaProject.bin": b"x"}), "macros", id="macros"),
        pytest.param(with_parts(a_template("x"), {"word/document.xml": b"<a/>"}), "unreadable", id="no document"),
    ],
)
async def test_what_cannot_be_shown_is_refused_with_the_reason(typist: Typist, content: bytes, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        await typist.page(content)
    assert refused.value.facts["fields"] == {"file": why}


@pytest.mark.parametrize("name", sorted(forms()))
def test_a_built_in_template_is_the_one_that_its_words_make(name: str) -> None:
    assert built_in(name) == MAKERS[name](), "run: python -m documents.build"


@pytest.mark.clause("2.8.9")
@pytest.mark.parametrize("name", sorted(forms()))
def test_a_built_in_template_names_only_what_is_offered_and_all_that_is_needed(typist: Typist, name: str) -> None:
    report = typist.check(built_in(name), name)
    assert (report.unknown, report.missing) == ((), ())
