"""What words propose, and what a letter is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.mail.answering import answer_subject
from core.mail.drafting import topic_of
from core.mail.places import find_address
from core.mail.tone import Tone, Wish, refuses, tone_of, wish_of


@pytest.mark.parametrize(
    ("words", "tone"),
    [
        ("Спасибо большое, всё сделали!", Tone.THANKS),
        ("Благодарю за ответ.", Tone.THANKS),
        ("Ничего не сделали, яма на месте.", Tone.COMPLAINT),
        ("Спасибо, но мусор до сих пор лежит", Tone.COMPLAINT),
        ("Яму так и не засыпали", Tone.COMPLAINT),
        ("Не согласен с ответом", Tone.COMPLAINT),
        ("Вопрос не решён", Tone.COMPLAINT),
        ("не помогло", Tone.COMPLAINT),
        ("Спасибо! А когда приём?", Tone.OTHER),
        ("Дом 5, второй подъезд", Tone.OTHER),
        ("", Tone.OTHER),
    ],
)
def test_thanks_and_complaints(words: str, tone: Tone) -> None:
    assert tone_of(words) is tone


@pytest.mark.parametrize(
    ("words", "wish"),
    [
        ("Прошу принять меры: на улице Примерной яма", Wish.APPEAL),
        ("Во дворе не горит фонарь", Wish.APPEAL),
        ("Срочно! аварийное дерево", Wish.URGENT),
        ("Когда работает приёмная?", Wish.QUESTION),
        ("Куда подать жалобу?", Wish.QUESTION),
        ("Подскажите, пожалуйста, какие документы нужны", Wish.QUESTION),
    ],
)
def test_appeals_and_questions(words: str, wish: Wish) -> None:
    assert wish_of(words) is wish


@pytest.mark.parametrize(
    ("words", "cannot"),
    [
        ("Исполнить невозможно", True),
        ("Вопрос не относится к компетенции управления", True),
        ("Не представляется возможным выполнить", True),
        ("Сведениями не располагаем", True),
        ("не можем предоставить сведения", True),
        ("Направляем служебную записку", False),
        ("Работы выполнены 27 ноября", False),
        ("Возможно, работы начнутся завтра", False),
    ],
)
def test_refusals_of_departments(words: str, cannot: bool) -> None:
    assert refuses(words) is cannot


@pytest.mark.parametrize(
    ("subject", "answer"),
    [
        ("Снег", "Re: Снег"),
        ("Re: Снег", "Re: Снег"),
        ("RE: FW: Re[2]: Отв: Снег", "Re: Снег"),
        ("", "Re: Ваше письмо"),
        ("Re:", "Re: Ваше письмо"),
        ("{0} {name}", "Re: {0} {name}"),
        ("Ремонт: когда?", "Re: Ремонт: когда?"),
    ],
)
def test_one_mark_of_an_answer(subject: str, answer: str) -> None:
    assert answer_subject(subject) == answer


def test_the_topic_has_no_marks() -> None:
    assert (topic_of("Re: FW: Снег"), topic_of(""), topic_of("Re:")) == ("Снег", "", "")


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("На ул. Примерная, д. 5, кв. 12 нет света", "ул. Примерная, д. 5, кв. 12"),
        ("по адресу: улица Образцовая 15а, подъезд 2.", "улица Образцовая 15а, подъезд 2"),
        ("на проспекте Примера, 27/1 яма", "проспекте Примера, 27/1"),
        ("ул. 50 лет Октября, дом 7", "ул. 50 лет Октября, дом 7"),
        ("ул. К. Примерова, 12", "ул. К. Примерова, 12"),
        ("во дворе дома 5 по ул. Примерной.\nОбразцова", "дома 5 по ул. Примерной"),
        ("ул. Примерная, 5\n8 ноября", "ул. Примерная, 5"),
        ("на улице Примера темно", "улице Примера"),
        ("на улице темно, 3 дня нет света", ""),
        ("нет адреса", ""),
    ],
)
def test_addresses_in_letters(words: str, address: str) -> None:
    assert find_address(words) == address


@given(st.text(max_size=300))
def test_any_words_can_be_judged(words: str) -> None:
    tone_of(words), wish_of(words), refuses(words)
    assert answer_subject(words).startswith("Re: ") and len(find_address(words)) <= 200


@pytest.mark.parametrize("hostile", ["ул. " * 1500, "re:" * 2000, "дом 5 " * 1000, "ул. Аа аа аа аа " * 400], ids=range(4))
def test_hostile_words_cost_little(hostile: str) -> None:
    find_address(hostile)
    answer_subject(hostile)
