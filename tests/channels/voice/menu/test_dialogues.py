"""Calls as they go: what happens, and what the caller hears and the exchange does."""

from dataclasses import dataclass, replace

import pytest

from channels.voice.menu.model import (
    Choice,
    Dial,
    Doing,
    Effect,
    Facts,
    HangUp,
    Happened,
    Happening,
    Hours,
    Listen,
    Record,
    Say,
    Wait,
)
from channels.voice.menu.names import Name
from tests.channels.voice.menu.callers import (
    CALLER,
    CLOSED,
    DAY,
    DISPATCH,
    DOWN,
    FAILED,
    FOUND,
    GIBBERISH,
    HOLIDAY,
    HUNG_UP,
    KEYS_ONLY,
    NIGHT,
    OPERATOR,
    REFUSED,
    SILENCE,
    STARTED,
    STORED,
    TICK,
    Caller,
    answered,
    busy,
    call,
    dialled,
    keys,
    listed,
    recorded,
    speech,
)

FRESH = Happening(kind=Happened.NEWS, status="fresh", words="Новость дня от 25 ноября.", url="https://example.org/n.wav")
OLD = Happening(kind=Happened.NEWS, status="old", words="Новость от 20 ноября.", url="https://example.org/n.wav")
NO_NEWS = Happening(kind=Happened.NEWS, status="none")
QUESTION = speech("какие часы приёма у главы города")
ANSWER = answered("Приём ведётся по средам.")
ASKED = (QUESTION, ANSWER)
NO_RECORDER = replace(DAY, can_record=False)
HIDDEN = replace(DAY, caller="")
TO_CHECK = (keys("5"), recorded(3), keys("1"), recorded(20))
"""A message with every part, before it is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A call from the menu on: what happens, where it leads, and what is heard in the last answer."""

    name: str
    happens: tuple[Happening, ...]
    state: Name
    then: type
    hears: str = ""
    facts: Facts = DAY


ROWS = [
    Row(name="item 1 tells of the centre", happens=(keys("1"), STORED), state=Name.ABOUT, then=Listen, hears="отвечает на вопросы"),
    Row(name="item 1 by speech", happens=(speech("режим работы"), STORED), state=Name.ABOUT, then=Listen, hears="рабочие дни"),
    Row(name="item 2 plays the news", happens=(keys("2"), FRESH), state=Name.NEWS, then=Listen, hears="Новость дня от 25"),
    Row(name="without news there is the way on", happens=(keys("2"), NO_NEWS), state=Name.MORE, then=Listen, hears="новостей нет"),
    Row(name="news that cannot be read", happens=(keys("2"), DOWN), state=Name.MORE, then=Listen, hears="новости сейчас"),
    Row(name="item 3 asks for a question", happens=(keys("3"),), state=Name.QUESTION, then=Listen, hears="Задайте"),
    Row(name="item 3 answers", happens=(keys("3"), *ASKED), state=Name.ANSWERED, then=Listen, hears="по средам"),
    Row(name="a question at the menu is answered", happens=ASKED, state=Name.ANSWERED, then=Listen, hears="по средам"),
    Row(name="the next question", happens=(*ASKED, *ASKED), state=Name.ANSWERED, then=Listen, hears="по средам"),
    Row(
        name="item 3 by keys",
        happens=(keys("3"), listed("Структура", "Тарифы", more=True), keys("2"), listed("Вода"), keys("1"), ANSWER),
        state=Name.ANSWERED,
        then=Listen,
        hears="по средам",
        facts=KEYS_ONLY,
    ),
    Row(
        name="a question without an answer",
        happens=(QUESTION, answered("", status="unknown")),
        state=Name.UNANSWERED,
        then=Listen,
        hears="готового ответа",
    ),
    Row(
        name="the third question without an answer brings an operator",
        happens=(QUESTION, answered("", status="unknown")) * 3,
        state=Name.FINDING,
        then=Effect,
        hears="поможет оператор",
    ),
    Row(
        name="the dialogue is away, the lists are there",
        happens=(QUESTION, answered("", status="down"), listed("Структура")),
        state=Name.CATEGORIES,
        then=Listen,
        hears="Структура — нажмите один",
    ),
    Row(
        name="the dialogue is away, the core answers by itself",
        happens=(QUESTION, answered("Помощник недоступен. Приём ведётся по средам.", status="down")),
        state=Name.UNANSWERED,
        then=Listen,
        hears="по средам",
    ),
    Row(
        name="the dialogue and the lists are away",
        happens=(QUESTION, DOWN, DOWN),
        state=Name.UNANSWERED,
        then=Listen,
        hears="недоступна",
    ),
    Row(
        name="the dialogue says goodbye",
        happens=(QUESTION, answered("Всего доброго!", status="closed")),
        state=Name.ENDED,
        then=HangUp,
    ),
    Row(
        name="the dialogue hands over",
        happens=(QUESTION, answered("Ожидайте.", status="handed_off")),
        state=Name.FINDING,
        then=Effect,
    ),
    Row(
        name="the dialogue heard of danger",
        happens=(QUESTION, answered("Звоните сто двенадцать.", status="alarm")),
        state=Name.DISPATCH,
        then=Dial,
    ),
    Row(name="item 4 dials at once", happens=(keys("4"),), state=Name.DISPATCH, then=Dial, hears="Соединяю с Единой"),
    Row(
        name="item 4 dials the second number", happens=(keys("4"), dialled("busy")), state=Name.DISPATCH, then=Dial, hears="второму"
    ),
    Row(
        name="behind both numbers there is advice",
        happens=(keys("4"), dialled("no-answer"), dialled("failed")),
        state=Name.DISPATCH_ADVICE,
        then=Listen,
        hears="сто двенадцать",
    ),
    Row(
        name="after the dispatch service", happens=(keys("4"), dialled("completed")), state=Name.MORE, then=Listen, hears="завершён"
    ),
    Row(
        name="item 4 without numbers",
        happens=(keys("4"),),
        state=Name.DISPATCH_ADVICE,
        then=Listen,
        facts=replace(DAY, dispatch=()),
    ),
    Row(
        name="item 5 asks for the name", happens=(keys("5"),), state=Name.MESSAGE_NAME, then=Record, hears="фамилию, имя и отчество"
    ),
    Row(
        name="then for the contact", happens=(keys("5"), recorded(3)), state=Name.CONTACT_OWN, then=Listen, hears="+7 900 000-00-01"
    ),
    Row(name="a hidden number is asked for", happens=(keys("5"), recorded(3)), state=Name.CONTACT, then=Listen, facts=HIDDEN),
    Row(
        name="a number typed is read back",
        happens=(keys("5"), recorded(3), keys("89000000002#")),
        state=Name.CONTACT_CHECK,
        then=Listen,
        hears="+7 900 000-00-02",
        facts=HIDDEN,
    ),
    Row(
        name="an address said is read back",
        happens=(keys("5"), recorded(3), speech("иванов собака example точка org")),
        state=Name.CONTACT_CHECK,
        then=Listen,
        hears="ivanov@example.org",
        facts=HIDDEN,
    ),
    Row(
        name="a contact read back wrongly is asked for again",
        happens=(keys("5"), recorded(3), keys("89000000002"), speech("нет, неверно")),
        state=Name.CONTACT,
        then=Listen,
        facts=HIDDEN,
    ),
    Row(
        name="a contact may be dictated",
        happens=(keys("5"), recorded(3), keys("2")),
        state=Name.MESSAGE_CONTACT,
        then=Record,
        facts=HIDDEN,
    ),
    Row(name="then for the question", happens=(keys("5"), recorded(3), keys("1")), state=Name.MESSAGE_QUESTION, then=Record),
    Row(name="then it can be sent", happens=TO_CHECK, state=Name.MESSAGE_CHECK, then=Listen, hears="отправить"),
    Row(name="or recorded anew", happens=(*TO_CHECK, speech("записать заново")), state=Name.MESSAGE_QUESTION, then=Record),
    Row(name="sent", happens=(*TO_CHECK, keys("1"), STORED), state=Name.MORE, then=Listen, hears="сообщение принято"),
    Row(
        name="sent by night",
        happens=(*TO_CHECK, keys("1"), STORED),
        state=Name.MORE,
        then=Listen,
        hears="в начале рабочего дня",
        facts=NIGHT,
    ),
    Row(name="not sent", happens=(*TO_CHECK, keys("1"), DOWN), state=Name.MESSAGE_UNKEPT, then=Listen, hears="ещё раз"),
    Row(name="silence sends what was recorded", happens=(*TO_CHECK, SILENCE, SILENCE, SILENCE), state=Name.KEEPING, then=Effect),
    Row(
        name="too short a recording",
        happens=(keys("5"), recorded(0)),
        state=Name.MESSAGE_NAME,
        then=Record,
        hears="слишком короткая",
    ),
    Row(
        name="the recorder is away",
        happens=(keys("5"), recorded(None)),
        state=Name.CALL_BACK_OFFER,
        then=Listen,
        hears="невозможна",
    ),
    Row(
        name="nothing can be recorded",
        happens=(keys("5"),),
        state=Name.CALL_BACK_OFFER,
        then=Listen,
        hears="невозможна",
        facts=NO_RECORDER,
    ),
    Row(
        name="a call back instead of a message",
        happens=(keys("5"), keys("1"), speech("да"), STORED),
        state=Name.MORE,
        then=Listen,
        hears="Звонок заказан",
        facts=NO_RECORDER,
    ),
    Row(name="item 6 rings an operator", happens=(keys("6"), FOUND), state=Name.OPERATOR, then=Dial, hears="Соединяю с оператором"),
    Row(name="all operators talk", happens=(keys("6"), busy(3)), state=Name.QUEUE, then=Wait, hears="номер в очереди: 3"),
    Row(name="the first minute has no notice", happens=(keys("6"), busy(3), TICK, busy(2)), state=Name.QUEUE, then=Wait),
    Row(
        name="the notice of each minute",
        happens=(keys("6"), busy(3), *(TICK, busy(2)) * 3),
        state=Name.QUEUE,
        then=Wait,
        hears="очереди: 2",
    ),
    Row(name="an operator is free after a while", happens=(keys("6"), busy(1), TICK, FOUND), state=Name.OPERATOR, then=Dial),
    Row(name="the database is away while waiting", happens=(keys("6"), busy(1), TICK, DOWN), state=Name.QUEUE, then=Wait),
    Row(
        name="a call back from the queue",
        happens=(keys("6"), busy(1), keys("1"), keys("1"), STORED, STORED),
        state=Name.MORE,
        then=Listen,
    ),
    Row(name="a message from the queue", happens=(keys("6"), busy(1), keys("2"), STORED), state=Name.MESSAGE_NAME, then=Record),
    Row(name="the menu from the queue", happens=(keys("6"), busy(1), keys("*"), STORED), state=Name.MENU, then=Listen),
    Row(
        name="zero in the queue tells the place",
        happens=(keys("6"), busy(1), keys("0")),
        state=Name.QUEUE,
        then=Wait,
        hears="очереди: 1",
    ),
    Row(
        name="the operator does not answer",
        happens=(keys("6"), FOUND, dialled("no-answer"), FOUND),
        state=Name.OPERATOR,
        then=Dial,
        hears="другим",
    ),
    Row(
        name="three operators do not answer",
        happens=(keys("6"), FOUND, dialled("no-answer"), FOUND, dialled("in-progress"), FOUND, dialled("busy")),
        state=Name.QUEUE,
        then=Wait,
        hears="не отвечают",
    ),
    Row(
        name="after the operator", happens=(keys("6"), FOUND, dialled("completed")), state=Name.MORE, then=Listen, hears="завершён"
    ),
    Row(name="item 6 by night", happens=(keys("6"), CLOSED), state=Name.MESSAGE_OFFER, then=Listen, hears="26 ноября", facts=NIGHT),
    Row(name="operators cannot be found", happens=(keys("6"), DOWN), state=Name.MESSAGE_OFFER, then=Listen, hears="не удаётся"),
    Row(
        name="the office closes while somebody waits",
        happens=(keys("6"), busy(1), TICK, CLOSED, STORED),
        state=Name.MESSAGE_OFFER,
        then=Listen,
    ),
    Row(name="goodbye", happens=(speech("спасибо, до свидания"),), state=Name.ENDED, then=HangUp, hears="Всего доброго"),
    Row(
        name="goodbye before sending sends",
        happens=(*TO_CHECK, speech("до свидания"), STORED),
        state=Name.ENDED,
        then=HangUp,
        hears="принято",
    ),
    Row(name="no more questions", happens=(keys("4"), dialled("completed"), speech("нет")), state=Name.ENDED, then=HangUp),
    Row(
        name="three silences by day", happens=(SILENCE, SILENCE, SILENCE), state=Name.FINDING, then=Effect, hears="поможет оператор"
    ),
    Row(name="three silences by night", happens=(SILENCE, SILENCE, SILENCE), state=Name.MESSAGE_OFFER, then=Listen, facts=NIGHT),
    Row(name="six silences by night", happens=(SILENCE,) * 6, state=Name.ENDED, then=HangUp, hears="Всего доброго", facts=NIGHT),
    Row(name="three misses by day", happens=(GIBBERISH, keys("7"), keys("8")), state=Name.FINDING, then=Effect),
    Row(
        name="who is not understood by night may record",
        happens=(GIBBERISH,) * 6,
        state=Name.MESSAGE_NAME,
        then=Record,
        facts=HOLIDAY,
    ),
    Row(
        name="silence and misses are counted apart",
        happens=(SILENCE, GIBBERISH, SILENCE, GIBBERISH, SILENCE),
        state=Name.MENU,
        then=Listen,
    ),
    Row(name="a failure leads to the menu", happens=(keys("3"), FAILED), state=Name.MENU, then=Listen, hears="Приносим извинения"),
    Row(name="two failures by day", happens=(FAILED, FAILED), state=Name.FINDING, then=Effect),
    Row(name="two failures by night", happens=(FAILED, FAILED), state=Name.MESSAGE_OFFER, then=Listen, facts=NIGHT),
    Row(name="two failures apart", happens=(FAILED, keys("3"), FAILED), state=Name.MENU, then=Listen),
    Row(
        name="a failure in the queue", happens=(keys("6"), busy(1), FAILED), state=Name.QUEUE, then=Wait, hears="Приносим извинения"
    ),
    Row(name="a failure does not lose what was recorded", happens=(*TO_CHECK, FAILED), state=Name.MESSAGE_CHECK, then=Listen),
    Row(name="a recording that comes late", happens=(recorded(5),), state=Name.MENU, then=Listen, hears="назовите раздел"),
    Row(name="a dialling that comes late", happens=(keys("3"), dialled("busy")), state=Name.QUESTION, then=Listen, hears="Задайте"),
]


@pytest.mark.parametrize("row", ROWS, ids=[row.name for row in ROWS])
@pytest.mark.clause("2.4.1")
def test_a_call_goes_as_it_should(row: Row) -> None:
    caller = call(row.facts).on(*row.happens)
    assert (caller.state, type(caller.then)) == (row.state, row.then)
    assert row.hears in caller.words


@pytest.mark.parametrize("facts", [DAY, NIGHT, HOLIDAY, KEYS_ONLY], ids=["day", "night", "holiday", "by keys"])
@pytest.mark.clause("2.5.2")
def test_the_greeting_and_the_notice_of_the_recording_cannot_be_cut(facts: Facts) -> None:
    heard = call(facts).heard
    assert [prompt.cut for prompt in heard] == [False, False, True]
    assert isinstance(heard[1], Say)
    assert heard[1].text == "Разговор записывается."


def test_who_is_not_recorded_is_told_so() -> None:
    assert "Запись разговора сейчас не ведётся" in call(NO_RECORDER).words


@pytest.mark.parametrize(
    ("facts", "words"),
    [(DAY, "Оператор — шесть"), (NIGHT, "работает автоматически"), (HOLIDAY, "выходной день")],
    ids=["day", "night", "holiday"],
)
@pytest.mark.clause("2.9")
def test_the_menu_is_that_of_the_hours(facts: Facts, words: str) -> None:
    assert words in call(facts).words


PLACES = {
    "menu": (),
    "about": (keys("1"), STORED),
    "news": (keys("2"), FRESH),
    "question": (keys("3"),),
    "answer": ASKED,
    "form": (QUESTION, answered("Как Вас зовут?", status="form")),
    "categories": (keys("3"), keys("1"), listed("Структура")),
    "contact": (keys("5"), recorded(3), keys("2")),
    "check of the message": TO_CHECK,
    "dispatch advice": (keys("4"), dialled("busy"), dialled("busy")),
    "what else": (keys("4"), dialled("completed")),
    "queue": (keys("6"), busy(1)),
}


@pytest.mark.parametrize("place", PLACES)
def test_an_operator_is_near_from_everywhere(place: str) -> None:
    for happening in (keys("0"), speech("оператор")):
        caller = call().on(*PLACES[place], happening)
        assert caller.then == Effect(doing=Doing.FIND_OPERATOR) or isinstance(caller.then, Wait)


@pytest.mark.parametrize("place", PLACES)
def test_the_menu_is_near_from_everywhere(place: str) -> None:
    for happening in (keys("*"), speech("вернитесь в меню")):
        caller = call().on(*PLACES[place], happening)
        if isinstance(caller.then, Effect):
            caller.on(STORED)
        assert (caller.state, type(caller.then)) == (Name.MENU, Listen)


@pytest.mark.parametrize("place", [place for place in PLACES if place not in ("news", "answer", "form", "categories", "queue")])
def test_what_was_asked_is_repeated_from_everywhere(place: str) -> None:
    asked = call().on(*PLACES[place])
    for happening in (keys("#"), speech("повторите, пожалуйста")):
        again = call().on(*PLACES[place], happening)
        assert again.state == asked.state
        assert again.words
        assert asked.words.endswith(again.words)


@pytest.mark.parametrize("place", PLACES)
def test_there_is_a_way_back_from_everywhere(place: str) -> None:
    caller = call().on(*PLACES[place], speech("назад"))
    assert isinstance(caller.then, Listen | Record | Effect)


def test_an_answer_is_repeated_and_sent() -> None:
    caller = call().on(*ASKED, speech("повторите"))
    assert caller.then == Effect(doing=Doing.ASK, intent="repeat")
    caller.on(ANSWER, keys("2"), speech("иванов собака example точка org"), speech("да, верно"))
    assert caller.then == Effect(doing=Doing.SEND_ANSWER, channel="email", words="ivanov@example.org")
    caller.on(STORED)
    assert "Ответ отправлен" in caller.words


def test_an_answer_goes_to_the_chat_of_the_number() -> None:
    caller = call().on(*ASKED, keys("3"))
    assert caller.then == Effect(doing=Doing.SEND_ANSWER, channel="telegram", words=CALLER)
    assert "не связан" in caller.on(REFUSED).words
    assert caller.state == Name.ANSWERED


def test_by_keys_an_answer_goes_to_the_address_that_is_known() -> None:
    chosen = (keys("3"), listed("Структура"), keys("1"), listed("Часы"), keys("1"), ANSWER)
    caller = call(KEYS_ONLY).on(*chosen, keys("2"))
    assert caller.then == Effect(doing=Doing.SEND_ANSWER, channel="email")


@pytest.mark.clause("IVR 3")
def test_lists_are_pages_of_seven() -> None:
    caller = call(KEYS_ONLY).on(keys("3"), listed(*"абвгдежз", more=True))
    assert caller.words.count("нажмите") == 7
    assert "Следующие варианты — восемь" in caller.words
    assert caller.on(keys("8")).then == Effect(doing=Doing.LIST_CATEGORIES, page=1)
    assert caller.on(listed("и"), keys("9")).then == Effect(doing=Doing.LIST_CATEGORIES)
    assert caller.on(listed("а"), keys("9")).state == Name.MENU


def test_what_the_dialogue_asks_is_chosen_by_keys_or_said() -> None:
    buttons = [Choice(title="Да", value="7:0"), Choice(title="Нет", value="7:1")]
    caller = call().on(QUESTION, answered("Зарегистрировать обращение?", status="form", choices=buttons))
    assert "Нет — нажмите два" in caller.words
    assert all(prompt.personal for prompt in caller.heard)
    assert caller.on(keys("2")).then == Effect(doing=Doing.ASK, choice="7:1")
    caller.on(answered("Назовите телефон.", status="form"), keys("89000000002"))
    assert caller.then == Effect(doing=Doing.ASK, words="89000000002")
    assert caller.on(answered("Как Вас зовут?", status="form"), speech("назад")).then == Effect(doing=Doing.ASK, intent="back")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.clause("2.4.1")
def test_danger_is_put_through_from_everywhere_whatever_fails(place: str) -> None:
    caller = call().on(*PLACES[place], speech("в подъезде сильно пахнет газом"))
    assert caller.then == Effect(doing=Doing.ALARM, words="в подъезде сильно пахнет газом")
    caller.on(DOWN)
    if isinstance(caller.then, Effect):
        assert caller.then == Effect(doing=Doing.LEAVE_QUEUE)
        caller.on(DOWN)
    assert isinstance(caller.then, Dial)
    assert caller.then.party.address == DISPATCH[0]


@pytest.mark.clause("IVR 4")
def test_item_4_asks_nobody() -> None:
    caller = call().on(keys("4"), dialled("busy"), dialled("failed"))
    assert not caller.effects


@pytest.mark.clause("3.3")
def test_abuse_is_warned_of_once_and_then_ends_the_call() -> None:
    caller = call().on(keys("3"), speech("ты идиот"), STORED)
    assert "недопустим" in caller.words
    assert (caller.state, type(caller.then)) == (Name.QUESTION, Listen)
    caller.on(speech("ты идиот"))
    assert caller.then == Effect(doing=Doing.WARN, intent="refuse")
    caller.on(DOWN)
    assert isinstance(caller.then, HangUp)
    assert "Всего доброго" in caller.words


def test_words_that_are_not_sure_are_no_abuse_and_no_question() -> None:
    caller = call().on(speech("ты идиот", confidence=0.2))
    assert (caller.state, type(caller.then)) == (Name.MENU, Listen)
    assert "не удалось разобрать" in caller.words


def test_the_rungs_get_shorter_and_then_help() -> None:
    first = call().on(SILENCE).words
    second = call().on(SILENCE, SILENCE).words
    assert "Вас не слышно" in first
    assert len(first) < len(call().words)
    assert "Например" in second


def test_after_two_failures_keys_alone_are_listened_to() -> None:
    caller = call(NIGHT).on(FAILED, FAILED)
    assert isinstance(caller.then, Listen)
    assert not caller.then.speech
    assert "скажите" not in caller.words.lower()


@pytest.mark.clause("2.4.2")
@pytest.mark.clause("IVR 5")
def test_a_message_is_kept_with_the_takes_that_count() -> None:
    caller = call().on(keys("5"))
    name = caller.place
    caller.on(recorded(3), keys("1"), recorded(20), keys("3"))
    question = caller.place
    assert name is not None
    assert question is not None
    caller.on(recorded(30), keys("2"))
    assert caller.sounds == [f"message:question-{question.step}"]
    caller.on(keys("1"))
    takes = f"name-{name.step} question-{question.step}"
    assert caller.then == Effect(doing=Doing.KEEP_MESSAGE, words=CALLER, choice=takes)


def test_only_the_contact_of_a_message_may_be_dictated() -> None:
    assert "Продиктовать" in call(HIDDEN).on(keys("5"), recorded(3)).words
    call_back = call(HIDDEN).on(speech("перезвоните мне"))
    assert call_back.state == Name.CONTACT
    assert "Продиктовать" not in call_back.words
    assert isinstance(call_back.on(keys("2")).then, Listen)


def test_a_take_that_failed_does_not_replace_a_good_one() -> None:
    caller = call().on(*TO_CHECK)
    assert caller.place is not None
    good = caller.place.kept["question"]
    caller.on(keys("3"), recorded(0), recorded(0), recorded(0))
    assert (caller.state, caller.place.kept["question"]) == (Name.MESSAGE_CHECK, good)


@pytest.mark.parametrize(
    ("happens", "takes"),
    [
        (TO_CHECK, "name question"),
        (TO_CHECK[:3], "name question"),
    ],
    ids=["before sending", "while speaking"],
)
@pytest.mark.clause("2.5.1")
def test_who_hangs_up_with_a_question_recorded_has_left_a_message(happens: tuple[Happening, ...], takes: str) -> None:
    caller = call().on(*happens, HUNG_UP)
    assert isinstance(caller.then, Effect)
    assert caller.then.doing is Doing.KEEP_MESSAGE
    assert " ".join(take.partition("-")[0] for take in caller.then.choice.split()) == takes
    assert isinstance(caller.on(STORED).then, HangUp)


def test_who_hangs_up_at_the_tone_has_left_nothing() -> None:
    caller = call().on(*TO_CHECK[:3], Happening(kind=Happened.HUNG_UP, seconds=0))
    assert isinstance(caller.then, HangUp)
    assert not caller.heard


def test_a_personal_fact_is_not_cached() -> None:
    caller = call().on(keys("5"), recorded(3))
    assert [prompt.personal for prompt in caller.heard if isinstance(prompt, Say)] == [True]


@pytest.mark.clause("IVR 6")
def test_the_operator_is_told_who_calls() -> None:
    then = call().on(keys("6"), FOUND).then
    assert isinstance(then, Dial)
    assert then.screened
    assert then.party == OPERATOR


@pytest.mark.clause("IVR 2")
def test_news_that_is_old_is_said_and_not_played() -> None:
    assert call().on(keys("2"), FRESH).sounds == ["https://example.org/n.wav"]
    caller = call().on(keys("2"), OLD)
    assert not caller.sounds
    assert "от 20 ноября" in caller.words


@pytest.mark.clause("IVR 1")
def test_who_heard_item_1_has_been_informed_once() -> None:
    caller = call().on(keys("1"), STORED, keys("*"), keys("1"))
    assert caller.effects == [Effect(doing=Doing.REACHED, words="informed")]
    assert caller.state == Name.ABOUT


def test_a_place_of_another_release_is_the_menu() -> None:
    caller = Caller().on(STARTED)
    assert caller.place is not None
    caller.place = replace(caller.place, state="of_old")
    assert caller.on(keys("#")).state == Name.MENU
    assert caller.words


def test_a_failure_without_a_place_leads_to_the_menu() -> None:
    caller = Caller(facts=replace(DAY, hours=Hours.DAY)).on(FAILED)
    assert (caller.state, type(caller.then)) == (Name.MENU, Listen)
