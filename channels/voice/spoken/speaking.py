"""``speak``: a text as it is said on the telephone, with no digit or Latin letter left. ``shorten``: what of it is said first."""

import re
import threading
from functools import cache, lru_cache

from ru_normalizr import NormalizeOptions, Normalizer

from channels.voice.spoken.digits import pairs, sequence
from channels.voice.spoken.hours import say_hours
from channels.voice.spoken.latin import say_addresses, say_latin, spell_latin
from channels.voice.spoken.layout import dashes_as_pauses, to_sentences, without_links
from channels.voice.spoken.numbers import say_keys, say_numbers
from channels.voice.spoken.phones import say_phones
from channels.voice.spoken.short_forms import say_short_forms
from core.logs import log

KEPT_TEXTS = 4096
LONGEST = 10_000
"""Characters: nobody listens longer, and the time to read a text is bounded."""
_PLAIN = re.compile(r"[^\u0410-\u044f\u0401\u0451\u0301 ,.!?:;-]+")
_NOTHING_TO_READ = re.compile(r"(?:[\u0410-\u044f\u0401\u0451\u0301 ,!?:;-]|(?<!\b\w)(?<!\b\w\w)(?<!\b\w{3})(?<!\b\w{4})\.)*")
"""No sign but those of a sentence, and no point after a word so short that it may be an abbreviation."""
_STRESS = "\u0301"
_STOPS = re.compile(r"\s*([,.!?:;])(?:\s*[,.!?:;])*")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=\S)")
_OPTIONS = NormalizeOptions.tts(
    enable_caps_normalization=False, enable_latinization=False, enable_url_normalization=False, letter_vowel_mode="single"
)
_one_at_a_time = threading.Lock()
"""The normaliser and the dictionary below it do not say that they may be shared; two milliseconds are not worth the question."""


@lru_cache(maxsize=KEPT_TEXTS)
def speak(text: str) -> str:
    """The text for the ear: numbers, dates, telephones, hours and abbreviations in words, lists as sentences, no marks.

    Pure and safe in threads. What is spoken already stays as it is. At most the first 10 000 characters are read.
    """
    said = to_sentences(say_addresses(say_keys(without_links(text[:LONGEST]))))
    for stage in _STAGES:
        said = stage(said)
    return _tidy(said)


def shorten(text: str, limit: int = 450) -> tuple[str, str]:
    """What of the text is said at once, by whole sentences within ``limit`` characters, and the rest; both as ``speak`` says them.

    The first sentence is always said; one that is longer than the limit is cut at a pause.
    """
    spoken = speak(text)
    if len(spoken) <= limit:
        return spoken, ""
    sentences = sentences_of(spoken)
    said: list[str] = []
    while sentences and len(" ".join([*said, sentences[0]])) <= limit:
        said.append(sentences.pop(0))
    if said:
        return " ".join(said), " ".join(sentences)
    return _cut_at_a_pause(spoken, limit)


def sentences_of(spoken: str) -> list[str]:
    """The sentences of a spoken text, in order, with their ends."""
    return [sentence for sentence in _SENTENCE_END.split(spoken.strip()) if sentence]


def _cut_at_a_pause(spoken: str, limit: int) -> tuple[str, str]:
    at = max(spoken.rfind(", ", 0, limit), spoken.rfind(": ", 0, limit)) + 1 or spoken.rfind(" ", 0, limit)
    at = at if at > 0 else limit
    return f"{spoken[:at].rstrip(' ,:;')}.", spoken[at:].strip()


def _read_numbers(text: str) -> str:
    """By ru-normalizr, unless nothing is left for it; a text that it cannot read keeps its digits for the next stage.

    It would take a mark of stress for a break in the word, so a text that it reads loses them.
    """
    if _NOTHING_TO_READ.fullmatch(text):
        return text
    try:
        with _one_at_a_time:
            return str(_normalizer().normalize(text.replace(_STRESS, "")))
    except (ValueError, LookupError, ArithmeticError, TypeError, AttributeError, RecursionError) as failed:
        log.warning("spoken.unread", kind=type(failed).__name__)
        return text


@cache
def _normalizer() -> Normalizer:
    return Normalizer(_OPTIONS)


def _leave_no_digit(text: str) -> str:
    """What nothing above could read is said in pairs of digits."""
    return re.sub(r"[0-9]+", lambda found: f" {sequence(pairs(found[0]))} ", text)


def _tidy(text: str) -> str:
    text = re.sub(r"(?<=\w)\s+\u2014\s+(?=\w)", "-", text)
    text = re.sub(r"[\u2013\u2014]", ", ", text)
    text = re.sub(r"[()\[\]]", ", ", text)
    text = re.sub(r"(?<![\w\u0301])-|-(?!\w)", " ", _PLAIN.sub(" ", text))
    text = _STOPS.sub(_strongest, text)
    text = re.sub(r"\s+", " ", re.sub(r"([,.!?:;])(?=[^\s,.!?:;])", r"\1 ", text)).strip(" ,;:")
    return re.sub(r"(^|[.!?] )([\u0430-\u044f\u0451])", lambda found: found[1] + found[2].upper(), text)


def _strongest(found: re.Match[str]) -> str:
    """Of stops that came together, the one that ends most."""
    return next(sign for sign in "?!.:;," if sign in found[0])


_STAGES = (
    *(say_latin, say_short_forms, say_phones, say_numbers, say_hours, dashes_as_pauses),
    *(_read_numbers, spell_latin, _leave_no_digit),
)
"""In this order: what is short is written out before its points are taken for ends, telephones are read before times."""
