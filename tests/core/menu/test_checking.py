"""What cannot be published, and why (reg. 2.3, 3.3)."""

import re

import pytest

from app.editions import catalogue_of
from app.settings import Settings
from core.menu.catalogue import keys_told
from core.menu.checking import faults_in
from core.menu.spelling import dialled

CATALOGUE = catalogue_of(Settings())
ABOUT = CATALOGUE.texts["voice:about.ask"].words


def test_the_shipped_words_have_no_faults() -> None:
    assert not faults_in({name: text.words for name, text in CATALOGUE.texts.items()}, CATALOGUE)


def test_every_text_has_a_place_and_a_heading_in_words() -> None:
    assert {section.key for section in CATALOGUE.sections} >= {"greeting", "menu", "bot", "hours", "news", "dispatch"}
    assert not [text.label for text in CATALOGUE.texts.values() if re.search("[a-z]{3}", text.label)]
    for section in CATALOGUE.sections:
        labels = [text.label for text in section.texts]
        assert sorted(labels) == sorted(set(labels)), section.title


@pytest.mark.parametrize(
    ("name", "words", "reason"),
    [
        pytest.param("voice:greeting.text", "  ", "missing", id="empty"),
        pytest.param("voice:greeting.text", "Здравствуйте. " * 60, "too_long", id="a speech"),
        pytest.param("voice:greeting.text", "Welcome! Здравствуйте!", "unreadable_aloud", id="Latin letters"),
        pytest.param("voice:greeting.text", "Пишите на почту центр@город.рф.", "unreadable_aloud", id="an address"),
        pytest.param("voice:greeting.text", "Вы " + "очень " * 11 + "терпеливы.", "long_sentence", id="no breath"),
        pytest.param("voice:queue.position", "Все операторы заняты.", "placeholders", id="a fact is lost"),
        pytest.param("voice:queue.position", "Ваш номер: {position}, {caller}.", "placeholders", id="a fact nobody has"),
        pytest.param("voice:queue.position", "Ваш номер: {position.", "braces", id="a brace is open"),
        pytest.param("voice:queue.position", "Ваш номер: {position!r}.", "braces", id="a trick in braces"),
        pytest.param("voice:about.ask", ABOUT.replace("— звёздочка", "— один"), "key_twice", id="a key is taken twice"),
        pytest.param("voice:about.ask", ABOUT.replace(" Оператор — ноль.", ""), "keys_untold", id="the operator is not told of"),
        pytest.param("voice:menu.ask", "О центре — один. Оператор — шесть.", "placeholders", id="a menu with keys of its own"),
        pytest.param("voice:menu.help", "Справка — {key_ask_question}.", "placeholders", id="a key of the menu is lost"),
        pytest.param("voice:choice.next", "{title}: {key}.", "keys_untold", id="keys that nobody recognises"),
        pytest.param("voice:item.news", "Новости " + "города " * 10, "long_sentence", id="no breath for the key of an item"),
        pytest.param("key:news", "7", "unknown_key", id="a key outside the menu"),
        pytest.param("key:news", "один", "too_long", id="a key in words"),
        pytest.param("key:news", "6", "key_taken", id="the operator would be out of reach"),
        pytest.param("bot:item.news", "Новости\nдня", "one_line", id="a title of two lines"),
        pytest.param("bot:item.news", "Н" * 41, "too_long", id="a title too long for a button"),
        pytest.param("bot:item.news", " соединить с  ЕДДС", "title_twice", id="two buttons of one name"),
        pytest.param("bot:item.news", "Новости \u202eкиволс", "hidden_signs", id="a title that turns what stands behind it"),
        pytest.param("core:menu.text", "Раздел\u200b: {items}", "hidden_signs", id="a sign that nobody sees"),
        pytest.param("number:dispatch_1", "восемь", "unreadable_phone", id="a number in words"),
        pytest.param("number:dispatch_1", "5305", "unreadable_phone", id="half a number"),
        pytest.param("core:menu.text", "{items} {name}", "placeholders", id="a fact where there was none"),
        pytest.param("voice:nowhere.text", "Да.", "unknown_text", id="a text that does not exist"),
    ],
)
@pytest.mark.clause("2.3")
def test_what_citizens_could_not_use_has_a_reason_beside_its_field(name: str, words: str, reason: str) -> None:
    assert faults_in({name: words}, CATALOGUE) == {name: reason}


@pytest.mark.parametrize("number", ["112", "104", "+7 (8672) 53-05-05", "8 928 000-00-01", "88672530505"])
def test_what_can_be_dialled_is_a_number(number: str) -> None:
    assert dialled(number)


@pytest.mark.clause("2.3")
def test_keys_change_places_together_and_each_is_taken_once() -> None:
    assert not faults_in({"key:news": "6", "key:operator": "2"}, CATALOGUE)
    assert faults_in({"key:news": "6", "key:operator": "6"}, CATALOGUE) == dict.fromkeys(("key:news", "key:operator"), "key_taken")


def test_keys_are_read_from_the_words() -> None:
    assert keys_told(ABOUT) == ["1", "*", "0"]
    assert keys_told("Меню — звёздочка. Повторить — решётка. Нажмите ноль.") == ["*", "#", "0"]
