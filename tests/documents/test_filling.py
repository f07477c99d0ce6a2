"""A form says what it was given, whatever a citizen wrote; a template that a clerk should not use is refused with its reason."""

import time
from collections.abc import Mapping

import pytest

from core.errors import Invalid
from core.forms.fields import INFORMATION_REQUEST, form_named
from documents.built_in import built_in
from documents.filling import check, fill
from documents.opening import SIZE_LIMIT, XML_LIMIT
from tests.documents.making import a_template, edited, part, rows_template, text_of, with_parts

FORM = form_named(INFORMATION_REQUEST)
PLAIN = a_template("№ {{ number }}")
DOCUMENT, RELATIONS, TYPES = "word/document.xml", "word/_rels/document.xml.rels", "[Content_Types].xml"
RELATION = b'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"%s/>'
OUTSIDE = b' TargetMode="External"'


def refusal(template: bytes, facts: Mapping[str, object] | None = None) -> Invalid:
    with pytest.raises(Invalid) as refused:
        fill(template, {"number": "1"} if facts is None else facts)
    return refused.value


def reason(template: bytes, facts: Mapping[str, object] | None = None) -> str:
    fields = refusal(template, facts).facts["fields"]
    assert isinstance(fields, dict)
    return str(fields["template"])


def related(kind: bytes, target: bytes, mode: bytes = OUTSIDE) -> bytes:
    """A document that refers to something."""
    return edited(PLAIN, RELATIONS, b"</Relationships>", RELATION % (kind, target, mode) + b"</Relationships>")


def with_field(instruction: bytes) -> bytes:
    field = b'<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>%s</w:instrText></w:r></w:p>' % instruction
    return edited(PLAIN, DOCUMENT, b"</w:p>", field)


@pytest.mark.clause("2.8.9")
def test_every_fact_of_the_information_request_is_on_the_page() -> None:
    page = text_of(fill(built_in(INFORMATION_REQUEST), FORM.examples()))
    for name, field in FORM.fields.items():
        words = [field.example] if isinstance(field.example, str) else [value for row in field.example for value in row.values()]
        for line in "\n".join(words).splitlines():
            assert line in page, name
    assert "{" not in page


@pytest.mark.clause("2.8.9")
def test_a_request_with_only_what_is_needed_leaves_no_gaps_and_no_rows_of_files() -> None:
    needed = {name: field.example for name, field in FORM.fields.items() if field.required}
    full = text_of(fill(built_in(INFORMATION_REQUEST), FORM.examples()))
    bare = text_of(fill(built_in(INFORMATION_REQUEST), FORM.complete(needed)))
    assert ("замещает" in full, "приложены файлы" in full) == (True, True)
    assert ("замещает" in bare, "приложены файлы" in bare, "{" in bare) == (False, False, False)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        pytest.param("Ямы & <b>люки</b> > 5 «штук»", None, id="signs of markup"),
        pytest.param("</w:t></w:r></w:p>", None, id="tags of Word"),
        pytest.param("{{ number }} {% if x %}", None, id="marks of the template language"),
        pytest.param("первая\r\nвторая\tтретья", "первая\nвторая\tтретья", id="lines and tabs"),
        pytest.param("раз\x00два\x07три\x0cчетыре\ufffe\ud800", "раздватричетыре", id="signs that XML cannot hold"),
        pytest.param("🙂 Æ æ ё", None, id="any letters"),
    ],
)
def test_what_a_citizen_wrote_is_shown_as_it_is(words: str, shown: str | None) -> None:
    assert text_of(fill(a_template("[{{ appeal_text }}]"), {"appeal_text": words})) == f"[{shown or words}]\n"


def test_lists_conditions_and_headers_are_filled() -> None:
    template = rows_template("{%tr for file in files %}", "{{ loop.index }}. {{ file.name | upper }}", "{%tr endfor %}")
    assert text_of(fill(template, {"files": [{"name": "а"}, {"name": "б & в"}]})).split() == ["1.", "А", "2.", "Б", "&", "В"]
    headed = a_template("{% if number %}есть{% else %}нет{% endif %}", header="{{ number }}")
    assert text_of(fill(headed, {"number": "7"})) == "есть\n7"
    assert text_of(fill(headed, {"number": ""})) == "нет\n"


@pytest.mark.parametrize(
    ("template", "unknown"),
    [
        pytest.param(a_template("{{ nomber }} {{ question }}"), ["nomber", "question"], id="in the text"),
        pytest.param(a_template("{{ number }}", header="{{ datd }}"), ["datd"], id="in a header"),
        pytest.param(a_template("{% if number %}{% else %}{{ never }}{% endif %}"), ["never"], id="in a branch not taken"),
        pytest.param(rows_template("{%tr for f in files %}", "{{ f.nme }}", "{%tr endfor %}"), ["files.nme"], id="a column"),
        pytest.param(a_template("{{ number.real }}"), ["number.real"], id="a part of a plain fact"),
    ],
)
def test_an_unknown_variable_is_named(template: bytes, unknown: list[str]) -> None:
    refused = refusal(template, {"number": "", "files": [{"name": "a"}]})
    assert refused.facts == {"fields": {"template": "unknown_variable"}, "unknown": tuple(unknown)}


def test_the_check_tells_all_that_is_wrong_at_once() -> None:
    report = check(a_template("{{ nomber }} {{ question }}", header="{{ datd }}"), FORM)
    assert report.unknown == ("datd", "nomber")
    assert set(report.missing) == {name for name, field in FORM.fields.items() if field.required} - {"question"}


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("{{ number.__class__.__mro__ }}", id="the insides of an object"),
        pytest.param("{{ ''.__class__ }}", id="the insides of a word"),
        pytest.param("{{ number.format(number) }}", id="a call"),
        pytest.param("{{ cycler.__init__.__globals__.os }}", id="Jinja's own globals"),
        pytest.param("{{ 'a' * 999999999 }}", id="a sum that fills the memory"),
        pytest.param("{{ 9 ** 9 ** 9 }}", id="a power without end"),
        pytest.param("{% for a in range(99999) %}{% endfor %}", id="a loop over numbers"),
        pytest.param("{% for a in number %}{% for b in number %}{% endfor %}{% endfor %}", id="a loop in a loop"),
        pytest.param("{% set a = number %}", id="an assignment"),
        pytest.param("{% include 'x' %}", id="another template"),
        pytest.param("{% import 'x' as x %}", id="an import"),
        pytest.param("{% macro m() %}{{ m() }}{% endmacro %}", id="a macro"),
        pytest.param("{{ number | safe }}", id="an escape taken away"),
        pytest.param("{{ number | tojson }}", id="a filter that is not ours"),
        pytest.param("{% autoescape false %}{{ number }}{% endautoescape %}", id="escaping put off"),
        pytest.param("{{ number", id="a mark not closed"),
        pytest.param("{% if number %}", id="a condition not ended"),
        pytest.param("number }}", id="a mark not opened"),
        pytest.param("{{ {{ number }} }}", id="a mark in a mark"),
        pytest.param("{{ number ! }}", id="no language at all"),
        pytest.param("{{p number }}", id="a fact where Word shows no text"),
        pytest.param("{{ " + "(" * 5000 + "number" + ")" * 5000 + " }}", id="brackets without end"),
        pytest.param("{{ " * 20000, id="marks without end"),
    ],
)
def test_what_the_language_has_not_is_refused(words: str) -> None:
    began = time.perf_counter()
    assert reason(a_template(words)) == "syntax"
    assert time.perf_counter() - began < 5


@pytest.mark.parametrize(
    ("template", "why"),
    [
        pytest.param(b"", "unreadable", id="nothing"),
        pytest.param(b"words", "unreadable", id="a text"),
        pytest.param(b"{\\rtf1 words}", "unreadable", id="rich text"),
        pytest.param(PLAIN[: len(PLAIN) // 2], "unreadable", id="half a file"),
        pytest.param(PLAIN + b"\0" * SIZE_LIMIT, "too_large", id="a large file"),
        pytest.param(with_parts(PLAIN, {DOCUMENT: b"<w:document"}), "unreadable", id="broken XML"),
        pytest.param(with_parts(PLAIN, {"word/huge.xml": b" " * (XML_LIMIT + 1)}), "unreadable", id="a part that swells"),
        pytest.param(
            with_parts(PLAIN, {"word/a.xml": b"<a>" + b"".join(b"%07d " % i for i in range(XML_LIMIT // 8)) + b"</a>"}),
            "too_large",
            id="a large part",
        ),
        pytest.param(with_parts(PLAIN, {"word/vbaProject.bin": b"x"}), "macros", id="macros"),
        pytest.param(with_parts(PLAIN, {"word/embeddings/oleObject1.bin": b"x"}), "macros", id="an embedded program"),
        pytest.param(
            edited(PLAIN, TYPES, b"wordprocessingml.document.main", b"ms-word.document.macroEnabled.main"), "macros", id="a .docm"
        ),
        pytest.param(edited(PLAIN, TYPES, b"document.main", b"template.main"), "unreadable", id="a .dotx"),
        pytest.param(
            edited(PLAIN, DOCUMENT, b"<w:document", b'<!DOCTYPE d [<!ENTITY e "x">]><w:document'), "forbidden", id="entities"
        ),
        pytest.param(related(b"attachedTemplate", b"http://x.example/t.dotm"), "forbidden", id="a template elsewhere"),
        pytest.param(related(b"image", b"http://x.example/a.png"), "forbidden", id="a picture elsewhere"),
        pytest.param(related(b"aFChunk", b"chunk.html", b""), "forbidden", id="a piece of HTML"),
        pytest.param(with_field(b"DDEAUTO c:\\\\cmd.exe"), "forbidden", id="a field that starts a program"),
        pytest.param(with_field(b"INCLUDEPICTURE http://x.example"), "forbidden", id="a field that fetches"),
    ],
)
def test_what_is_no_plain_docx_is_refused_with_the_reason(template: bytes, why: str) -> None:
    assert reason(template) == why


def test_a_link_and_a_page_number_are_no_reason_to_refuse() -> None:
    assert fill(related(b"hyperlink", b"https://city.example"), {"number": "1"})
    assert fill(with_field(b"PAGE"), {"number": "1"})


def test_a_tag_that_word_cut_into_pieces_is_whole_again() -> None:
    cut = edited(PLAIN, DOCUMENT, b"{{ number }}", b"{{ num</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>ber }}")
    assert b"num</w:t>" in part(cut, DOCUMENT)
    assert text_of(fill(cut, {"number": "З-1"})) == "№ З-1\n"
