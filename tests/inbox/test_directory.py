"""The directory's API: who may, what is refused and in which words."""

from datetime import date
from typing import Any

import pytest

from core.appeals.model import Appeal, Refusal
from core.audit.model import AuditEntry
from core.departments.model import Absence, Department, Liaison
from core.knowledge.model import KnowledgeDuty
from core.people.model import Applicant, ContactPoint
from core.vocabulary import Role, Urgency
from tests.inbox.conftest import SignIn
from tests.inbox.world import Centre

LIAISON = {"full_name": "Образцов Пётр", "position": "начальник", "department": "housing", "email": "o@example.org"}


async def add(centre: Centre, *rows: Any) -> list[int]:
    """Store rows; gives their ids."""
    async with centre.transactions.begin() as tx:
        for row in rows:
            tx.add(row)
            await tx.flush()
        return [getattr(row, "id", 0) or 0 for row in rows]


async def a_twin(centre: Centre) -> int:
    """A second card with the telephone of the first."""
    (twin,) = await add(centre, Applicant(surname="Примеров", given_name="Иван", created_at=centre.clock.now()))
    await add(centre, ContactPoint(applicant_id=twin, kind="phone", value="+79180000001"))
    return twin


@pytest.mark.parametrize("role", Role)
async def test_the_directory_is_read_by_who_writes_to_departments_and_by_who_keeps_it(
    role: Role, centre: Centre, sign_in: SignIn
) -> None:
    answer = await (await sign_in(role)).get("/api/directory")
    assert answer.status_code == (403 if role in (Role.KNOWLEDGE_EDITOR, Role.PRESS) else 200)


@pytest.mark.parametrize("role", Role)
async def test_who_answers_for_a_matter_is_found_in_a_callers_words(role: Role, centre: Centre, sign_in: SignIn) -> None:
    roads = Department(key="roads_landscaping", name="Управление дорожного строительства")
    await add(centre, roads, Department(key="culture", name="Управление культуры"))
    answer = await (await sign_in(role)).get("/api/directory/answering", params={"q": "кто отвечает за дороги"})
    if role in (Role.KNOWLEDGE_EDITOR, Role.PRESS):
        assert answer.status_code == 403
        return
    (found,) = answer.json()
    assert found["key"] == "roads_landscaping" and "ремонт дороги" in found["why"]


async def test_a_citizen_is_shown_saved_and_merged(centre: Centre, sign_in: SignIn) -> None:
    browser = await sign_in(Role.SENIOR)
    talk = await centre.a_conversation(mode="closed")
    person = await centre.an_applicant(talk)
    await centre.an_appeal(conversation_id=talk)
    twin = await a_twin(centre)
    view = (await browser.get(f"/api/citizens/{person}")).json()
    assert view["actions"] == ["edit", "merge"] and view["merged_into"] is None
    assert [one["id"] for one in view["conversations"]["rows"]] == [talk] and view["conversations"]["next"] is None
    assert view["appeals"]["rows"][0]["registration_number"] == "А-000001/2026"
    alike = (await browser.get(f"/api/citizens/{person}/alike")).json()
    assert [(one["card"]["id"], one["reasons"]) for one in alike] == [(twin, ["phone", "name"])]

    form = {**view["card"], "emails": ["ivan@example.org"], "consent": True}
    saved = await browser.put(f"/api/citizens/{person}", json=form)
    assert saved.json()["version"] == 2 and saved.json()["emails"] == ["ivan@example.org"]
    stale = await browser.put(f"/api/citizens/{person}", json=form)
    assert (stale.status_code, stale.json()["code"], stale.json()["facts"]) == (409, "conflict", {"version": 2})
    unreadable = await browser.put(f"/api/citizens/{person}", json={**form, "version": 2, "phones": ["12"]})
    assert unreadable.json()["fields"] == {"phones.0": "Номер телефона не распознан."}

    merged = await browser.post(f"/api/citizens/{twin}/merge", json={"other_id": person, "version": 1})
    assert merged.status_code == 204
    gone = (await browser.get(f"/api/citizens/{person}")).json()
    assert gone["merged_into"] == twin and gone["actions"] == []
    again = await browser.post(f"/api/citizens/{twin}/merge", json={"other_id": person, "version": 2})
    assert again.json()["code"] == "citizen_merged"
    assert again.json()["message"] == "Эта карточка уже объединена с другой карточкой заявителя."
    (merge,) = (await browser.get(f"/api/citizens/{twin}")).json()["merges"]
    assert (await browser.post(f"/api/citizens/merges/{merge['id']}/undo")).status_code == 204
    assert (await browser.get(f"/api/citizens/{person}")).json()["merged_into"] is None
    assert (await browser.get("/api/citizens/999999")).status_code == 404


@pytest.mark.clause("2.8.4")
async def test_the_journal_of_refusals_is_paged_by_reason_and_its_reading_audited(centre: Centre, sign_in: SignIn) -> None:
    await add(centre, *(Refusal(reason="anonymous", text=f"{one}", refused_at=centre.clock.now()) for one in range(51)))
    await add(centre, Refusal(reason="abusive", text="грубо", refused_at=centre.clock.now()))
    browser = await sign_in(Role.AUDITOR)
    first = (await browser.get("/api/refusals", params={"reason": "anonymous"})).json()
    second = (await browser.get("/api/refusals", params={"reason": "anonymous", "before": first["next"]})).json()
    assert [one["text"] for one in second["rows"]] == ["0"] and second["next"] is None and len(first["rows"]) == 50
    assert [one["text"] for one in (await browser.get("/api/refusals", params={"reason": "abusive"})).json()["rows"]] == ["грубо"]
    assert (await browser.get("/api/refusals", params={"reason": "other"})).status_code == 400
    assert len(await centre.rows(AuditEntry, AuditEntry.action == "refusals.read")) == 3


@pytest.mark.clause("4.4")
async def test_an_absence_sends_requests_to_the_substitute(centre: Centre, sign_in: SignIn) -> None:
    await add(centre, Department(key="housing", name="Примерный комитет"))
    browser = await sign_in(Role.SUPERVISOR)
    for person in (LIAISON, {**LIAISON, "full_name": "Запасная Вера", "email": "z@example.org"}):
        assert (await browser.post("/api/directory/liaisons", json=person)).status_code == 204
    first, second = (one.id for one in await centre.rows(Liaison))
    leave = {"liaison_id": first, "first": "2026-11-25", "last": "2026-12-04", "substitute_id": second}
    assert (await browser.post("/api/directory/absences", json=leave)).status_code == 204
    (department,) = (await browser.get("/api/directory")).json()
    away = department["liaisons"][0]
    assert away["absences"][0]["now"] is True and away["answers"]["full_name"] == "Запасная Вера"
    assert away["answers"]["stands_in_for_name"] == "Образцов Пётр"
    twice = await browser.post("/api/directory/absences", json=leave)
    assert twice.json()["fields"] == {"first": "На эти дни отсутствие уже отмечено."}
    odd = await browser.post("/api/directory/absences", json={**leave, "first": "2027-02-05", "last": "2027-02-01"})
    assert odd.json()["fields"]["last"] == "Последний день раньше первого."
    (absence,) = await centre.rows(Absence)
    assert (await browser.delete(f"/api/directory/absences/{absence.id}")).status_code == 204
    assert (await browser.post(f"/api/directory/liaisons/{second}/retire")).status_code == 204
    assert (await browser.put("/api/directory/departments/housing", json={"name": "", "copy_to_head": True})).json()["fields"] == {
        "name": "Заполните это поле.",
        "head_email": "Заполните это поле.",
    }
    changed = {**LIAISON, "email": ""}
    assert (await browser.put(f"/api/directory/liaisons/{first}", json=changed)).status_code == 204
    (department,) = (await browser.get("/api/directory")).json()
    assert department["addressee"] is None, "nobody can be written to: the screen warns"


async def test_a_department_that_a_colleague_saved_meanwhile_is_refused_with_its_version(centre: Centre, sign_in: SignIn) -> None:
    await add(centre, Department(key="housing", name="Примерный комитет"))
    browser, path = await sign_in(Role.SUPERVISOR), "/api/directory/departments/housing"
    assert (await browser.put(path, json={"name": "Комитет коллеги"})).status_code == 204
    late = await browser.put(path, json={"name": "Мой комитет"})
    assert (late.status_code, late.json()["code"], late.json()["facts"]) == (409, "conflict", {"version": 1})
    (theirs,) = (await browser.get("/api/directory")).json()
    assert (theirs["name"], theirs["version"]) == ("Комитет коллеги", 1)
    assert (await browser.put(path, json={"name": "Мой комитет", "version": 1})).status_code == 204


@pytest.mark.clause("2.8.7")
async def test_a_day_that_moves_running_terms_is_decided_only_when_it_is_said_what_to_do(centre: Centre, sign_in: SignIn) -> None:
    appeal_id = await centre.an_appeal(urgency=Urgency.URGENT)
    browser = await sign_in(Role.ADMINISTRATOR)
    question = {"day": "2026-11-27", "working": False}
    preview = (await browser.post("/api/calendar/preview", json=question)).json()
    assert preview["count"] == 1
    assert (preview["rows"][0]["due_on"], preview["rows"][0]["new_due_on"]) == ("2026-12-02", "2026-12-03")
    day = {"working": False, "reason": "Авария"}
    asked = await browser.put("/api/calendar/days/2026-11-27", json=day)
    assert (asked.status_code, asked.json()["code"], asked.json()["facts"]["count"]) == (409, "changes_terms", 1)
    assert await centre.rows(Appeal, Appeal.due_on == date(2026, 12, 3)) == []
    done = await browser.put("/api/calendar/days/2026-11-27", json={**day, "apply_to_running": True})
    assert done.json()["count"] == 1
    (moved,) = await centre.rows(Appeal)
    assert (moved.id, moved.due_on) == (appeal_id, date(2026, 12, 3))
    year = (await browser.get("/api/calendar/2026")).json()
    shown = next(one for one in year["days"] if one["day"] == "2026-11-27")
    assert (shown["kind"], shown["source"], shown["why"]) == ("day_off", "override", "Авария") and len(year["days"]) == 365
    assert (await browser.delete("/api/calendar/days/2026-11-27")).json()["code"] == "changes_terms"
    kept = await browser.delete("/api/calendar/days/2026-11-27", params={"apply_to_running": False})
    assert kept.json() == {"count": 0, "rows": []}
    assert (await browser.get("/api/calendar/1800")).json()["fields"] == {"year": "Календарь ведётся с 1992 по 2099 год."}
    empty = await browser.put("/api/calendar/days/2026-12-01", json={**day, "reason": " "})
    assert empty.json()["fields"] == {"reason": "Заполните это поле."}


async def test_a_template_is_downloaded_refused_with_a_report_and_put_in_force(centre: Centre, sign_in: SignIn) -> None:
    browser = await sign_in(Role.ADMINISTRATOR)
    path = "/api/forms/information_request"
    built_in = await browser.get(f"{path}/file")
    assert built_in.content == b"template of information_request" and "attachment" in built_in.headers["content-disposition"]
    centre.typist.unknown = ("nomer",)
    upload: dict[str, Any] = {
        "files": {"file": ("бланк.docx", b"a template", "application/octet-stream")},
        "data": {"note": "Новая шапка"},
    }
    refused = await browser.post(f"{path}/uploads", **upload)
    assert refused.json()["fields"] == {"template": "В шаблоне есть поля, которых система не знает."}
    assert refused.json()["facts"]["unknown"] == ["nomer"]
    centre.typist.unknown = ()
    assert (await browser.post(f"{path}/uploads", **upload)).status_code == 204
    assert (await browser.get(f"{path}/file")).content == b"a template"
    assert (await browser.get(f"{path}/file", params={"version": 0})).content == b"template of information_request"
    assert (await browser.post(f"{path}/restore", json={})).status_code == 204
    form = next(one for one in (await browser.get("/api/forms")).json() if one["name"] == "information_request")
    assert [(one["version"], one["built_in"], one["note"]) for one in form["versions"]] == [
        (2, True, ""),
        (1, False, "Новая шапка"),
    ]
    assert any(field["required"] for field in form["fields"])
    assert (await browser.get("/api/forms/nothing/file")).status_code == 404
    assert (await browser.get(f"{path}/file", params={"version": 9})).status_code == 404


@pytest.mark.clause("4.3")
async def test_duties_are_listed_by_department_and_confirmed_once(centre: Centre, sign_in: SignIn) -> None:
    await add(centre, Department(key="housing", name="Примерный комитет"), Department(key="roads", name="Дороги"))
    given: dict[str, Any] = {"kind": "review", "period": "2026-Q4", "raised_on": date(2026, 10, 1)}
    late, _ = await add(
        centre,
        KnowledgeDuty(key="a", department="housing", due_on=date(2026, 11, 20), **given),
        KnowledgeDuty(key="b", department="roads", due_on=date(2026, 11, 30), **given),
    )
    browser = await sign_in(Role.KNOWLEDGE_EDITOR)
    rows = (await browser.get("/api/knowledge-duties")).json()["rows"]
    assert [(one["department_name"], one["overdue"]) for one in rows] == [("Примерный комитет", True), ("Дороги", False)]
    assert len((await browser.get("/api/knowledge-duties", params={"department": "roads"})).json()["rows"]) == 1
    nobody = await browser.post(f"/api/knowledge-duties/{late}/confirm", json={"name": " "})
    assert nobody.json()["fields"] == {"name": "Заполните это поле."}
    said = {"name": "Образцов Пётр"}
    assert (await browser.post(f"/api/knowledge-duties/{late}/confirm", json=said)).status_code == 204
    twice = await browser.post(f"/api/knowledge-duties/{late}/confirm", json=said)
    assert (twice.status_code, twice.json()["code"]) == (409, "duty_answered")
    every = (await browser.get("/api/knowledge-duties", params={"open": False})).json()["rows"]
    assert [one["state"] for one in every] == ["confirmed", "open"]


async def test_the_duty_chat_is_bound_by_a_code_and_left(centre: Centre, sign_in: SignIn) -> None:
    browser = await sign_in(Role.OPERATOR)
    assert (await browser.get("/api/me/duty-chat")).json() == {"bound_at": None}
    made = (await browser.post("/api/me/duty-chat/code")).json()
    assert made["lives_seconds"] == 600
    await centre.duty.bind(700, made["code"])
    assert (await browser.get("/api/me/duty-chat")).json()["bound_at"] is not None
    assert (await browser.delete("/api/me/duty-chat")).status_code == 204
    assert (await browser.delete("/api/me/duty-chat")).status_code == 404
