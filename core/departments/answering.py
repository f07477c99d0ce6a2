"""Who answers for what a caller asks about: departments by lemmas of their subjects, names and officials' posts (reg. 2.3, 4.2)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from core.knowledge.search.lexical import LexicalIndex, Phrase
from core.knowledge.search.text import clean, lemmas, subjects
from core.lexicon.tokens import words

SUBJECTS = Path(__file__).with_name("subjects.yaml")
FOUND_LIMIT = 5
ENOUGH = 0.35
"""Share of the best score below which a department is not told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Describes:
    """What is known of a department: its name, and the names and posts of its officials."""

    key: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerer:
    """A department that answers for the matter; ``why``: the matters or the words by which it was found."""

    key: str
    why: Sequence[str]
    score: float


def who_answers_for(query: str, departments: Sequence[Describes], synonyms: Sequence[Sequence[str]] = ()) -> Sequence[Answerer]:
    """The likeliest departments for a question in a caller's words, best first, at most five; nothing when no word fits."""
    tokens = subjects(lemmas(clean(query)))
    if not tokens:
        return []
    groups = [[tuple(lemmas(phrase)) for phrase in group] for group in synonyms]
    index = LexicalIndex([_document(one) for one in departments], groups)
    scores = index.scores(tokens)
    best = float(scores.max(initial=0.0))
    order = sorted(range(len(departments)), key=lambda number: (-scores[number], number))
    return [
        Answerer(key=departments[number].key, why=_why(departments[number], tokens), score=float(scores[number]))
        for number in order[:FOUND_LIMIT]
        if best > 0 and scores[number] >= ENOUGH * best
    ]


def _document(department: Describes) -> Mapping[str, int]:
    """A matter counts double against a word of a name or a post."""
    counted: Counter[str] = Counter(subjects(lemmas(clean(department.said, 4000))))
    for matter in _matters().get(department.key, ()):
        for lemma in set(matter):
            counted[lemma] += 2
    return counted


def _why(department: Describes, tokens: Sequence[str]) -> Sequence[str]:
    wanted = set(tokens)
    told = [
        text
        for text, matter in zip(_read().get(department.key, ()), _matters().get(department.key, ()), strict=True)
        if wanted & set(matter)
    ]
    return (told or [word for word in words(department.said) if wanted & set(lemmas(word))])[:4]


@cache
def _matters() -> Mapping[str, Sequence[Phrase]]:
    return {key: [tuple(subjects(lemmas(text))) for text in listed] for key, listed in _read().items()}


@cache
def _read() -> Mapping[str, Sequence[str]]:
    document: Mapping[str, Sequence[str]] = yaml.safe_load(SUBJECTS.read_text("utf-8"))
    return document
