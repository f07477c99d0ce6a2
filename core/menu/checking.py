"""What is wrong with edited texts, by name: a reason beside each field (reg. 2.3, 3.3)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from string import Formatter

from core.menu.catalogue import Catalogue, Text, TextKind, key_word, keys_told
from core.menu.items import SHIPPED, Item
from core.menu.service_faults import service_faults
from core.menu.spelling import dialled, is_one_breath, readable_aloud
from core.opening import WEEKDAYS, HoursUnreadable, read_hours
from core.regulation import SATURDAY
from core.staff.cleaning import hides_signs

LIMITS = {
    TextKind.SPOKEN: 700,
    TextKind.WRITTEN: 3000,
    TextKind.BUTTON: 40,
    TextKind.NUMBER: 24,
    TextKind.HOURS: 60,
    TextKind.KEY: 1,
    TextKind.SERVICE: 300,
}
"""Characters; seven hundred are read aloud in about fifty seconds."""
LONGEST = 5000
"""Characters of a text that a draft keeps, also when they are too many to be published; more are refused."""
NOTE_LIMIT = 300
TITLES = "voice:item."
TOLD = 2
"""Words that are said with the title of an item: "press", and its key."""


def faults_in(texts: Mapping[str, str], catalogue: Catalogue) -> Mapping[str, str]:
    """By the name of the text, why an edition cannot be published so; ``texts`` holds what it says otherwise."""
    faults: dict[str, str] = {}
    for name, words in texts.items():
        text = catalogue.texts.get(name)
        reason = "unknown_text" if text is None else next(_reasons(text, words), "")
        if reason:
            faults[name] = reason
    faults |= service_faults(texts)
    faults |= {name: "no_hours" for name in _all_closed(texts, faults)}
    faults |= {name: "title_twice" for name in _doubled(texts, catalogue) if name not in faults}
    return faults | {name: "key_taken" for name in _shared_keys(texts) if name not in faults}


def unwritable(texts: Mapping[str, str | None], note: str, catalogue: Catalogue) -> Mapping[str, str]:
    """By the name of the text, why a draft cannot even keep it; ``note`` under its own name."""
    faults = {name: "unknown_text" for name in texts if name not in catalogue.texts}
    faults |= {name: "too_long" for name, words in texts.items() if len(words or "") > LONGEST}
    return faults | ({"note": "too_long"} if len(note) > NOTE_LIMIT else {})


def placeholders(words: str) -> frozenset[str]:
    """The names in braces; raises ValueError for braces that do not close or hold more than a name."""
    found = set[str]()
    for _, name, form, conversion in Formatter().parse(words):
        if name is None:
            continue
        if not name.isidentifier() or form or conversion:
            raise ValueError("no plain name in braces")
        found.add(name)
    return frozenset(found)


def _reasons(text: Text, words: str) -> Iterator[str]:
    if text.kind is TextKind.SERVICE:
        return  # a place of the list is looked at as a whole
    if not words.strip():
        yield "missing"
    if len(words) > LIMITS[text.kind]:
        yield "too_long"
    if text.kind in (TextKind.NUMBER, TextKind.HOURS, TextKind.KEY):
        yield from _of_figures(text, words.strip())
        return
    try:
        if placeholders(words) != placeholders(text.words):
            yield "placeholders"
    except ValueError:
        yield "braces"
        return
    if text.kind is not TextKind.SPOKEN and hides_signs(words):
        yield "hidden_signs"
    if text.kind is TextKind.BUTTON and "\n" in words:
        yield "one_line"
    if text.kind is TextKind.SPOKEN:
        yield from _for_the_ear(text, words)


def _for_the_ear(text: Text, words: str) -> Iterator[str]:
    if not readable_aloud(re.sub(r"\{\w+\}", "", words)):
        yield "unreadable_aloud"
    if not is_one_breath(words, beside=TOLD if text.name.startswith(TITLES) else 0):
        yield "long_sentence"
    keys = _keys(words)
    if len(set(keys)) < len(keys):
        yield "key_twice"
    if not set(_keys(text.words)) <= set(keys):
        yield "keys_untold"


def _keys(words: str) -> Sequence[str]:
    """The keys that are told, those in braces by the order's own."""
    facts = dict.fromkeys(placeholders(words), "") | {"key": key_word("1")}
    return keys_told(words.format(**facts | {f"key_{item}": key_word(SHIPPED[f"key:{item}"]) for item in Item}))


def _of_figures(text: Text, words: str) -> Iterator[str]:
    if text.kind is TextKind.NUMBER and not dialled(words):
        yield "unreadable_phone"
    if text.kind is TextKind.HOURS and not _are_hours(text, words):
        yield "unreadable_hours"
    if text.kind is TextKind.KEY and words not in SHIPPED.values():
        yield "unknown_key"


def _are_hours(text: Text, words: str) -> bool:
    """Only the eve of a holiday may be as usual."""
    try:
        return read_hours(words) is not None or words == text.words
    except HoursUnreadable:
        return False


def _all_closed(texts: Mapping[str, str], faults: Mapping[str, str]) -> Sequence[str]:
    """The working week, when an edition leaves no hours in it: nobody would ever open."""
    week = [f"hours:{day}" for day in WEEKDAYS[:SATURDAY]]
    if any(name in faults for name in week):
        return ()
    openings = [read_hours(texts[name]) for name in week if name in texts]
    is_closed = len(openings) == len(week) and not any(opening and opening.opens < opening.closes for opening in openings)
    return week if is_closed else ()


def _doubled(texts: Mapping[str, str], catalogue: Catalogue) -> Sequence[str]:
    """Edited buttons whose title is another one's."""
    titles = {
        name: " ".join(texts.get(name, text.words).split()).casefold()
        for name, text in catalogue.texts.items()
        if name.startswith("bot:item.")
    }
    return [name for name in texts if name in titles and list(titles.values()).count(titles[name]) > 1]


def _shared_keys(texts: Mapping[str, str]) -> Sequence[str]:
    """Edited keys under which another item stands as well: one of the six would be out of reach."""
    keys = {name: texts.get(name, key).strip() for name, key in SHIPPED.items()}
    return [name for name in texts if name in keys and list(keys.values()).count(keys[name]) > 1]
