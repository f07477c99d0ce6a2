"""Reviewed phrases as training data of the dialogue: the text of a file, without what is known already."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.lexicon.tokens import fold
from core.masking.texts import has_personal, mask

HEAD = """version: "3.1"
# Phrases of conversations, reviewed and masked, made by `python -m app nlu-review`. A new export is a new file.
nlu:
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A reviewed phrase; ``mark``: the number of its mark."""

    mark: int
    intent: str
    phrase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What is written, and what is not: known phrases, and those that still tell of a person."""

    kept: Sequence[Example]
    known: Sequence[Example]
    personal: Sequence[Example]


def key_of(phrase: str) -> str:
    """Phrases that differ in case, signs, spaces or a letter of two forms only are one."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in fold(phrase)).split())


def phrases_in(documents: Iterable[Mapping[str, Any]]) -> set[str]:
    """Keys of the phrases in documents of Rasa NLU."""
    blocks = [block for document in documents for block in document.get("nlu", ()) if "examples" in block]
    return {key_of(line.strip()[2:]) for block in blocks for line in str(block["examples"]).splitlines() if line.strip()}


def choose(examples: Sequence[Example], known: Collection[str]) -> Chosen:
    """Each phrase once, and none that is trained or tried already, by whatever intent."""
    seen, kept, doubled, personal = set(known), list[Example](), list[Example](), list[Example]()
    for one in examples:
        phrase = mask(one.phrase)
        if not key_of(phrase) or key_of(phrase) in seen:
            doubled.append(one)
        elif has_personal(phrase):
            personal.append(one)
        else:
            seen.add(key_of(phrase))
            kept.append(Example(mark=one.mark, intent=one.intent, phrase=phrase))
    return Chosen(kept=kept, known=doubled, personal=personal)


def as_yaml(examples: Sequence[Example]) -> str:
    """The document, written as the files of ``nlu/data`` are: a block for each intent, a line for each phrase."""
    of_intent: dict[str, list[str]] = defaultdict(list)
    for one in examples:
        of_intent[one.intent].append(one.phrase)
    blocks = [
        f"- intent: {intent}\n  examples: |\n" + "".join(f"    - {phrase}\n" for phrase in phrases)
        for intent, phrases in sorted(of_intent.items())
    ]
    return HEAD + "".join(blocks)
