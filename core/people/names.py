"""Full names in a citizen's words: cased text, speech recognised in lower case, initials, Ossetian names, any order."""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from core.lexicon.abuse import is_abusive
from core.lexicon.tokens import fold, is_known, strip_invisible
from core.people.name_words import Gender, NamePart, NameWord, lead_ins, name_word, not_names, son_of, surname_endings

LIMIT = 4096
"""Characters of a text in which a name is looked for."""
LONGEST_PART = 60
LONGEST_NAME = 150
MOST_WORDS = 4
TAG = re.compile(r"<(script|style)\b[^<>]{0,200}>[^<]{0,2000}</\1>|<[^<>]{0,200}>", re.IGNORECASE)
NAME_WORD = re.compile(r"[^\W\d_]+(?:['\u2019\u02bc-][^\W\d_]+){0,4}")
BREAK = re.compile(r"[\n\r,;:!?()\d\"\u00ab\u00bb@/]+|(?<=\w\w)\.")
SURNAME, GIVEN, PATRONYMIC, INITIAL = NamePart.SURNAME, NamePart.GIVEN_NAME, NamePart.PATRONYMIC, NamePart.INITIAL
OSSETIC = {0xE6: 0x4D5, 0xC6: 0x4D4}
"""The Ossetic ligature is often typed with the Latin letter that looks the same; a name has one writing."""
ORDERS: Sequence[Sequence[NamePart]] = (
    (SURNAME, GIVEN, PATRONYMIC),
    (GIVEN, PATRONYMIC, SURNAME),
    (SURNAME, INITIAL, INITIAL),
    (INITIAL, INITIAL, SURNAME),
    (SURNAME, GIVEN),
    (GIVEN, SURNAME),
)
"""Orders in which the parts stand in speech and in papers, fullest first."""
PARTIAL: Sequence[Sequence[NamePart]] = ((GIVEN, PATRONYMIC), (PATRONYMIC, GIVEN), (SURNAME,), (GIVEN,))
"""What is left when somebody gives a part of the name only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FullName:
    """A person's name in the nominative, cased; a part may be an initial with a dot."""

    surname: str
    given_name: str
    patronymic: str | None = None

    def full(self) -> str:
        """Surname, given name and patronymic, as papers write them."""
        return " ".join(part for part in (self.surname, self.given_name, self.patronymic) if part)

    def polite(self) -> str:
        """Given name and patronymic, for addressing the person; the whole name if only initials are known."""
        if self.given_name.endswith("."):
            return self.full()
        return " ".join(part for part in (self.given_name, self.patronymic) if part)

    def gender(self) -> Gender | None:
        """The gender for agreement in letters, or None if the name does not tell."""
        possible = frozenset(Gender)
        for text, part in ((self.patronymic, PATRONYMIC), (self.given_name, GIVEN), (self.surname, SURNAME)):
            readings = name_word(text).parts.get(part) if text else None
            if readings and possible & readings:
                possible &= readings
        return next(iter(possible)) if len(possible) == 1 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameFinding:
    """A full name, or which of surname and given name is missing for one; nothing missing and no name: no name was given."""

    name: FullName | None = None
    missing: tuple[NamePart, ...] = ()


def find_full_name(text: str, *, expected: bool) -> FullName | None:
    """The full name in the text, or None; see ``find_name``."""
    return find_name(text, expected=expected).name


def find_name(text: str, *, expected: bool) -> NameFinding:
    """The name that the speaker gives as theirs.

    ``expected``: the name was asked for, so that words unknown to the dictionary are accepted in a name's shape (2-4 words).
    Otherwise the name must be introduced ("my name is"), or fill a clause by itself, so that a third person is not taken for
    the applicant. At most LIMIT characters are read; never raises.
    """
    clauses = [NAME_WORD.findall(part) for part in BREAK.split(clean_name_text(text[:LIMIT]))]
    spoken = _without_lead_ins([word for words in clauses for word in words]) if expected else []
    name = _lenient(spoken) if spoken and not is_abusive(text[:LIMIT]) else None
    if name is not None:
        return NameFinding(name=name)
    segments = [_after_lead_in(words) for words in clauses]
    for words, introduced in segments:
        name = _strict(words, introduced=introduced or expected)
        if name is not None:
            return NameFinding(name=name)
    return _partial([spoken] if expected else [words for words, introduced in segments if introduced])


def clean_name_text(text: str) -> str:
    """The text without markup, invisible and decorative characters; apostrophes, hyphens and punctuation stay."""
    plain = TAG.sub(" ", html.unescape(unicodedata.normalize("NFKC", text).replace("\n", ","))).translate(OSSETIC)
    return "".join(character if _is_kept(character) else " " for character in strip_invisible(plain))


def _is_kept(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNZ" or character in ".,;:!?()'-\u2019\u02bc\"@/"


def _after_lead_in(words: Sequence[str]) -> tuple[list[str], bool]:
    """The words after the last lead-in, and whether there was one; a clause without one is left as it is."""
    ends = [end for start, end in _lead_in_places(words) if end - start > 1 or start == 0]
    for start, end in _lead_in_places(words):
        if start in ends:
            ends.append(end)
    return list(words[max(ends, default=0) :]), bool(ends)


def _without_lead_ins(words: Sequence[str]) -> list[str]:
    """The words that belong to no lead-in."""
    dropped = {index for start, end in _lead_in_places(words) for index in range(start, end)}
    return [word for index, word in enumerate(words) if index not in dropped]


def _lead_in_places(words: Sequence[str]) -> list[tuple[int, int]]:
    folded, places, index = [fold(word) for word in words], list[tuple[int, int]](), 0
    while index < len(folded):
        size = next((len(lead) for lead in lead_ins() if tuple(folded[index : index + len(lead)]) == lead), 0)
        if size:
            places.append((index, index + size))
        index += size or 1
    return places


def _strict(words: Sequence[str], *, introduced: bool) -> FullName | None:
    """A name of known parts at the beginning of the words; not introduced, it must fill them or be complete."""
    for order in ORDERS:
        chosen = [name_word(word) for word in words[: len(order)]]
        if len(chosen) < len(order) or not _fits(chosen, order):
            continue
        if introduced or len(words) == len(order) or len(order) == len(ORDERS[0]):
            return _named(dict(_spread(chosen, order)))
    return None


def _fits(words: Sequence[NameWord], order: Sequence[NamePart]) -> bool:
    """Whether each word may be its part and the genders agree."""
    possible = frozenset(Gender)
    for word, part in zip(words, order, strict=True):
        possible &= word.parts.get(part, frozenset())
    return bool(possible) and not any(fold(word.text) in not_names() for word in words if INITIAL not in word.parts)


def _spread(words: Sequence[NameWord], order: Sequence[NamePart]) -> list[tuple[NamePart, str]]:
    initials = iter((GIVEN, PATRONYMIC))
    return [(next(initials) if part is INITIAL else part, word.text) for word, part in zip(words, order, strict=True)]


def _lenient(words: Sequence[str]) -> FullName | None:
    """A name of 2-4 words that look like one, when it was asked for."""
    if not 1 < len(words) <= MOST_WORDS or any(fold(word) in not_names() for word in words):
        return None
    read = [name_word(word) for word in words]
    known = [word for word in read if word.parts and INITIAL not in word.parts]
    if not (all(word.is_plausible for word in read) or _is_framed(read)) or (not known and any(_is_common(word) for word in read)):
        return None
    if all(INITIAL in word.parts for word in read) or _starts_with_patronymic(read) or len(_scripts(words)) != 1:
        return None
    return _named(_assigned(read))


def _is_framed(words: Sequence[NameWord]) -> bool:
    """One unlikely word beside a known given name and patronymic, or with a surname's ending beside a given name, is a surname."""
    unlikely = [word for word in words if not word.is_plausible]
    parts = {part for word in words for part in word.parts}
    if len(unlikely) != 1 or GIVEN not in parts:
        return False
    return PATRONYMIC in parts or fold(unlikely[0].text).endswith(surname_endings())


def _scripts(words: Sequence[str]) -> set[str]:
    """Writings that the letters belong to: "CYRILLIC", "LATIN"."""
    return {unicodedata.name(letter, "").split(" ")[0] for word in words for letter in word if letter.isalpha()}


def _is_common(word: NameWord) -> bool:
    """Whether the dictionary has the word and it is no name."""
    return not word.parts and is_known(fold(word.text))


def _starts_with_patronymic(words: Sequence[NameWord]) -> bool:
    return PATRONYMIC in words[0].parts and SURNAME not in words[0].parts and len(words) == 2


def _assigned(words: Sequence[NameWord]) -> dict[NamePart, str]:
    """Parts by what the words may be, else by the order of papers: surname, given name, patronymic."""
    rest, found = list(words), dict[NamePart, str]()
    if len(rest) > 2 and fold(rest[-1].text) in son_of():
        found[PATRONYMIC] = f"{rest[-2].text} {rest[-1].text}"
        rest = rest[:-2]
    elif len(rest) > 1:
        index = next((place for place in range(len(rest) - 1, 0, -1) if PATRONYMIC in rest[place].parts), None)
        if index is not None:
            found[PATRONYMIC] = rest.pop(index).text
            if index == 1 and len(rest) > 1:
                rest = [*rest[1:], rest[0]]
    if len(rest) == 2 and GIVEN in rest[0].parts and SURNAME not in rest[0].parts and GIVEN not in rest[1].parts:
        rest.reverse()
    if len(rest) > 2 and PATRONYMIC not in found:
        found[PATRONYMIC] = rest.pop().text
    found[GIVEN] = rest.pop().text
    if rest and (len(rest) == 1 or not any(GIVEN in word.parts or INITIAL in word.parts for word in rest)):
        found[SURNAME] = "-".join(word.text for word in rest)
    return found


def _named(parts: dict[NamePart, str]) -> FullName | None:
    if SURNAME not in parts or GIVEN not in parts or len(parts[SURNAME]) == 1:
        return None
    cased = {part: _cased(text) for part, text in parts.items()}
    too_long = any(len(text) > LONGEST_PART for text in cased.values()) or sum(map(len, cased.values())) > LONGEST_NAME
    return None if too_long else FullName(surname=cased[SURNAME], given_name=cased[GIVEN], patronymic=cased.get(PATRONYMIC))


def _cased(text: str) -> str:
    """Title case; an initial gets its dot; Latin letters stay as typed unless they were typed in one case."""
    if len(text) == 1:
        return text.title() + "."
    if text.isascii() and not (text.islower() or text.isupper()):
        return text
    words = [word.lower() if fold(word) in son_of() else _titled(word) for word in text.split()]
    return " ".join(words)


def _titled(word: str) -> str:
    return re.sub(r"[^\W\d_]+", lambda part: part.group()[0].title() + part.group()[1:].lower(), word)


def _partial(groups: Sequence[Sequence[str]]) -> NameFinding:
    for words in groups:
        for order in PARTIAL:
            chosen = [name_word(word) for word in words]
            if len(chosen) == len(order) and _fits(chosen, order):
                return NameFinding(missing=tuple(part for part in (SURNAME, GIVEN) if part not in order))
    return NameFinding()
