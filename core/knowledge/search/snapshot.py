"""One immutable state of the index: what was published at some moment, ready to be ranked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from core.knowledge.embedding import Vectors
from core.knowledge.freshness import Freshness
from core.knowledge.search.calibration import BM25_HALF, Calibration
from core.knowledge.search.explaining import Explained, ExplainedHit, Verdict
from core.knowledge.search.lexical import LexicalIndex, Phrase, Scores
from core.knowledge.search.results import Hit, SearchResult
from core.knowledge.search.text import lemmas, lemmas_of_clean, subjects
from core.knowledge.search.typos import Vocabulary
from core.lexicon.tokens import WORD

EXACT = 2.0
"""The score of a question that is written in the article word for word: above any that is computed."""
OWN_WORDS_WEIGHT = 2
"""A word of the title or of a question counts twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A published article with its vectors (zeros until they are made) and the count of its lemmas."""

    hit: Hit
    valid_until: date | None
    asked: tuple[str, ...]
    questions: Vectors
    passage: Vectors
    terms: Mapping[str, int]
    surface: frozenset[str]


def count_terms(asked: Sequence[str], answer: str) -> tuple[Mapping[str, int], frozenset[str]]:
    """Lemmas of an article's clean texts with their weights, and its words as written."""
    terms: Counter[str] = Counter()
    for text in asked:
        for token in subjects(lemmas_of_clean(text)):
            terms[token] += OWN_WORDS_WEIGHT
    terms.update(subjects(lemmas_of_clean(answer)))
    return terms, frozenset(word for text in (*asked, answer) for word in WORD.findall(text))


class Snapshot:
    """Ranks all entries for one question; safe to read from any thread."""

    def __init__(
        self,
        entries: Sequence[Entry],
        *,
        synonyms: Sequence[Sequence[Phrase]],
        foreign: Vectors,
        freshness: Mapping[int, Freshness],
        calibration: Calibration,
    ) -> None:
        self._entries = tuple(entries)
        self._foreign, self._freshness, self._calibration = foreign, freshness, calibration
        self._lexical = LexicalIndex([entry.terms for entry in entries], synonyms)
        self._vocabulary = Vocabulary(word for entry in entries for word in entry.surface)
        self._exact = {" ".join(WORD.findall(text)): number for number, entry in enumerate(entries) for text in entry.asked}
        self._ids = {entry.hit.article_id: number for number, entry in enumerate(entries)}
        if entries:
            self._questions = np.vstack([entry.questions for entry in entries])
            self._first = np.cumsum([0, *(len(entry.questions) for entry in entries)])[:-1]
            self._passages = np.vstack([entry.passage for entry in entries])

    def __len__(self) -> int:
        return len(self._entries)

    def repair(self, query: str) -> str:
        """The clean question with mistyped words put right where the base has a near word."""
        return " ".join(self._vocabulary.repair(word) for word in WORD.findall(query))

    def rank(self, query: str, vector: Vectors, *, today: date, limit: int, for_staff: bool) -> SearchResult:
        """The best articles that the asker may see on this day."""
        seen = self._visible(today, for_staff)
        if not seen.any():
            return SearchResult()
        scores = np.where(seen, self._scores(query, vector), -np.inf)
        exact = self._exact.get(query)
        if exact is not None and seen[exact]:
            scores[exact] = EXACT
        order = np.argsort(-scores, kind="stable")[: max(limit, 2)]
        order = order[np.isfinite(scores[order])]
        hits = tuple(self._hit(number, float(scores[number]), today) for number in order[:limit])
        return SearchResult(hits=hits, answered=bool(hits) and self._is_answer(scores[order], vector))

    def recite(self, article_id: int, *, today: date, for_staff: bool) -> Hit | None:
        """One article, if the asker may see it on this day."""
        number = self._ids.get(article_id)
        if number is None or not self._visible(today, for_staff)[number]:
            return None
        return self._hit(number, 1.0, today)

    def listed(self, today: date) -> tuple[Hit, ...]:
        """What a citizen may read on this day, by kind and title."""
        seen = [self._hit(int(number), 0.0, today) for number in np.flatnonzero(self._visible(today, for_staff=False))]
        return tuple(sorted(seen, key=lambda hit: (hit.item_no or 0, hit.title)))

    def lexical_order(self, query: str) -> list[int]:
        """Article ids by words alone, for comparison in benchmarks."""
        scores = self._lexical.scores(lemmas(query))
        return [self._entries[number].hit.article_id for number in np.argsort(-scores, kind="stable")]

    def lexical_top(self, query: str) -> float:
        """The best figure by words alone."""
        return float(self._lexical.scores(lemmas(query)).max(initial=0.0))

    def explain(self, query: str, vector: Vectors, *, today: date, limit: int, topics: Sequence[str]) -> Explained:
        """The best articles that a citizen may see, with every part of their scores; ``topics``: the words of the foreign ones."""
        seen, weights = self._visible(today, for_staff=False), self._calibration
        if not seen.any():
            return Explained(searched=query, threshold=weights.threshold, margin=weights.margin)
        scores = np.where(seen, self._scores(query, vector), -np.inf)
        exact = self._exact.get(query)
        if exact is not None and seen[exact]:
            scores[exact] = EXACT
        order = [int(one) for one in np.argsort(-scores, kind="stable")[: max(limit, 2)] if np.isfinite(scores[one])]
        shared = self._lexical.scores(lemmas(query))
        hits = tuple(self._explained(number, vector, float(shared[number]), float(scores[number]), today) for number in order)
        near = self._foreign @ vector if len(self._foreign) else np.zeros(0, dtype=np.float32)
        foreign = float(near.max(initial=0.0))
        explained = Explained(
            searched=query,
            hits=hits,
            foreign_topic=topics[int(near.argmax())] if foreign > 0 and len(topics) == len(near) else "",
            foreign=foreign,
            foreign_part=weights.foreign * foreign,
            decided=hits[0].score - weights.foreign * foreign,
            threshold=weights.threshold,
            lead=hits[0].score - hits[1].score if len(hits) > 1 else 0.0,
            margin=weights.margin,
        )
        return replace(explained, verdict=_verdict(explained), hits=hits[:limit])

    def _explained(self, number: int, vector: Vectors, shared: float, score: float, today: date) -> ExplainedHit:
        entry, weights = self._entries[number], self._calibration
        near = entry.questions @ vector
        question, passage = float(near.max()), float((entry.passage @ vector)[0])
        return ExplainedHit(
            hit=self._hit(number, min(score, 1.0), today),
            nearest=entry.asked[int(near.argmax())],
            question=question,
            passage=passage,
            semantic=weights.question * question + (1 - weights.question) * passage,
            lexical=weights.lexical * shared / (shared + BM25_HALF),
            score=score,
        )

    def confidence(self, query: str, vector: Vectors) -> tuple[list[int], Scores, float]:
        """Article ids best first, their scores, and the nearness of the nearest foreign topic: for calibration."""
        scores = self._scores(query, vector)
        order = np.argsort(-scores, kind="stable")
        return [self._entries[number].hit.article_id for number in order], scores[order], self._nearest_foreign(vector)

    def _scores(self, query: str, vector: Vectors) -> Scores:
        weights = self._calibration
        question = np.maximum.reduceat(self._questions @ vector, self._first)
        near = weights.question * question + (1 - weights.question) * (self._passages @ vector)
        shared = self._lexical.scores(lemmas(query))
        return np.asarray(near + weights.lexical * shared / (shared + BM25_HALF), dtype=np.float64)

    def _is_answer(self, best: Scores, vector: Vectors) -> bool:
        weights = self._calibration
        if best[0] >= EXACT:
            return True
        leads = len(best) < 2 or best[0] - best[1] >= weights.margin
        return bool(leads and best[0] - weights.foreign * self._nearest_foreign(vector) >= weights.threshold)

    def _nearest_foreign(self, vector: Vectors) -> float:
        return float((self._foreign @ vector).max()) if len(self._foreign) else 0.0

    def _visible(self, today: date, for_staff: bool) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        return np.array(
            [
                (for_staff or not entry.hit.restricted) and (entry.valid_until is None or entry.valid_until >= today)
                for entry in self._entries
            ],
            dtype=bool,
        )

    def _hit(self, number: int, score: float, today: date) -> Hit:
        hit = self._entries[number].hit
        stale = self._freshness.get(hit.item_no or 0, Freshness()).is_stale(hit.confirmed_on, today)
        return replace(hit, score=min(round(score, 4), 1.0), stale=stale)


def _verdict(explained: Explained) -> Verdict:
    """Why the best article is the answer, or is not; NEAR_FOREIGN: a foreign topic is nearer to the question than that article."""
    if explained.hits[0].score >= EXACT:
        return Verdict.EXACT
    if len(explained.hits) > 1 and explained.lead < explained.margin:
        return Verdict.NO_LEAD
    if explained.decided >= explained.threshold:
        return Verdict.ANSWERED
    return Verdict.NEAR_FOREIGN if explained.foreign > explained.hits[0].question else Verdict.BELOW
