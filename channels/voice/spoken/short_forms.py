"""What is written shortly and said in full: places, phrases, and words of capitals."""

import re

from channels.voice.spoken.vocabulary import either, words

_PLACES = words()["places"]
_CASES = {
    preposition: number
    for number, case in enumerate(("genitive", "dative", "prepositional"), 1)
    for preposition in words()["places_after"][case]
}
_NUMBER_SIGN = words()["number_sign"]["said"]
_PLACE = re.compile(
    rf"(?:\b(?P<before>{either(_CASES)})\s+)?(?<![\w.-])(?<!\d )"
    rf"(?P<short>{either(_PLACES)})(?P<point>\.?)\s*(?P<next>\d|{_NUMBER_SIGN}|[А-ЯЁ])",
    re.IGNORECASE,
)
_NEEDS_A_NUMBER = {short for short in _PLACES if len(short) == 1} - set(words()["before_names"]["short"])
_PHRASE = re.compile(rf"(?<!\w)(?:{either(words()['phrases'])})(?!\w)", re.IGNORECASE)
_ARTICLE, _SHORT_PART = words()["part"]["article"], re.escape(words()["part"]["short"])
_PART = re.compile(
    rf"(?P<article>\b{_ARTICLE}[а-я]{{0,5}}\.?\s*\d+,?\s+){_SHORT_PART}\s*(?=\d)|(?<!\w){_SHORT_PART}\s*(?=\d+\s*,?\s*{_ARTICLE})",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"(?<![\w-])[А-ЯЁ]{2,}(?![а-яё])")
_DOTTED = re.compile(rf"(?<!\w)(?:{either([name for name in words()['spelled'] if '.' in name])})(?!\w)")
_LONGEST_SPELLED = 5
_VOWELS = set(words()["shouted"]["vowels"])


def say_short_forms(text: str) -> str:
    """The text with its abbreviations in full, in the case that the preposition before them asks for."""
    text = _PHRASE.sub(lambda found: words()["phrases"][found[0].lower()], text)
    text = _DOTTED.sub(lambda found: words()["spelled"][found[0]], text)
    text = _PART.sub(lambda found: f"{found['article'] or ''}{words()['part']['of_an_article']} ", text)
    text = _PLACE.sub(_place, text)
    return _CAPITALS.sub(_capitals, text)


def _place(found: re.Match[str]) -> str:
    """A capital of one letter before a name is an initial ("Д. Иванов"), not a house."""
    short, following, before = found["short"], found["next"], found["before"]
    key = short.lower()
    numbered = following.isdigit() or following == _NUMBER_SIGN
    fits = numbered or (key not in _NEEDS_A_NUMBER and following.isupper() and (short == key or len(key) > 1))
    if not fits or not (found["point"] or "-" in short):
        return found[0]
    said = _PLACES[key][_CASES[before.lower()] if before else 0]
    lead = f"{before} " if before else ""
    return f"{lead}{said} {following}"


def _capitals(found: re.Match[str]) -> str:
    """Known ones as the table says; others letter by letter where nobody could read them as a word."""
    word = found[0]
    known = words()["spelled"].get(word)
    if known:
        return str(known)
    if word.lower() in words()["shouted"]["words"] or len(word) > _LONGEST_SPELLED:
        return word.lower()
    vowels = len(_VOWELS & set(word))
    if vowels and len(word) > 3:
        return word.lower()
    return " ".join(words()["letters"][letter] for letter in word.lower())
