"""What a person wrote now: marks of programs that the corpus has no whole mail of, and texts that only look like marks."""

import pytest

from channels.email.reading.quotes import MOST, cut
from tests.growth import grows_evenly

BODY = "Номер дома 10."
QUOTE = "\n> Здравствуйте!\n> Какой дом?\n"
UNMARKED = "\n\nЗдравствуйте!\nКакой дом?\n"
ATTRIBUTIONS = {
    "gmail, 2019": "чт, 26 нояб. 2026 г., 09:15 Контакт-центр <centre@x.example>:",
    "gmail, wrapped in three": (
        "On Thu, Nov 26, 2026 at 9:15\u202fAM Contact centre of the administration\nof the city <\ncentre@x.example> wrote:"
    ),
    "gmail, a name in brackets": "чт, 26 нояб. 2026\u202fг. в 09:15, Центр (город) <centre@x.example>:",
    "mail.ru": "Четверг, 26 ноября 2026, 9:15 +03:00 от Центр <centre@x.example>:",
    "k-9": "26 ноября 2026 г. 9:15:00 GMT+03:00, Центр <centre@x.example> пишет:",
    "fairemail": "26 нояб. 2026 г., 09:15, от centre@x.example:",
    "yahoo": "On Thursday, November 26, 2026 at 09:15:00 AM GMT+3, Centre <centre@x.example> wrote: ",
    "notes": "Centre <centre@x.example> wrote on 11/26/2026 09:15:00 AM:",
    "zoho": "---- On Thu, 26 Nov 2026 09:15:00 +0300 centre@x.example wrote ----",
    "thunderbird, iso": "On 2026-11-26 09:15, Centre wrote:",
    "thunderbird, hyphens": "26-11-2026 09:15, Центр пишет:",
    "bold in plain text": "*26.11.2026, 09:15, Центр <centre@x.example>:*",
}
ADDRESSED = {name: words for name, words in ATTRIBUTIONS.items() if "@x.example>" in words or words.startswith("--")}
SHORT = {
    "only a verb": "Контакт-центр пишет:",
    "horde": "Цитирую Центр <centre@x.example>:\n",
    "sylpheed": "Центр <centre@x.example>:",
}
HEADERS = {
    "bold in plain text": (
        "*От:* Центр <centre@x.example>\n*Отправлено:* 26 ноября 2026 г. 9:15\n*Кому:* boris@example.org\n*Тема:* Адрес"
    ),
    "outlook for mac": (
        "От: Центр <centre@x.example>\nДата: четверг, 26 ноября 2026 г. в 9:15\nКому: Борис <boris@example.org>\nТема: Адрес"
    ),
    "outlook for mac, english": (
        "From: Centre <centre@x.example>\nDate: Thursday, 26 November 2026 at 9:15 AM\nTo: boris@example.org\nSubject: A"
    ),
    "bold twice": "**From:** centre@x.example **On Behalf Of** City\n**Sent:** 26 November 2026 09:15\n**To:** b@x.example",
    "an address on a line of its own": "From: Human Resources \n<centre+1234@x.example> \nSent: 26.11.2026 9:15\nTo: b@x.example",
    "on behalf of": "From: Centre On Behalf Of City\nSent: Thursday, November 26, 2026 9:15 AM\nTo: boris@example.org\nSubject: A",
    "many recipients over lines": (
        "From: Centre <centre@x.example>\nSent: 26 November 2026 09:15\nTo: a@x.example;\n b@x.example;\n c@x.example\nSubject: A"
    ),
    "blank lines between": "От: Центр <centre@x.example>\n\nДата: 26.11.2026 9:15\n\nКому: boris@example.org\n\nТема: Адрес",
    "rule above": (
        "________________________________\nОт: Центр <centre@x.example>\n"
        "Отправлено: 26 ноября 2026 г. 9:15\nКому: b@x.example\nТема: А"
    ),
    "importance": "От: Центр <centre@x.example>\nОтправлено: 26.11.2026 9:15\nКому: b@x.example\nТема: А\nВажность: Высокая",
    "dashes alone": "-------- Исходное сообщение --------",
    "dashes, english": "-----Original Message-----\nFrom: Centre",
    "android": (
        "-------- Исходное сообщение --------\nОт: Центр <centre@x.example>\nДата: 26.11.26 09:15 (GMT+03:00)\nКому: b@x.example"
    ),
    "our own line": "## Пишите ответ выше этой строки ##",
    "our own line, marked up": "***## Пишите ответ выше этой строки ##***",
    "forwarded": "---------- Forwarded message ---------\nОт: Центр <centre@x.example>",
    "forwarded, old gmail": "---------- Переадресованное сообщение ----------\nОт кого: Центр <centre@x.example>",
}
SIGNATURES = {
    "two dashes": "-- \nБорис Мнимый",
    "two dashes without the space": "--\nБорис Мнимый\n+7 (8672) 00-00-01",
    "a long dash": "\u2014\nБорис Мнимый",
    "closing": "С уважением,\nБорис Мнимый",
    "closing in one line": "С уважением, Борис Мнимый",
    "closing without a comma": "С уважением Мнимый Б.Б.",
    "closing with an exclamation mark": "Всего доброго!\nБорис",
    "closing of an office": "С уважением,\nначальник отдела благоустройства\nМнимый Борис Борисович\nтел. +7 (8672) 00-00-01",
    "closing of neighbours": "С уважением, жители дома 10",
    "a Latin letter in it": "C уважением,\nБорис",
    "english": "Best regards,\nBoris",
    "kind regards in one line": "Kind regards, Boris M.",
    "iphone": "Отправлено с iPhone",
    "iphone, bracketed": "[Отправлено с iPhone]",
    "yahoo": "Sent from Yahoo Mail on Android",
    "windows": "Sent from Mail for Windows 10",
    "signature and program": "-- \nБорис\n\nОтправлено с iPad",
    "closing, then an office's warning": (
        "С уважением,\nБорис\n\nЭто сообщение и любые приложения к нему предназначены только адресату."
    ),
    "antivirus": "--\nБез вирусов. www.antivirus.example",
}
KEPT = {
    "a sentence that begins like a closing": "С уважением отношусь к вашему труду, но дорога не сделана.",
    "a request behind a closing's words": "С уважением, прошу ответить письменно",
    "a list of hyphens": "Прошу:\n- засыпать яму\n- поставить знак",
    "a list of two hyphens": "Прошу:\n-- засыпать яму\n-- поставить знак",
    "a rule, and much below it": "Первое.\n--\n"
    + "\n".join(f"{number}. Ещё одна просьба, подробно изложенная." for number in range(1, 20)),
    "his own telephone": "Прошу перезвонить.\n\nМнимый Борис\nтел. +7 (8672) 00-00-01",
    "his own address and mail": "Прошу ответить.\n\nМнимый Борис\nул. Мнимая, 10\nboris@example.org",
    "to, from and subject of an application": "Кому: главе города\nОт: Мнимого Б.Б.\nТема: дорога\n\nПрошу сделать дорогу.",
    "a sentence with a day and a colon": "26.11.2026 в 9:15 сосед написал следующее:\nуберите машину.",
    "an enumeration with a colon": "Адреса:\nМнимая, 10\nМнимая, 12",
    "a sent letter": "Отправлено с почты 5 ноября 2026 года заказное письмо.",
    "a long closing": "Всего доброго вам желаю и жду ответа на все мои вопросы, заданные выше, в срок.",
    "a comparison": "Давление <2 атм., температура > 20.",
    "a table": "| дом | яма |\n| 10 | есть |",
    "arrows": "Мнимая -> Учебная -> школа",
    "many days": "Обещали 15.01.2026 14:30,\n16/01/2026 14:30:\n17 января 2026 г. в 14:30.",
    "a sentence with a day, a time and an address": "26.11.2026 в 9:15 я писал на centre@x.example:\nответа нет.",
    "from within a sentence": "Письмо пришло от: boris@example.org и от: centre@x.example 25.11.2026:\nнепонятно.",
    "hours": "Режим работы 8:00-17:00: никого нет.",
}


def _cases(table: dict[str, str]) -> list:
    return [pytest.param(words, id=name) for name, words in table.items()]


@pytest.mark.parametrize("attribution", _cases(ATTRIBUTIONS))
def test_an_attribution_above_marked_lines_goes_with_them(attribution: str) -> None:
    assert cut(f"{BODY}\n\n{attribution}{QUOTE}", html_was=False).reading == BODY
    assert cut(f"{attribution}{QUOTE}\n{BODY}\n", html_was=False).reading == BODY


@pytest.mark.parametrize("attribution", _cases(ADDRESSED))
def test_an_attribution_with_an_address_cuts_unmarked_lines_too(attribution: str) -> None:
    assert cut(f"{BODY}\n\n{attribution}{UNMARKED}", html_was=False).reading == BODY


@pytest.mark.parametrize("attribution", _cases(ATTRIBUTIONS))
def test_an_attribution_whose_quote_was_taken_away_goes(attribution: str) -> None:
    assert cut(f"{BODY}\n\n{attribution}\n", html_was=True).reading == BODY


@pytest.mark.parametrize("attribution", _cases(SHORT))
def test_a_short_attribution_is_known_by_the_quote_below_it(attribution: str) -> None:
    assert cut(f"{BODY}\n\n{attribution}{QUOTE}", html_was=False).reading == BODY


@pytest.mark.parametrize("sentence", ["Сосед пишет:", "Пишите мне на boris@example.org:"], ids=["a verb", "an address"])
def test_without_a_quote_below_it_it_is_a_sentence(sentence: str) -> None:
    text = f"{BODY}\n\n{sentence}\nУберите машину."
    assert cut(text, html_was=False).reading == text


@pytest.mark.parametrize("header", _cases(HEADERS))
def test_a_copied_header_cuts_all_below_it(header: str) -> None:
    found = cut(f"{BODY}\n\n{header}{UNMARKED}", html_was=False)
    assert found.reading == BODY
    assert found.quoted.startswith(header.split("\n")[0].rstrip())


@pytest.mark.parametrize("signature", _cases(SIGNATURES))
@pytest.mark.parametrize("below", ["", f"\n\n{ATTRIBUTIONS['k-9']}{QUOTE}"], ids=["at the end", "above a quote"])
def test_a_signature_is_told_apart(signature: str, below: str) -> None:
    found = cut(f"{BODY}\n\n{signature}\n{below}", html_was=False)
    assert found.reading == BODY
    assert found.signature == signature.replace("-- \n", "--\n")


@pytest.mark.parametrize("words", _cases(KEPT))
def test_words_that_only_look_like_marks_stay(words: str) -> None:
    assert cut(f"Добрый день!\n\n{words}\n", html_was=False).reading == f"Добрый день!\n\n{words}"


@pytest.mark.parametrize(
    "text",
    [
        SIGNATURES["closing"],
        QUOTE,
        HEADERS["outlook for mac"] + UNMARKED,
        "Отправлено с iPhone",
        HEADERS["our own line"],
        "--\n--\n--",
    ],
    ids=["a signature", "a quote", "a copied header", "a program's line", "our own line", "rules"],
)
def test_a_cut_never_leaves_nothing(text: str) -> None:
    assert cut(text, html_was=False).reading == text.strip()


def test_an_empty_text_is_read_as_empty() -> None:
    assert cut(" \n\n ", html_was=False).reading == ""


def test_answers_between_questions_keep_the_question_that_each_answers() -> None:
    text = "Центр пишет:\n> Вступление.\n>\n> Какой дом?\n\nДесятый.\n\n> Какой\n> подъезд?\n\nВторой.\n\n-- \nБорис"
    found = cut(text, html_was=False)
    assert found.reading == "> Какой дом?\nДесятый.\n\n> Какой\n> подъезд?\nВторой."
    assert found.signature == "--\nБорис"


def test_words_above_and_below_a_quote_both_stay() -> None:
    assert cut("Да.\n\n> Какой дом?\n\nДесятый.", html_was=False).reading == "Да.\n\n> Какой дом?\nДесятый."


def test_a_quote_of_a_quote_is_no_question() -> None:
    assert cut("Да.\n\n> > Старое.\n> Какой дом?\n\nДесятый.", html_was=False).reading == "Да.\n\n> Какой дом?\nДесятый."


def test_a_postscript_behind_the_signature_stays() -> None:
    found = cut(f"{BODY}\n\nС уважением,\nБорис\n\nP.S. Вход со двора.", html_was=False)
    assert found.reading == f"{BODY}\n\nP.S. Вход со двора."
    assert found.signature == "С уважением,\nБорис"


def test_words_behind_the_end_of_a_forwarded_mail_stay() -> None:
    text = (
        f"{BODY}\n\n-------- Пересылаемое сообщение --------\nСлова.\n"
        f"-------- Конец пересылаемого сообщения --------\n\nПозвоните мне."
    )
    assert cut(text, html_was=False).reading == f"{BODY}\n\nПозвоните мне."


def test_what_is_behind_the_bound_is_not_looked_at() -> None:
    assert len(cut("слово " * MOST, html_was=False).reading) <= MOST


HOSTILE = {
    "on on on": "On ",
    "attributions on one line": "On Wed, Nov 25, 2026 at 12:00 a@b.example wrote: ",
    "marks": ">",
    "marked lines": "> \n",
    "almost addresses": "a@" * 195 + "\n",
    "no addresses": "a" * 390 + "\n",
    "brackets that never close": "<" * 390 + ":\n",
    "empty brackets": "<a>" * 130 + ":\n",
    "digits": "1" * 390 + ":\n",
    "almost dates": "25.11." * 65 + ":\n",
    "months": "ноября " * 55 + ":\n",
    "headers": "From: a\n",
    "headers with a day": "From: x@y.example\nSent: 25.11.2026\nTo:\n",
    "headers that go on": "From: a@b.example\n" + "a@b.example\n" * 3,
    "half attributions": "25.11.2026 12:00 a@b.example\n",
    "dashes": "-" * 399 + "\n",
    "spaced dashes": "- " * 199 + "\n",
    "forwards that end": "-------- Пересылаемое сообщение --------\n-------- Конец пересылаемого сообщения --------\n",
    "joined marks": "--- a " * 60 + "\n",
    "signatures": "--\n",
    "closings": "С уважением,\n",
    "programs": "Отправлено с iPhone\n",
    "warnings": "Это сообщение и любые\n\n",
    "telephones": "8 (" * 130 + "\n",
    "sites": "www." * 98 + "\n",
    "colons": ":\n",
    "blank lines": "\n",
    "carriage returns": "\r",
    "spaces": " ",
    "one line": "x",
    "zeros": "\0",
}


@pytest.mark.parametrize("unit", _cases(HOSTILE))
@pytest.mark.parametrize("html_was", [False, True], ids=["plain", "html"])
def test_the_time_of_a_hostile_text_grows_as_its_length(unit: str, html_was: bool) -> None:
    text = (unit * (MOST // len(unit) + 1))[:MOST]
    assert cut(text, html_was=html_was).reading or not text.strip("\0\r\n ")
    assert grows_evenly(lambda size: cut(text[:size], html_was=html_was))
