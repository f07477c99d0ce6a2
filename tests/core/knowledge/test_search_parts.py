"""Cleaning, lemmas, typos and BM25, without a database."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.knowledge.search.lexical import LexicalIndex
from core.knowledge.search.text import QUERY_LIMIT, clean, lemmas, subjects
from core.knowledge.search.typos import Vocabulary, distance
from tests.core.knowledge.phrases import PHRASES


@pytest.mark.parametrize(("written", "read"), PHRASES["cleaned"].values(), ids=PHRASES["cleaned"].keys())
def test_a_question_is_cleaned_before_it_is_searched(written: str, read: str) -> None:
    assert clean(written) == read


def test_five_megabytes_become_a_question_of_sane_length() -> None:
    assert len(clean("word " * 1_000_000)) <= QUERY_LIMIT


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_cleaning_takes_any_text(text: str) -> None:
    cleaned = clean(text)
    assert len(cleaned.encode()) <= 4 * QUERY_LIMIT
    assert cleaned.isprintable()
    assert clean(cleaned) == cleaned


def test_question_words_carry_no_subject() -> None:
    assert subjects(lemmas(PHRASES["lemmas"]["text"])) == PHRASES["lemmas"]["subjects"]


@pytest.mark.parametrize(("written", "read"), PHRASES["typos"].values(), ids=PHRASES["typos"].keys())
def test_a_mistyped_word_becomes_the_near_word_of_the_base(written: str, read: str) -> None:
    assert Vocabulary(PHRASES["vocabulary"]).repair(written) == read


@given(st.text(max_size=12), st.text(max_size=12))
@settings(deadline=None)
def test_the_distance_is_symmetric_and_zero_only_for_equals(left: str, right: str) -> None:
    assert distance(left, right) == distance(right, left)
    assert (distance(left, right) == 0) == (left == right)


def test_bm25_finds_the_document_that_has_the_word() -> None:
    documents: list[Mapping[str, int]] = PHRASES["documents"]
    scores = LexicalIndex(documents, []).scores(PHRASES["lexical_query"])
    assert scores[0] > 0
    assert scores[1] == 0


def test_a_synonym_counts_less_than_the_word_itself() -> None:
    groups = [[tuple(lemmas(phrase)) for phrase in group] for group in PHRASES["synonyms"]]
    index = LexicalIndex(PHRASES["documents"], groups)
    own, other = index.scores(PHRASES["lexical_query"]), index.scores(lemmas(PHRASES["synonym_query"]))
    assert 0 < other[0] < own[0]


def test_an_empty_base_has_no_scores() -> None:
    assert LexicalIndex([], []).scores(["word"]).size == 0
