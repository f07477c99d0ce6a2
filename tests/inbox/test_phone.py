"""The telephone's API: the board, one's own telephone and its deeds, the journal, whom to call back (reg. 2.5.2, 2.8.1, 2.8.5)."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from core.audit.model import AuditEntry
from core.departments.forms import AbsenceForm
from core.departments.model import Department, Liaison
from core.phone.model import Recording
from core.phone.port import CallGone, ExchangeAway
from core.phone.vocabulary import CallPlace, CallResult, LegKind, LegState, LineKind
from core.vocabulary import Role
from tests.core.phone.world import CALLER, Phone
from tests.inbox.conftest import SignIn
from tests.inbox.world import Centre, Member


async def an_operator(phone: Phone, centre: Centre, role: Role = Role.OPERATOR) -> Member:
    """On shift, with a telephone that is ready."""
    member = await centre.a_member(role)
    await centre.staff.start_shift(member.asker)
    await phone.desk.lines.set(member.asker, LineKind.USER, f"user{member.asker.id}")
    return member


async def an_official(centre: Centre, *, phone: str = "+78672000007", name: str = "Образцов Олег") -> int:
    """On the list of officials, of the lights."""
    async with centre.transactions.begin() as tx:
        if await tx.get(Department, "lights") is None:
            tx.add(Department(key="lights", name="Отдел освещения"))
            await tx.flush()
        no = len(await centre.rows(Liaison)) + 1
        one = Liaison(no=no, full_name=name, position="мастер", department="lights", email="o@lights.example", phone=phone)
        tx.add(one)
        await tx.flush()
        return one.id or 0


async def mine(browser: httpx.AsyncClient) -> dict[str, Any]:
    """One's own telephone."""
    answer = await browser.get("/api/phone/mine")
    assert answer.status_code == 200, answer.text
    shown: dict[str, Any] = answer.json()
    return shown


@pytest.mark.clause("2.5.2")
async def test_the_board_shows_the_queue_first_and_who_may_take_what(phone: Phone, centre: Centre, sign_in: SignIn) -> None:
    operator, colleague = await an_operator(phone, centre), await an_operator(phone, centre)
    senior = await an_operator(phone, centre, Role.SENIOR)
    browser, boss = await sign_in(operator), await sign_in(senior)
    await phone.a_call("talks")
    await phone.desk.lines.ready(operator.asker, is_ready=False)
    await phone.desk.lines.ready(senior.asker, is_ready=False)
    await phone.talk(colleague.asker, sid="talks")
    await phone.a_call("waits", caller="", said_as="anonymous")
    await phone.stand(CallPlace.QUEUE, 1, sid="waits")
    await phone.operators.find_operator("waits")
    await phone.a_call("menu", caller="+79000000003")
    await phone.stand(CallPlace.MENU, 1, sid="menu")

    board = (await browser.get("/api/phone/live")).json()
    rows = {one["place"]: one for one in board["calls"]}
    assert board["calls"][0]["place"] == "queue" and (board["ready"], board["talking"]) == (0, 1)
    assert (rows["queue"]["position"], rows["queue"]["caller"], rows["queue"]["said_as"]) == (1, "", "anonymous")
    assert rows["operator"]["operator"] == colleague.asker.full_name
    assert {place: one["may_take_over"] for place, one in rows.items()} == {"queue": True, "menu": True, "operator": False}
    seen_by_boss = {one["place"]: one["may_take_over"] for one in (await boss.get("/api/phone/live")).json()["calls"]}
    assert seen_by_boss["operator"] is True
    lineless = (await (await sign_in()).get("/api/phone/live")).json()["calls"]
    assert not any(one["may_take_over"] for one in lineless), "nothing could ring"

    answer = await browser.post(f"/api/phone/calls/{rows['menu']['id']}/take-over")
    assert answer.status_code == 204 and centre.exchange.asked[0][:3] == ("redirect", "menu", "transfer")
    own = (await mine(browser))["call"]
    assert (own["stage"], own["call"]["caller"], own["takes_by_key"], own["deeds"]) == ("ringing", "+79000000003", False, [])
    refused = await browser.post(f"/api/phone/calls/{rows['operator']['id']}/take-over")
    assert (refused.status_code, refused.json()["code"]) == (403, "not_allowed")


@pytest.mark.clause("2.8.1")
async def test_who_calls_and_why_is_known_before_it_is_answered(phone: Phone, centre: Centre, sign_in: SignIn) -> None:
    talk = await centre.a_conversation(mode="closed")
    await centre.an_applicant(talk, phone=CALLER)
    await centre.an_appeal(conversation_id=talk, days_ago=30)
    before = await phone.a_call("before")
    await phone.end(sid="before")
    operator = await an_operator(phone, centre)
    browser = await sign_in(operator)
    assert (await mine(browser)) == {
        "line": {"kind": "user", "address": f"user{operator.asker.id}", "is_ready": True},
        "call": None,
        "softphone_url": "",
        "centre": "Контакт-центр администрации города Владикавказа",
    }
    number = await phone.a_call()
    await phone.note("speech", details={"words": "не горит фонарь", "said": ["Ожидайте."]}, place=CallPlace.QUEUE, step=2)
    await phone.operators.find_operator("c1")

    own = (await mine(browser))["call"]
    assert (own["stage"], own["takes_by_key"], own["deeds"], own["missing"]) == ("ringing", True, [], [])
    assert (own["call"]["id"], own["call"]["person"]["name"], own["last_words"]) == (number, "Примеров Иван", "не горит фонарь")
    assert [(one["registration_number"], one["overdue"]) for one in own["appeals"]] == [("А-000001/2026", True)]
    assert [one["id"] for one in own["earlier"]] == [before]
    assert (await mine(await sign_in(await an_operator(phone, centre))))["call"] is None


@pytest.mark.clause("2.8.5")
async def test_a_call_is_muted_held_passed_on_and_had_back(phone: Phone, centre: Centre, sign_in: SignIn) -> None:
    operator, official = await an_operator(phone, centre), await an_official(centre)
    browser = await sign_in(operator)
    number = await phone.a_call()
    await phone.talk(operator.asker)
    place = f"/api/phone/calls/{number}"

    own = (await mine(browser))["call"]
    assert (own["stage"], own["deeds"], own["missing"]) == ("talking", ["hold", "mute", "transfer", "end"], ["full_name"])
    assert own["talking_since"] is not None
    phone.clock.move(seconds=1)
    assert (await browser.post(f"{place}/mute", json={"on": True})).status_code == 204
    own = (await mine(browser))["call"]
    assert (own["muted"], own["deeds"][1]) == (True, "unmute")
    phone.clock.move(seconds=1)
    assert (await browser.post(f"{place}/mute", json={"on": False})).status_code == 204
    assert (await mine(browser))["call"]["muted"] is False

    form = {"liaison_id": official, "announced": True, "why": "фонарь во дворе"}
    assert (await browser.post(f"{place}/transfer", json=form)).status_code == 204
    assert centre.exchange.asked[-1][:3] == ("redirect", "c1", "transfer")
    legs = (await browser.get(place)).json()["legs"]
    assert [(one["kind"], one["name"], one["number"]) for one in legs][1] == ("official", "Образцов Олег", "+78672000007")
    await phone.move(legs[0]["key"], LegState.COMPLETED, seconds=9)
    own = (await mine(browser))["call"]
    assert (own["stage"], own["official"], own["deeds"]) == ("transferring", "Образцов Олег", ["back"])
    await phone.move(legs[1]["key"], LegState.ACCEPTED)
    assert (await mine(browser))["call"]["stage"] == "gone"

    assert (await browser.post(f"{place}/back")).status_code == 204
    await phone.move(legs[1]["key"], LegState.COMPLETED)
    own = (await mine(browser))["call"]
    assert (own["stage"], own["takes_by_key"]) == ("ringing", False)
    again = (await browser.get(place)).json()["legs"][-1]["key"]
    await phone.move(again, LegState.ANSWERED, leg_sid="again")
    assert (await browser.post(f"{place}/hold")).status_code == 204
    await phone.move(again, LegState.COMPLETED)
    own = (await mine(browser))["call"]
    assert (own["stage"], own["deeds"]) == ("held", ["back"])
    assert ("redirect", "c1", "hold") in centre.exchange.asked
    await phone.end()
    assert (await mine(browser))["call"] is None
    refused = await browser.post(f"{place}/end")
    assert (refused.status_code, refused.json()["message"]) == (409, "Заявитель уже положил трубку.")


async def test_an_official_who_did_not_answer_is_told_of(phone: Phone, centre: Centre, sign_in: SignIn) -> None:
    operator, official = await an_operator(phone, centre), await an_official(centre)
    browser = await sign_in(operator)
    number = await phone.a_call()
    first = await phone.talk(operator.asker)
    assert (await browser.post(f"/api/phone/calls/{number}/transfer", json={"liaison_id": official})).status_code == 204
    await phone.move(first, LegState.COMPLETED)
    leg = (await browser.get(f"/api/phone/calls/{number}")).json()["legs"][1]["key"]
    await phone.move(leg, LegState.NO_ANSWER)
    back = await phone.switching.return_to(leg)
    assert back is not None
    await phone.move(back.leg, LegState.ANSWERED)
    own = (await mine(browser))["call"]
    assert (own["stage"], own["undone"]) == ("talking", "no_answer")


async def test_what_the_exchange_did_not_do_is_told(phone: Phone, centre: Centre, sign_in: SignIn) -> None:
    operator = await an_operator(phone, centre)
    browser = await sign_in(operator)
    number = await phone.a_call()
    await phone.talk(operator.asker)
    centre.exchange.error = ExchangeAway()
    away = await browser.post(f"/api/phone/calls/{number}/end")
    assert (away.status_code, away.json()["code"]) == (502, "exchange_away")
    centre.exchange.error = CallGone()
    gone = await browser.post(f"/api/phone/calls/{number}/hold")
    assert (gone.status_code, gone.json()["message"]) == (409, "Этот звонок уже завершён.")
    stranger = await sign_in(await an_operator(phone, centre))
    assert (await stranger.post(f"/api/phone/calls/{number}/end")).status_code == 403
    lineless = await (await sign_in()).post(f"/api/phone/calls/{await phone.a_call('other')}/take-over")
    assert (lineless.status_code, lineless.json()["code"]) == (409, "no_line")


@pytest.mark.clause("4.4")
async def test_the_substitute_is_rung_while_an_official_is_away(phone: Phone, centre: Centre, sign_in: SignIn) -> None:
    away, mute, there = (
        await an_official(centre),
        await an_official(centre, phone=""),
        await an_official(centre, name="Тестов Тест"),
    )
    boss = (await centre.a_member(Role.SUPERVISOR)).asker
    today = centre.clock.today()
    await centre.departments.add_absence(
        boss, AbsenceForm(liaison_id=away, first=today, last=today + timedelta(days=3), substitute_id=there)
    )
    operator = await an_operator(phone, centre)
    browser = await sign_in(operator)
    found = {one["liaison_id"]: one for one in (await browser.get("/api/phone/officials", params={"query": "свещ"})).json()}
    assert (found[away]["name"], found[away]["stands_in"]) == ("Тестов Тест", True)
    assert (found[there]["stands_in"], found[mute]["phone"]) == (False, "")
    number = await phone.a_call()
    await phone.talk(operator.asker)
    refused = await browser.post(f"/api/phone/calls/{number}/transfer", json={"liaison_id": mute})
    assert refused.json()["fields"] == {"liaison_id": "У этого должностного лица не указан телефон."}


async def test_an_operator_keeps_their_own_line(centre: Centre, sign_in: SignIn) -> None:
    browser = await sign_in()
    assert (await mine(browser))["line"] is None
    assert (await browser.post("/api/phone/line/ready", json={"ready": True})).status_code == 404
    refused = await browser.put("/api/phone/line", json={"kind": "phone", "address": "12"})
    assert (refused.status_code, refused.json()["fields"]) == (400, {"address": "Значение не распознано."})
    kept = (await browser.put("/api/phone/line", json={"kind": "phone", "address": "8 (8672) 00-00-01"})).json()
    assert kept == {"kind": "phone", "address": "+78672000001", "is_ready": True}
    assert (await browser.post("/api/phone/line/ready", json={"ready": False})).json()["is_ready"] is False
    assert (await mine(browser))["line"]["is_ready"] is False


@pytest.mark.clause("2.5.2")
async def test_the_journal_is_searched_and_a_call_is_read_whole(phone: Phone, centre: Centre, sign_in: SignIn) -> None:
    first = await phone.a_call("first")
    await phone.note("keys", sid="first", details={"keys": "2", "said": ["Новость дня."]}, reached=CallResult.INFORMED)
    await phone.dial("d", LegKind.DISPATCH, sid="first", number="+78672000112", name="ЕДДС")
    await phone.end(sid="first", seconds=61)
    second = await phone.a_call("second", caller="+79000000002")
    async with centre.transactions.begin() as tx:
        tx.add(Recording(key="call:first", call_id=first, call_sid="first", kind="call", state="packed", seconds=60.5, peaks=[1]))
        tx.add(Recording(key="call:x", call_id=first, call_sid="first", kind="message", part="name", state="broken"))
    boss = await centre.a_member(Role.SUPERVISOR)
    browser = await sign_in(boss)

    async def found(**wanted: Any) -> list[int]:
        return [one["id"] for one in (await browser.get("/api/phone/calls", params=wanted)).json()["rows"]]

    assert await found() == [second, first]
    assert await found(number="8 900 000-00-02") == [second]
    assert await found(result="informed") == [first]
    assert await found(last="2026-11-24") == [] and await found(first="2026-11-25", direction="in") == [second, first]
    assert await found(before=second) == [first]
    assert (await browser.get("/api/phone/calls", params={"result": "nonsense"})).status_code == 400

    call = (await browser.get(f"/api/phone/calls/{first}")).json()
    assert (call["result"], call["seconds"], call["place"], call["has_recording"]) == ("informed", 61, "ended", True)
    assert [(one["kind"], one["details"].get("said")) for one in call["events"]] == [("keys", ["Новость дня."])]
    assert [(one["kind"], one["name"]) for one in call["legs"]] == [("dispatch", "ЕДДС")]
    assert [(one["part"], one["may_hear"], one["seconds"]) for one in call["recordings"]] == [
        ("", True, 60.5),
        ("name", False, 0.0),
    ]
    read = await centre.rows(AuditEntry, AuditEntry.action == "phone_call.read")
    assert [(one.staff_id, one.subject) for one in read] == [(boss.asker.id, f"phone_call:{first}")]
    assert (await browser.get(f"/api/phone/calls/{second + 1}")).status_code == 404


@pytest.mark.clause("2.5.1")
async def test_people_to_call_back_are_taken_given_back_and_done(phone: Phone, centre: Centre, sign_in: SignIn) -> None:
    await phone.a_call()
    await phone.desk.call_backs.ask("c1", CALLER)
    member = await centre.a_member()
    browser, colleague = await sign_in(member), await sign_in()
    [row] = (await browser.get("/api/phone/call-backs")).json()
    assert (row["phone"], row["reason"], row["taken_by"], row["is_late"]) == (CALLER, "asked", None, False)
    place = f"/api/phone/call-backs/{row['id']}"
    assert (await browser.post(f"{place}/take")).status_code == 204
    taken = await colleague.post(f"{place}/take")
    assert (taken.status_code, taken.json()["message"]) == (409, f"Разговор уже ведёт {member.asker.full_name}.")
    assert (await colleague.post(f"{place}/give-back")).status_code == 409
    assert (await browser.post(f"{place}/give-back")).status_code == 204
    assert (await colleague.post(f"{place}/take")).status_code == 204
    assert (await colleague.post(f"{place}/done", json={"done_as": "reached"})).status_code == 400
    assert (await colleague.post(f"{place}/done", json={"done_as": "talked", "note": "всё ясно"})).status_code == 204
    assert (await browser.get("/api/phone/call-backs", params={"reason": "asked"})).json() == []
    [done] = (await browser.get("/api/phone/call-backs", params={"all": "true"})).json()
    assert (done["done_as"], done["note"], done["done_at"] is not None) == ("talked", "всё ясно", True)


async def test_a_registration_in_a_call_begins_with_the_callers_number(phone: Phone, centre: Centre, sign_in: SignIn) -> None:
    talk = await centre.a_conversation()
    browser = await sign_in()
    assert (await browser.get(f"/api/phone/conversations/{talk}/card-draft")).json() is None
    await phone.a_call()
    await phone.note(conversation_id=talk)
    draft = (await browser.get(f"/api/phone/conversations/{talk}/card-draft")).json()
    assert (draft["phone"], draft["reply_form"], draft["reply_to"], draft["surname"]) == (CALLER, "phone", CALLER, "")
    await phone.end()
    assert (await browser.get(f"/api/phone/conversations/{talk}/card-draft")).json() == draft, (
        "a registration may be finished later"
    )
