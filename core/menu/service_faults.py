"""What is wrong with the list of services, by the names of its texts (reg. 2.3)."""

from collections.abc import Iterator, Mapping

from core.menu.services import FIELDS, PLACES, listed, named, same_words, shipped_texts
from core.menu.spelling import dialled, is_one_breath, readable_aloud

LIMITS = {"name": 60, "number": 24, "hours": 60, "said": 200, "synonyms": 300}
"""Characters."""


def service_faults(texts: Mapping[str, str]) -> Mapping[str, str]:
    """By the name of a text, why the list cannot be published so; ``texts`` holds what an edition says otherwise."""
    told = {**shipped_texts(), **texts}
    faults: dict[str, str] = {}
    for place in range(1, PLACES + 1):
        fields = {field: told[named(place, field)].strip() for field in FIELDS}
        faults |= {named(place, field): reason for field, reason in reversed(list(_reasons(fields)))}
    return faults | {name: "title_twice" for name in _same(told) if name not in faults}


def _reasons(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Nothing of an empty place; a place without a name is empty."""
    if not fields["name"]:
        return
    for field, words in fields.items():
        if len(words) > LIMITS[field]:
            yield field, "too_long"
        if "\n" in words:
            yield field, "one_line"
        if not readable_aloud(words) and field != "number":
            yield field, "unreadable_aloud"
    if not dialled(fields["number"]):
        yield "number", "unreadable_phone" if fields["number"] else "missing"
    if not is_one_breath(fields["said"]):
        yield "said", "long_sentence"


def _same(told: Mapping[str, str]) -> Iterator[str]:
    """Names and synonyms of services that another service has as well: callers would come to the wrong one."""
    known = [
        (named(place, field), words)
        for place in range(1, PLACES + 1)
        if told[named(place, "name")].strip()
        for field in ("name", "synonyms")
        for words in listed(told[named(place, field)])
    ]
    for at, (name, words) in enumerate(known):
        if any(same_words(words, other) and name.split(".")[0] != owner.split(".")[0] for owner, other in known[:at]):
            yield name
