"""Words of a citizen's text, made comparable: one folding for every lexicon and for the normaliser."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import Protocol, cast

import pymorphy3
import yaml

HERE = Path(__file__).parent
WORD = re.compile(r"[^\W_]+")


class Tag(Protocol):
    """A grammatical tag of pymorphy3; ``in`` asks for a grammeme."""

    gender: str | None

    def __contains__(self, grammeme: str) -> bool:
        """Whether the tag has the grammeme."""
        ...


class Parse(Protocol):
    """One reading of a word by pymorphy3."""

    word: str
    normal_form: str
    tag: Tag
    score: float
    is_known: bool

    @property
    def lexeme(self) -> list["Parse"]:
        """All forms of the word."""
        ...

    def inflect(self, required_grammemes: set[str]) -> "Parse | None":
        """The form with the grammemes, if the word has one."""
        ...


class Morphology(Protocol):
    """What we use of pymorphy3, which carries no types."""

    def parse(self, word: str) -> list[Parse]:
        """All readings, likeliest first."""
        ...

    def word_is_known(self, word: str) -> bool:
        """Whether the dictionary has the word form."""
        ...


@cache
def morphology() -> Morphology:
    """The dictionary, loaded at the first use (0.2 s, 20 MB)."""
    return cast(Morphology, pymorphy3.MorphAnalyzer())  # the library is untyped


def read_yaml(path: Path) -> object:
    """The document in a YAML file that lies beside a module."""
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@cache
def _folds() -> dict[int, str]:
    document = cast(dict[str, dict[str, str]], read_yaml(HERE / "tokens.yaml"))  # our own file, tested
    return str.maketrans(document["fold"])


def is_negated(tokens: Sequence[str], index: int) -> bool:
    """Whether the word stands after a "not" that is meant ("almost" before it takes it back)."""
    negations, almost = _negations()
    return index > 0 and tokens[index - 1] in negations and not (index > 1 and tokens[index - 2] in almost)


@cache
def _negations() -> tuple[frozenset[str], frozenset[str]]:
    document = cast(dict[str, list[str]], read_yaml(HERE / "tokens.yaml"))  # our own file, tested
    return frozenset(document["negations"]), frozenset(document["almost"])


def strip_invisible(text: str) -> str:
    """Without zero-width, direction, control, private and unassigned characters; line ends and tabs become spaces."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if character.isspace() else character for character in text if _is_kept(character))


@lru_cache(maxsize=4096)
def _is_kept(character: str) -> bool:
    return character.isspace() or unicodedata.category(character)[0] != "C"


def fold(text: str) -> str:
    """Compatible forms unified (NFKC), invisible characters dropped, lower case, one letter for e and yo."""
    return strip_invisible(unicodedata.normalize("NFKC", text)).lower().translate(_folds())


def words(text: str) -> list[str]:
    """Letters-and-digits words of the folded text, in order."""
    return WORD.findall(fold(text))


def readings(word: str) -> list[Parse]:
    """All readings of a word in Cyrillic letters; none of anything else, because pymorphy3 fails on rare letters."""
    letters = [letter for letter in word if letter.isalpha()]
    is_cyrillic = bool(letters) and all(unicodedata.name(letter, "").startswith("CYRILLIC") for letter in letters)
    return morphology().parse(word) if is_cyrillic else []


@lru_cache(maxsize=20_000)
def is_known(word: str) -> bool:
    """Whether the Russian dictionary has this form."""
    return morphology().word_is_known(word)
