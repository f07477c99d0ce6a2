"""How well the dialogue understands: our classifier beside Rasa's stock DIET on the same data, and emergencies with the word list.

Run ``python -m bench nlu [--quick]``. The full run trains DIET anew (many minutes) and keeps its figures in ``var/bench``.
``--quick`` shows figures kept from such a run, and says so.
"""

import importlib
import json
import os
import subprocess
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.telling import Line, tell
from nlu import paths

Row = tuple[str, str, str, bool | None]
"""Name, figure, goal, and whether the goal is met (None: no goal)."""
Guess = tuple[str, str, str, float]
"""Words, true intent, intent found, confidence."""

FOLDS = 5
QUICK_FOLDS = 2
"""Two folds learn from half of the phrases only, so they flatter nobody; the full run takes five."""
DIET_EPOCHS = 100
DIET_FOLDS = 5
THRESHOLD = 0.4
"""Below it the dialogue says that it did not understand, so a wrong intent does no harm."""
GOAL_MACRO_F1 = 0.88
QUICK_GOAL = 0.85
GOAL_DEV_ACCURACY = 0.95
GOAL_EMERGENCY_RECALL = 0.99
GOAL_FALSE_ALARMS = 0.02
ELSEWHERE = ("p50", "BM25")
"""Rows that the bench of the knowledge base itself answers for."""
KEPT = paths.ROOT / "var" / "bench" / "nlu-diet.json"
RECORDED = Path(__file__).with_name("nlu_diet.json")
"""Figures of a full run, in the repository: shown by --quick when var/ has none for the same data."""


def main(argv: list[str]) -> int:
    """Measure, print the table, return 1 when a goal is missed."""
    quick = "--quick" in argv
    folds = QUICK_FOLDS if quick else FOLDS
    ours = _measured("ours", folds)
    diet = _kept(ours["key"]) if quick else _measured_diet()
    rows = [*_comparison(ours, diet, folds), *knowledge_rows(quick), *_emergencies(ours["dev"])]
    return tell("nlu", [Line(name=name, figure=figure, goal=goal, ok=met) for name, figure, goal, met in rows])


def accuracy(guesses: Sequence[Guess]) -> float:
    """Return the share of phrases whose intent was found."""
    return sum(true == found for _, true, found, _ in guesses) / len(guesses)


def macro_f1(guesses: Sequence[Guess]) -> float:
    """Return the mean over the intents of the harmonic mean of precision and recall."""
    hits: dict[str, int] = defaultdict(int)
    truths: dict[str, int] = defaultdict(int)
    founds: dict[str, int] = defaultdict(int)
    for _, true, found, _ in guesses:
        truths[true] += 1
        founds[found] += 1
        hits[true] += true == found
    return sum(2 * hits[intent] / (truths[intent] + founds[intent]) for intent in truths) / len(truths)


def confidently_wrong(guesses: Sequence[Guess]) -> int:
    """Count wrong intents that would be acted upon: the number that hurts citizens."""
    return sum(true != found and sure >= THRESHOLD for _, true, found, sure in guesses)


def knowledge_rows(quick: bool) -> list[Row]:
    """Return the figures of the knowledge base when its bench is here."""
    try:
        module = importlib.import_module("bench.knowledge")
    except ModuleNotFoundError:
        return [("knowledge base", "not measured", "", None)]
    told = [row for row in module.figures(quick) if not any(word in row[0] for word in ELSEWHERE)]
    return [(name, _shown(figure), _shown(goal), met) for name, figure, goal, met in told]


def _shown(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


def _comparison(ours: dict[str, Any], diet: dict[str, Any] | None, folds: int) -> list[Row]:
    rows: list[Row] = []
    goals = {"cv": (QUICK_GOAL if folds < FOLDS else GOAL_MACRO_F1, None), "dev": (None, GOAL_DEV_ACCURACY)}
    for name, part in ((f"training set, {folds} folds", "cv"), ("dev set", "dev")):
        label = f"{name} ({len(ours[part])} phrases)"
        rows.append(_row(f"{label}: macro-F1", macro_f1(ours[part]), goals[part][0]))
        rows.append(_diet_row("  DIET", diet, part, macro_f1))
        rows.append(_row(f"{label}: accuracy", accuracy(ours[part]), goals[part][1]))
        rows.append(_diet_row("  DIET", diet, part, accuracy))
        rows.append((f"{label}: confidently wrong", str(confidently_wrong(ours[part])), "", None))
        rows.append(_diet_row("  DIET", diet, part, confidently_wrong))
    if diet is not None and "dev" in diet:
        better = accuracy(ours["dev"]) - accuracy(diet["dev"])
        rows.append(("dev set: accuracy above DIET", f"{better:+.3f}", "> 0", better > 0))
    return rows


def _row(name: str, figure: float, goal: float | None) -> Row:
    return (name, f"{figure:.3f}", f">= {goal:.2f}" if goal else "", figure >= goal if goal else None)


def _diet_row(name: str, diet: dict[str, Any] | None, part: str, figure: Callable[[Any], float]) -> Row:
    if diet is None or part not in diet:
        return (name, "not measured", "run without --quick", None)
    value = figure(diet[part])
    shown = str(value) if isinstance(value, int) else f"{value:.3f}"
    return (name, shown, diet.get("note", ""), None)


def _emergencies(dev: Sequence[Guess]) -> list[Row]:
    """Judge emergencies by the classifier alone and by the word list of the core or the classifier, as a turn does."""
    listed = _word_list()
    rows = _alarm_rows("classifier alone", dev, lambda guess: _alarmed(guess), goal=False)
    if listed is None:
        return [*rows, ("emergencies: with the word list", "core.lexicon is not here", "", None)]
    rows += _alarm_rows("word list alone", dev, lambda guess: listed(guess[0]), goal=False)
    return rows + _alarm_rows("word list or classifier", dev, lambda guess: listed(guess[0]) or _alarmed(guess), goal=True)


def _alarmed(guess: Guess) -> bool:
    return guess[2] == "emergency" and guess[3] >= THRESHOLD


def _alarm_rows(name: str, dev: Sequence[Guess], alarm: Callable[[Guess], bool], *, goal: bool) -> list[Row]:
    real = [guess for guess in dev if guess[1] == "emergency"]
    other = [guess for guess in dev if guess[1] != "emergency"]
    missed = [guess[0] for guess in real if not alarm(guess)]
    false = [guess[0] for guess in other if alarm(guess)]
    recall, share = 1 - len(missed) / len(real), len(false) / len(other)
    for words in missed if goal else []:
        print(f"  missed emergency: {words}")
    for words in false if goal else []:
        print(f"  false alarm: {words}")
    return [
        (
            f"other phrases ({len(other)}): false alarms, {name}",
            f"{len(false)} ({share:.3f})",
            f"<= {GOAL_FALSE_ALARMS}" if goal else "",
            share <= GOAL_FALSE_ALARMS if goal else None,
        ),
        (
            f"emergencies ({len(real)}): recall, {name}",
            f"{recall:.3f}",
            f">= {GOAL_EMERGENCY_RECALL}" if goal else "",
            recall >= GOAL_EMERGENCY_RECALL if goal else None,
        ),
    ]


def _word_list() -> Callable[[str], bool] | None:
    try:
        module = importlib.import_module("core.lexicon.emergency")
    except ModuleNotFoundError:
        return None
    return lambda text: module.find_emergency(text) is not None


def _measured(kind: str, *arguments: int) -> dict[str, Any]:
    """Run the measurement in the dialogue's environment."""
    command = [str(paths.PYTHON), "-m", "bench.nlu_measure", kind, *map(str, arguments)]
    environment = paths.rasa_environment() | {"OMP_NUM_THREADS": str(min(os.cpu_count() or 1, 4))}
    done = subprocess.run(command, cwd=paths.ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"nlu: the measurement failed\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.rsplit("RESULT ", 1)[1])
    return found


def _measured_diet() -> dict[str, Any]:
    print(f"training DIET for {DIET_FOLDS} folds of {DIET_EPOCHS} epochs and once on the whole; this takes many minutes ...")
    found = _measured("diet", DIET_FOLDS, DIET_EPOCHS)
    for part in ("dev", "cv"):
        found[part] = [["", *guess[1:]] for guess in found[part]]
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    return found


def _kept(key: str) -> dict[str, Any] | None:
    """Return DIET's figures of an earlier full run, with a remark whether they were taken on the present data."""
    for file in (KEPT, RECORDED):
        if file.is_file():
            found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            same = found.get("key") == key
            found["note"] = "kept from a full run" if same else "kept from a full run on older data"
            return found
    return None
