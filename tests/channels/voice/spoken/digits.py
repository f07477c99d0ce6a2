"""Hears a spoken text as a person with a pencil does: which digits were said."""

from channels.voice.spoken.vocabulary import words

_NUMBERS = words()["numbers"]
_VALUES = {
    **{word: number for number, word in enumerate(_NUMBERS["ones"])},
    **{word: number * 10 for number, word in enumerate(_NUMBERS["tens"]) if word},
    **{word: number * 100 for number, word in enumerate(_NUMBERS["hundreds"]) if word},
}


def heard_digits(spoken: str) -> str:
    """The digits of all groups, in order; a group ends at any stop or at a word that is no number."""
    marks = spoken.lower()
    for stop in ",.;:!?":
        marks = marks.replace(stop, " | ")
    written, group = "", []
    for word in [*marks.split(), "|"]:
        if word in _VALUES:
            group.append(_VALUES[word])
        else:
            written += _written(group)
            group = []
    return written


def _written(group: list[int]) -> str:
    """Leading zeros, then one number: [0, 0, 20, 3] is 0023."""
    zeros = 0
    while zeros < len(group) and group[zeros] == 0:
        zeros += 1
    return "0" * zeros + (str(sum(group[zeros:])) if group[zeros:] else "")
