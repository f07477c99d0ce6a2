"""Repair of mistyped words against the words that the knowledge base uses."""

from collections import defaultdict
from collections.abc import Iterable

from core.lexicon.tokens import is_known

SHORTEST = 5
"""Letters; shorter words have too many neighbours."""
LONGEST = 24
TWO_MISTAKES_FROM = 9
"""Letters from which a word may differ in two places."""


class Vocabulary:
    """Knows the words of the articles and finds the nearest one to a word that is in no dictionary."""

    def __init__(self, known: Iterable[str]) -> None:
        self._known = {word for word in known if SHORTEST <= len(word) <= LONGEST}
        self._shortened: dict[str, list[str]] = defaultdict(list)
        for word in sorted(self._known):
            for shorter in _one_letter_less(word):
                self._shortened[shorter].append(word)

    def repair(self, word: str) -> str:
        """The word itself when it is known or has no near neighbour."""
        if not SHORTEST <= len(word) <= LONGEST or word in self._known or is_known(word):
            return word
        near = {neighbour for key in (word, *_one_letter_less(word)) for neighbour in self._shortened.get(key, ())}
        near |= {shorter for shorter in _one_letter_less(word) if shorter in self._known}
        allowed = 2 if len(word) >= TWO_MISTAKES_FROM else 1
        measured = sorted((distance(word, neighbour), neighbour) for neighbour in near)
        return measured[0][1] if measured and measured[0][0] <= allowed else word


def distance(left: str, right: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours between two short words."""
    before: list[int] = []
    above = list(range(len(right) + 1))
    for row, letter in enumerate(left, 1):
        here = [row]
        for column, other in enumerate(right, 1):
            cost = min(above[column] + 1, here[-1] + 1, above[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == right[column - 2] and left[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        before, above = above, here
    return above[-1]


def _one_letter_less(word: str) -> set[str]:
    return {word[:place] + word[place + 1 :] for place in range(len(word))}
