"""A citizen's copy: all that is kept of them and nothing of anybody else, with their files; hostile words stay inert."""

import json
import zipfile

import pytest

from core.audit.model import AuditEntry
from core.conversations.model import Attachment, Message
from core.errors import NotAllowed, NotFound
from core.files import store_file
from core.keeping.copying import Copy
from core.keeping.sections import SECTIONS
from core.phone.model import PhoneCall, Recording
from core.vocabulary import Role
from tests.core.keeping.archive import Archive


@pytest.mark.clause("2.10")
async def test_a_copy_holds_everything_of_the_person_and_nothing_of_others(archive: Archive) -> None:
    person = await archive.a_person(given_name="<script>alert(1)</script>")
    talk = await archive.everything_of(person)
    appeal = await archive.centre.an_appeal(conversation_id=talk)
    stranger = await archive.town.a_person(surname="Чужой", given_name="Пётр", phones=("+78672000009",))
    await archive.town.a_talk(stranger, words="Чужие слова")
    await with_a_file(archive, talk, "../../план <двора>.txt", b"the plan")
    await with_a_file(archive, talk, "зараза.exe", b"a virus", warnings=["infected"])
    await with_a_recording(archive, talk, b"OggS sound")
    copy = await archive.centre.copies.make(await archive.head(), person)
    told, page, names = opened(copy)
    assert told["card"][0]["surname"] == "Примеров" and told["contacts"][0]["value"] == "+78672000001"
    assert [one["id"] for one in told["conversations"]] == [talk] and told["messages"][0]["text"] == "Не горит фонарь"
    assert len(told["appeals"]) == 1 and told["left_messages"][0]["text"] == "Перезвоните" and told["refusals"]
    assert len(told["calls"]) == 1 and set(told) >= set(SECTIONS)
    assert "Чужой" not in page and "Чужие слова" not in json.dumps(told, ensure_ascii=False)
    assert "<script>" not in page and "&lt;script&gt;" in page
    assert len([name for name in names if name.startswith("files/")]) == 1, "an infected file is given to nobody"
    assert any(name.startswith("calls/") for name in names) and not any(".." in name for name in names)
    (entry,) = await archive.centre.rows(AuditEntry, AuditEntry.action == "citizen.copied")
    assert entry.subject == f"applicant:{person}" and entry.details["appeals"] == 1 and appeal


async def test_a_recording_that_the_recorder_does_not_give_is_named_as_missing(archive: Archive) -> None:
    person = await archive.a_person()
    await with_a_recording(archive, await archive.everything_of(person), b"sound")
    archive.centre.shelf.is_away = True
    told, page, names = opened(await archive.centre.copies.make(await archive.head(), person))
    assert len(told["missing"]) == 1 and not any(name.startswith("calls/") for name in names) and "call.ogg" in page


async def test_a_copy_is_made_for_those_who_may_and_of_those_who_exist(archive: Archive) -> None:
    person = await archive.a_person()
    for role in (Role.OPERATOR, Role.AUDITOR, Role.ADMINISTRATOR):
        with pytest.raises(NotAllowed):
            await archive.centre.copies.make((await archive.centre.a_member(role)).asker, person)
    with pytest.raises(NotFound):
        await archive.centre.copies.make(await archive.head(), 10**9)


def opened(copy: Copy) -> tuple[dict[str, list[dict[str, object]]], str, list[str]]:
    with copy.content as content, zipfile.ZipFile(content) as kept:
        assert kept.testzip() is None
        return json.loads(kept.read("data.json")), kept.read("index.html").decode(), kept.namelist()


async def with_a_file(archive: Archive, talk: int, name: str, content: bytes, **details: object) -> None:
    now = archive.clock.now()
    async with archive.transactions.begin() as tx:
        message = Message(conversation_id=talk, author="citizen", text="", created_at=now)
        tx.add(message)
        await tx.flush()
        key = await store_file(tx, content, "text/plain", now)
        given = {"message_id": message.id or 0, "kind": "document", "file_name": name, "state": "stored", "storage_key": key}
        tx.add(Attachment(**given, size=len(content), details=details))


async def with_a_recording(archive: Archive, talk: int, sound: bytes) -> None:
    (call,) = await archive.centre.rows(PhoneCall, PhoneCall.conversation_id == talk)
    archive.centre.shelf.sounds["key-1"] = sound
    async with archive.transactions.begin() as tx:
        now = archive.clock.now()
        given = {"key": "key-1", "call_id": call.id, "kind": "call", "state": "packed", "kept_at": "http://recorder"}
        tx.add(Recording(**given, file_name="ab/call.ogg", started_at=now, ended_at=now, transcript="Не горит"))
