"""Whose mail was forwarded, and when it was written; whole mails are in the corpus."""

from datetime import datetime
from email.message import Message

import pytest

from channels.email.reading.days import day_and_time
from channels.email.reading.forwards import forwarded_in
from core.mail.port import Forwarded, MailPerson
from tests.growth import grows_evenly

HEADER = "От: Борис Мнимый <boris@example.org>\nОтправлено: 26 ноября 2026 г. 9:15\nКому: otdel@x.example\nТема: Дорога\n\n"
BORIS = MailPerson(name="Борис Мнимый", address="boris@example.org")


def _forwarded(text: str, subject: str = "Fwd: Дорога", own: frozenset[str] = frozenset()) -> Forwarded | None:
    message = Message()
    message["Subject"] = subject
    return forwarded_in(message, text, own=own)


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        pytest.param(f"Для ответа.\n\n{HEADER}Слова.", "FW: Дорога", id="a copied header, and the subject says so"),
        pytest.param(
            f"-------- Исходное сообщение --------\n{HEADER}Слова.",
            "Пересл: Дорога",
            id="an original's mark, and the subject says so",
        ),
        pytest.param(
            f"---------- Forwarded message ---------\n{HEADER}Слова.", "Дорога", id="a forward's mark, whatever the subject says"
        ),
        pytest.param(
            f"Начало переадресованного сообщения:\n\n> {HEADER.strip().replace(chr(10), chr(10) + '> ')}\n> \n> Слова.\n\nБорис",
            "Fwd: Дорога",
            id="quoted",
        ),
        pytest.param(
            f"-------- Пересылаемое сообщение --------\n{HEADER}Слова.\n-------- Конец пересылаемого сообщения --------\nЕщё.",
            "Fwd: Дорога",
            id="with an end",
        ),
        pytest.param(
            "---------- Пересылаемое сообщение ----------\nОт Борис Мнимый <boris@example.org>\n"
            "Кому otdel@x.example\nДата 26.11.2026 9:15:00\nТема Дорога\n\nСлова.",
            "Дорога",
            id="without colons",
        ),
        pytest.param(
            f"{HEADER.replace('<boris@example.org>', '[mailto:boris@example.org]')}Слова.",
            "FW: Дорога",
            id="an address in square brackets",
        ),
        pytest.param(
            f"От: Отдел <otdel@x.example>\nДата: 27.11.2026 8:00\nКому: centre@x.example\nТема: FW: Дорога\n\n\n{HEADER}Слова.",
            "FW: FW: Дорога",
            id="a forward of a forward",
        ),
    ],
)
def test_the_forwarded_mail_is_found(text: str, subject: str) -> None:
    found = _forwarded(text, subject)
    assert found is not None
    assert (found.author, found.subject, found.text) == (BORIS, "Дорога", "Слова.")
    assert found.sent_at == datetime.fromisoformat("2026-11-26T09:15:00+03:00")


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        pytest.param(f"Да.\n\n{HEADER}Слова.", "RE: Дорога", id="a reply with a copied header"),
        pytest.param(f"Да.\n\n-----Исходное сообщение-----\n{HEADER}Слова.", "RE: Дорога", id="a reply with an original's mark"),
        pytest.param("Пересылаю вам свои мысли.", "Fwd: Дорога", id="no mail in it"),
        pytest.param("-------- Пересылаемое сообщение --------\nСлова.", "Fwd: Дорога", id="a mark and no header"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_where_nothing_was_forwarded_nothing_is_found(text: str, subject: str) -> None:
    assert _forwarded(text, subject) is None


def test_a_comment_above_a_second_forward_is_its_authors() -> None:
    text = (
        f"От: Отдел <otdel@x.example>\nДата: 27.11.2026 8:00\nКому: "
        f"centre@x.example\nТема: FW: Дорога\n\nПоясняем.\n\n{HEADER}Слова."
    )
    found = _forwarded(text)
    assert found is not None and found.author.address == "otdel@x.example"
    assert found.text.startswith("Поясняем.")


def test_our_own_mail_sent_on_is_no_citizens() -> None:
    text = f"---------- Forwarded message ---------\n{HEADER.replace('boris@example.org', 'centre+b-1-abc@city.example')}Слова."
    assert _forwarded(text, own=frozenset({"centre@city.example"})) is None


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("Wed, 25 Nov 2026 12:00:00 +0500", "2026-11-25T12:00:00+05:00"),
        ("среда, 25 ноября 2026 г. 12:00", "2026-11-25T12:00:00+03:00"),
        ("Среда, 25 ноября 2026, 12:00 +04:00", "2026-11-25T12:00:00+04:00"),
        ("ср, 25 нояб. 2026\u202fг. в 9:05", "2026-11-25T09:05:00+03:00"),
        ("25.11.2026, 12:00", "2026-11-25T12:00:00+03:00"),
        ("25.11.26 12:00 (GMT+02:00)", "2026-11-25T12:00:00+02:00"),
        ("25/11/2026 12:00", "2026-11-25T12:00:00+03:00"),
        ("11/25/2026 12:00:00 AM", "2026-11-25T00:00:00+03:00"),
        ("Wednesday, November 25, 2026 12:30 PM", "2026-11-25T12:30:00+03:00"),
        ("Wednesday, November 25th, 2026 at 1:30 PM", "2026-11-25T13:30:00+03:00"),
        ("2026-11-25 12:00", "2026-11-25T12:00:00+03:00"),
        ("25-Nov-2026 12:00", "2026-11-25T12:00:00+03:00"),
        ("21 февраля 2026 г. в 07:03:05 GMT+1", "2026-02-21T07:03:05+01:00"),
        ("25 ноября 2026 г. 12:00:00 MSK", "2026-11-25T12:00:00+03:00"),
        ("Wed, 25 Nov 2026 12:00:00 -0330", "2026-11-25T12:00:00-03:30"),
        ("26-11-2026 9:15", "2026-11-26T09:15:00+03:00"),
        ("3 мая 2026 г.", "2026-05-03T00:00:00+03:00"),
    ],
)
def test_a_day_is_read_as_programs_write_it(words: str, moment: str) -> None:
    assert day_and_time(words) == datetime.fromisoformat(moment)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "вчера",
        "31.02.2026",
        "99.99.2026 12:00",
        "25.11.2026 25:61",
        "32 ноября 2026",
        "25 ноября 0000 г.",
        "1.1.2026 1:00 +9999",
    ],
)
def test_what_is_no_day_is_none(words: str) -> None:
    assert day_and_time(words) is None


@pytest.mark.parametrize(
    "unit",
    [
        "From: a@b.example\nDate: 1.1.2026\nTo: x\n",
        "---------- Forwarded message ---------\n",
        "> " * 100 + "\n",
        "From: x\n",
        "Fwd: ",
    ],
)
def test_the_time_of_a_hostile_text_grows_as_its_length(unit: str) -> None:
    assert grows_evenly(lambda size: _forwarded(unit * (size // len(unit)), "Fwd: " * 200))
