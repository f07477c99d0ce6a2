"""The quality of answers on the held-out questions, with the small model that runs everywhere."""

from bench.knowledge import filled_index, measure, query_set
from core.knowledge.embedding import UseEmbedder


def test_the_sample_base_answers_held_out_questions_and_stays_silent_on_foreign_ones() -> None:
    index, ids = filled_index(UseEmbedder())
    figures = measure(index, query_set("check", ids))
    assert figures["recall@1"] >= 0.85
    assert figures["recall@3"] >= 0.95
    assert figures["right among answered"] >= 0.93
    assert figures["false answers"] <= 0.03
