"""A message left on the telephone at night, and what the operator makes of it in the morning."""

from datetime import datetime
from typing import Any

import httpx
import pytest

from channels.voice.spoken.speaking import speak
from core.clock import MOSCOW
from core.people.phones import display_phone
from core.replies.desk import ReplyDraft
from core.vocabulary import ReplyKind
from sandbox.jambonz.phone import Phone
from tests.journeys.callers import CALLER, is_heard
from tests.journeys.telephone import PASSWORD, Telephone, decoded

CONTACT = "+79000000077"
NAME, QUESTION = "Образцов Алан Казбекович", "Во дворе дома четырнадцать по улице Кирова не горят фонари."
NIGHT, MORNING = datetime(2026, 11, 25, 22, 0, tzinfo=MOSCOW), datetime(2026, 11, 26, 9, 5, tzinfo=MOSCOW)


@pytest.mark.clause("2.4.2")
@pytest.mark.clause("2.5.1")
@pytest.mark.clause("2.5.2")
@pytest.mark.clause("2.9")
async def test_a_message_left_at_night_is_an_appeal_in_the_morning_and_is_answered_by_telephone(telephone: Telephone) -> None:
    telephone.clock.moment = NIGHT
    caller = await telephone.exchange.call(CALLER)
    await _leaves_a_message(telephone, caller)
    await telephone.eventually("SELECT result FROM phone_call", "message")
    telephone.clock.moment = MORNING
    anna = await telephone.employs("anna", "Примерова Анна")
    async with _browser(telephone) as browser:
        appeal = await _registers(telephone, browser)
    office = telephone.house.office
    reply = await office.replies.draft(anna, appeal, ReplyDraft(kind=ReplyKind.FINAL))
    await office.replies.send(anna, reply.id or 0, reply.version)
    ((task,),) = await telephone.rows("SELECT id FROM call_task WHERE state = 'open'")
    await office.calling_out.call(anna, task)
    await _is_called_back(telephone)
    outgoing = "SELECT result, script, caller, seconds > 0 FROM phone_call WHERE direction = 'out'"
    await telephone.eventually(outgoing, "operator")
    assert await telephone.rows(outgoing, {"caller": "phone_call.caller"}) == [("operator", "operator_first", CONTACT, True)]


async def _leaves_a_message(telephone: Telephone, caller: Phone) -> None:
    await caller.hears("Сейчас центр работает автоматически.")
    await caller.hears("Часы работы операторов, шесть.")
    await caller.press("6")
    await caller.hears("Операторы работают в рабочие дни с девяти до восемнадцати часов.")
    await caller.hears("Чтобы оставить сообщение, нажмите один.")
    await caller.press("1")
    await caller.hears("Назовите после сигнала фамилию")
    await _speaks(caller, NAME)
    await caller.hears(speak(f"Записать для связи номер {display_phone(CALLER)}?").rstrip("."))
    await caller.press("2")
    await caller.hears("Наберите номер телефона для связи")
    await caller.press("9000000077#")
    await caller.hears(speak(f"Для связи записано: {display_phone(CONTACT)}.").rstrip("."))
    await caller.press("1")
    await caller.hears("Изложите после сигнала Ваш вопрос.")
    await _speaks(caller, QUESTION)
    await caller.hears("Прослушать, два.")
    await caller.press("2")
    await caller.hears("Отправить сообщение, нажмите один.")
    assert [(method, status) for method, url, status in telephone.exchange.fetched if "/own/" in url] == [
        ("HEAD", 200),
        ("GET", 200),
    ]
    await caller.press("1")
    await caller.hears("Ваше сообщение принято. С ним ознакомятся в начале рабочего дня")
    await caller.hang_up()
    await caller.ends()


async def _speaks(caller: Phone, words: str) -> None:
    await caller.is_asked()
    await caller.say(words)
    await caller.press("#")


def _browser(telephone: Telephone) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=telephone.inbox, headers={"Sec-Fetch-Site": "same-origin"}, trust_env=False)


async def _registers(telephone: Telephone, browser: httpx.AsyncClient) -> int:
    """The operator finds the message in the work list, listens to all of it, and registers an appeal; gives its number."""
    assert (await browser.post("/api/login", json={"login": "anna", "password": PASSWORD})).status_code == 200
    await telephone.eventually("SELECT count(*) FROM recording WHERE state = 'packed'", 3)
    (left,) = (await browser.get("/api/left-messages")).json()
    assert (left["channel"], left["phone"], left["due_on"], left["is_late"]) == ("voice", CONTACT, "2026-11-26", False)
    assert [one["part"] for one in left["recordings"]] == ["name", "question"]
    for recording in left["recordings"]:
        await _is_heard_in_the_browser(browser, recording)
    draft = (await browser.get(f"/api/left-messages/{left['id']}/draft")).json()
    assert draft["card"]["phones"] == [CONTACT]
    surname, given_name, patronymic = NAME.split()
    card = draft["card"] | {"surname": surname, "given_name": given_name, "patronymic": patronymic, "consent": True}
    form = {"card": card, "text": QUESTION, "urgency": "long_term", "reply_form": "phone"}
    answer = await browser.post(f"/api/left-messages/{left['id']}/appeals", json=form)
    assert answer.status_code == 200, answer.text
    assert (await browser.get("/api/left-messages")).json() == []
    return int(answer.json()["id"])


async def _is_heard_in_the_browser(browser: httpx.AsyncClient, recording: dict[str, Any]) -> None:
    sound = await browser.get(f"/api/recordings/{recording['id']}/sound")
    assert (sound.status_code, sound.headers["content-type"]) == (200, "audio/ogg")
    samples = decoded(sound.content)
    assert samples.shape[1] == 1
    assert is_heard(samples[:, 0])


async def _is_called_back(telephone: Telephone) -> None:
    """The operator's telephone rings first, then the applicant's."""
    anna, applicant = telephone.exchange.callee("user:anna"), telephone.exchange.callee(CONTACT)
    await anna.rings()
    await anna.answer()
    told = await anna.hears("Звонок заявителю: Образцов Алан Казбекович")
    assert speak(display_phone(CONTACT)).rstrip(".").casefold() in told.casefold()
    await anna.hears("Чтобы соединиться, нажмите один.")
    await anna.press("1")
    await applicant.rings()
    await applicant.answer()
    await anna.is_connected()
    await anna.say("Добрый день! Фонари починили.")
    await applicant.hears("Фонари починили.")
    await applicant.hang_up()
    await anna.ends()
