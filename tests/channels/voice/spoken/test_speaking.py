"""Texts for the ear: every kind of number and sign, and whatever people may write."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.voice.spoken import sentences_of, shorten, speak
from tests.channels.voice.spoken.digits import heard_digits

GOLDEN = yaml.safe_load(Path(__file__).with_name("golden.yaml").read_text(encoding="utf-8"))
ROWS = [pytest.param(written, said, id=f"{kind}: {written}") for kind, rows in GOLDEN.items() for written, said in rows]
SEEN_AS_URL = re.compile(r"^\s*[a-z][a-z0-9+.-]*:", re.IGNORECASE)
"""What jambonz takes for the address of a sound and does not say."""


@pytest.mark.parametrize(("written", "said"), ROWS)
def test_a_text_is_said_as_people_say_it(written: str, said: str) -> None:
    assert speak(written) == said


@pytest.mark.parametrize(("written", "said"), ROWS)
def test_what_is_spoken_already_stays_as_it_is(written: str, said: str) -> None:
    assert speak(said) == said


@pytest.mark.parametrize(
    "text", ["E-mail: info@example.org", "Wi-Fi: есть", "http://example.org/a.wav", "tel:+79000000001", "Site: да"]
)
def test_no_text_is_taken_for_the_address_of_a_sound(text: str) -> None:
    assert speak(text)
    assert not SEEN_AS_URL.match(speak(text))


@settings(max_examples=300, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=120))
def test_whatever_is_written_only_russian_words_are_left(text: str) -> None:
    assert re.fullmatch(r"[\u0410-\u044f\u0401\u0451\u0301 ,.!?:;-]*", speak(text))


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("0123456789 -()+.,:/№%AА8дгч"), max_size=40))
def test_numbers_in_any_disorder_are_read_without_a_digit_left(text: str) -> None:
    assert not re.search(r"[\dA-Za-z]", speak(text))


@given(st.integers(0, 9_999_999), st.sampled_from(["8672", "86737", "495", "800", "918"]))
def test_no_digit_of_a_telephone_is_lost_or_moved(number: int, area: str) -> None:
    local = f"{number:07d}"[: 10 - len(area)]
    written = f"8 ({area}) {local[:-4]}-{local[-4:-2]}-{local[-2:]}"
    assert heard_digits(speak(f"Телефон {written}, в рабочие дни")) == f"8{area}{local}"


@pytest.mark.parametrize("nothing", ["", "   ", "...", "—", "🙂", "***"])
def test_what_has_no_words_says_nothing(nothing: str) -> None:
    assert not re.search(r"\w", speak(nothing))


def test_threads_get_the_same_words_as_one() -> None:
    texts = [f"до {number} марта 20{number:02d} года, кабинет {number}, тел. 53-05-{number:02d}" for number in range(10, 31)]
    speak.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(speak, texts * 4))
    speak.cache_clear()
    assert together == [speak(text) for text in texts] * 4


def test_a_long_answer_is_told_in_parts_by_whole_sentences() -> None:
    text = "Приём ведёт отдел. " * 30 + "Справки по телефону 53-05-05."
    first, rest = shorten(text, limit=200)
    assert first.endswith(".") and len(first) <= 200
    assert rest.endswith("пятьдесят три, ноль пять, ноль пять.")
    assert sentences_of(first) + sentences_of(rest) == sentences_of(speak(text))


def test_a_short_answer_has_no_rest() -> None:
    assert shorten("Кабинет 101.") == ("Кабинет сто один.", "")


def test_a_sentence_longer_than_the_limit_is_cut_at_a_pause() -> None:
    first, rest = shorten("приём по вторникам, " * 20 + "кабинет пять", limit=100)
    assert first.endswith("вторникам.") and len(first) <= 101
    assert rest.startswith("приём") and rest.endswith("кабинет пять")


@pytest.mark.parametrize("unbroken", ["а" * 1000, "б " * 500])
def test_a_text_without_pauses_is_cut_all_the_same(unbroken: str) -> None:
    first, rest = shorten(unbroken, limit=100)
    assert 0 < len(first) <= 101 and rest
