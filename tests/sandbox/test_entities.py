"""Markup and what clients find by themselves, with offsets in UTF-16 units."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.telegram.entities import Entity, Formatted, discovered, parse_html, trimmed, units
from sandbox.telegram.errors import Refusal
from sandbox.telegram.markdown import parse_markdown


def e(kind: str, offset: int, length: int, **more: Any) -> Entity:
    """An entity."""
    return {"type": kind, "offset": offset, "length": length} | more


HTML = [
    pytest.param("<b>a</b>b", "ab", [e("bold", 0, 1)], id="bold"),
    pytest.param("\U0001f600<i>x</i>", "\U0001f600x", [e("italic", 2, 1)], id="after an emoji"),
    pytest.param("<b>a<i>b</i></b>", "ab", [e("bold", 0, 2), e("italic", 1, 1)], id="nested"),
    pytest.param("a &lt;b&gt; &amp; &#33;&nbsp;", "a <b> & !&nbsp;", [], id="references"),
    pytest.param(
        '<a href="https://e.org/?a=1&amp;b=2">l</a>', "l", [e("text_link", 0, 1, url="https://e.org/?a=1&b=2")], id="a link"
    ),
    pytest.param('<pre><code class="language-python">x</code></pre>', "x", [e("pre", 0, 1, language="python")], id="a listing"),
    pytest.param("<blockquote expandable>q</blockquote>", "q", [e("expandable_blockquote", 0, 1)], id="a quotation"),
    pytest.param('<span class="tg-spoiler">s</span><b></b>', "s", [e("spoiler", 0, 1)], id="a spoiler and an empty tag"),
]


@pytest.mark.parametrize(("source", "text", "entities"), HTML)
def test_html_is_read(source: str, text: str, entities: list[Entity]) -> None:
    formatted = parse_html(source)
    assert (formatted.text, formatted.entities) == (text, entities)


MARKDOWN = [
    pytest.param(r"*a* _b_ __c__ ~d~ ||e||", "a b c d e", ["bold", "italic", "underline", "strikethrough", "spoiler"], id="styles"),
    pytest.param(r"[l](https://e.org/\)) 1\.5", "l 1.5", ["text_link"], id="a link and an escape"),
    pytest.param("`a.b` ```py\nc()```", "a.b c()", ["code", "pre"], id="code needs no escapes"),
]


@pytest.mark.parametrize(("source", "text", "kinds"), MARKDOWN)
def test_markdown_is_read(source: str, text: str, kinds: list[str]) -> None:
    formatted = parse_markdown(source)
    assert (formatted.text, [entity["type"] for entity in formatted.entities]) == (text, kinds)


FOUND = [
    pytest.param("/start abc", [e("bot_command", 0, 6)], id="a command"),
    pytest.param("see https://e.org/a, or a@b.ru", [e("url", 4, 15), e("email", 24, 6)], id="a link and an address"),
    pytest.param("\U0001f600 +7 (8672) 53-19-19", [e("phone_number", 3, 18)], id="a telephone after an emoji"),
    pytest.param("and/or 1/2 a#b", [], id="nothing"),
]


@pytest.mark.parametrize(("text", "entities"), FOUND)
def test_plain_text_is_searched(text: str, entities: list[Entity]) -> None:
    assert discovered(Formatted(text)).entities == entities


def test_blank_edges_go_and_entities_move() -> None:
    formatted = trimmed(parse_html("  \n<b> a </b>  "))
    assert (formatted.text, formatted.entities) == ("a", [e("bold", 0, 1)])


@given(st.text())
def test_any_text_is_either_read_or_refused(source: str) -> None:
    for parse in (parse_html, parse_markdown):
        try:
            formatted = parse(source)
        except Refusal as refusal:
            assert "can't parse entities" in refusal.description
        else:
            assert all(0 <= x["offset"] < x["offset"] + x["length"] <= units(formatted.text) for x in formatted.entities)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_an_escaped_text_comes_back_unchanged(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert parse_html(f"<b>{escaped}</b>").text == text
    assert parse_markdown(re.sub(r"([_*\[\]()~`>#+\-=|{}.!\\])", r"\\\1", text)).text == text
