"""A lexicon: concepts made of words, and rules that say which concepts near each other mean what.

The words and the rules are data (YAML), for officials to read and amend; this module only applies them. Format:

``concepts``: name -> ``lemmas`` (every form is derived), ``forms`` (exact), ``stems`` (beginnings), ``phrases`` (several words),
``except`` (forms that belong to another word). ``kinds``: kind -> rules; a rule is ``near`` (each item a concept or ``a|b``, with
``not a`` for "not" before the word), ``within`` words, optionally ``unless`` (concepts that make it harmless) and ``at_most`` (the
longest message in words). ``calm``: what makes every rule harmless; ``urgent``: what cancels ``calm``.
``typos: false`` switches the tolerance of misspellings off.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import cast

from core.lexicon.tokens import fold, is_known, is_negated, morphology, read_yaml, words

LIMIT = 20_000
"""Characters read of a text; what follows is not looked at, so that the time stays linear and short."""
TYPO_LENGTH = 5
"""Letters from which a word unknown to the dictionary may be a misspelling of one of ours."""
WORD_LENGTH = 40
"""Letters above which a run of letters is no word of ours."""
REACH = 8
"""Words around a match within which ``unless`` is looked for."""
WITHIN = 5
"""Words that a match may span when the rule does not say."""

Positions = Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a lexicon found: the kind, and the words that made it so, in the order of the text."""

    kind: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Concepts that must stand near each other; each item is a tuple of alternatives."""

    kind: str
    near: tuple[tuple[str, ...], ...]
    within: int = WITHIN
    unless: tuple[str, ...] = ()
    at_most: int | None = None


@dataclass(slots=True, kw_only=True)
class Vocabulary:
    """Which concepts a word stands for."""

    forms: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    stems: dict[str, str] = field(default_factory=dict)
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=lambda: defaultdict(list))
    near_misses: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, concept: str, entry: Mapping[str, str | list[str]]) -> None:
        """Take in one concept of the YAML file."""
        excepted = set(_listed(entry, "except"))
        forms = {form for lemma in _listed(entry, "lemmas") for form in forms_of(lemma)} | set(_listed(entry, "forms"))
        for form in forms - excepted:
            self.forms[fold(form)].add(concept)
        for stem in _listed(entry, "stems"):
            self.stems[fold(stem)] = concept
        for phrase in entry.get("phrases", ()):
            parts = tuple(words(phrase))
            self.phrases[parts[0]].append((parts, concept))

    def close(self) -> None:
        """Prepare the misspellings: every form with one letter left out."""
        for form, concepts in self.forms.items():
            if len(form) >= TYPO_LENGTH:
                for shorter in (form, *_shortened(form)):
                    self.near_misses[shorter] |= concepts

    def concepts(self, word: str) -> frozenset[str]:
        """Concepts of one folded word, misspelt or not."""
        if len(word) > WORD_LENGTH:
            return frozenset()
        found = set(self.forms.get(word, ()))
        found |= {self.stems[word[:end]] for end in range(3, len(word) + 1) if word[:end] in self.stems}
        if not found and len(word) >= TYPO_LENGTH and word.isalpha() and not is_known(word):
            for candidate in (word, *_shortened(word)):
                found |= self.near_misses.get(candidate, set())
        return frozenset(found)


class Lexicon:
    """Words, rules and what makes them harmless, read from one YAML file (first use: about 0.2 s)."""

    def __init__(self, path: Path) -> None:
        document = cast(dict[str, dict[str, object]], read_yaml(path))  # our own file; its shape is tested
        self._vocabulary = Vocabulary()
        for concept, entry in document["concepts"].items():
            self._vocabulary.add(concept, cast(Mapping[str, str | list[str]], entry))
        if document.get("typos", True):
            self._vocabulary.close()
        self._concepts = lru_cache(maxsize=20_000)(self._vocabulary.concepts)
        kinds = cast(dict[str, list[dict[str, object]]], document["kinds"])
        self.rules = tuple(_rule(kind, row) for kind, rows in kinds.items() for row in rows)
        self._calm = tuple(_rule("", row) for row in cast(list[dict[str, object]], document.get("calm", [])))
        self._urgent = tuple(cast(list[str], document.get("urgent", [])))
        self.names = frozenset(document["concepts"])

    def find(self, text: str) -> Match | None:
        """The first kind whose rule holds, or None; linear in the text, of which LIMIT characters are read."""
        tokens = words(text[:LIMIT])
        positions = self._positions(tokens)
        if not positions:
            return None
        is_urgent = any(concept in positions for concept in self._urgent)
        calm = [] if is_urgent else sorted(hit[0] for block in self._calm for hit in _hits(block, positions))
        for rule in self.rules:
            if rule.at_most is None or len(tokens) <= rule.at_most:
                hit = _first(rule, positions, calm)
                if hit is not None:
                    return Match(kind=rule.kind, words=tuple(tokens[index] for index in hit))
        return None

    def _positions(self, tokens: Sequence[str]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for index, token in enumerate(tokens):
            prefix = "not " if is_negated(tokens, index) else ""
            for concept in self._concepts(token):
                found[prefix + concept].append(index)
            for phrase, concept in self._vocabulary.phrases.get(token, ()):
                if tuple(tokens[index : index + len(phrase)]) == phrase:
                    found[concept].append(index)
        return found


def forms_of(lemma: str) -> set[str]:
    """Every form of a word given in its dictionary form, or of a noun given in any form ("people"); else the word itself."""
    parses = morphology().parse(lemma)
    exact = [parse for parse in parses if parse.normal_form == lemma and parse.is_known]
    nouns = [parse for parse in parses if "NOUN" in parse.tag][:1]
    return {form.word for parse in exact or nouns for form in parse.lexeme} | {lemma}


def _first(rule: Rule, positions: Positions, calm: Sequence[int]) -> tuple[int, ...] | None:
    for hit in _hits(rule, positions):
        first, last = hit[0] - REACH, hit[-1] + REACH
        if not _between(calm, first, last) and not any(
            _between(positions.get(concept, ()), first, last) for concept in rule.unless
        ):
            return hit
    return None


def _hits(rule: Rule, positions: Positions) -> Iterator[tuple[int, ...]]:
    groups = [sorted(place for concept in item for place in positions.get(concept, ())) for item in rule.near]
    if not all(groups):
        return
    for start in groups[0]:
        chosen = [start]
        for group in groups[1:]:
            around = _between(group, start - rule.within, start + rule.within)
            others = [place for place in around if place not in chosen]
            if not others:
                break
            chosen.append(min(others, key=lambda place: abs(place - start)))
        if len(chosen) == len(groups) and max(chosen) - min(chosen) <= rule.within:
            yield tuple(sorted(chosen))


def _between(places: Sequence[int], first: int, last: int) -> Sequence[int]:
    return places[bisect_left(places, first) : bisect_right(places, last)]


def _rule(kind: str, row: Mapping[str, object]) -> Rule:
    near = cast(list[str], row["near"])  # the file's shape is tested
    return Rule(
        kind=kind,
        near=tuple(tuple(part.strip() for part in item.split("|")) for item in near),
        within=cast(int, row.get("within", WITHIN)),
        unless=tuple(cast(list[str], row.get("unless", []))),
        at_most=cast(int | None, row.get("at_most")),
    )


def _listed(entry: Mapping[str, str | list[str]], key: str) -> list[str]:
    value = entry.get(key, "")
    return value.split() if isinstance(value, str) else [part for line in value for part in line.split()]


def _shortened(word: str) -> list[str]:
    return [word[:index] + word[index + 1 :] for index in range(len(word))]
