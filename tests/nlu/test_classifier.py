"""The classifier without Rasa: features, files and the machine without e5."""

from pathlib import Path

import numpy as np
import pytest

from nlu.components import features
from nlu.components.classifier import IntentModel
from nlu.components.features import CharNgrams
from nlu.components.text import normal


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("  HELLO,   World!!! ", "hello world", id="case and punctuation"),
        pytest.param("nooooooo", "no", id="stretched letters"),
        pytest.param("\u0401lka", "\u0435lka", id="dots over E"),
        pytest.param("a@b.ru +7", "a@b ru +7", id="contacts keep their signs"),
        pytest.param("\U0001f600\u200b", "", id="no words"),
    ],
)
def test_words_have_one_spelling(written: str, read: str) -> None:
    assert normal(written) == read


def test_a_long_text_costs_no_more_than_a_short_one() -> None:
    assert len(normal("word " * 100_000)) <= 400


def a_model() -> IntentModel:
    """Return a tiny model on characters alone: every first label wins by its bias."""
    char = CharNgrams.learned(["gas smell", "gas pipe", "hello there", "hello you"], least=1)
    weights = np.zeros((len(char.vocabulary) + 1, 2), dtype=np.float32)
    weights[char.vocabulary["gas"], 0] = 5.0
    weights[char.vocabulary["hell"], 1] = 5.0
    return IntentModel(["emergency", "greet"], ["char"], char, {}, weights)


def test_a_model_comes_back_from_its_files_and_no_pickle_is_among_them(tmp_path: Path) -> None:
    a_model().save(tmp_path)
    again = IntentModel.load(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["model.json", "weights.npz"]
    assert again.ranking("gas")[0]["name"] == "emergency"
    assert again.ranking("hello")[0]["name"] == "greet"
    assert again.ranking("hello")[0]["confidence"] == pytest.approx(a_model().ranking("hello")[0]["confidence"])


def test_a_machine_without_e5_uses_the_other_features(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "_e5", lambda: None)
    assert features.available(["e5", "use", "char"]) == ["use", "char"]


def test_a_model_trained_with_e5_says_so_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    model = a_model()
    model.features = ["e5", "char"]
    model.means = {"e5": np.zeros(384, dtype=np.float32)}
    model.save(tmp_path)
    monkeypatch.setattr(features, "_e5", lambda: None)
    with pytest.raises(ValueError, match="train it here"):
        IntentModel.load(tmp_path)


def test_no_words_get_a_ranking_too() -> None:
    assert len(a_model().ranking("")) == 2
