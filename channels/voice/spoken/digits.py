"""Digits as people say them: one by one where they are zeros, else in small groups."""

from collections.abc import Iterable

from channels.voice.spoken.vocabulary import words

_NUMBERS = words()["numbers"]
_LARGEST = 9999


def cardinal(number: int, case: str = "nominative") -> str:
    """A number in words: to 9999 in the nominative, to 59 in the genitive and the dative (hours and minutes)."""
    table = _NUMBERS if case == "nominative" else _NUMBERS[case]
    said = []
    if number >= 1000:
        said.append(table["thousands"][number // 1000])
        number %= 1000
    if number >= 100:
        said.append(table["hundreds"][number // 100])
        number %= 100
    if number >= 20:
        said.append(table["tens"][number // 10])
        number %= 10
    if number or not said:
        said.append(table["ones"][number])
    return " ".join(said)


def grouped(digits: str) -> str:
    """A group of at most four digits: its leading zeros one by one, then the rest as a number."""
    rest = digits.lstrip("0")
    said = [cardinal(0)] * (len(digits) - len(rest))
    if rest:
        said.append(cardinal(int(rest)))
    return " ".join(said)


def sequence(groups: Iterable[str]) -> str:
    """Groups of digits with a pause after each."""
    return ", ".join(grouped(group) for group in groups if group)


def cut(digits: str, *sizes: int) -> list[str]:
    """The digits in groups of the given sizes; the rest, if there is one, is the last group."""
    groups, at = [], 0
    for size in sizes:
        groups.append(digits[at : at + size])
        at += size
    return [*groups, digits[at:]] if at < len(digits) else groups


def pairs(digits: str) -> list[str]:
    """The digits two by two; of an odd number the first three stay together."""
    head = [digits[:3]] if len(digits) % 2 and len(digits) > 2 else []
    at = 3 if head else 0
    return head + [digits[place : place + 2] for place in range(at, len(digits), 2)]
