"""What a citizen wrote is no formula in an exported sheet."""

import pytest

from core.plainly import harmless


@pytest.mark.parametrize(
    "hostile",
    ["=1+1", "+7 918", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =HYPERLINK(1)", '=cmd|"/c calc"!A1', " -1", "=" * 5000],
)
def test_what_begins_as_a_formula_gets_an_apostrophe(hostile: str) -> None:
    assert harmless(hostile) == f"'{hostile}"


@pytest.mark.parametrize("plain", ["", "Примеров", "a=1", "5-2", "{{ 7 * 7 }}", "<b>", "12"])
def test_other_words_stay_as_they_are(plain: str) -> None:
    assert harmless(plain) == plain
