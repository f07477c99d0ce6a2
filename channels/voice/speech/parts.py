"""A text, or SSML, as a row of sentences and pauses: what the voices get has no markup, no digit and no Latin letter."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from channels.voice.speech.wanted import LONGEST
from channels.voice.spoken import sentences_of, speak
from channels.voice.spoken.digits import pairs, sequence

LONGEST_PAUSE = 5.0
LONGEST_SENTENCE = 400
"""Characters; a longer one is cut at a pause, so that nobody waits for its sound."""
_TAG = re.compile(r"<[^>]{0,500}>")
_STRENGTHS = {"none": 0.0, "x-weak": 0.1, "weak": 0.2, "medium": 0.4, "strong": 0.7, "x-strong": 1.2}
_DIGIT_BY_DIGIT = {"characters", "digits", "spell-out", "telephone", "verbatim"}
_BLOCKS = {"p", "s", "paragraph", "sentence"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Words to say, or else a pause of so many seconds."""

    words: str = ""
    pause: float = 0.0


def parts_of(text: str, *, markup: bool) -> list[Part]:
    """The sentences and pauses. Broken SSML is said as the text that is left without its tags."""
    text = text[:LONGEST]
    if not markup:
        return list(_sentences(text))
    try:
        root = etree.fromstring(text.encode(), etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except etree.XMLSyntaxError:
        return list(_sentences(_TAG.sub(" ", text)))
    return [part for piece in _joined(_pieces(root)) for part in ([piece] if piece.pause else _sentences(piece.words))]


def _sentences(text: str) -> Iterator[Part]:
    for sentence in sentences_of(speak(text)):
        for piece in _cut(sentence):
            if re.search(r"\w", piece):
                yield Part(words=piece)


def _cut(sentence: str) -> Iterator[str]:
    while len(sentence) > LONGEST_SENTENCE:
        at = sentence.rfind(", ", 0, LONGEST_SENTENCE) + 1 or sentence.rfind(" ", 0, LONGEST_SENTENCE)
        at = at if at > 0 else LONGEST_SENTENCE
        yield sentence[:at].strip()
        sentence = sentence[at:].strip()
    yield sentence


def _joined(pieces: Iterator[Part]) -> Iterator[Part]:
    """Words that stand together are one text: a sentence may go on through an emphasis."""
    words: list[str] = []
    for piece in pieces:
        if piece.pause:
            yield Part(words=" ".join(words))
            words = []
            yield piece
        elif piece.words.strip():
            words.append(piece.words.strip())
    yield Part(words=" ".join(words))


def _pieces(node: "etree._Element") -> Iterator[Part]:
    name = etree.QName(node).localname if isinstance(node.tag, str) else ""
    if name == "break":
        yield Part(pause=_pause(node))
    elif name == "sub" and node.get("alias"):
        yield Part(words=node.get("alias") or "")
    elif name == "say-as" and node.get("interpret-as") in _DIGIT_BY_DIGIT:
        yield Part(words=_dictated("".join(node.itertext())))
    elif name:
        yield Part(words=node.text or "")
        for child in node:
            yield from _pieces(child)
            yield Part(words=child.tail or "")
        if name in _BLOCKS:
            yield Part(words=".")


def _pause(node: "etree._Element") -> float:
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(ms|s)\s*", node.get("time") or "")
    if not found:
        return _STRENGTHS.get(node.get("strength") or "medium", _STRENGTHS["medium"])
    return min(float(found[1]) / (1000 if found[2] == "ms" else 1), LONGEST_PAUSE)


def _dictated(text: str) -> str:
    """A telephone is read as one; other digits in pairs."""
    said = speak(text) if re.search(r"[^\d\s]", text) else sequence(pairs(re.sub(r"\D", "", text)))
    return f"{said},"
