"""The casework's API: the card and its moves; who may, what is refused and in which words."""

import pytest
from sqlmodel import select

from core.appeals.model import AppealLink, AppealMove
from core.appeals.workflow import Move, locked_appeal, make_move
from core.audit.model import AuditEntry
from core.vocabulary import Role, Urgency
from tests.inbox.conftest import SignIn
from tests.inbox.world import Centre, card

EDIT = {"text": "Во дворе дома 5 не горит фонарь.", "urgency": "long_term", "reply_form": "phone", "version": 1}
PDF = b"%PDF-1.4 sample of the tests"


@pytest.mark.clause("2.8.7")
async def test_a_card_shows_its_term_day_by_day_and_its_next_step(centre: Centre, sign_in: SignIn) -> None:
    browser = await sign_in()
    shown = await card(browser, await centre.an_appeal(urgency=Urgency.URGENT))
    days = [(one["day"], one["number"], one["reason"]) for one in shown["term"]["days"]]
    assert days[0] == ("2026-11-25", 0, "registration_day") and days[-1] == ("2026-12-02", 5, "working_day")
    assert [reason for _, number, reason in days if number == 0] == ["registration_day", "weekend", "weekend"]
    assert shown["due_on"] == "2026-12-02" and shown["days_left"] == 7
    assert shown["next_step"] == {"step": "send_request", "target_id": None}
    assert {"move": "forward", "needs": ["addressee"]} in shown["moves"]
    assert [line["move"] for line in shown["history"]] == ["register"]


async def test_an_edit_changes_the_term_and_is_told(centre: Centre, sign_in: SignIn) -> None:
    member = await centre.a_member(full_name="Иванова Анна")
    browser = await sign_in(member)
    appeal_id = await centre.an_appeal()
    edited = (await browser.put(f"/api/appeals/{appeal_id}", json={**EDIT, "urgency": "urgent"})).json()
    assert (edited["due_on"], edited["version"]) == ("2026-12-02", 2)
    last = edited["history"][-1]
    assert (last["move"], last["staff_name"], last["details"]["changed"]) == ("edit", "Иванова Анна", ["text", "urgency"])
    assert last["details"]["before"]["urgency"] == "long_term"


async def test_the_second_of_two_who_save_learns_what_changed(centre: Centre, sign_in: SignIn) -> None:
    first, second = await sign_in(), await sign_in()
    appeal_id = await centre.an_appeal()
    await first.put(f"/api/appeals/{appeal_id}", json={**EDIT, "address": "улица Примерная, 5"})
    refused = await second.put(f"/api/appeals/{appeal_id}", json={**EDIT, "topic": "Свет"})
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (409, "version_conflict")
    assert problem["facts"]["version"] == 2
    assert [(one["move"], one["details"]["changed"]) for one in problem["facts"]["changed"]] == [("edit", ["address", "text"])]
    again = await second.put(f"/api/appeals/{appeal_id}", json={**EDIT, "topic": "Свет", "version": 2})
    assert again.status_code == 200 and again.json()["version"] == 3


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("clarified", {"note": "", "version": 1}),
        ("reopen", {"reasons": "Не исполнено", "version": 1}),
    ],
    ids=["clarified without a question", "reopened before it was answered"],
)
async def test_a_move_that_the_table_forbids_says_what_is_possible(path: str, body: dict, centre: Centre, sign_in: SignIn) -> None:
    browser = await sign_in()
    appeal_id = await centre.an_appeal()
    refused = await browser.post(f"/api/appeals/{appeal_id}/{path}", json=body)
    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (409, "move_not_permitted")
    assert problem["facts"]["status"] == "registered" and "request" in problem["facts"]["possible"]
    assert (await card(browser, appeal_id))["version"] == 1


async def test_a_clarified_card_goes_back_to_where_it_was(centre: Centre, sign_in: SignIn) -> None:
    browser = await sign_in()
    appeal_id = await centre.an_appeal()
    forwarded = await browser.post(f"/api/appeals/{appeal_id}/forward", json={"addressee": "Министерство примеров", "version": 1})
    assert forwarded.json()["status"] == "forwarded"
    await move(centre, appeal_id, Move.CLARIFY)
    asked = await card(browser, appeal_id)
    assert asked["next_step"]["step"] == "clarified"
    answered = await browser.post(f"/api/appeals/{appeal_id}/clarified", json={"note": "Дом 5", "version": asked["version"]})
    assert answered.json()["status"] == "forwarded"
    assert answered.json()["history"][-1]["note"] == "Дом 5"


@pytest.mark.clause("2.8.11")
async def test_a_reopened_card_has_a_new_term(centre: Centre, sign_in: SignIn) -> None:
    browser = await sign_in()
    appeal_id = await centre.an_appeal(days_ago=8)
    await move(centre, appeal_id, Move.REPLY)
    before = await card(browser, appeal_id)
    nothing = await browser.post(f"/api/appeals/{appeal_id}/reopen", json={"reasons": " ", "version": before["version"]})
    assert (nothing.status_code, nothing.json()["fields"]) == (400, {"reasons": "Заполните это поле."})
    again = (
        await browser.post(f"/api/appeals/{appeal_id}/reopen", json={"reasons": "Не исполнено", "version": before["version"]})
    ).json()
    assert (again["status"], again["counted_from"], again["due_on"], again["reopened"]) == (
        "registered",
        "2026-11-25",
        "2026-12-07",
        1,
    )


async def test_like_cards_are_offered_linked_merged_and_undone(centre: Centre, sign_in: SignIn) -> None:
    browser = await sign_in()
    talk = await centre.a_conversation(mode="closed")
    applicant = await centre.an_applicant(talk)
    first = await centre.an_appeal(conversation_id=talk, text="Не горит фонарь у дома", address="ул. Примерная, д. 5")
    second = await centre.an_appeal(conversation_id=talk, text="Снова не горит фонарь", address="Примерная улица, дом 5, кв. 2")
    stranger = await centre.an_appeal(text="Нет воды", address="Примерная, 5")
    typed = {"applicant_id": applicant, "text": "Фонарь не горит", "address": "Примерная 5"}
    assert {like["id"] for like in (await browser.post("/api/appeals/like", json=typed)).json()} == {first, second, stranger}
    likes = (await browser.get(f"/api/appeals/{second}/like")).json()
    assert [(like["id"], like["same_applicant"], like["same_address"]) for like in likes] == [
        (first, True, True),
        (stranger, False, True),
    ]
    linked = (await browser.post(f"/api/appeals/{second}/links", json={"other_id": stranger})).json()
    assert [(one["kind"], one["appeal_id"]) for one in linked["links"]] == [("related", stranger)]
    refused = await browser.post(f"/api/appeals/{second}/merge", json={"into_id": stranger, "version": linked["version"]})
    assert (refused.status_code, refused.json()["facts"]["reason"]) == (409, "other_applicant")
    merged = (await browser.post(f"/api/appeals/{second}/merge", json={"into_id": first, "version": linked["version"]})).json()
    assert merged["status"] == "merged" and merged["merged_into"]["id"] == first
    assert merged["next_step"] == {"step": "open_merged", "target_id": first}
    link = next(one["link_id"] for one in merged["links"] if one["kind"] == "merged")
    back = (await browser.delete(f"/api/appeals/{second}/links/{link}")).json()
    assert (back["status"], back["merged_into"]) == ("registered", None)
    itself = await browser.post(f"/api/appeals/{second}/links", json={"other_id": second})
    assert itself.json()["fields"] == {"other_id": "Выберите другое обращение."}


async def test_a_second_question_gets_a_card_of_its_own(centre: Centre, sign_in: SignIn) -> None:
    browser = await sign_in()
    appeal_id = await centre.an_appeal(days_ago=3)
    new = (await browser.post(f"/api/appeals/{appeal_id}/split", json={"text": "И яма у ворот", "version": 1})).json()
    old = await card(browser, appeal_id)
    assert new["registration_number"] == "А-000002/2026" and new["due_on"] == old["due_on"]
    assert [(one["kind"], one["is_first"]) for one in old["links"]] == [("split", True)]
    assert new["history"][0]["details"] == {"split_from": "А-000001/2026"}


async def test_files_are_kept_and_given_back_as_files_only(centre: Centre, sign_in: SignIn) -> None:
    browser = await sign_in()
    appeal_id, other = await centre.an_appeal(), await centre.an_appeal()
    kept = (await browser.post(f"/api/appeals/{appeal_id}/files", files={"file": ("справка.pdf", PDF)})).json()
    got = await browser.get(kept["url"])
    assert got.content == PDF and got.headers["content-disposition"].startswith("attachment;")
    assert got.headers["content-type"] == "application/octet-stream"
    looked = await browser.get(kept["url"], params={"inline": True})
    assert looked.headers["content-type"] == "application/pdf" and looked.headers["content-disposition"].startswith("inline;")
    assert (await browser.get(f"/api/appeals/{other}/files/{kept['id']}")).status_code == 404
    words = (await browser.post(f"/api/appeals/{appeal_id}/files", files={"file": ("план.txt", b"words")})).json()
    assert (await browser.get(words["url"], params={"inline": True})).headers["content-disposition"].startswith("attachment;")
    program = await browser.post(f"/api/appeals/{appeal_id}/files", files={"file": ("a.pdf", b"MZ" + bytes(90))})
    assert (program.status_code, list(program.json()["fields"])) == (400, ["file"])
    assert [one["file_name"] for one in (await card(browser, appeal_id))["files"]] == ["справка.pdf", "план.txt"]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.AUDITOR, 200),
        (Role.SUPERVISOR, 200),
        (Role.ADMINISTRATOR, 403),
        (Role.PRESS, 403),
        (Role.KNOWLEDGE_EDITOR, 403),
        (None, 401),
    ],
    ids=str,
)
async def test_who_reads_cards(role: Role | None, status: int, centre: Centre, sign_in: SignIn) -> None:
    browser, appeal_id = await sign_in(role), await centre.an_appeal()
    for path in ("/api/appeals", "/api/board", "/api/tasks", "/api/filters", f"/api/appeals/{appeal_id}", "/api/appeals/choices"):
        assert (await browser.get(path)).status_code == status, path


async def test_an_auditor_only_looks(centre: Centre, sign_in: SignIn) -> None:
    browser, appeal_id = await sign_in(Role.AUDITOR), await centre.an_appeal()
    shown = await card(browser, appeal_id)
    assert shown["moves"] == [] and shown["next_step"]["step"] == "nothing"
    answers = [
        await browser.put(f"/api/appeals/{appeal_id}", json=EDIT),
        await browser.post(f"/api/appeals/{appeal_id}/forward", json={"addressee": "Кому-то", "version": 1}),
        await browser.post(f"/api/appeals/{appeal_id}/split", json={"text": "Ещё", "version": 1}),
        await browser.post("/api/appeals/link", json={"appeal_ids": [appeal_id, appeal_id + 1]}),
        await browser.post("/api/appeals/remind", json={"appeal_ids": [appeal_id], "client_key": "press-001"}),
        await browser.post(f"/api/appeals/{appeal_id}/files", files={"file": ("a.pdf", PDF)}),
    ]
    assert [answer.status_code for answer in answers] == [403] * len(answers)
    async with centre.transactions.begin() as tx:
        assert len((await tx.exec(select(AppealMove))).all()) == 1
        assert (await tx.exec(select(AppealLink))).all() == []


async def test_a_card_that_is_not_there(sign_in: SignIn) -> None:
    browser = await sign_in()
    assert (await browser.get("/api/appeals/77")).status_code == 404
    assert (await browser.put("/api/appeals/77", json=EDIT)).status_code == 404
    assert (await browser.get("/api/appeals/77/like")).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"text": "  "}, "text"),
        ({"reply_form": "email", "reply_to": ""}, "reply_to"),
        ({"urgency": "whenever"}, "urgency"),
        ({"version": 0}, "version"),
        ({"text": "я" * 10001}, "text"),
    ],
    ids=["no text", "no e-mail anywhere", "unknown urgency", "no version", "too long"],
)
async def test_an_edit_that_cannot_be_saved(change: dict, field: str, centre: Centre, sign_in: SignIn) -> None:
    browser, appeal_id = await sign_in(), await centre.an_appeal()
    refused = await browser.put(f"/api/appeals/{appeal_id}", json={**EDIT, **change})
    assert (refused.status_code, list(refused.json()["fields"])) == (400, [field])
    assert (await card(browser, appeal_id))["text"] == "Во дворе не горит фонарь."


async def move(centre: Centre, appeal_id: int, what: Move) -> None:
    """A move that another desk makes."""
    now = centre.clock.now()
    async with centre.transactions.begin() as tx:
        appeal = await locked_appeal(tx, appeal_id)
        await make_move(tx, appeal, what, now)
        if what is Move.REPLY:
            appeal.replied_at = now


@pytest.mark.clause("2.10")
async def test_a_reading_is_written_into_the_trail_once_a_quarter_of_an_hour(centre: Centre, sign_in: SignIn) -> None:
    member = await centre.a_member(Role.AUDITOR)
    browser, appeal_id = await sign_in(member), await centre.an_appeal()
    for minutes in (0, 5, 11):
        centre.clock.move(minutes=minutes)
        await card(browser, appeal_id)
    read = await centre.rows(AuditEntry, AuditEntry.action == "appeal.read")
    assert [(entry.staff_id, entry.subject) for entry in read] == [(member.asker.id, f"appeal:{appeal_id}")] * 2
