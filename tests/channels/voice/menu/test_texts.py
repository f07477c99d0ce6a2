"""The texts of the menu are official, friendly, short, and there for every place (reg. 2.9, 3.3)."""

import re
from pathlib import Path

import pytest

from channels.voice import texts
from channels.voice.menu.model import Hours
from channels.voice.menu.names import Name
from channels.voice.menu.states import STATES
from channels.voice.texts import keys, phrase, placeholders, variant
from core.menu.items import Item

MOST_WORDS = 12
KNOWN = frozenset(
    {"hours", "centre", "opening", "caller", "contact", "numbers", "position", "title", "key", "items", "said", "name", "number"}
)
KEYS_OF_ITEMS = frozenset(f"key_{item}" for item in Item)
SENTENCE = re.compile(r"(?<=[.?!])\s+")
WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*|\{\w+\}")
CODE = Path(__file__).parents[4] / "channels" / "voice" / "menu"
NAMED = re.compile(r'"([a-z_]+\.[a-z_]+)"')
BY_SPEECH = re.compile(r"\b(скажите|назовите|спросите|ответьте)\b", re.IGNORECASE)
RECORDS = ("message_name.", "message_contact.", "message_question.", "form.")
"""Here something is said after the tone, or the form asks."""


def _written(key: str) -> str:
    facts = {name: f"{{{name}}}" for name in placeholders(key)}
    return phrase(key, **facts | {"items": ". ".join(phrase(f"item.{item}") for item in Item)})


@pytest.mark.parametrize("key", list(keys()))
@pytest.mark.clause("3.3")
def test_a_sentence_is_one_breath(key: str) -> None:
    for sentence in SENTENCE.split(_written(key)):
        assert len(WORD.findall(sentence)) <= MOST_WORDS, sentence


@pytest.mark.parametrize("key", list(keys()))
def test_a_phrase_needs_only_what_is_known(key: str) -> None:
    assert placeholders(key) <= KNOWN | KEYS_OF_ITEMS


@pytest.mark.parametrize("key", list(keys()))
def test_no_phrase_is_taken_for_an_address(key: str) -> None:
    assert not re.match(r"[A-Za-z]", _written(key))


@pytest.mark.parametrize("key", [key for key in keys() if not key.endswith("_spoken") and not key.startswith(RECORDS)])
def test_callers_whose_speech_is_not_understood_are_told_of_keys_only(key: str) -> None:
    assert not BY_SPEECH.search(_written(key))


@pytest.mark.parametrize("name", [name for name, state in STATES.items() if state.listen is not None])
def test_every_place_that_listens_has_its_two_rungs(name: Name) -> None:
    assert texts.is_written(f"{name}.again")
    assert texts.is_written(f"{name}.help")
    assert len(_written(f"{name}.again")) <= max(map(len, (_written(key) for key in STATES[name].asks)), default=200)


@pytest.mark.parametrize("name", [Name.MESSAGE_NAME, Name.MESSAGE_CONTACT, Name.MESSAGE_QUESTION])
def test_every_recording_has_its_two_rungs(name: Name) -> None:
    assert texts.is_written(f"{name}.again")
    assert texts.is_written(f"{name}.help")


def test_every_phrase_that_the_menu_names_is_written() -> None:
    named = {key for module in CODE.glob("*.py") for key in NAMED.findall(module.read_text(encoding="utf-8"))}
    written = set(keys()) | {"centre.or", "choice.keys"}
    assert {key for key in named if key.partition(".")[0] in {name.partition(".")[0] for name in written}} <= written


def test_every_phrase_is_used() -> None:
    named = {key for module in CODE.glob("*.py") for key in NAMED.findall(module.read_text(encoding="utf-8"))}
    rungs = {f"{name}.{rung}" for name in Name for rung in ("again", "help")}
    sent = {f"sending.{word}_{channel}" for word in ("sent", "unsent") for channel in ("email", "telegram")}
    items = {f"item.{item}" for item in Item}
    endings = ["", *(f"_{hours}" for hours in Hours)]
    used = {f"{key}{hours}{spoken}" for key in named | rungs | sent | items for hours in endings for spoken in ("", "_spoken")}
    assert set(keys()) <= used


@pytest.mark.parametrize(
    ("hours", "spoken", "found"),
    [
        ("day", False, "menu.ask"),
        ("day", True, "menu.ask_spoken"),
        ("night", False, "menu.ask_night"),
        ("holiday", True, "menu.ask_holiday_spoken"),
    ],
)
@pytest.mark.clause("2.9")
def test_the_menu_is_told_by_the_hours(hours: str, spoken: bool, found: str) -> None:
    assert variant("menu.ask", hours=hours, spoken=spoken) == found


def test_a_phrase_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError):
        phrase("menu.nothing")
