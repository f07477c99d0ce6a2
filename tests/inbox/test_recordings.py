"""Recordings are passed on from the recorder, and messages left are a work queue."""

from collections.abc import Awaitable, Callable
from datetime import date

import httpx
import pytest

from core.appeals.model import Appeal
from core.audit.model import AuditEntry
from core.conversations.model import LeftMessage
from core.people.model import Applicant
from core.phone.model import CallBack, Recording
from core.vocabulary import Role
from tests.inbox.lefts import a_spoken_message
from tests.inbox.world import Centre

SignIn = Callable[..., Awaitable[httpx.AsyncClient]]
SOUND = bytes(range(256)) * 40


async def a_recording(centre: Centre) -> int:
    left = await a_spoken_message(centre, spoken={"question": "Когда включат свет?"})
    centre.shelf.sounds["message:c1:question-1"] = SOUND
    return (await centre.rows(Recording, Recording.left_message_id == left))[0].id or 0


@pytest.mark.clause("2.10")
async def test_a_recording_is_played_in_parts_and_the_hearing_is_written_down(centre: Centre, sign_in: SignIn) -> None:
    number = await a_recording(centre)
    browser = await sign_in(Role.OPERATOR)
    whole = await browser.get(f"/api/recordings/{number}/sound")
    assert (whole.status_code, whole.content, whole.headers["content-type"]) == (200, SOUND, "audio/ogg")
    assert whole.headers["accept-ranges"] == "bytes" and whole.headers["content-disposition"].startswith("inline")
    part = await browser.get(f"/api/recordings/{number}/sound", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, SOUND[100:200])
    assert (part.headers["content-range"], part.headers["content-length"]) == (f"bytes 100-199/{len(SOUND)}", "100")
    assert all(one.closed for one in centre.shelf.opened) and len(centre.shelf.opened) == 2
    assert len(await centre.rows(AuditEntry, AuditEntry.action == "recording.heard")) == 1


@pytest.mark.clause("2.10")
async def test_fewer_may_take_a_recording_away(centre: Centre, sign_in: SignIn) -> None:
    number = await a_recording(centre)
    path, save = f"/api/recordings/{number}/sound", {"save": "true"}
    assert (await (await sign_in(Role.OPERATOR)).get(path, params=save)).status_code == 403
    for role in (Role.SENIOR, Role.SUPERVISOR):
        saved = await (await sign_in(role)).get(path, params=save)
        assert saved.headers["content-disposition"] == f"attachment; filename*=UTF-8''recording-{number}.ogg"
    assert (await (await sign_in(Role.PRESS)).get(path)).status_code == 403


async def test_a_recorder_that_is_away_is_told(centre: Centre, sign_in: SignIn) -> None:
    number = await a_recording(centre)
    browser = await sign_in(Role.OPERATOR)
    centre.shelf.is_away = True
    away = await browser.get(f"/api/recordings/{number}/sound")
    assert (away.status_code, away.json()["code"]) == (503, "recorder_away")
    assert "не потеряна" in away.json()["message"]
    centre.shelf.is_away = False
    centre.shelf.media_type = "text/html"
    strange = await browser.get(f"/api/recordings/{number}/sound")
    assert strange.headers["content-type"] == "application/octet-stream"
    assert "sandbox" in strange.headers["content-security-policy"]


@pytest.mark.clause("2.6")
async def test_messages_left_stand_in_the_order_in_which_they_are_due(centre: Centre, sign_in: SignIn) -> None:
    later = await a_spoken_message(centre, sid="c1", due_on=date(2026, 11, 26))
    today = await a_spoken_message(centre, sid="c2", spoken={"name": "Иванов", "contact": "", "question": "Где свет?"})
    late = await a_spoken_message(centre, sid="c3", due_on=date(2026, 11, 24))
    written = await a_spoken_message(centre, sid="c4", spoken={}, due_on=None)
    browser = await sign_in(Role.OPERATOR)
    rows = (await browser.get("/api/left-messages")).json()
    marks = [(row["id"], row["is_late"], row["is_due_today"]) for row in rows]
    assert marks[:1] == [(written, False, False)]
    assert marks[1:] == [(late, True, False), (today, False, True), (later, False, False)]
    parts = [(one["part"], one["transcript"], one["may_hear"], one["may_save"]) for one in rows[2]["recordings"]]
    assert parts == [("name", "Иванов", True, False), ("contact", "", True, False), ("question", "Где свет?", True, False)]
    await browser.post(f"/api/left-messages/{late}/review")
    done = next(row for row in (await browser.get("/api/left-messages?open=false")).json() if row["id"] == late)
    assert done["reviewed_by"].startswith("Тестов") and not done["is_late"]
    auditor = await sign_in(Role.AUDITOR)
    assert all(one["may_save"] for row in (await auditor.get("/api/left-messages")).json() for one in row["recordings"])


@pytest.mark.clause("2.6")
@pytest.mark.clause("2.8.3")
async def test_an_appeal_is_registered_from_a_message_once(centre: Centre, sign_in: SignIn) -> None:
    spoken = {"name": "", "contact": "", "question": "Во дворе не горит фонарь."}
    left = await a_spoken_message(centre, full_name="Примеров Иван Петрович", spoken=spoken)
    browser = await sign_in(Role.OPERATOR)
    draft = (await browser.get(f"/api/left-messages/{left}/draft")).json()
    card = draft["card"]
    assert (card["surname"], card["given_name"], card["patronymic"]) == ("Примеров", "Иван", "Петрович")
    assert (card["phones"], draft["text"]) == (["+79000000001"], "Во дворе не горит фонарь.")
    form = {"card": card, "text": draft["text"], "urgency": "urgent", "reply_form": "phone"}
    first, again = [await browser.post(f"/api/left-messages/{left}/appeals", json=form) for _ in range(2)]
    assert first.status_code == 200, first.text
    assert first.json()["registration_number"] == again.json()["registration_number"]
    (appeal,) = await centre.rows(Appeal)
    (person,) = await centre.rows(Applicant)
    assert (appeal.applicant_id, appeal.reply_to, person.surname) == (person.id, "+79000000001", "Примеров")
    (shown,) = (await browser.get("/api/left-messages?open=false")).json()
    assert shown["appeal"]["registration_number"] == appeal.registration_number and shown["reviewed_at"]


@pytest.mark.clause("2.8.4")
async def test_without_a_name_nothing_is_registered_and_the_message_stays(centre: Centre, sign_in: SignIn) -> None:
    left = await a_spoken_message(centre)
    browser = await sign_in(Role.OPERATOR)
    draft = (await browser.get(f"/api/left-messages/{left}/draft")).json()
    form = {"card": draft["card"], "text": "Яма на дороге", "urgency": "urgent", "reply_form": "phone"}
    refused = await browser.post(f"/api/left-messages/{left}/appeals", json=form)
    assert (refused.status_code, refused.json()["code"]) == (400, "not_registrable")
    assert await centre.rows(Appeal) == [] and (await centre.rows(LeftMessage))[0].reviewed_at is None
    card = (await browser.get(f"/api/left-messages/{left}/draft")).json()["card"]
    named = {**form, "card": {**card, "surname": "Примеров", "given_name": "Иван"}}
    assert (await browser.post(f"/api/left-messages/{left}/appeals", json=named)).status_code == 200


async def test_who_left_a_message_is_called_back(centre: Centre, sign_in: SignIn) -> None:
    left = await a_spoken_message(centre, full_name="Примеров Иван")
    silent = await a_spoken_message(centre, sid="c2", phone="", email="a@example.org")
    browser = await sign_in(Role.OPERATOR)
    for _ in range(2):
        assert (await browser.post(f"/api/left-messages/{left}/call-back")).status_code == 204
    (row,) = await centre.rows(CallBack)
    assert (row.phone, row.name, row.reason, row.taken_by_id is not None) == ("+79000000001", "Примеров Иван", "message", True)
    taken = await (await sign_in(Role.OPERATOR)).post(f"/api/left-messages/{left}/call-back")
    assert (taken.status_code, taken.json()["code"]) == (409, "held_by_other")
    refused = await browser.post(f"/api/left-messages/{silent}/call-back")
    assert refused.json()["fields"] == {"phone": "Заполните это поле."}
