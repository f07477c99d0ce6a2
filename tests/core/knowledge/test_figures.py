"""The quality of answers on the held-out questions, with each model that runs here."""

import pytest

from bench.knowledge import filled_index, measure, query_set
from core.knowledge.embedding import E5Embedder, Embedder, UseEmbedder, open_embedder


@pytest.mark.parametrize(
    ("embedder", "first", "right"),
    [
        pytest.param(UseEmbedder(), 0.85, 0.93, id="the model for any machine"),
        pytest.param(open_embedder(), 0.85, 0.93, id="the best"),
    ],
)
def test_held_out_questions_are_answered_and_foreign_ones_are_not(embedder: Embedder, first: float, right: float) -> None:
    index, ids = filled_index(embedder, ready=True)
    figures = measure(index, query_set("check", ids))
    assert figures["recall@1"] >= first
    assert figures["recall@3"] >= 0.95
    assert figures["right among answered"] >= right
    assert figures["false answers"] <= 0.03


def test_e5_is_preferred_where_its_engine_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert isinstance(open_embedder(), E5Embedder)
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    assert isinstance(open_embedder(), UseEmbedder)
