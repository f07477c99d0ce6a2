"""The text of an article in a channel, by ear, and as pieces; any text is safe."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.knowledge.markup import BlockKind, blocks_of, heard, plain, spans_of
from core.knowledge.seeding import read_seeds

TABLE = "| A | B |\n| --- | --- |\n| x | 5 |\n| y | |"


@pytest.mark.parametrize(
    ("written", "shown", "said"),
    [
        pytest.param("One.\nTwo.\n\nThree.", "One.\nTwo.\n\nThree.", "One.\nTwo.\nThree.", id="paragraphs"),
        pytest.param("- a\n* b", "\u2022 a\n\u2022 b", "- a\n- b", id="a list"),
        pytest.param("3. a\n4. b", "3. a\n4. b", "3. a\n4. b", id="a numbered list"),
        pytest.param(TABLE, "x \u2014 B: 5\ny", "x, B: 5.\ny.", id="a table with a heading"),
        pytest.param("a | b", "a \u2014 b", "a, b.", id="a row from a document"),
        pytest.param("See [us](https://a.example/x).", "See us (https://a.example/x).", "See us.", id="a link"),
        pytest.param("[x](javascript:alert(1)) <b>", "[x](javascript:alert(1)) <b>", "[x](javascript:alert(1)) <b>", id="hostile"),
    ],
)
def test_a_text_is_shown_and_said(written: str, shown: str, said: str) -> None:
    assert plain(written) == shown
    assert heard(written) == said


def test_what_leads_somewhere_is_found_by_itself() -> None:
    line = "Call 8 (8672) 00-00-01, write a.b@example.org, read https://example.org/a?b=1."
    assert [span.href for span in spans_of(line) if span.href] == [
        "tel:+78672000001",
        "mailto:a.b@example.org",
        "https://example.org/a?b=1",
    ]
    assert "".join(span.text for span in spans_of(line)) == line


@given(st.text(max_size=400))
@settings(max_examples=60, deadline=None)
def test_any_text_is_cut_into_pieces_and_leads_nowhere_else(text: str) -> None:
    for block in blocks_of(text):
        cells = [cell for row in (block.head, *block.rows) for cell in row]
        for line in (*block.lines, *cells):
            spans = spans_of(line)
            assert all(span.href.partition(":")[0] in ("", "http", "https", "mailto", "tel") for span in spans)
    plain(text), heard(text)


def test_the_samples_read_as_they_did() -> None:
    assert all(plain(seed.draft.answer) == seed.draft.answer for seed in read_seeds())
    assert {block.kind for seed in read_seeds() for block in blocks_of(seed.draft.answer)} == {BlockKind.PARAGRAPH}
