"""The directory of departments and officials, and absences (reg. 4.2, 4.4)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from core.departments.addressing import Addressee, addressee_of, who_answers
from core.departments.desk import DepartmentDesk
from core.departments.forms import AbsenceForm, DepartmentEdit, LiaisonEdit
from core.departments.model import Absence, Department, Liaison
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.knowledge.desk import KnowledgeDesk
from core.staff.asker import Asker
from core.vocabulary import Role
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.knowledge.fakes import LetterEmbedder
from tests.core.requests.world import EMPTY, LIGHTS, WATER, World

WEDNESDAY = date(2026, 11, 25)
OUTSIDER = {"substitute_name": "Замена Пример", "substitute_email": "substitute@org.example"}


@pytest.fixture
async def world(transactions: Transactions, clock: MovableClock) -> World:
    """Three departments; liaisons 1 and 2 of the lights, 3 of the water."""
    return await World(transactions, clock).build()


@pytest.fixture
def desk(world: World) -> DepartmentDesk:
    """The desk."""
    base = KnowledgeDesk(transactions=world.transactions, clock=world.clock, embedder=LetterEmbedder())
    return DepartmentDesk(transactions=world.transactions, clock=world.clock, meanings=base)


@pytest.fixture
async def head(world: World) -> Asker:
    """The head of the centre."""
    return await world.a_member(Role.SUPERVISOR)


async def addressee(world: World, department: str, on: date = WEDNESDAY) -> Addressee | None:
    """Whom the department is written to."""
    async with world.transactions.begin() as tx:
        return await addressee_of(tx, department, on)


@pytest.mark.clause("4.4")
@pytest.mark.parametrize(
    ("absences", "department", "expected"),
    [
        pytest.param([], WATER, (3, None), id="there"),
        pytest.param([], EMPTY, None, id="nobody on the list"),
        pytest.param([(1, {})], LIGHTS, (2, None), id="a colleague of the same list comes before substitutes"),
        pytest.param([(1, {"substitute_id": 3}), (2, {})], LIGHTS, (3, 1), id="a substitute from another department"),
        pytest.param([(3, OUTSIDER)], WATER, (None, 3), id="a substitute by name"),
        pytest.param([(3, {"substitute_id": 1}), (1, {"substitute_id": 2})], WATER, (2, 3), id="a chain"),
        pytest.param([(3, {"substitute_id": 1}), (1, {"substitute_id": 3})], WATER, None, id="a circle"),
        pytest.param([(3, {})], WATER, None, id="nobody named"),
        pytest.param([(3, {"substitute_id": 1}), (1, {})], WATER, None, id="a chain to nobody"),
        pytest.param([(3, {"last": date(2026, 11, 24)})], WATER, (3, None), id="back today"),
        pytest.param([(3, {"first": date(2026, 11, 26)})], WATER, (3, None), id="leaves tomorrow"),
        pytest.param([(3, {"last": WEDNESDAY, **OUTSIDER})], WATER, (None, 3), id="the last day counts"),
        pytest.param([(3, {"first": WEDNESDAY, **OUTSIDER})], WATER, (None, 3), id="the first day counts"),
    ],
)
async def test_who_is_written_to(
    world: World, absences: list[tuple[int, dict[str, Any]]], department: str, expected: tuple[int | None, int | None] | None
) -> None:
    for liaison, given in absences:
        await world.away(liaison, **given)
    found = await addressee(world, department)
    assert (found and (found.liaison_id, found.stands_in_for)) == expected


async def test_the_copy_for_the_head_is_of_the_department_that_is_asked(world: World) -> None:
    found = await addressee(world, LIGHTS)
    assert found is not None
    assert found.copy_to == "head@lights.example"
    await world.away(3, substitute_id=1)
    stand_in = await addressee(world, WATER)
    assert stand_in is not None
    assert (stand_in.stands_in_for_name, stand_in.copy_to) == ("Водин Пример", "")


async def test_who_has_no_address_or_has_left_is_not_written_to(world: World, desk: DepartmentDesk, head: Asker) -> None:
    await desk.save_liaison(head, 1, LiaisonEdit(full_name="Светлова Пример", position="специалист", department=LIGHTS))
    assert (found := await addressee(world, LIGHTS)) is not None
    assert found.liaison_id == 2
    await desk.retire_liaison(head, 2)
    assert await addressee(world, LIGHTS) is None
    async with world.transactions.begin() as tx:
        assert await who_answers(tx, 2, WEDNESDAY) is None
        assert await who_answers(tx, 99, WEDNESDAY) is None
    await desk.recall_liaison(head, 2)
    assert await addressee(world, LIGHTS) is not None


async def test_the_list_shows_everybody_and_who_would_be_written_to(world: World, desk: DepartmentDesk) -> None:
    await world.away(3, **OUTSIDER)
    await world.away(3, first=date(2026, 11, 1), last=date(2026, 11, 2))
    shown = {one.department.key: one for one in await desk.list(world.asker)}
    assert shown[EMPTY].addressee is None
    [water] = shown[WATER].liaisons
    assert len(water.absences) == 1, "what is over is not shown"
    assert water.answers is not None
    assert water.answers.full_name == "Замена Пример"
    assert [one.liaison.no for one in shown[LIGHTS].liaisons] == [1, 2]


async def test_an_official_is_found_by_any_words(world: World, desk: DepartmentDesk) -> None:
    assert [one.liaison.no for one in await desk.find_official(world.asker, "освещен СВЕТ")] == [1]
    assert await desk.find_official(world.asker, "никто") == []
    await world.away(3, substitute_id=2)
    [water] = await desk.find_official(world.asker, "водин")
    assert water.answers is not None
    assert water.answers.liaison_id == 2


@pytest.mark.clause("4.2")
async def test_a_department_is_edited_by_the_head(world: World, desk: DepartmentDesk, head: Asker) -> None:
    edit = DepartmentEdit(name="  Отдел \u202eводы ", head_name="Глава Пример", head_email="head@water.example", copy_to_head=True)
    await desk.save_department(head, WATER, edit)
    async with world.transactions.begin() as tx:
        saved = await tx.get_one(Department, WATER)
    assert (saved.name, saved.copy_to_head, saved.version) == ("Отдел воды", True, 1)
    with pytest.raises(NotFound):
        await desk.save_department(head, "other", edit)
    with pytest.raises(Invalid) as refused:
        await desk.save_department(head, WATER, DepartmentEdit(name="", email="no", copy_to_head=True, version=1))
    assert refused.value.facts["fields"] == {"name": "missing", "email": "unreadable_email", "head_email": "missing"}


async def test_what_a_colleague_saved_meanwhile_is_not_written_over(world: World, desk: DepartmentDesk, head: Asker) -> None:
    await desk.save_department(head, WATER, DepartmentEdit(name="Отдел воды"))
    with pytest.raises(Conflict) as refused:
        await desk.save_department(head, WATER, DepartmentEdit(name="Отдел водопровода"))
    assert refused.value.facts == {"version": 1}
    official = LiaisonEdit(full_name="Светлова Пример", position="начальник", department=LIGHTS)
    assert (await desk.save_liaison(head, 1, official)).version == 1
    assert (await desk.save_liaison(head, 1, replace(official, version=1))).version == 1, "saved as it was: nothing changed"
    with pytest.raises(Conflict):
        await desk.save_liaison(head, 1, official)


async def test_liaisons_are_added_at_the_end(world: World, desk: DepartmentDesk, head: Asker) -> None:
    edit = LiaisonEdit(full_name="Новая Пример", position="специалист", department=EMPTY, email="new@org.example")
    made = await desk.add_liaison(head, edit)
    assert (made.no, made.is_active) == (4, True)
    assert await addressee(world, EMPTY) is not None
    with pytest.raises(Invalid) as refused:
        await desk.add_liaison(head, LiaisonEdit(full_name="", position="", department="other", email="x"))
    assert refused.value.facts["fields"] == {
        "full_name": "missing",
        "position": "missing",
        "email": "unreadable_email",
        "department": "missing",
    }
    with pytest.raises(NotFound):
        await desk.save_liaison(head, 99, edit)


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        pytest.param({"last": date(2026, 11, 24)}, {"last": "before_first"}, id="backwards"),
        pytest.param({"first": date(2026, 11, 1), "last": date(2026, 11, 2)}, {"last": "in_the_past"}, id="over"),
        pytest.param({"last": date(2028, 1, 1)}, {"last": "too_long"}, id="for years"),
        pytest.param({"substitute_id": 3}, {"substitute_id": "no_substitute"}, id="oneself"),
        pytest.param({"substitute_id": 99}, {"substitute_id": "no_substitute"}, id="unknown"),
        pytest.param({"substitute_name": "Имя"}, {"substitute_email": "missing"}, id="a name without an address"),
        pytest.param({"substitute_email": "a@org.example"}, {"substitute_name": "missing"}, id="an address without a name"),
        pytest.param({"reason": "р" * 201}, {"reason": "too_long"}, id="a reason that would be cut"),
        pytest.param(
            {"substitute_email": f"{'a' * 320}@org.example", "substitute_name": "N"},
            {"substitute_email": "too_long"},
            id="an address that would be cut",
        ),
        pytest.param({"substitute_email": "no", "substitute_name": "N"}, {"substitute_email": "unreadable_email"}, id="no address"),
    ],
)
async def test_bad_absences_are_refused(desk: DepartmentDesk, head: Asker, given: dict[str, Any], fields: dict[str, str]) -> None:
    said = {"liaison_id": 3, "first": WEDNESDAY, "last": date(2026, 11, 27), **given}
    with pytest.raises(Invalid) as refused:
        await desk.add_absence(head, AbsenceForm(**said))
    assert refused.value.facts["fields"] == fields


async def test_an_absence_begins_ends_early_and_does_not_overlap(world: World, desk: DepartmentDesk, head: Asker) -> None:
    leave = AbsenceForm(liaison_id=3, first=WEDNESDAY, last=date(2026, 12, 4), substitute_id=1)
    made = await desk.add_absence(head, leave)
    with pytest.raises(Invalid) as refused:
        await desk.add_absence(head, leave)
    assert refused.value.facts["fields"] == {"first": "overlaps"}
    world.clock.move(days=2)
    await desk.end_absence(head, made.id or 0)
    assert [one.last for one in await world.rows(Absence)] == [date(2026, 11, 26)]
    with pytest.raises(NotFound):
        await desk.end_absence(head, made.id or 0)
    coming = await desk.add_absence(head, AbsenceForm(liaison_id=3, first=date(2026, 12, 1), last=date(2026, 12, 4)))
    await desk.end_absence(head, coming.id or 0)
    assert len(await world.rows(Absence)) == 1


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.AUDITOR, Role.PRESS])
async def test_only_the_head_and_the_administrator_change_the_directory(world: World, desk: DepartmentDesk, role: Role) -> None:
    asker = await world.a_member(role)
    absence = AbsenceForm(liaison_id=3, first=WEDNESDAY, last=WEDNESDAY)
    with pytest.raises(NotAllowed):
        await desk.add_absence(asker, absence)
    with pytest.raises(NotAllowed):
        await desk.retire_liaison(asker, 1)
    if role is Role.PRESS:
        with pytest.raises(NotAllowed):
            await desk.list(asker)
    assert all(one.is_active for one in await world.rows(Liaison))
    assert await desk.list(await world.a_member(Role.ADMINISTRATOR))
