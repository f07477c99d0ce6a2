"""The paperwork's API: requests, notes, replies, calls and closing as the screens use them."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from core.calls.model import CallTask
from core.deliveries.model import Delivery
from core.departments.model import Department, Liaison
from core.vocabulary import ReplyForm
from tests.core.requests.world import a_docx
from tests.inbox.conftest import SignIn
from tests.inbox.world import Centre

EMAIL: dict[str, Any] = {"reply_form": ReplyForm.EMAIL, "reply_to": "primer@example.org"}
KEY = {"client_key": "key-of-the-test-1"}


async def a_department(centre: Centre) -> None:
    async with centre.transactions.begin() as tx:
        tx.add(Department(key="lights", name="Управление света"))
        await tx.flush()
        tx.add(
            Liaison(
                full_name="Образцова Мария Тестовна",
                position="специалист",
                department="lights",
                email="lights@example.org",
                no=1,
            )
        )


async def version(browser: httpx.AsyncClient, appeal_id: int) -> int:
    return int((await browser.get(f"/api/appeals/{appeal_id}")).json()["version"])


async def papers(browser: httpx.AsyncClient, appeal_id: int) -> dict[str, Any]:
    answer = await browser.get(f"/api/appeals/{appeal_id}/paperwork")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.clause("2.8.9")
async def test_a_card_goes_from_the_request_to_the_closing_call(centre: Centre, sign_in: SignIn) -> None:
    await a_department(centre)
    browser, appeal_id = await sign_in(), await centre.an_appeal(**EMAIL)
    asked = {"departments": ["lights"], "question": "Когда восстановят свет?"}
    shown = (await browser.post(f"/api/appeals/{appeal_id}/requests/preview", json=asked)).json()["previews"][0]
    assert shown["department_name"] == "Управление света" and "Образцова" in shown["addressee"]
    sent = await browser.post(f"/api/appeals/{appeal_id}/requests", json={**asked, **KEY, "version": 1})
    assert sent.status_code == 204, sent.text
    (request,) = (await papers(browser, appeal_id))["requests"]
    assert request["status"] == "sent" and request["number"].endswith("/2026")
    assert (await browser.get(f"/api/requests/{request['id']}/document")).status_code == 200
    bad = await browser.post(f"/api/requests/{request['id']}/memo/uploads", data={"outcome": "cannot"})
    assert bad.status_code == 400 and {"number", "dated_on", "signed_by", "reasons"} <= set(bad.json()["fields"])
    note = {"number": "17", "dated_on": "2026-11-25", "signed_by": "О. О. Образцов", "outcome": "cannot", "reasons": "Нет опоры."}
    assert (await browser.post(f"/api/requests/{request['id']}/memo/uploads", data=note)).status_code == 204
    card = (await browser.get(f"/api/appeals/{appeal_id}")).json()
    assert card["status"] == "cannot"
    reply = (await browser.post(f"/api/appeals/{appeal_id}/replies", json={"kind": "final", **KEY})).json()
    edit = {"subject": "Ответ", "body": "Опоры нет.", "form": "email", "address": "primer@example.org", "version": reply["version"]}
    saved = (await browser.put(f"/api/replies/{reply['id']}", json=edit)).json()
    left = await browser.post(f"/api/replies/{reply['id']}/send", json={"version": saved["version"]})
    assert left.json()["state"] == "sending"
    refused = await browser.post(f"/api/appeals/{appeal_id}/close", json={"version": await version(browser, appeal_id)})
    assert (refused.status_code, refused.json()["code"], refused.json()["facts"]) == (
        409,
        "not_closable",
        {"missing": "closing_call"},
    )
    (line,) = (await browser.get("/api/calls")).json()["rows"]
    assert (line["purpose"], line["appeal_id"]) == ("closing", appeal_id)
    said = {"outcome": "answered", "confirmed": True, "score": 5, "comment": "Спасибо"}
    assert (await browser.post(f"/api/calls/{line['id']}/attempts", json=said)).status_code == 204
    again = await browser.post(f"/api/calls/{line['id']}/attempts", json=said)
    assert (again.status_code, again.json()["code"]) == (409, "call_ended")
    closed = await browser.post(f"/api/appeals/{appeal_id}/close", json={"version": await version(browser, appeal_id)})
    assert closed.json()["status"] == "closed"
    everything = await papers(browser, appeal_id)
    assert [one["score"] for one in everything["answers"]] == [5]
    assert [attempt["outcome"] for one in everything["calls"] for attempt in one["attempts"]] == ["answered"]


async def test_a_reply_for_the_post_is_a_page_to_print(centre: Centre, sign_in: SignIn) -> None:
    browser = await sign_in()
    appeal_id = await centre.an_appeal(reply_form=ReplyForm.POST, reply_to="ул. Примерная, д. 1")
    reply = (await browser.post(f"/api/appeals/{appeal_id}/replies", json={"kind": "final", **KEY})).json()
    assert (await browser.get(f"/api/replies/{reply['id']}/preview")).headers["content-security-policy"].startswith("sandbox")
    sent = (await browser.post(f"/api/replies/{reply['id']}/send", json={"version": reply["version"]})).json()
    assert (sent["state"], sent["has_page"]) == ("to_print", True)
    assert (await browser.get(f"/api/replies/{reply['id']}/document")).status_code == 200
    assert (await browser.post(f"/api/replies/{reply['id']}/posted")).json()["state"] == "sent"
    assert await centre.rows(Delivery, Delivery.channel == "email") == []


async def test_a_stale_reply_and_a_missing_day_are_told_in_words(centre: Centre, sign_in: SignIn) -> None:
    browser, appeal_id = await sign_in(), await centre.an_appeal(**EMAIL)
    reply = (await browser.post(f"/api/appeals/{appeal_id}/replies", json={"kind": "interim", **KEY})).json()
    refused = await browser.post(f"/api/replies/{reply['id']}/send", json={"version": reply["version"]})
    assert refused.status_code == 400 and set(refused.json()["fields"]) == {"reasons", "expected_on"}
    stale = await browser.post(f"/api/replies/{reply['id']}/send", json={"version": reply["version"] + 1})
    assert (stale.status_code, stale.json()["code"]) == (409, "version_conflict")
    assert (await browser.post(f"/api/replies/{reply['id']}/drop", json={"version": reply["version"]})).status_code == 204
    gone = await browser.post(f"/api/replies/{reply['id']}/send", json={"version": reply["version"]})
    assert (gone.status_code, gone.json()["code"]) == (409, "reply_left")
    assert await centre.rows(CallTask) == []


async def test_a_department_is_reminded_once_for_one_press(centre: Centre, sign_in: SignIn) -> None:
    await a_department(centre)
    browser, appeal_id = await sign_in(), await centre.an_appeal(**EMAIL)
    asked = {"departments": ["lights"], "question": "Когда восстановят свет?", **KEY, "version": 1}
    assert (await browser.post(f"/api/appeals/{appeal_id}/requests", json=asked)).status_code == 204
    (request,) = (await papers(browser, appeal_id))["requests"]
    for _ in range(2):
        assert (await browser.post(f"/api/requests/{request['id']}/remind", json=KEY)).status_code == 204
    assert len(await centre.rows(Delivery, Delivery.recipient_mark == "lights@example.org")) == 2
    assert (await browser.post(f"/api/requests/{request['id']}/withdraw", json={"reason": "Ответ получен."})).status_code == 204
    late = await browser.post(f"/api/requests/{request['id']}/remind", json={"client_key": "key-of-the-test-2"})
    assert (late.status_code, late.json()["code"]) == (409, "request_not_open")


async def test_the_call_list_goes_on_where_a_page_ended(centre: Centre, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, appeal_id, today = await sign_in(), await centre.an_appeal(), centre.clock.today()
    async with centre.transactions.begin() as tx:
        for days in (1, 0, 0):
            due_on = today + timedelta(days=days)
            call = CallTask(
                appeal_id=appeal_id, purpose="closing", phone="+78672000001", due_on=due_on, opened_at=centre.clock.now()
            )
            tx.add(call)
            await tx.flush()
    monkeypatch.setattr("inbox.web.paperwork.replies.PAGE", 2)
    first = (await browser.get("/api/calls")).json()
    place = {"after_day": first["next"]["day"], "after_id": first["next"]["id"]}
    second = (await browser.get("/api/calls", params=place)).json()
    assert [row["due_on"] for row in first["rows"]] == [today.isoformat()] * 2
    assert ([row["due_on"] for row in second["rows"]], second["next"]) == ([(today + timedelta(days=1)).isoformat()], None)


async def test_a_time_without_its_zone_is_refused(centre: Centre, sign_in: SignIn) -> None:
    browser = await sign_in()
    said = {"outcome": "call_later", "again_at": "2026-11-26T10:00:00"}
    refused = await browser.post("/api/calls/1/attempts", json=said)
    assert refused.status_code == 400 and set(refused.json()["fields"]) == {"again_at"}


async def test_a_request_is_saved_as_a_document_before_it_is_sent(centre: Centre, sign_in: SignIn) -> None:
    await a_department(centre)
    browser, appeal_id = await sign_in(), await centre.an_appeal(**EMAIL)
    path, asked = f"/api/appeals/{appeal_id}/requests/document", {"department": "lights", "question": "Когда?"}
    made = await browser.post(path, json=asked)
    assert made.headers["content-disposition"].startswith("attachment") and "Когда?" in made.text
    unknown = await browser.post(path, json={**asked, "department": "no-such"})
    assert (unknown.status_code, set(unknown.json()["fields"])) == (400, {"departments"})
    assert (await papers(browser, appeal_id))["requests"] == []


@pytest.mark.parametrize(("inline", "kind"), [(True, "inline"), (False, "attachment")], ids=["in a tab", "saved"])
async def test_only_a_pdf_of_a_department_is_shown_in_the_browser(centre: Centre, sign_in: SignIn, inline: bool, kind: str) -> None:
    await a_department(centre)
    browser, appeal_id = await sign_in(), await centre.an_appeal(**EMAIL)
    files = {"записка.pdf": b"%PDF-1.7\n%%EOF", "записка.docx": a_docx("Опора восстановлена.")}
    for number, (name, content) in enumerate(files.items(), start=17):
        asked = {"departments": ["lights"], "question": "Когда?", "client_key": f"key-of-note-{number}"}
        sent = await browser.post(
            f"/api/appeals/{appeal_id}/requests", json={**asked, "version": await version(browser, appeal_id)}
        )
        assert sent.status_code == 204, sent.text
        request = (await papers(browser, appeal_id))["requests"][-1]
        note = {"number": str(number), "dated_on": "2026-11-25", "signed_by": "О. О. Образцов", "outcome": "answered"}
        kept = await browser.post(f"/api/requests/{request['id']}/memo/uploads", data=note, files={"file": (name, content)})
        assert kept.status_code == 204, kept.text
    scan, word = (await papers(browser, appeal_id))["memos"]
    assert [(one["text_state"], one["is_shown"]) for one in (scan, word)] == [("unread", True), ("read", False)]
    shown, saved = [await browser.get(f"/api/memos/{one['id']}/file", params={"inline": inline}) for one in (scan, word)]
    assert shown.headers["content-disposition"].startswith(kind) and saved.headers["content-disposition"].startswith("attachment")
    assert ("sandbox" in shown.headers["content-security-policy"], "sandbox" in saved.headers["content-security-policy"]) == (
        not inline,
        True,
    )
    assert shown.headers["x-content-type-options"] == "nosniff"


async def test_a_reply_is_composed_anew_looked_at_and_told_where_it_can_go(centre: Centre, sign_in: SignIn) -> None:
    browser, appeal_id = await sign_in(), await centre.an_appeal(**EMAIL)
    reply = (await browser.post(f"/api/appeals/{appeal_id}/replies", json={"kind": "final", **KEY})).json()
    path = f"/api/replies/{reply['id']}"
    edit = {"body": "Опоры нет.", "form": "email", "address": "primer@example.org", "enclosed_ids": [1], "version": 1}
    assert (await browser.put(path, json=edit)).json()["enclosed_ids"] == []
    anew = await browser.post(f"{path}/compose", json={"memo_ids": [], "version": 2})
    assert anew.json()["body"] == reply["body"] and anew.json()["version"] == 3
    stale = await browser.post(f"{path}/compose", json={"memo_ids": [], "version": 2})
    assert (stale.status_code, stale.json()["code"]) == (409, "version_conflict")
    (page,) = (await browser.get(f"{path}/pages")).json()["pages"]
    assert page.startswith("data:image/png;base64,iVBOR")
    word = await browser.get(f"{path}/word")
    assert word.headers["content-disposition"].endswith(".docx") and "reply_letter" in word.text
    everything = await papers(browser, appeal_id)
    assert [way["form"] for way in everything["ways"]] == ["email", "telegram", "phone"]
    assert [one["next_way"] for one in everything["replies"]] == [None]
    for gone in ("pages", "word"):
        assert (await browser.get(f"/api/replies/999/{gone}")).status_code == 404


async def test_a_draft_of_another_card_is_refused_in_words(centre: Centre, sign_in: SignIn) -> None:
    browser, cards = await sign_in(), [await centre.an_appeal(**EMAIL), await centre.an_appeal(**EMAIL)]
    answers = [await browser.post(f"/api/appeals/{one}/replies", json={"kind": "final", **KEY}) for one in cards]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[1].json()["message"].startswith("Черновик относится к другому обращению")


async def test_a_call_carries_its_words_and_attempts(centre: Centre, sign_in: SignIn) -> None:
    browser, appeal_id = await sign_in(), await centre.an_appeal()
    async with centre.transactions.begin() as tx:
        now, today = centre.clock.now(), centre.clock.today()
        tx.add(CallTask(appeal_id=appeal_id, purpose="closing", phone="+78672000001", due_on=today, opened_at=now))
    (line,) = (await browser.get("/api/calls")).json()["rows"]
    assert (await browser.post(f"/api/calls/{line['id']}/attempts", json={"outcome": "busy"})).status_code == 204
    (line,) = (await browser.get("/api/calls")).json()["rows"]
    (call,) = (await papers(browser, appeal_id))["calls"]
    assert line["words"] == call["words"] and "Решён ли Ваш вопрос?" in line["words"]
    assert line["made"] == call["attempts"] and [one["outcome"] for one in line["made"]] == ["busy"]
