"""The intent classifier itself, without Rasa: learned once, kept as npz and json (never a pickle), asked many times."""

import json
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from nlu.components.features import CharNgrams, Matrix, available, encoded, unit
from nlu.components.text import normal

CACHE = 4096
EMERGENCY = "emergency"


@dataclass(frozen=True)
class Recipe:
    """How a model is learned."""

    features: list[str]
    strength: float = 10.0
    """C of the regression, the inverse of its regularisation."""
    caution: float = 0.8
    """Added to the log-odds of an emergency: a false alarm names the number 112, a missed one may cost a life."""


class IntentModel:
    """Multinomial logistic regression over the features."""

    def __init__(
        self, labels: list[str], features: list[str], char: CharNgrams | None, means: dict[str, Matrix], weights: Matrix
    ) -> None:
        """Use what was learned; the last row of ``weights`` is the bias."""
        self.labels, self.features, self.char, self.means = labels, features, char, means
        self.weights = weights
        self._cache: OrderedDict[str, Matrix] = OrderedDict()

    @classmethod
    def learned(cls, texts: list[str], intents: list[str], recipe: Recipe) -> "IntentModel":
        """Learn from phrases and their intents."""
        from scipy.sparse import csr_matrix  # type: ignore[import-untyped]  # it is in nlu/.venv only
        from sklearn.linear_model import LogisticRegression  # type: ignore[import-not-found]  # likewise

        spoken, usable = [normal(text) for text in texts], available(recipe.features)
        char = CharNgrams.learned(spoken) if "char" in usable else None
        raw = {name: encoded(name, spoken) for name in usable if name != "char"}
        means = {name: rows.mean(axis=0) for name, rows in raw.items()}
        stacked = _stacked(usable, spoken, char, raw, means)
        regression = LogisticRegression(C=recipe.strength, class_weight="balanced", max_iter=600, tol=1e-3, random_state=1)
        regression.fit(csr_matrix(stacked), intents)
        weights = np.vstack([regression.coef_.T, regression.intercept_]).astype(np.float32)
        labels = [str(label) for label in regression.classes_]
        if EMERGENCY in labels:
            weights[-1, labels.index(EMERGENCY)] += recipe.caution
        return cls(labels, usable, char, means, weights)

    def probabilities(self, text: str) -> Matrix:
        """Return the probability of each label."""
        spoken = normal(text)
        known = self._cache.get(spoken)
        if known is not None:
            self._cache.move_to_end(spoken)
            return known
        found: Matrix = self.table([spoken])[0]
        self._cache[spoken] = found
        if len(self._cache) > CACHE:
            self._cache.popitem(last=False)
        return found

    def table(self, spoken: list[str]) -> Matrix:
        """Return the probabilities for several normalised texts, one row each."""
        raw = {name: encoded(name, spoken) for name in self.features if name != "char"}
        rows = _stacked(self.features, spoken, self.char, raw, self.means)
        scores = rows @ self.weights[:-1] + self.weights[-1]
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)

    def ranking(self, text: str) -> list[dict[str, Any]]:
        """Return the labels with their confidence, best first."""
        found = self.probabilities(text)
        return [{"name": self.labels[index], "confidence": float(found[index])} for index in np.argsort(-found)]

    def save(self, folder: Path) -> None:
        """Write the model into a folder."""
        vocabulary = list(self.char.vocabulary) if self.char else []
        arrays: dict[str, Any] = {f"mean_{name}": mean for name, mean in self.means.items()}
        idf = self.char.idf if self.char else np.zeros(0, dtype=np.float32)
        np.savez_compressed(folder / "weights.npz", weights=self.weights, idf=idf, **arrays)
        about = {"labels": self.labels, "features": self.features, "vocabulary": vocabulary}
        (folder / "model.json").write_text(json.dumps(about, ensure_ascii=False), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "IntentModel":
        """Read a model from a folder; raises ValueError when this machine lacks an encoder that the model was trained with."""
        about = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        if available(about["features"]) != about["features"]:
            raise ValueError("the model was trained with an encoder that this machine does not have: train it here")
        with np.load(folder / "weights.npz", allow_pickle=False) as arrays:
            means = {name: arrays[f"mean_{name}"] for name in about["features"] if name != "char"}
            vocabulary = {gram: index for index, gram in enumerate(about["vocabulary"])}
            char = CharNgrams(vocabulary, arrays["idf"]) if "char" in about["features"] else None
            return cls(about["labels"], about["features"], char, means, arrays["weights"])


def _stacked(
    features: list[str], spoken: list[str], char: CharNgrams | None, raw: dict[str, Matrix], means: dict[str, Matrix]
) -> Matrix:
    """Return the features side by side; encoders are centred, because e5 keeps all sentences within a narrow cone."""
    blocks = []
    for name in features:
        if name == "char":
            assert char is not None
            blocks.append(char.rows(spoken))
        else:
            blocks.append(unit(raw[name] - means[name]))
    return np.hstack(blocks)
