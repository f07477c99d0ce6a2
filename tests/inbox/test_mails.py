"""The mail's API: whole mails and their files, the safe page, the other mail, letters before they are written (reg. 2.10)."""

from typing import Any

import pytest

from core.audit.model import AuditEntry
from core.conversations.model import Conversation
from core.deliveries.model import Delivery
from core.mail.port import Failure, FileKind, MailKind, MailPerson, Report
from core.vocabulary import Role
from tests.inbox.conftest import SignIn
from tests.inbox.mails import ANNA, PIXEL, Answered, a_file, a_mail_comes
from tests.inbox.world import Centre

PAGE = '<p onclick="x()">Яма</p><img src="cid:lamp@x"><img src="cid:other@x"><img src="https://spy.example/1.png">'


async def test_a_mail_is_read_whole_and_as_it_came(centre: Centre, sign_in: SignIn) -> None:
    files = (a_file(1, "акт.pdf"), a_file(2, "вирус.pdf", warnings=("infected",)))
    copies = {"to": (MailPerson(name="Центр", address="centre@example.org"),), "cc": (MailPerson(address="cc@example.org"),)}
    mail = await a_mail_comes(centre, text="Яма\n> было", reading="Яма", files=files, **copies)
    browser = await sign_in()
    shown = (await browser.get(f"/api/mails/{mail.id}")).json()
    assert (shown["text"], shown["reading"], shown["author"], shown["may_be_human"]) == ("Яма\n> было", "Яма", ANNA, False)
    assert [one["address"] for one in (*shown["to"], *shown["cc"])] == ["centre@example.org", "cc@example.org"]
    assert [one["url"] for one in shown["parts"]] == [f"/api/mails/{mail.id}/parts/1", None]
    assert "From: anna@example.org" in (await browser.get(f"/api/mails/{mail.id}/headers")).json()["text"]
    saved = await browser.get(shown["parts"][0]["url"])
    assert saved.headers["content-disposition"].startswith("attachment;") and saved.content.startswith(b"%PDF")
    tab = await browser.get(shown["parts"][0]["url"], params={"inline": "true"})
    assert (tab.headers["content-type"], tab.headers["content-disposition"][:6]) == ("application/pdf", "inline")
    assert (await browser.get(f"/api/mails/{mail.id}/parts/2")).status_code == 403
    assert (await browser.get(f"/api/mails/{mail.id}/raw")).status_code == 403, "a virus is in it"


@pytest.mark.clause("2.10")
async def test_the_mail_itself_is_saved_and_that_is_recorded(centre: Centre, sign_in: SignIn) -> None:
    mail = await a_mail_comes(centre, "Яма")
    answer = await (await sign_in()).get(f"/api/mails/{mail.id}/raw")
    assert answer.headers["content-disposition"] == f"attachment; filename*=UTF-8''mail-{mail.id}.eml"
    assert answer.headers["content-type"] == "application/octet-stream" and answer.content.startswith(b"From: anna")
    assert [one.staff_id for one in await centre.rows(AuditEntry, AuditEntry.action == "mail.downloaded")] != []


async def test_the_page_of_a_mail_can_do_nothing(centre: Centre, sign_in: SignIn) -> None:
    lamp = a_file(1, "lamp.png", "image/png", content=PIXEL, kind=FileKind.INLINE, content_id="Lamp@x")
    mail = await a_mail_comes(centre, "Яма", subject="</title><script>alert(1)</script>", html=PAGE, files=(lamp,))
    answer = await (await sign_in()).get(f"/api/mails/{mail.id}/page")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data:;")
    assert "script-src" not in policy and "unsafe-inline" not in policy and "frame-ancestors 'self'" in policy
    assert '<img src="data:image/png;base64,' in answer.text and '<img src="">' in answer.text
    assert "<script>" not in answer.text and "&lt;script&gt;" in answer.text


async def test_the_thread_tells_of_the_mail_and_gives_no_infected_file(centre: Centre, sign_in: SignIn) -> None:
    files = (a_file(1, "вирус.pdf", warnings=("infected",)),)
    mail = await a_mail_comes(centre, "Яма", subject="Дорога", files=files, is_signed=True, remarks=("header_cut",))
    browser = await sign_in()
    view = (await browser.get(f"/api/conversations/{mail.conversation_id}")).json()
    [said] = [one for one in view["messages"] if one["author"] == "citizen"]
    note = said["mail"]
    assert (note["id"], note["subject"], note["writer"], note["is_signed"], note["remarks"]) == (
        mail.id,
        "Дорога",
        ANNA,
        True,
        ["header_cut"],
    )
    assert said["attachments"][0]["url"] is None
    assert (await browser.get(f"/api/attachments/{said['attachments'][0]['id']}")).status_code == 403
    assert [one["mail"] for one in view["messages"] if one["author"] == "bot"] == [None]


@pytest.mark.clause("3.1")
async def test_a_letter_is_outlined_and_keeps_its_subject_and_copies(centre: Centre, sign_in: SignIn) -> None:
    mail = await a_mail_comes(centre, "Когда приём?", subject="Приём")
    member = await centre.a_member()
    browser, place = await sign_in(member), f"/api/conversations/{mail.conversation_id}"
    outline = (await browser.get(f"{place}/letter")).json()
    assert (outline["recipient"], outline["subject"], outline["quoted"]["text"]) == (ANNA, "Re: Приём", "Когда приём?")
    assert member.asker.full_name in outline["opening"] and member.asker.full_name in outline["signature"]
    assert (await browser.get(f"/api/conversations/{await centre.a_conversation()}/letter")).json() is None
    await centre.operators.take(member.asker, mail.conversation_id or 0)
    said: dict[str, Any] = {"text": "В среду.", "client_key": "key-of-the-test", "subject": "Часы", "cc": ["b@example.org"]}
    refused = await browser.post(f"{place}/reply", json={**said, "cc": ["b@example.org", "nobody"]})
    assert (refused.status_code, list(refused.json()["fields"])) == (400, ["cc.1"])
    told = (await browser.post(f"{place}/reply", json=said)).json()
    assert told["letter"] == {"subject": "Часы", "cc": ["b@example.org"]} and told["mail"] is None


@pytest.mark.clause("2.8.3")
async def test_a_card_is_proposed_from_a_mail(centre: Centre, sign_in: SignIn) -> None:
    words = "Прошу починить фонарь во дворе дома 5 по ул. Примерной.\nОбразцова Анна Петровна, +7 (8672) 00-00-05"
    mail = await a_mail_comes(centre, words, subject="Re: Фонарь")
    browser = await sign_in()
    draft = (await browser.get(f"/api/conversations/{mail.conversation_id}/card-draft")).json()
    assert (draft["surname"], draft["given_name"], draft["patronymic"]) == ("Образцова", "Анна", "Петровна")
    assert (draft["topic"], draft["phone"], draft["reply_to"], draft["reply_form"]) == ("Фонарь", "+78672000005", ANNA, "email")
    assert (await browser.get(f"/api/conversations/{await centre.a_conversation()}/card-draft")).json() is None


async def test_the_other_mail_is_listed_looked_at_and_moved(centre: Centre, sign_in: SignIn) -> None:
    auto = await a_mail_comes(centre, "Меня нет.", kind=MailKind.AUTO, subject="Автоответ")
    report = Report(failures=(Failure(recipient="lost@example.org", status="5.1.1", diagnostic="550 no"),))
    bounce = await a_mail_comes(centre, kind=MailKind.BOUNCE, author="mx@example.org", report=report)
    browser = await sign_in()
    found = (await browser.get("/api/mails")).json()
    assert [one["id"] for one in found["rows"]] == [bounce.id, auto.id] and found["next"] is None
    assert [one["id"] for one in (await browser.get("/api/mails", params={"kinds": ["auto", "own"]})).json()["rows"]] == [auto.id]
    assert (await browser.get(f"/api/mails/{bounce.id}")).json()["failures"][0]["status"] == "5.1.1"
    assert (await browser.get("/api/mails", params={"open": "true"})).json()["rows"][0]["id"] == bounce.id
    assert (await browser.post(f"/api/mails/{bounce.id}/looked")).status_code == 204
    assert (await browser.get("/api/mails", params={"open": "true"})).json()["rows"] == []
    moved = (await browser.post(f"/api/mails/{auto.id}/human")).json()
    assert [one.id for one in await centre.rows(Conversation)] == [moved["conversation_id"]]
    assert (await browser.post(f"/api/mails/{auto.id}/human")).status_code == 409


async def test_mailboxes_and_bounced_addresses_are_told(centre: Centre, sign_in: SignIn) -> None:
    now = centre.clock.now()
    await centre.mail.note_mailbox("centre", "connected", now)
    browser = await sign_in(Role.SUPERVISOR)
    [box] = (await browser.get("/api/mailboxes")).json()
    assert (box["name"], box["phase"], box["is_silent"], box["trouble"]) == ("centre", "connected", False, "")
    centre.clock.move(minutes=11)
    assert (await browser.get("/api/mailboxes")).json()[0]["is_silent"]
    mail = await a_mail_comes(centre, "Яма")
    [letter] = await centre.rows(Delivery)
    report = Report(failures=(Failure(recipient=ANNA, status="5.1.1", diagnostic="550 no"),))
    token = (Answered(purpose="b", number=letter.id or 0),)
    await a_mail_comes(centre, kind=MailKind.BOUNCE, author="mx@example.org", report=report, answers=token)
    [known] = (await browser.post("/api/mail-addresses/bounced", json={"addresses": [ANNA, "ok@example.org"]})).json()
    assert (known["address"], known["last_status"], known["dead_since"] is not None) == (ANNA, "5.1.1", True)
    view = (await browser.get(f"/api/conversations/{mail.conversation_id}")).json()
    assert [one["delivery"] for one in view["messages"] if one["author"] == "bot"] == ["bounced"]


async def test_an_operator_writes_to_a_citizen_first(centre: Centre, sign_in: SignIn) -> None:
    conversation = await centre.a_conversation(mode="closed")
    applicant = await centre.an_applicant(conversation)
    member = await centre.a_member()
    browser = await sign_in(member)
    card: dict[str, Any] = {"surname": "Примеров", "given_name": "Иван", "emails": ["ivan@example.org"], "version": 1}
    assert (await browser.put(f"/api/citizens/{applicant}", json=card)).status_code == 200
    begun = await browser.post(f"/api/citizens/{applicant}/letters", json={"address": "ivan@example.org"})
    made = (await centre.rows(Conversation))[-1]
    assert (begun.json()["conversation_id"], made.channel, made.operator_id) == (made.id, "email", member.asker.id)
    other = await browser.post(f"/api/citizens/{applicant}/letters", json={"address": "other@example.org"})
    assert (other.status_code, list(other.json()["fields"])) == (400, ["address"])
