"""What is wrong with edited texts, by name: a reason beside each field (reg. 2.3, 3.3)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from string import Formatter

import phonenumbers

from core.menu.catalogue import Catalogue, Text, TextKind, keys_told
from core.opening import WEEKDAYS, HoursUnreadable, read_hours
from core.regulation import SATURDAY

LIMITS = {TextKind.SPOKEN: 700, TextKind.WRITTEN: 3000, TextKind.BUTTON: 40, TextKind.NUMBER: 24, TextKind.HOURS: 60}
"""Characters; seven hundred are read aloud in about fifty seconds."""
MOST_WORDS = 12
"""Words of a spoken sentence: one breath."""
SHORT_NUMBERS = frozenset({"101", "102", "103", "104", "112"})
MENU = "voice:menu.ask"
ITEMS = frozenset("123456")
_SENTENCE = re.compile(r"(?<=[.?!])\s+")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*|\{\w+\}")
_SILENT = re.compile(r"[^\u0400-\u04ff\d\s.,:;!?()\u00ab\u00bb\u2014\u2013\u2116%\"'-]")
"""Signs that a voice cannot read, Latin letters among them: jambonz would take those at the beginning for an address."""
_DIALLED = re.compile(r"[+\d][\d\s().-]*")


def faults_in(texts: Mapping[str, str], catalogue: Catalogue) -> Mapping[str, str]:
    """By the name of the text, why an edition cannot be published so; ``texts`` holds what it says otherwise."""
    faults: dict[str, str] = {}
    for name, words in texts.items():
        text = catalogue.texts.get(name)
        reason = "unknown_text" if text is None else next(_reasons(text, words), "")
        if reason:
            faults[name] = reason
    faults |= {name: "no_hours" for name in _all_closed(texts, faults)}
    return faults | {name: "title_twice" for name in _doubled(texts, catalogue) if name not in faults}


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


def dialled(number: str) -> bool:
    """Whether somebody can be rung so: a valid number of any country, or a short number of the emergency services."""
    if number in SHORT_NUMBERS:
        return True
    if not _DIALLED.fullmatch(number):
        return False
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(number, "RU"))
    except phonenumbers.NumberParseException:
        return False


def readable_aloud(words: str) -> bool:
    """Whether a voice can read every sign of it."""
    return _SILENT.search(words) is None


def _reasons(text: Text, words: str) -> Iterator[str]:
    if not words.strip():
        yield "missing"
    if len(words) > LIMITS[text.kind]:
        yield "too_long"
    if text.kind in (TextKind.NUMBER, TextKind.HOURS):
        yield from _of_figures(text, words.strip())
        return
    try:
        if placeholders(words) != placeholders(text.words):
            yield "placeholders"
    except ValueError:
        yield "braces"
        return
    if text.kind is TextKind.BUTTON and "\n" in words:
        yield "one_line"
    if text.kind is TextKind.SPOKEN:
        yield from _for_the_ear(text, words)


def _for_the_ear(text: Text, words: str) -> Iterator[str]:
    if not readable_aloud(re.sub(r"\{\w+\}", "", words)):
        yield "unreadable_aloud"
    if any(len(_WORD.findall(sentence)) > MOST_WORDS for sentence in _SENTENCE.split(" ".join(words.split()))):
        yield "long_sentence"
    keys = keys_told(words)
    if len(set(keys)) < len(keys):
        yield "key_twice"
    if not set(keys_told(text.words)) <= set(keys):
        yield "keys_untold"
    if text.name.startswith(MENU) and set(keys) != ITEMS:
        yield "keys_untold"


def _of_figures(text: Text, words: str) -> Iterator[str]:
    if text.kind is TextKind.NUMBER and not dialled(words):
        yield "unreadable_phone"
    if text.kind is TextKind.HOURS and not _are_hours(text, words):
        yield "unreadable_hours"


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
