"""Many calls at once, and calls while something is down: each goes on or ends politely, and none is lost."""

import asyncio
import json

import numpy as np
import pytest
from sqlmodel import select

from channels.voice.spoken.speaking import speak
from core.conversations.model import LeftMessage
from core.people.phones import display_phone
from sandbox.jambonz.faults import FaultKind
from sandbox.jambonz.phone import Phone
from tests.journeys.callers import CALLER, Samples, chooses, knows_its_business
from tests.journeys.telephone import RATE, Telephone

CROWD = 20
_KEYS = """
    SELECT p.caller, p.result, p.id, (SELECT b.phone FROM call_back b WHERE b.call_id = p.id) AS phone FROM phone_call p
"""
_KEYS_OF = "SELECT details FROM call_event WHERE kind = 'keys' AND call_id = :call ORDER BY id"
_SEALED = {"caller": "phone_call.caller", "phone": "call_back.phone"}
_PRESSED = "SELECT count(*) FROM call_event WHERE kind = 'keys'"
_CUT_OFF = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
_ROW = "SELECT result, recording_problem, ended_because FROM phone_call"


@pytest.mark.clause("2.5.1")
@pytest.mark.clause("2.5.2")
async def test_of_twenty_callers_at_once_each_has_their_own_digits_and_recording(telephone: Telephone) -> None:
    calls = await asyncio.gather(*(_asks_to_be_called(telephone, number) for number in range(CROWD)))
    await telephone.eventually("SELECT count(*) FROM phone_call WHERE place = 'ended'", CROWD)
    await telephone.eventually(_PRESSED, sum(len(pressed) for _, pressed in calls))
    wanted = [(_caller(number), "message", pressed, _wanted(number)) for number, (_, pressed) in enumerate(calls)]
    kept = [(*row[:2], await _pressed(telephone, row.id), row.phone) for row in await telephone.rows(_KEYS, _SEALED)]
    assert sorted(kept) == wanted
    for number, (sid, _) in enumerate(calls):
        samples = await telephone.sound(f"call:{sid}")
        assert _pitch(samples[:, 0]) == pytest.approx(_tone_of(number), abs=5)


async def _pressed(telephone: Telephone, call: int) -> list[str]:
    """The keys of a call as its journal has them."""
    return [json.loads(row.details)["keys"] for row in await telephone.rows(_KEYS_OF, {"details": "call_event.details"}, call=call)]


async def _asks_to_be_called(telephone: Telephone, number: int) -> tuple[str, list[str]]:
    """Gives the number of the call and the keys; where all want an operator in one moment some are told to try again."""
    caller = await telephone.exchange.call(_caller(number))
    await caller.hears("Оператор, шесть.")
    moments = np.arange(2 * RATE) / RATE
    await caller.say("", sound=(8000 * np.sin(2 * np.pi * _tone_of(number) * moments)).astype(np.int16))
    pressed = ["6"]
    await caller.press("6")
    while "перезвонили" not in await caller.hears("Чтобы "):
        pressed += ["*", "6"]
        await caller.press("*")
        await caller.hears("Оператор, шесть.")
        await caller.press("6")
    dialled = (
        ("1", "Другой номер, два."),
        ("2", "Наберите номер телефона для связи"),
        (f"{_wanted(number)[2:]}#", speak(f"Для связи записано: {display_phone(_wanted(number))}.").rstrip(".")),
        ("1", "Звонок заказан."),
    )
    for keys, heard in dialled:
        await caller.press(keys)
        await caller.hears(heard)
    await caller.hears("Завершить разговор, два.")
    await caller.press("2")
    await caller.hears("Всего доброго!")
    await caller.ends()
    return caller.legs[0].sid, [*pressed, *(keys.rstrip("#") for keys, _ in dialled), "2"]


def _wanted(number: int) -> str:
    return f"+790000020{number:02}"


def _caller(number: int) -> str:
    return f"+790000010{number:02}"


def _tone_of(number: int) -> float:
    return 400.0 + 50 * number


def _pitch(samples: Samples) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * RATE / len(samples))


@pytest.mark.clause("2.5.2")
async def test_a_caller_is_told_that_recording_is_off_and_the_journal_says_so_too(telephone: Telephone) -> None:
    await telephone.records_no_more()
    caller = await telephone.exchange.call(CALLER)
    await caller.hears("Запись разговора сейчас не ведётся.")
    await caller.hears("Оставить сообщение, пять.")
    await caller.press("5")
    await caller.hears("К сожалению, запись сообщения сейчас невозможна.")
    await caller.hears("Заказать звонок, один.")
    await _ends_well(caller)
    await _is_swept(telephone)
    assert await telephone.rows(_ROW) == [("informed", "missing", "caller")]


@pytest.mark.clause("2.5.2")
async def test_a_recording_that_never_began_is_noticed(telephone: Telephone) -> None:
    telephone.exchange.faults.add(FaultKind.NO_RECORDER)
    caller = await telephone.exchange.call(CALLER)
    await caller.hears("Разговор записывается.")
    await caller.hears("Оставить сообщение, пять.")
    await _ends_well(caller)
    await _is_swept(telephone)
    assert await telephone.rows(_ROW) == [("informed", "missing", "caller")]


@pytest.mark.clause("2.5.1")
async def test_a_call_goes_on_while_the_database_drops_every_connection(telephone: Telephone) -> None:
    await knows_its_business(telephone)
    caller = await telephone.exchange.call(CALLER)
    await caller.hears("Сведения о деятельности администрации, три.")
    await telephone.rows(_CUT_OFF)
    await caller.press("3")
    await telephone.rows(_CUT_OFF)
    await chooses(caller, "Адрес и телефоны администрации")
    await chooses(caller, "Режим работы администрации")
    await caller.hears("Источник")
    await telephone.rows(_CUT_OFF)
    await caller.press("*")
    await _ends_well(caller)
    await telephone.eventually("SELECT result FROM phone_call", "informed")
    await telephone.eventually(_PRESSED, 5)
    assert await _pressed(telephone, 1) == ["3", "1", "3", "*", "1"]


@pytest.mark.parametrize("telephone", [True], indirect=True, ids=["recognition is on"])
async def test_without_the_dialogue_answers_are_found_all_the_same_and_by_keys(telephone: Telephone) -> None:
    await knows_its_business(telephone)
    telephone.dialogue.is_down = True
    caller = await telephone.exchange.call(CALLER)
    await caller.hears("Скажите, пожалуйста, Ваш вопрос")
    await caller.say("режим работы администрации")
    assert "Интерактивный помощник временно недоступен" in await caller.hears("Источник")
    await caller.hears("Получить ответ по электронной почте, нажмите два")
    await caller.say("кто вчера выиграл в шахматы")
    await caller.hears("нет точного ответа")
    await caller.hears("Нажмите цифру или скажите ответ.")
    await caller.press("9")
    await caller.hears("Выбрать тему клавишами, нажмите один.")
    await caller.press("1")
    await chooses(caller, "Адрес и телефоны администрации")
    await chooses(caller, "Режим работы администрации")
    await caller.hears("Источник")
    await caller.hang_up()
    await caller.ends()
    await telephone.eventually("SELECT result FROM phone_call", "informed")


async def test_when_no_hook_answers_the_caller_hears_an_apology_and_the_menu(telephone: Telephone) -> None:
    telephone.exchange.faults.add(FaultKind.LOST_HOOK, only="/voice/step", times=3)
    caller = await telephone.exchange.call(CALLER)
    await caller.hears("О контакт-центре, нажмите один.")
    await caller.press("1")
    await caller.hears("Приносим извинения, произошёл сбой.")
    await caller.hears("О контакт-центре, нажмите один.")
    await _ends_well(caller)
    await telephone.eventually("SELECT result FROM phone_call", "informed")
    assert await telephone.rows("SELECT count(*) FROM call_event WHERE kind = 'problem'") == [(1,)]


@pytest.mark.clause("2.5.1")
async def test_what_is_said_when_nothing_of_ours_answers_becomes_a_message(telephone: Telephone) -> None:
    for hook in ("/voice/step", "/voice/fallback"):
        telephone.exchange.faults.add(FaultKind.LOST_HOOK, only=hook, times=None)
    caller = await telephone.exchange.call(CALLER)
    await caller.hears("О контакт-центре, нажмите один.")
    await caller.press("1")
    await caller.hears("Извините, произошла техническая ошибка.")
    await caller.hears("После сигнала назовите имя, номер телефона и вопрос.")
    await caller.is_asked()
    await caller.say("Образцов Алан, во дворе не горят фонари.")
    await caller.press("#")
    await caller.hears("Мы прослушаем сообщение и перезвоним вам.")
    await caller.ends()
    await telephone.eventually("SELECT state FROM recording WHERE kind = 'message'", "packed")
    await _is_swept(telephone)
    assert await telephone.rows("SELECT result FROM phone_call") == [("message",)]
    async with telephone.house.transactions.begin() as tx:
        assert (await tx.exec(select(LeftMessage.phone, LeftMessage.reviewed_at))).all() == [(CALLER, None)]


async def _ends_well(caller: Phone) -> None:
    await caller.is_asked()
    await caller.press("*")
    await caller.hears("О контакт-центре, нажмите один.")
    await caller.press("1")
    await caller.hears("Контакт-центр отвечает на вопросы о работе администрации города.")
    await caller.hang_up()
    await caller.ends()


async def _is_swept(telephone: Telephone) -> None:
    await telephone.eventually("SELECT place FROM phone_call", "ended")
    telephone.clock.move(minutes=3)
    await telephone.house.office.sweeper.sweep()
