"""Who speaks, by headers alone; whole mails are in the corpus."""

from email.message import Message

import pytest

from channels.email.reading.kinds import Own, is_automatic_subject, kind_of
from core.mail.port import MailKind

OWN = Own(addresses=frozenset({"centre@city.example"}), domain="city.example")
HUMAN, AUTO, LIST, BOUNCE, MINE = MailKind.HUMAN, MailKind.AUTO, MailKind.LIST, MailKind.BOUNCE, MailKind.OWN


def _mail(text: str = "Слова.", **headers: str) -> Message:
    message = Message()
    for name, value in ({"From": "boris@example.org", "Return_Path": "<boris@example.org>"} | headers).items():
        message[name.replace("_", "-")] = value
    message.set_payload(text.encode(), "utf-8")
    return message


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        pytest.param({}, HUMAN, id="nothing said"),
        pytest.param({"Auto_Submitted": "no"}, HUMAN, id="auto-submitted: no"),
        pytest.param({"Auto_Submitted": "auto-replied; owner-email=x"}, AUTO, id="auto-submitted with a parameter"),
        pytest.param({"Auto_Submitted": "AUTO-GENERATED"}, AUTO, id="auto-submitted in capitals"),
        pytest.param({"Auto_Submitted": "auto-notified"}, AUTO, id="auto-submitted with another word"),
        pytest.param({"X_Autoreply": "yes"}, AUTO, id="x-autoreply"),
        pytest.param({"X_Autoreply": "no"}, HUMAN, id="x-autoreply says no"),
        pytest.param({"X_Auto_Response_Suppress": "All"}, AUTO, id="suppress all"),
        pytest.param({"X_Auto_Response_Suppress": "DR, RN, NRN"}, HUMAN, id="suppress receipts only"),
        pytest.param({"Precedence": "bulk"}, LIST, id="bulk"),
        pytest.param({"Precedence": "first-class"}, HUMAN, id="first class"),
        pytest.param({"Precedence": "auto_reply"}, AUTO, id="precedence auto_reply"),
        pytest.param({"List_Unsubscribe": "<mailto:x@y.example>"}, LIST, id="one may unsubscribe"),
        pytest.param({"List_Id": "<a.b.example>", "Auto_Submitted": "auto-replied"}, AUTO, id="a machine on a list"),
        pytest.param({"Return_Path": "<>"}, AUTO, id="nobody to answer to"),
        pytest.param({"Return_Path": "<>", "Subject": "Undeliverable: Letter"}, BOUNCE, id="and undelivered"),
        pytest.param({"Subject": "Undeliverable: Letter"}, HUMAN, id="a person speaks of what is undelivered"),
        pytest.param({"From": "noreply@shop.example"}, AUTO, id="noreply"),
        pytest.param({"From": "no-reply-17@shop.example"}, AUTO, id="noreply with a number"),
        pytest.param({"From": "noreplyova@example.org"}, HUMAN, id="a surname like noreply"),
        pytest.param({"From": f"MicrosoftExchange{'0f' * 16}@x.example"}, AUTO, id="exchange with nothing known"),
        pytest.param({"From": "postmaster@example.org"}, AUTO, id="postmaster with nothing known"),
        pytest.param({"From": "Centre <CENTRE@City.example>"}, MINE, id="our address in capitals"),
        pytest.param({"From": "centre+appeal-1-abc@city.example"}, MINE, id="our address with a detail"),
        pytest.param({"From": "mayor@city.example", "Message_ID": "<a1@city.example>"}, HUMAN, id="an official of our domain"),
        pytest.param({"Message_ID": "<delivery.5.abcdefgh2345@city.example>"}, MINE, id="an id of our making"),
        pytest.param({"Message_ID": "<delivery.5.abcdefgh2345@other.example>"}, HUMAN, id="an id like ours of another domain"),
        pytest.param({"From": "centre@city.example", "Auto_Submitted": "auto-replied"}, MINE, id="our acknowledgement"),
    ],
)
def test_headers_tell_who_speaks(headers: dict[str, str], kind: MailKind) -> None:
    assert kind_of(_mail(**headers), own=OWN) is kind


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        pytest.param({"List_Id": "<otdel.example>", "Precedence": "list"}, HUMAN, id="a department's list"),
        pytest.param({"X_Auto_Response_Suppress": "All"}, HUMAN, id="a document system's mail"),
        pytest.param({"From": "robot@delo.example"}, HUMAN, id="a document system's mailbox"),
        pytest.param({"From": "MAILER-DAEMON@delo.example"}, AUTO, id="a server's mailbox"),
        pytest.param({"Auto_Submitted": "auto-replied"}, AUTO, id="out of office"),
        pytest.param({"Subject": "Автоответ: Запрос № 7"}, AUTO, id="out of office by the subject"),
        pytest.param({"From": "centre@city.example"}, MINE, id="our own"),
    ],
)
def test_an_answer_with_a_genuine_token_is_a_persons_unless_a_machine_wrote_it(headers: dict[str, str], kind: MailKind) -> None:
    assert kind_of(_mail(**headers), own=OWN, is_answer=True) is kind


@pytest.mark.parametrize(
    "subject",
    [
        "Автоответ: Запрос",
        "АВТООТВЕТ",
        "Re: Автоответ",
        "Нет на месте",
        "Automatic reply: A",
        "Auto: A",
        "Out of Office",
        "Прочтено: Ответ",
        "Out of office - Re: Letter",
        "[#12] Ваша заявка принята",
        "Ваше обращение зарегистрировано № 4",
        "Read: Letter",
        "Автоматический ответ [12]",
    ],
)
def test_a_subject_of_a_machine_is_known(subject: str) -> None:
    assert is_automatic_subject(subject)


@pytest.mark.parametrize(
    "subject",
    [
        "Автоответчик не работает",
        "Нет на месте урны",
        "Нет на месте - урна пропала",
        "Отпуск воды из колонки",
        "Автобус 5",
        "Auto repair noise",
        "",
        "В отпуске участковый, кто заменяет?",
        "Прочтено невнимательно",
        "Readiness of the school",
        "Re: Обращение",
        "Заявка на ремонт",
        "Когда примут заявку",
    ],
)
def test_a_subject_of_a_person_is_none(subject: str) -> None:
    assert not is_automatic_subject(subject)


def test_without_own_addresses_nothing_is_ours() -> None:
    assert kind_of(_mail(Message_ID="<delivery.5.abcdefgh2345@>"), own=Own()) is HUMAN
