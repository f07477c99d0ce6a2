"""Callers who reach people: an operator and, through the operator, an official; the dispatch service at once."""

import pytest

from channels.voice.spoken.speaking import speak
from core.departments.model import Department, Liaison
from core.people.phones import display_phone
from core.phone.switching import Transfer
from core.staff.asker import Asker
from tests.journeys.callers import CALLER, is_heard
from tests.journeys.telephone import Telephone

OFFICIAL, DEPUTY = "+79000000301", "+79000000302"
_LEGS = "SELECT kind, state, number, seconds > 0 FROM call_leg ORDER BY id"
_PLACE = "SELECT place FROM phone_call"


@pytest.mark.clause("2.8.5")
@pytest.mark.clause("2.5.1")
@pytest.mark.clause("2.5.2")
async def test_a_caller_is_passed_on_and_comes_back_when_the_official_does_not_answer(telephone: Telephone) -> None:
    anna, (official, deputy) = await telephone.employs("anna", "Примерова Анна"), await _officials(telephone)
    at_anna, at_official = telephone.exchange.callee("user:anna"), telephone.exchange.callee(OFFICIAL).silent()
    caller = await telephone.exchange.call(CALLER)
    await caller.hears("Оператор, шесть.")
    await caller.press("6")
    await caller.hears("Соединяю с оператором.")
    await at_anna.rings()
    await at_anna.answer()
    told = await at_anna.hears("Звонок через контакт-центр")
    assert speak(display_phone(CALLER)).rstrip(".").casefold() in told.casefold()
    assert "Чтобы принять звонок, нажмите один." in told
    await at_anna.press("1")
    await at_anna.is_connected()
    await caller.say("Здравствуйте, у нас яма на дороге.")
    await at_anna.hears("яма на дороге")
    await at_anna.say("Соединяю Вас с дорожной службой.")
    await telephone.eventually(_PLACE, "operator")
    ((call_id,),) = await telephone.rows("SELECT id FROM phone_call")
    to = Transfer(liaison_id=official, why="Яма на дороге.")
    await telephone.house.office.switching.transfer(anna, call_id, to)
    await caller.hears("Соединяю вас.")
    await at_official.rings()
    await caller.hears("Специалист не ответил. Возвращаю вас к оператору.")
    await at_anna.rings()
    await at_anna.answer()
    await at_anna.is_connected()
    await telephone.eventually(_PLACE, "operator")
    await at_anna.say("Попробуем заместителя.")
    await _reaches_the_deputy(telephone, anna, call_id, deputy)
    await caller.hang_up()
    await caller.ends()
    await telephone.eventually("SELECT result FROM phone_call", "transferred")
    assert await telephone.rows(_LEGS, {"number": "call_leg.number"}) == [
        ("operator", "completed", "anna", True),
        ("official", "no_answer", OFFICIAL, None),
        ("operator", "completed", "anna", True),
        ("official", "completed", DEPUTY, True),
    ]
    assert await telephone.rows("SELECT staff_id, missed, reached, seconds > 40 FROM phone_call") == [(anna.id, False, [], True)]
    samples = await telephone.sound(f"call:{caller.legs[0].sid}")
    assert is_heard(samples[:, 0])
    assert is_heard(samples[:, 1])


async def _reaches_the_deputy(telephone: Telephone, anna: Asker, call_id: int, liaison: int) -> None:
    """A blind transfer: who answers has the call."""
    at_deputy = telephone.exchange.callee(DEPUTY)
    await telephone.house.office.switching.transfer(anna, call_id, Transfer(liaison_id=liaison, announced=False))
    await at_deputy.rings()
    await at_deputy.answer()
    await at_deputy.is_connected()
    await telephone.eventually(_PLACE, "official")
    await at_deputy.say("Слушаю Вас.")


async def _officials(telephone: Telephone) -> tuple[int, int]:
    async with telephone.house.transactions.begin() as tx:
        tx.add(Department(key="roads", name="Дорожная служба"))
        await tx.flush()
        people = [
            Liaison(no=no, full_name=name, position="начальник", department="roads", email=f"o{no}@example.org", phone=phone)
            for no, name, phone in ((1, "Дорогин Д. Д.", OFFICIAL), (2, "Замещаев З. З.", DEPUTY))
        ]
        tx.add_all(people)
        await tx.flush()
        return people[0].id or 0, people[1].id or 0


@pytest.mark.clause("2.4.1")
@pytest.mark.parametrize("telephone", [True], indirect=True, ids=["recognition is on"])
async def test_who_smells_gas_is_put_through_to_the_dispatch_service_whatever_is_down(telephone: Telephone) -> None:
    telephone.dialogue.is_down = True
    await telephone.employs("anna", "Примерова Анна")
    first, second = telephone.exchange.callee("78672000112").busy(), telephone.exchange.callee("112")
    caller = await telephone.exchange.call(CALLER)
    await caller.hears("Скажите, пожалуйста, Ваш вопрос")
    await caller.say("у нас в подъезде пахнет газом")
    await caller.hears("Соединяю с Единой дежурно-диспетчерской службой.")
    await caller.hears("Номер не отвечает. Соединяю по второму номеру.")
    await second.rings()
    await second.answer()
    await caller.is_connected()
    await second.say("Служба сто двенадцать, слушаю.")
    await caller.hears("слушаю")
    await telephone.eventually(_PLACE, "dispatch")
    await telephone.eventually("SELECT payload ->> 'alarm' FROM live_event WHERE kind = 'alarm'", "gas")
    await second.hang_up()
    await caller.hears("Разговор с дежурной службой завершён.")
    await caller.hang_up()
    await caller.ends()
    await telephone.eventually("SELECT result FROM phone_call", "dispatch")
    assert await telephone.rows("SELECT kind, state FROM call_leg ORDER BY id") == [("dispatch", "busy"), ("dispatch", "completed")]
    assert await telephone.rows("SELECT emergency FROM phone_call") == [(True,)]
    assert await telephone.rows("SELECT mode, emergency FROM conversation") == [("waiting", True)]
    assert len(first.legs) == 1
