"""Long texts are cut where a reader would cut them, and by Telegram's count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.splitting import split_text, units


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", []),
        (" \n ", []),
        ("abc", ["abc"]),
        ("0123456789", ["0123456789"]),
        ("one two.\n\nthree", ["one two.", "three"]),
        ("aaaa bb\nccc dd", ["aaaa bb", "ccc dd"]),
        ("Aaaa b. C ddd e", ["Aaaa b.", "C ddd e"]),
        ("aaa bbb ccc ddd", ["aaa bbb", "ccc ddd"]),
        ("a\n\nbbbbbb ccccc", ["a\n\nbbbbbb", "ccccc"]),
        ("aaaaaaaaaaaaaaa", ["aaaaaaaaaa", "aaaaa"]),
        ("1234567890 b", ["1234567890", "b"]),
        ("😀" * 6, ["😀" * 5, "😀"]),
        ("a" + "😀" * 5, ["a" + "😀" * 4, "😀"]),
        ("aaaaaaaaa👨\u200d👩", ["aaaaaaaaa", "👨\u200d👩"]),
        ("aaaaaaaaae\u0301", ["aaaaaaaaa", "e\u0301"]),
    ],
)
def test_a_text_is_cut_at_the_best_place(text: str, pieces: list[str]) -> None:
    assert split_text(text, 10) == pieces


@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from(" \n.😀\u200d"), max_size=300), st.integers(4, 60))
def test_nothing_but_white_space_is_lost(text: str, limit: int) -> None:
    pieces = split_text(text, limit)
    assert "".join("".join(pieces).split()) == "".join(text.split())
    assert all(0 < units(piece) <= limit for piece in pieces)


@given(st.text(max_size=50))
def test_units_are_those_of_utf16(text: str) -> None:
    clean = text.encode("utf-16", "ignore").decode("utf-16")
    assert units(clean) == len(clean.encode("utf-16-le")) // 2


def test_a_megabyte_of_one_word_is_cut_in_no_time() -> None:
    pieces = split_text("я" * 1_000_000)
    assert len(pieces) == 245
    assert sum(map(len, pieces)) == 1_000_000
