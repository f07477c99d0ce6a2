"""Texts and SSML as sentences and pauses."""

import pytest

from channels.voice.speech.parts import LONGEST_SENTENCE, Part, parts_of
from channels.voice.speech.wanted import LONGEST


def say(*words):
    return [Part(words=one) for one in words]


@pytest.mark.parametrize(
    ("ssml", "parts"),
    [
        pytest.param("<speak>Добрый день. Ждите.</speak>", say("Добрый день.", "Ждите."), id="plain"),
        pytest.param(
            '<speak>Раз<break time="500ms"/>два</speak>', [Part(words="Раз"), Part(pause=0.5), Part(words="Два")], id="break in ms"
        ),
        pytest.param('<speak>Раз<break time="60s"/></speak>', [Part(words="Раз"), Part(pause=5.0)], id="a break has an end"),
        pytest.param('<speak>Раз<break strength="strong"/></speak>', [Part(words="Раз"), Part(pause=0.7)], id="break by strength"),
        pytest.param(
            '<speak>Код <say-as interpret-as="digits">1205</say-as> верен</speak>',
            say("Код двенадцать, ноль пять, верен"),
            id="digits",
        ),
        pytest.param(
            '<speak><say-as interpret-as="telephone">53-05-05</say-as></speak>',
            say("Пятьдесят три, ноль пять, ноль пять"),
            id="telephone",
        ),
        pytest.param('<speak>В <sub alias="контакт-центр">КЦ</sub> города</speak>', say("В контакт-центр города"), id="alias"),
        pytest.param("<speak><p>Один</p><p>Два</p></speak>", say("Один.", "Два."), id="paragraphs"),
        pytest.param('<speak>Это <emphasis level="strong">важно</emphasis> знать</speak>', say("Это важно знать"), id="emphasis"),
        pytest.param('<speak xmlns="http://www.w3.org/2001/10/synthesis">Да</speak>', say("Да"), id="with a namespace"),
        pytest.param("<speak>Не закрыто", say("Не закрыто"), id="broken"),
        pytest.param("<speak>Чай & кофе < 5</speak>", say("Чай и кофе"), id="broken by signs"),
        pytest.param("<speak></speak>", [], id="empty"),
        pytest.param('<!DOCTYPE a [<!ENTITY b "вода">]><speak>&b; есть</speak>', say("Есть"), id="entities are not filled in"),
    ],
)
def test_ssml_is_read_as_sentences_and_pauses(ssml, parts):
    assert parts_of(ssml, markup=True) == parts


@pytest.mark.parametrize("text", ["", "  ", "...", "—", "<speak/>"])
def test_what_has_no_words_has_no_parts(text):
    assert parts_of(text, markup=text.startswith("<")) == []


def test_a_text_is_made_of_sentences_without_digits():
    assert parts_of("Кабинет 101. Тел. 53-05-05", markup=False) == say(
        "Кабинет сто один.", "Телефон пятьдесят три, ноль пять, ноль пять"
    )


def test_no_sentence_is_so_long_that_its_sound_is_waited_for():
    parts = parts_of("приём по вторникам, " * 60, markup=False)
    assert all(len(part.words) <= LONGEST_SENTENCE for part in parts)
    assert sum(part.words.lower().count("приём") for part in parts) == 60


def test_a_text_has_a_longest_length():
    assert sum(len(part.words) for part in parts_of("ну " * 5000, markup=False)) <= LONGEST
