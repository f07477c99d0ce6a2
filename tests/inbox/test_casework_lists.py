"""The casework's API: lists, the board, kept filters, tasks, and what is done with many cards at once."""

from datetime import date

import pytest
from sqlmodel import update

from core.departments.model import Department, Liaison
from core.tasks.raising import HEAD, raise_task
from core.vocabulary import Role, TaskKind, Urgency
from tests.inbox.conftest import SignIn
from tests.inbox.world import Centre, card


async def test_the_list_is_filtered_searched_and_paged(centre: Centre, sign_in: SignIn) -> None:
    browser = await sign_in()
    old = await centre.an_appeal(days_ago=30, text="Яма на дороге у рынка.")
    for number in range(52):
        await centre.an_appeal(text=f"Вопрос о фонаре {number}", urgency=Urgency.URGENT if number == 7 else Urgency.LONG_TERM)
    first = (await browser.get("/api/appeals")).json()
    second = (await browser.get("/api/appeals", params={"after": first["next"]})).json()
    assert len(first["rows"]) == 50 and len(second["rows"]) == 3 and second["next"] is None
    assert second["rows"][-1]["id"] == old
    found = (await browser.get("/api/appeals", params={"words": "ямы"})).json()["rows"]
    assert [row["id"] for row in found] == [old], "by any form of the word"
    overdue = (await browser.get("/api/appeals", params={"term": "overdue"})).json()["rows"]
    assert [(row["id"], row["days_left"] < 0) for row in overdue] == [(old, True)]
    urgent = (await browser.get("/api/appeals", params={"urgency": "urgent", "statuses": ["registered", "closed"]})).json()["rows"]
    assert [row["text"] for row in urgent] == ["Вопрос о фонаре 7"]
    by_number = (await browser.get("/api/appeals", params={"words": "А-000001/2026"})).json()["rows"]
    assert [row["registration_number"] for row in by_number] == ["А-000001/2026"]


async def test_mine_and_nobodys(centre: Centre, sign_in: SignIn) -> None:
    member = await centre.a_member()
    browser = await sign_in(member)
    mine, nobodys = await centre.an_appeal(), await centre.an_appeal()
    taken = await browser.post("/api/appeals/assign", json={"appeal_ids": [mine], "assignee_id": member.asker.id})
    assert taken.json()["count"] == 1
    for assignee, expected in (("me", mine), ("nobody", nobodys)):
        rows = (await browser.get("/api/appeals", params={"assignee": assignee})).json()["rows"]
        assert [row["id"] for row in rows] == [expected]
    assert (await card(browser, mine))["assignee"] == {"id": member.asker.id, "full_name": member.asker.full_name}


@pytest.mark.clause("2.8.7")
async def test_the_board_counts_by_the_day_of_the_answer(centre: Centre, sign_in: SignIn) -> None:
    browser = await sign_in()
    late, later_late = await centre.an_appeal(days_ago=20), await centre.an_appeal(days_ago=15)
    today, later = await centre.an_appeal(days_ago=10), await centre.an_appeal()
    board = (await browser.get("/api/board")).json()
    columns = {column["key"]: column for column in board["columns"]}
    assert board["today"] == "2026-11-25" and board["week_ends"] == "2026-11-29"
    counts = {key: column["count"] for key, column in columns.items()}
    assert counts == {"overdue": 2, "today": 1, "week": 0, "later": 1, "closing": 0}
    assert [row["id"] for row in columns["overdue"]["rows"]] == [late, later_late], "the longest overdue first"
    assert [(row["id"], row["days_left"]) for row in columns["today"]["rows"]] == [(today, 0)]
    assert [row["id"] for row in columns["later"]["rows"]] == [later]
    listed = (await browser.get("/api/appeals", params={"term": "overdue", "by_term": True})).json()["rows"]
    assert [row["id"] for row in listed] == [late, later_late]


@pytest.mark.parametrize("whose", ["me", "nobody"])
async def test_the_board_of_one_assignee_counts_what_is_theirs(whose: str, centre: Centre, sign_in: SignIn) -> None:
    member = await centre.a_member()
    browser = await sign_in(member)
    cards = {"me": [await centre.an_appeal(days_ago=20) for _ in range(2)], "nobody": [await centre.an_appeal(days_ago=20)]}
    await browser.post("/api/appeals/assign", json={"appeal_ids": cards["me"], "assignee_id": member.asker.id})
    overdue = (await browser.get("/api/board", params={"assignee": whose})).json()["columns"][0]
    assert (overdue["count"], [row["id"] for row in overdue["rows"]]) == (len(cards[whose]), cards[whose])
    assert overdue["filter"]["assignee"] == whose


async def test_filters_are_kept_shared_and_forgotten(centre: Centre, sign_in: SignIn) -> None:
    operator, senior = await sign_in(), await sign_in(Role.SENIOR)
    mine = {"name": "Мои срочные", "filter": {"assignee": "me", "urgency": "urgent"}}
    assert (await operator.put("/api/filters", json=mine)).json()["filter"]["urgency"] == "urgent"
    refused = await operator.put("/api/filters", json={**mine, "shared": True})
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")
    shared = (await senior.put("/api/filters", json={"name": "Просрочено", "filter": {"term": "overdue"}, "shared": True})).json()
    seen = (await operator.get("/api/filters")).json()
    assert [(one["name"], one["mine"]) for one in seen] == [("Мои срочные", True), ("Просрочено", False)]
    assert (await operator.delete(f"/api/filters/{shared['id']}")).status_code == 404
    assert (await senior.delete(f"/api/filters/{shared['id']}")).status_code == 204
    nameless = await operator.put("/api/filters", json={"name": "  ", "filter": {}})
    assert nameless.status_code == 400 and nameless.json()["fields"] == {"name": "Заполните это поле."}


async def test_many_cards_are_given_to_one_or_to_none(centre: Centre, sign_in: SignIn) -> None:
    colleague = await centre.a_member(full_name="Петрова Вера")
    operator, senior = await sign_in(), await sign_in(Role.SENIOR)
    ids = [await centre.an_appeal() for _ in range(3)]
    form = {"appeal_ids": ids, "assignee_id": colleague.asker.id}
    assert (await operator.post("/api/appeals/assign", json=form)).status_code == 403
    assert (await senior.post("/api/appeals/assign", json={**form, "appeal_ids": [*ids, 999]})).status_code == 404
    assert [row["assignee"] for row in (await senior.get("/api/appeals")).json()["rows"]] == [None] * 3, "all or none"
    assert (await senior.post("/api/appeals/assign", json=form)).json()["count"] == 3
    assert (await senior.post("/api/appeals/assign", json=form)).json()["count"] == 0
    assert (await card(senior, ids[0]))["history"][-1]["details"]["assignee_name"] == "Петрова Вера"
    many = await senior.post("/api/appeals/assign", json={"appeal_ids": list(range(1, 202)), "assignee_id": None})
    assert (many.status_code, list(many.json()["fields"])) == (400, ["appeal_ids"])
    choices = (await operator.get("/api/appeals/choices")).json()
    assert "Петрова Вера" in [one["full_name"] for one in choices["staff"]]


@pytest.mark.clause("2.8.9")
async def test_departments_are_reminded_once_for_one_press(centre: Centre, sign_in: SignIn) -> None:
    member = await centre.a_member()
    browser = await sign_in(member)
    asked, silent = await centre.an_appeal(), await centre.an_appeal()
    async with centre.transactions.begin() as tx:
        tx.add(Department(key="lights", name="Отдел примерного света"))
        await tx.flush()
        tx.add(Liaison(no=1, full_name="Светлова Пример", position="", department="lights", email="lights@org.example"))
    await centre.requests.send(member.asker, asked, ["lights"], "Когда починят?", version=1, client_key="request-1")
    form = {"appeal_ids": [asked, silent], "client_key": "press-001"}
    assert (await browser.post("/api/appeals/remind", json=form)).json()["count"] == 1
    assert (await browser.post("/api/appeals/remind", json=form)).json()["count"] == 0
    async with centre.transactions.begin() as tx:
        await tx.exec(update(Liaison).values(is_active=False))
    again = await browser.post("/api/appeals/remind", json={**form, "client_key": "press-002"})
    assert again.json() == {"count": 0, "skipped": 1}, "nobody is there to be reminded"
    shown = await card(browser, asked)
    assert shown["next_step"]["step"] == "record_memo"
    rows = (await browser.get("/api/appeals", params={"department": "lights"})).json()["rows"]
    assert [(row["id"], row["departments"]) for row in rows] == [(asked, ["lights"])]


async def test_tasks_are_seen_by_those_whose_list_it_is(centre: Centre, sign_in: SignIn) -> None:
    operator, head = await sign_in(), await sign_in(Role.SUPERVISOR)
    appeal_id = await centre.an_appeal()
    async with centre.transactions.begin() as tx:
        now = centre.clock.now()
        await raise_task(tx, TaskKind.DUE_SOON, now, key="a", appeal_id=appeal_id, due_on=date(2026, 12, 2))
        await raise_task(tx, TaskKind.ESCALATED, now, key="b", for_role=HEAD, appeal_id=appeal_id)
    seen = (await operator.get("/api/tasks")).json()["rows"]
    assert [(one["kind"], one["registration_number"]) for one in seen] == [("due_soon", "А-000001/2026")]
    everything = (await head.get("/api/tasks")).json()["rows"]
    assert [one["kind"] for one in everything] == ["due_soon", "escalated"]
    assert [one["is_alarm"] for one in (await head.get("/api/tasks", params={"alarms": True})).json()["rows"]] == [True, True]
    only = (await head.get("/api/tasks", params={"kind": ["escalated"]})).json()["rows"]
    assert (await operator.post(f"/api/tasks/{only[0]['id']}/done")).status_code == 404
    assert (await operator.post(f"/api/tasks/{seen[0]['id']}/done")).status_code == 204
    assert (await operator.get("/api/tasks")).json() == {"rows": [], "next": None}


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/api/appeals?after=%D1%8F", "after"),
        ("/api/appeals?statuses=lost", "statuses.0"),
        ("/api/appeals?registered_from=yesterday", "registered_from"),
        ("/api/appeals?assignee_id=0", "assignee_id"),
        ("/api/tasks?kind=coffee", "kind.0"),
        ("/api/appeals/0", "id"),
        ("/api/appeals/99999999999999999999", "id"),
    ],
    ids=lambda value: str(value),
)
async def test_unreadable_questions_name_the_field(path: str, field: str, sign_in: SignIn) -> None:
    answer = await (await sign_in()).get(path)
    problem = answer.json()
    assert (answer.status_code, list(problem["fields"])) == (400, [field])
    assert problem["fields"][field] and "_" not in problem["fields"][field]
