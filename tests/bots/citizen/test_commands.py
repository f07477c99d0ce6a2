"""Commands and menu keys: given intents that the dialogue does not classify."""

from typing import Any

import pytest

from bots.citizen.reading import UpdateReader
from bots.citizen.words import load_words
from core.channels import Inbound
from tests.bots.citizen.samples import payload

WORDS = load_words()
READER = UpdateReader(WORDS)


def read(name: str, **changes: Any) -> Inbound:
    found = READER.read(payload(name, **changes))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "intent", "start_payload"),
    [
        ("/start", "start", ""),
        ("/start appeal_A-000012", "start", "appeal_A-000012"),
        ("/start " + "a" * 64, "start", "a" * 64),
        ("/start " + "a" * 65, "start", ""),
        ("/start <b>x</b>", "start", ""),
        ("/START", "start", ""),
        ("/menu@vladikavkaz_bot", "menu", ""),
        ("/my A-000012/2026", "appeal_status", ""),
        ("/news", "news", ""),
        ("/operator у меня вопрос", "operator", ""),
        ("/cancel", "cancel", ""),
        ("/help", "help", ""),
        ("/privacy", "privacy", ""),
    ],
)
@pytest.mark.clause("2.4.1")
def test_a_command_gives_its_intent(text: str, intent: str, start_payload: str) -> None:
    inbound = read("text", text=text)
    assert (inbound.intent, inbound.payload, inbound.text, inbound.problem) == (intent, start_payload, text, "")


@pytest.mark.parametrize("text", ["/", "/ул. Ленина, 5", "/// внимание", "дом 5/menu"])
def test_a_slash_alone_makes_no_command(text: str) -> None:
    inbound = read("text", text=text)
    assert (inbound.intent, inbound.problem, inbound.text) == (None, "", text)


@pytest.mark.clause("2.4.1")
@pytest.mark.parametrize("item", WORDS.menu, ids=lambda item: item.intent)
@pytest.mark.parametrize("spoken", ["{}", " {} ", "6. {}", "▶️ {}!"])
def test_a_menu_key_gives_its_intent_however_it_is_written(item: Any, spoken: str) -> None:
    for title in (item.title, item.title.upper(), item.title.replace(" ", "  ")):
        assert read("text", text=spoken.format(title)).intent == item.intent


@pytest.mark.parametrize("text", ["меню пожалуйста", "новость дня какая", "😀", "\u202eнован\u200b", "123", "!", "оператор"])
def test_other_words_are_left_to_the_dialogue(text: str) -> None:
    inbound = read("text", text=text)
    assert (inbound.intent, inbound.text) == (None, text)


def test_a_caption_is_never_a_command() -> None:
    inbound = read("photo", caption="/cancel")
    assert (inbound.intent, inbound.text) == (None, "/cancel")
