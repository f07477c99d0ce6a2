"""Measures classifiers of intents; runs in the dialogue's environment (``nlu/.venv``), prints JSON. Started by ``bench.nlu``.

``ours FOLDS``: our classifier, cross-validated on the training set and tried on the dev set. ``diet FOLDS EPOCHS``: Rasa's stock
pipeline with DIET, as ``rasa init`` writes it, in the same way on the same folds (FOLDS 0: the dev set only).
"""

import hashlib
import json
import logging
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from sklearn.model_selection import StratifiedKFold  # type: ignore[import-not-found]  # it is in nlu/.venv only

from nlu import paths
from nlu.components.classifier import IntentModel, Recipe
from nlu.components.text import normal

Phrases = list[tuple[str, str]]
Predicted = list[tuple[str, float]]
Learn = Callable[[Phrases], Callable[[list[str]], Predicted]]
SEED = 1


def phrases(folder: str) -> Phrases:
    """Return the phrases of a set with their intents."""
    found: Phrases = []
    for file in sorted((paths.HOME / folder).glob("*.yml")):
        for block in yaml.safe_load(file.read_text(encoding="utf-8")).get("nlu", []):
            found += [(line.strip()[2:], block["intent"]) for line in block["examples"].splitlines() if line.strip()]
    return found


def data_key() -> str:
    """Return a hash over both sets: figures kept from an earlier run belong to it."""
    return hashlib.sha256(json.dumps([phrases("data"), phrases("dev")]).encode()).hexdigest()[:16]


def learn_ours(trained: Phrases) -> Callable[[list[str]], Predicted]:
    """Train our classifier with the settings of config.yml."""
    component = yaml.safe_load((paths.HOME / "config.yml").read_text(encoding="utf-8"))["pipeline"][0]
    recipe = Recipe(features=component["features"], strength=component["strength"], caution=component["caution"])
    model = IntentModel.learned([text for text, _ in trained], [intent for _, intent in trained], recipe)

    def predict(texts: list[str]) -> Predicted:
        table = model.table([normal(text) for text in texts])
        return [(model.labels[int(row.argmax())], float(row.max())) for row in table]

    return predict


def learn_diet(epochs: int) -> Learn:
    """Return a way to train the stock pipeline (config of ``rasa init``, policies aside)."""

    def learn(trained: Phrases) -> Callable[[list[str]], Predicted]:
        folder = Path(tempfile.mkdtemp(prefix="nlu-diet-"))
        by_intent: dict[str, list[str]] = {}
        for text, intent in trained:
            by_intent.setdefault(intent, []).append(text)
        blocks = [{"intent": intent, "examples": "".join(f"- {text}\n" for text in texts)} for intent, texts in by_intent.items()]
        (folder / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}, allow_unicode=True), encoding="utf-8")
        (folder / "config.yml").write_text(yaml.safe_dump(_stock(epochs)), encoding="utf-8")
        return _trained_by_rasa(folder)

    return learn


def _stock(epochs: int) -> dict[str, Any]:
    names = ["WhitespaceTokenizer", "RegexFeaturizer", "LexicalSyntacticFeaturizer", "CountVectorsFeaturizer"]
    pipeline: list[dict[str, Any]] = [{"name": name} for name in names]
    pipeline.append({"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4})
    pipeline.append({"name": "DIETClassifier", "epochs": epochs, "constrain_similarities": True, "random_seed": SEED})
    return {"recipe": "default.v1", "assistant_id": "bench", "language": "ru", "pipeline": pipeline}


def _trained_by_rasa(folder: Path) -> Callable[[list[str]], Predicted]:
    import asyncio

    from rasa.core.agent import Agent
    from rasa.model_training import train_nlu

    model = train_nlu(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder), fixed_model_name="diet")
    agent = Agent.load(model_path=model)

    async def parse(texts: list[str]) -> Predicted:
        parsed = [(await agent.parse_message(text))["intent"] for text in texts]
        return [(intent.get("name") or "", float(intent.get("confidence") or 0)) for intent in parsed]

    return lambda texts: asyncio.run(parse(texts))


def measure(learn: Learn, folds: int) -> dict[str, Any]:
    """Return the predictions on the dev set and, from the folds, on the training set."""
    key, trained, tried = data_key(), phrases("data"), phrases("dev")
    dev = learn(trained)([text for text, _ in tried])
    found: dict[str, Any] = {"key": key, "dev": _rows(tried, dev)}
    if folds:
        held_out: list[Any] = [None] * len(trained)
        labels = np.array([intent for _, intent in trained])
        for number, (rest, fold) in enumerate(StratifiedKFold(folds, shuffle=True, random_state=SEED).split(labels, labels), 1):
            sys.stderr.write(f"  fold {number} of {folds}\n")
            predict = learn([trained[index] for index in rest])
            for index, guess in zip(fold, predict([trained[index][0] for index in fold]), strict=True):
                held_out[index] = guess
        found["cv"] = _rows(trained, held_out)
    return found


def _rows(truth: Phrases, guesses: Predicted) -> list[list[Any]]:
    return [[text, intent, guess, round(sure, 4)] for (text, intent), (guess, sure) in zip(truth, guesses, strict=True)]


def main(arguments: list[str]) -> None:
    """Measure and print."""
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    kind, folds = arguments[0], int(arguments[1])
    if kind == "ours":
        _remember_encoded()
    found = measure(learn_ours if kind == "ours" else learn_diet(int(arguments[2])), folds)
    sys.stdout.write("\nRESULT " + json.dumps(found, ensure_ascii=False) + "\n")


def _remember_encoded() -> None:
    """Encode each phrase once for all folds: the encoders are not trained, so the folds share their vectors honestly."""
    from nlu.components import classifier

    encode = vars(classifier)["encoded"]
    known: dict[tuple[str, str], Any] = {}

    def encoded(feature: str, texts: list[str]) -> Any:
        fresh = [text for text in dict.fromkeys(texts) if (feature, text) not in known]
        if fresh:
            known.update({(feature, text): row for text, row in zip(fresh, encode(feature, fresh), strict=True)})
        return np.stack([known[feature, text] for text in texts])

    vars(classifier)["encoded"] = encoded


if __name__ == "__main__":
    main(sys.argv[1:])
