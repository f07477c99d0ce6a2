"""Who answers for what a caller asks about: departments by the lemmas and the meaning of their matters (reg. 2.3, 4.2)."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from core.departments.meaning import OPINIONS, Meanings, Near, Opinion, matters, nearness
from core.knowledge.search.lexical import LexicalIndex, Phrase
from core.knowledge.search.text import clean, lemmas, subjects
from core.lexicon.tokens import words

FOUND_LIMIT = 5
ENOUGH = 0.35
"""Share of the best score below which a department is not told."""
NO_OPINION = Opinion(weight=0.0, least=1.0)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What is searched: the departments, the synonyms of the knowledge base, and whoever knows of nearness in meaning."""

    departments: Sequence[Describes]
    synonyms: Sequence[Sequence[str]] = ()
    meanings: Meanings | None = None


def who_answers_for(query: str, listed: Listed) -> Sequence[Answerer]:
    """The likeliest departments for a question in a caller's words, best first, at most five; nothing when nothing fits.

    Blocks while the question is embedded: call it in a thread.
    """
    wanted = clean(query)
    tokens = subjects(lemmas(wanted))
    if not tokens:
        return []
    groups = [[tuple(lemmas(phrase)) for phrase in group] for group in listed.synonyms]
    said = LexicalIndex([_document(one) for one in listed.departments], groups).scores(tokens)
    best = float(said.max(initial=0.0))
    near = nearness(wanted, listed.meanings) if listed.meanings else {}
    opinion = OPINIONS.get(listed.meanings.model, NO_OPINION) if listed.meanings else NO_OPINION
    if not best and max((one.above for one in near.values()), default=0.0) < opinion.least:
        return []
    found = [
        Answerer(
            key=one.key,
            why=_why(one, tokens, near.get(one.key)),
            score=(float(said[number]) / best if best else 0.0) + opinion.weight * _above(near, one.key),
        )
        for number, one in enumerate(listed.departments)
    ]
    found.sort(key=lambda one: (-one.score, one.key))
    return [one for one in found[:FOUND_LIMIT] if one.score > 0 and one.score >= ENOUGH * found[0].score]


def _above(near: Mapping[str, Near], key: str) -> float:
    return max(near[key].above, 0.0) if key in near else 0.0


def _document(department: Describes) -> Mapping[str, int]:
    """A matter counts double against a word of a name or a post."""
    counted: Counter[str] = Counter(subjects(lemmas(clean(department.said, 4000))))
    for matter in _matters().get(department.key, ()):
        for lemma in set(matter):
            counted[lemma] += 2
    return counted


def _why(department: Describes, tokens: Sequence[str], near: Near | None) -> Sequence[str]:
    wanted = set(tokens)
    told = [
        text
        for text, matter in zip(matters().get(department.key, ()), _matters().get(department.key, ()), strict=True)
        if wanted & set(matter)
    ]
    told = told or [word for word in words(department.said) if wanted & set(lemmas(word))] or ([near.matter] if near else [])
    return told[:4]


@cache
def _matters() -> Mapping[str, Sequence[Phrase]]:
    return {key: [tuple(subjects(lemmas(text))) for text in listed] for key, listed in matters().items()}
