"""A citizen's words made fit for search: of a sane length, visible, lower case; then lemmas without empty words."""

import re
from functools import cache, lru_cache
from pathlib import Path
from typing import cast

from core.lexicon.tokens import WORD, fold, morphology, read_yaml, words

QUERY_LIMIT = 400
"""Characters of a question that are searched; a letter's first lines say what it is about."""
READ_LIMIT = 8 * QUERY_LIMIT
"""Characters that are looked at before invisible ones are dropped: 5 MB of text cost nothing."""
_RUSSIAN = re.compile("[\u0430-\u044f\u0451]+")
"""Others have no forms in the dictionary, and pymorphy3 fails on letters without a Unicode name."""
WORD_LIMIT = 40
"""Letters; a longer run is no word."""


def clean(text: str, limit: int = QUERY_LIMIT) -> str:
    """The text folded, without invisible characters and sample marks, spaces single; empty when it has no letter or digit."""
    folded = fold(text[: READ_LIMIT if limit == QUERY_LIMIT else limit])
    for mark in _marks():
        folded = folded.replace(mark, " ")
    tidy = " ".join(folded.split())[:limit]
    return tidy if any(map(str.isalnum, tidy)) else ""


def lemmas(text: str) -> list[str]:
    """The dictionary forms of all words, in order."""
    return [lemma(word) for word in words(text)]


def lemmas_of_clean(text: str) -> list[str]:
    """The same for a text that ``clean`` has made: it is not folded again."""
    return [lemma(word) for word in WORD.findall(text)]


def subjects(tokens: list[str]) -> list[str]:
    """The lemmas that carry a subject."""
    return [token for token in tokens if token not in stop_words()]


@lru_cache(maxsize=100_000)
def lemma(word: str) -> str:
    """The likeliest dictionary form; a lone letter stays itself (pymorphy3 reads one of them as the verb "to be")."""
    if not 1 < len(word) <= WORD_LIMIT or not _RUSSIAN.fullmatch(word):
        return word[:WORD_LIMIT]
    return fold(morphology().parse(word)[0].normal_form)


@cache
def stop_words() -> frozenset[str]:
    """Lemmas of question words, pronouns and politeness."""
    return frozenset(lemma(word) for line in _word_lists()["stop"] for word in line.split()) | frozenset(
        word for line in _word_lists()["stop"] for word in line.split()
    )


@cache
def _marks() -> tuple[str, ...]:
    return tuple(fold(mark) for mark in _word_lists()["marks"])


@cache
def _word_lists() -> dict[str, list[str]]:
    return cast(dict[str, list[str]], read_yaml(Path(__file__).parent / "words.yaml"))  # our own file, tested
