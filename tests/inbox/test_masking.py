"""A role that may not read personal data is shown none, on any route; a reveal shows them of one object, and is written down."""

from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts

from core.audit.model import AuditEntry
from core.conversations.model import Conversation, LeftMessage
from core.conversations.queries import Listing
from core.people.model import Applicant, ChannelIdentity, ContactPoint
from core.privacy.revealing import REVEALED_FOR
from core.staff.abilities import Ability
from core.vocabulary import ReplyForm, Role, Urgency
from inbox.web import mapping, schemas
from inbox.web.app import bare_app, openapi
from inbox.web.live import _encoded
from inbox.web.masking import FILES, MaskedRoute, personal_fields
from inbox.web.routers import live
from tests.inbox.access import ROUTES as ALL
from tests.inbox.access import Access
from tests.inbox.test_access import placed
from tests.inbox.world import Centre

SignIn = Callable[..., Awaitable[httpx.AsyncClient]]
SURNAME, PATRONYMIC, PHONE, EMAIL, STREET = "Плантаторова", "Казбековна", "+79187654321", "plant.secret@example.org", "Маркова"
PLANTED = (SURNAME, PATRONYMIC, PHONE, "9187654321", EMAIL, STREET, "Плантаторовой")
WORDS = f"Это {SURNAME} Залина {PATRONYMIC}, пр. {STREET}, д. 14, кв. 6, телефон {PHONE}, почта {EMAIL}: не горит фонарь."


async def planted(centre: Centre) -> dict[str, int]:
    """A person with everything, in the tables that the lists, cards, conversations and journals are made of."""
    conversation = await centre.a_conversation(mode="waiting", name=f"{SURNAME} Залина", words=WORDS)
    applicant = await centre.an_applicant(conversation, surname=SURNAME, phone=PHONE)
    async with centre.transactions.begin() as tx:
        person = await tx.get_one(Applicant, applicant)
        person.given_name, person.patronymic, person.postal_address = "Залина", PATRONYMIC, f"пр. {STREET}, 14"
        tx.add(ContactPoint(applicant_id=applicant, kind="email", value=EMAIL))
        identity = await tx.get_one(ChannelIdentity, (await tx.get_one(Conversation, conversation)).identity_id)
        identity.external_id = PHONE
        left = LeftMessage(
            conversation_id=conversation,
            full_name=f"{SURNAME} Залина",
            phone=PHONE,
            email=EMAIL,
            text=WORDS,
            left_at=centre.clock.now(),
        )
        tx.add(left)
        await tx.flush()
        number = left.id or 0
    appeal = await centre.an_appeal(
        conversation_id=conversation, text=WORDS, urgency=Urgency.URGENT, reply_form=ReplyForm.EMAIL, reply_to=EMAIL
    )
    return {"conversations": conversation, "appeals": appeal, "citizens": applicant, "left-messages": number}


def gets() -> list[Access]:
    return [row for row in ALL if row.method == "GET" and row.path != "/api/live" and row.holding != "public"]


@pytest.mark.clause("2.10")
async def test_no_route_shows_an_auditor_personal_data(centre: Centre, sign_in: SignIn) -> None:
    numbers = await planted(centre)
    auditor, operator = await sign_in(Role.AUDITOR), await sign_in(Role.OPERATOR)
    shown = set()
    for row in gets():
        number = numbers.get(row.path.split("/")[2], numbers["conversations"])
        told = (await auditor.get(placed(row, number))).text
        found = [one for one in PLANTED if one.casefold() in told.casefold()]
        assert not found, (row.path, found)
        if SURNAME in (await operator.get(placed(row, number))).text:
            shown.add(row.path)
    assert len(shown) >= 10, shown  # the same answers are full of them for who needs them


async def test_a_search_and_a_likeness_show_an_auditor_none(centre: Centre, sign_in: SignIn) -> None:
    await planted(centre)
    auditor = await sign_in(Role.AUDITOR)
    for told in (
        await auditor.get("/api/conversations", params={"list": "all", "query": SURNAME}),
        await auditor.get("/api/appeals", params={"words": "фонарь"}),
        await auditor.post("/api/appeals/like", json={"text": "не горит фонарь"}),
    ):
        assert told.status_code == 200 and not [one for one in PLANTED if one in told.text]


@pytest.mark.clause("2.10")
async def test_a_reveal_shows_one_object_for_its_time_and_is_written_down(centre: Centre, sign_in: SignIn) -> None:
    numbers = await planted(centre)
    member = await centre.a_member(Role.AUDITOR)
    auditor, other = await sign_in(member), await sign_in(Role.AUDITOR)
    path = f"/api/appeals/{numbers['appeals']}"
    form = {"subject": "appeal", "id": numbers["appeals"], "reason": "complaint", "words": f"Жалоба от {SURNAME}"}
    assert (await auditor.post("/api/reveals", json=form)).status_code == 200
    assert SURNAME in (await auditor.get(path)).text
    assert SURNAME not in (await other.get(path)).text
    assert SURNAME not in (await auditor.get(f"/api/citizens/{numbers['citizens']}")).text
    [entry] = await centre.rows(AuditEntry, AuditEntry.action == "personal.revealed")
    assert (entry.staff_id, entry.subject, entry.details["reason"]) == (
        member.asker.id,
        f"appeal:{numbers['appeals']}",
        "complaint",
    )
    assert SURNAME not in str(entry.details)
    centre.clock.move(seconds=(REVEALED_FOR + timedelta(seconds=1)).total_seconds())
    assert SURNAME not in (await auditor.get(path)).text


async def test_another_reason_is_told_in_words(sign_in: SignIn) -> None:
    auditor = await sign_in(Role.AUDITOR)
    answer = await auditor.post("/api/reveals", json={"subject": "appeal", "id": 7, "reason": "other", "words": " "})
    assert answer.status_code == 400 and "words" in answer.json()["fields"]


async def test_a_file_with_personal_data_asks_for_a_reveal(sign_in: SignIn) -> None:
    auditor = await sign_in(Role.AUDITOR)
    answer = await auditor.get("/api/recordings/7/sound")
    assert (answer.status_code, answer.json()["code"]) == (403, "masked")
    await auditor.post("/api/reveals", json={"subject": "recording", "id": 7, "reason": "inspection"})
    assert (await auditor.get("/api/recordings/7/sound")).status_code == 404


PLAIN_FILES = ("/api/audit", "/api/forms", "/api/knowledge", "/api/news", "/api/oidc", "/api/reports")


def test_a_file_bears_personal_data_or_is_known_to_bear_none() -> None:
    paths = openapi()["paths"]
    files = [path for path, one in paths.items() if "get" in one and not _schemas(one["get"]["responses"].get("200", {}))]
    for path in files:
        real = path.replace("{id}", "7").replace("{file_id}", "7").replace("{number}", "7")
        assert FILES.fullmatch(real) or path.startswith(PLAIN_FILES), path


_NAMES = (
    "addressee_name answer answers_to author_name called came_by came_to channel clause client_key "
    "decided_by delivery department department_name departments dkim dmarc earlier full_name "
    "hand_off_reason holiday key kind known_by last_author made_by_name mailbox media_type menu_state "
    "name next number operator operator_name part problem recording_problem registered_by_name "
    "registration_number remarks reviewed_by signature signed_by source spf staff_name stands_in_for "
    "status title tone topic trouble url variables warnings words"
)
PLAIN = frozenset(_NAMES.split())
"""Words of the office, of its staff and of officials; ids and codes."""
OF_THE_OFFICE = frozenset({("CannedAnswerView", "text"), ("DraftView", "text"), ("DraftView", "replaced")})


def test_each_field_of_words_is_personal_or_known_to_be_plain() -> None:
    described = openapi()
    models, unknown = described["components"]["schemas"], set()
    for row in gets():
        if row.ability not in (Ability.READ_INBOX, Ability.READ_REFUSALS):
            continue
        left, seen = _schemas(described["paths"][row.path.partition("?")[0]]["get"]["responses"].get("200", {})), set()
        while left:
            name = left.pop().rpartition("/")[2]
            if name in seen:
                continue
            seen.add(name)
            left += _schemas(models[name])
            words = {field for field, one in models[name].get("properties", {}).items() if _is_words(one)}
            unknown |= {(name, field) for field in words - personal_names(name) - PLAIN}
    assert unknown == OF_THE_OFFICE


def personal_names(model: str) -> set[str]:
    """Its own and, as the answers inherit them, those of the model that it grew out of."""
    return {field for one in (model, GROWN.get(model, "")) for field in personal_fields().get(one, {})}


GROWN = {"MailView": "MailLine", "PhoneLive": "PhoneCallLine", "PhoneCallView": "PhoneCallLine"}


def _is_words(told: dict[str, Any]) -> bool:
    if told.get("type") == "string":
        return not {"format", "enum", "const"} & told.keys()
    within = [*told.get("anyOf", ()), *([told["items"]] if "items" in told else ())]
    return (told.get("type") == "object" and "properties" not in told) or any(_is_words(one) for one in within)


def test_every_route_about_citizens_masks() -> None:
    about = {(row.method, row.path.partition("?")[0]) for row in ALL if row.ability in ABOUT_CITIZENS}
    plain = {
        context.path
        for context in iter_route_contexts(bare_app(live.router).routes)
        if isinstance(context.original_route, APIRoute) and not isinstance(context.original_route, MaskedRoute)
        if {(method, context.path) for method in context.original_route.methods or ()} & about
    }
    assert plain == set()


ABOUT_CITIZENS = (Ability.READ_INBOX, Ability.READ_REFUSALS, Ability.HEAR_RECORDINGS)


async def test_the_live_stream_shows_an_auditor_no_message(centre: Centre) -> None:
    await planted(centre)
    page = await centre.operators.reading.page((await centre.a_member()).asker, Listing.QUEUE)
    row = mapping.row(page.rows[0])
    assert SURNAME in row.model_dump_json()
    event = _encoded(1, schemas.HandedOff(kind="handed_off", row=row))
    told = event.shown_to((await centre.a_member(Role.AUDITOR)).asker)
    assert not [one for one in PLANTED if one in told.data or one.encode() in told.wire]


def test_every_masked_field_is_a_field_of_the_answers() -> None:
    schemas = openapi()["components"]["schemas"]
    known = {name: set(one.get("properties", {})) for name, one in schemas.items()}
    wrong = [(model, name) for model, fields in personal_fields().items() for name in fields if name not in known.get(model, ())]
    assert wrong == []


def _schemas(told: Any) -> list[str]:
    return list(_references(told))


def _references(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        if "$ref" in told:
            yield told["$ref"]
        for one in told.values():
            yield from _references(one)
    elif isinstance(told, list):
        for one in told:
            yield from _references(one)
