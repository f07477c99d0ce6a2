"""What callers say instead of pressing keys."""

import pytest

from channels.voice.menu.words import Command, commands_in, key_in, vocabulary
from core.lexicon.abuse import is_abusive
from core.lexicon.emergency import find_emergency

OPERATOR, MENU, REPEAT, BACK = Command.OPERATOR, Command.MENU, Command.REPEAT, Command.BACK
STOP, GOODBYE, YES, NO = Command.STOP, Command.GOODBYE, Command.YES, Command.NO
SAID = [
    ("оператор", OPERATOR),
    ("Оператора, пожалуйста!", OPERATOR),
    ("соедините меня с оператором", OPERATOR),
    ("мне нужен живой человек", OPERATOR),
    ("можно поговорить со специалистом", OPERATOR),
    ("переключите на любого сотрудника", OPERATOR),
    ("меню", MENU),
    ("вернитесь в главное меню", MENU),
    ("звёздочка", MENU),
    ("повторите", REPEAT),
    ("повторите, пожалуйста, ещё раз", REPEAT),
    ("я не расслышала", REPEAT),
    ("решётка", REPEAT),
    ("назад", BACK),
    ("вернитесь назад", BACK),
    ("стоп", STOP),
    ("хватит", STOP),
    ("отмена", STOP),
    ("до свидания", GOODBYE),
    ("спасибо, до свидания", GOODBYE),
    ("всего доброго", GOODBYE),
    ("вопросов больше нет, до свидания", GOODBYE),
    ("да", YES),
    ("да, всё верно", YES),
    ("согласна", YES),
    ("нет", NO),
    ("нет, неправильно", NO),
    ("нет, другой номер", NO),
    ("новости", Command.NEWS),
    ("новость дня", Command.NEWS),
    ("о контакт-центре", Command.ABOUT),
    ("режим работы", Command.ABOUT),
    ("задать вопрос", Command.ASK),
    ("ЕДДС", Command.DISPATCH),
    ("соедините с диспетчерской службой", Command.DISPATCH),
    ("оставить сообщение", Command.MESSAGE),
    ("перезвоните мне", Command.CALL_BACK),
    ("отправьте", Command.SEND),
    ("прослушать", Command.LISTEN),
    ("записать заново", Command.AGAIN),
]
QUESTIONS = [
    "оператор сотовой связи не работает",
    "когда откроется меню в школьной столовой",
    "повторите пожалуйста номер телефона отдела опеки",
    "какие новости по ремонту улицы мира",
    "сообщение между посёлками прервано",
    "сотрудник полиции мне отказал",
    "у меня нет воды",
    "сколько стоит проезд",
    "",
    "...",
    "да " * 9,
]
KEYS = [
    ("один", "1"),
    ("первый", "1"),
    ("пункт три", "3"),
    ("нажимаю пять", "5"),
    ("цифра 4, пожалуйста", "4"),
    ("под номером два", "2"),
    ("шестая кнопка", "6"),
    ("ноль", "0"),
    ("восьмёрка", "8"),
    ("девятый", "9"),
    ("один или два", ""),
    ("пять рублей", ""),
    ("дом номер семь", ""),
    ("оператор", ""),
    ("", ""),
]


@pytest.mark.parametrize(("words", "command"), SAID, ids=[words for words, _ in SAID])
def test_a_command_is_understood(words: str, command: Command) -> None:
    assert command in commands_in(words)


@pytest.mark.parametrize("words", QUESTIONS, ids=[words or "nothing" for words in QUESTIONS])
def test_a_question_is_no_command(words: str) -> None:
    assert not commands_in(words)


@pytest.mark.parametrize(("words", "key"), KEYS, ids=[words or "nothing" for words, _ in KEYS])
def test_a_key_may_be_said(words: str, key: str) -> None:
    assert key_in(words) == key


@pytest.mark.parametrize("asked", [(OPERATOR, MENU), (MENU, BACK), (REPEAT, STOP), (YES, NO), (OPERATOR, GOODBYE)], ids=str)
def test_commands_that_lead_apart_share_no_word(asked: tuple[Command, Command]) -> None:
    own = [vocabulary().whole[command][0] for command in asked]
    assert own[0].isdisjoint(own[1])


def test_no_command_is_taken_for_an_emergency_or_for_abuse() -> None:
    for words, _ in SAID:
        assert find_emergency(words) is None
        assert not is_abusive(words)
