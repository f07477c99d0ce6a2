"""Calls through the exchange with sound: the menu by keys and by speech, and what is sent after a call."""

import pytest

from channels.voice.spoken.speaking import speak
from core.conversations.model import Conversation
from core.dates import spoken_date
from core.dialogue import Command, TurnAnswer
from core.people.model import ChannelIdentity
from sandbox.jambonz.phone import Phone
from sandbox.mail.driver import Mailbox
from tests.journeys.callers import (
    ADDRESS,
    CALLER,
    Samples,
    broadcasts,
    chooses,
    has_a_card,
    has_the_tone,
    is_heard,
    knows_its_business,
)
from tests.journeys.telephone import Telephone

TITLE = "Режим работы администрации"
QUESTION = "режим работы администрации"
_ARTICLE = "SELECT confirmed_on, source, answer FROM article WHERE title LIKE :title"
_CALL = "SELECT result, reached, seconds > 0, recording_problem, emergency FROM phone_call"


@pytest.mark.clause("2.4.1")
@pytest.mark.clause("2.5.1")
@pytest.mark.clause("2.5.2")
@pytest.mark.clause("2.3")
async def test_by_keys_the_news_is_heard_and_an_answer_is_found_and_sent(telephone: Telephone) -> None:
    await knows_its_business(telephone)
    news = await broadcasts(telephone)
    await has_a_card(telephone)
    caller = await telephone.exchange.call(CALLER)
    await caller.hears("Разговор записывается.")
    await caller.hears("Новость дня, два.")
    await caller.press("2")
    await _hears_the_news(telephone, caller, news)
    await caller.hears("Главное меню, звёздочка.")
    await caller.press("*")
    await caller.hears("Сведения о деятельности администрации, три.")
    await caller.press("3")
    await chooses(caller, "Адрес и телефоны администрации")
    await chooses(caller, TITLE)
    await _hears_the_answer(telephone, caller)
    await caller.hears("Получить ответ по электронной почте, два")
    await caller.press("2")
    await caller.hears("Ответ отправлен на электронную почту.")
    await caller.hears("Завершить разговор, два.")
    await caller.press("2")
    await caller.hears("Всего доброго!")
    await caller.ends()
    await _is_kept(telephone, caller)
    await _is_in_the_mailbox(telephone)
    assert telephone.dialogue.requests == []


@pytest.mark.clause("2.4.1")
@pytest.mark.clause("2.5.1")
@pytest.mark.clause("2.5.2")
@pytest.mark.clause("2.3")
@pytest.mark.parametrize("telephone", [True], indirect=True, ids=["recognition is on"])
async def test_by_speech_the_news_is_heard_and_an_answer_is_found_and_sent(telephone: Telephone) -> None:
    await knows_its_business(telephone)
    news = await broadcasts(telephone)
    await has_a_card(telephone)
    telephone.dialogue.when(QUESTION, TurnAnswer(commands=(Command(do="answer_question", arguments={"query": QUESTION}),)))
    caller = await telephone.exchange.call(CALLER)
    await caller.hears("Разговор записывается.")
    await caller.hears("Скажите, пожалуйста, Ваш вопрос")
    await caller.say("новость дня")
    await _hears_the_news(telephone, caller, news)
    await caller.hears("Скажите повторите")
    await caller.say(QUESTION)
    await _hears_the_answer(telephone, caller)
    await caller.hears("задайте следующий вопрос")
    await caller.say("отправьте ответ")
    await caller.hears("Отправить на известный нам адрес")
    await caller.say("один")
    await caller.hears("Ответ отправлен на электронную почту.")
    await caller.hears("Остались ли у Вас вопросы?")
    await caller.say("нет")
    await caller.hears("Всего доброго!")
    await caller.ends()
    samples = await _is_kept(telephone, caller)
    assert is_heard(samples[:, 0])
    await _is_in_the_mailbox(telephone)
    assert [request.text or request.intent for request in telephone.dialogue.requests] == [QUESTION, "kb_answered"]


@pytest.mark.clause("2.4.1")
@pytest.mark.parametrize("telephone", [True], indirect=True, ids=["recognition is on"])
async def test_a_caller_is_answered_by_the_menu_though_an_operator_keeps_their_last_talk(telephone: Telephone) -> None:
    await knows_its_business(telephone)
    anna, now = await telephone.employs("anna", "Примерова Анна"), telephone.clock.now()
    async with telephone.house.transactions.begin() as tx:
        tx.add(who := ChannelIdentity(channel="voice", external_id=CALLER, created_at=now))
        await tx.flush()
        kept = {"mode": "operator", "operator_id": anna.id, "taken_at": now, "last_message_at": now, "opened_at": now}
        tx.add(Conversation(channel="voice", identity_id=who.id or 0, **kept))
    telephone.dialogue.when(QUESTION, TurnAnswer(commands=(Command(do="answer_question", arguments={"query": QUESTION}),)))
    caller = await telephone.exchange.call(CALLER)
    await caller.hears("Скажите, пожалуйста, Ваш вопрос")
    await caller.say(QUESTION)
    await _hears_the_answer(telephone, caller)
    await caller.hang_up()
    await telephone.eventually("SELECT result FROM phone_call", "informed")
    assert await telephone.rows("SELECT mode FROM conversation") == [("operator",)]


async def _hears_the_news(telephone: Telephone, caller: Phone, key: str) -> None:
    await caller.hears(speak("Новость дня от 25 ноября 2026 года."))
    played = await caller.hears(f"{key}.wav")
    assert next(one.kind for one in caller.captions if one.text == played) == "sound"
    asked = [(method, status) for method, address, status in telephone.exchange.fetched if key in address]
    assert asked == [("HEAD", 200), ("GET", 200)]


async def _hears_the_answer(telephone: Telephone, caller: Phone) -> None:
    ((confirmed, source, _),) = await telephone.rows(_ARTICLE, title=f"{TITLE}%")
    told = await caller.hears("Источник")
    for written in (source, spoken_date(confirmed)):
        assert speak(written).rstrip(".").casefold() in told.casefold()
    assert not any(letter.isdigit() for letter in told)


async def _is_kept(telephone: Telephone, caller: Phone) -> Samples:
    await telephone.eventually(_CALL, "informed")
    assert await telephone.rows(_CALL) == [("informed", ["informed"], True, "", False)]
    samples = await telephone.sound(f"call:{caller.legs[0].sid}")
    assert has_the_tone(samples[:, 1])
    return samples


async def _is_in_the_mailbox(telephone: Telephone) -> None:
    ((confirmed, source, answer),) = await telephone.rows(_ARTICLE, title=f"{TITLE}%")
    async with Mailbox(telephone.mail, ADDRESS) as mailbox:
        letter = await mailbox.gets(TITLE)
    for words in (answer.split("\n")[0], source.rstrip("."), spoken_date(confirmed)):
        assert words in letter.text
