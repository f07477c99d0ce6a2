"""Knowledge duties: raised when an article changes and each quarter, written to whoever is there, answered once (4.3, 4.4)."""

from datetime import date

import pytest

from core.errors import Conflict, Invalid
from core.knowledge.duties.desk import DutyDesk
from core.links.desk import LinkUsed
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.vocabulary import Role
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.control.world import Town, all_letters

WEDNESDAY, THURSDAY, MONDAY = date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 30)
DUE_ANNEX, DUE_GENERAL = MONDAY, date(2026, 12, 2)
DUTIES = "SELECT kind, period, department, due_on, state FROM knowledge_duty WHERE kind = 'change' ORDER BY id"
EDITOR = Asker(
    id=1, login="a", full_name="А", role=Role.KNOWLEDGE_EDITOR, on_shift=False, shortcuts_on=True, notify="all", session="s"
)


@pytest.fixture
async def town(transactions: Transactions, clock: MovableClock) -> Town:
    """One department, two published articles: of a kind with a term of 3 working days, and of one without."""
    town = Town(transactions)
    await town.found(1)
    async with transactions.begin() as tx:
        tx.add(StaffMember(id=1, login="a", full_name="А", role="knowledge_editor", password_hash="", created_at=clock.now()))
    for number in (1, 2):
        await town.do(
            "INSERT INTO article (id, item_no, department, title, answer, spoken, questions, source, restricted, status, version,"
            " sample, seed_digest, source_file_name, notes, changed_in, created_at, updated_at, confirmed_on)"
            " VALUES (:id, :id, 'd1',"
            " 'Приём', 'По вторникам.', '', '[]', '', false, 'published', 1, false, '', '', '[]', 1, now(), now(), '2026-06-01')",
            id=number,
        )
    return town


async def publish(town: Town, article: int, version: int = 1, deed: str = "publish") -> None:
    await town.do(
        "INSERT INTO article_version (article_id, version, status, deed, made_at, item_no, department, title, answer, spoken,"
        " questions, source, restricted) VALUES (:id, :version, 'published', :deed, '2026-11-25 06:00Z', :id, 'd1', 'Приём',"
        " 'По вторникам.', '', '[]', '', false)",
        id=article,
        version=version,
        deed=deed,
    )


async def token(town: Town, kind: str = "change") -> str:
    duties = await town.rows("SELECT 'knowledge_duty:' || id FROM knowledge_duty WHERE kind = :kind", kind=kind)
    letter = next(one for one in await all_letters(town.transactions) if (one.key,) in duties)
    return str(letter.content["text"]).split("/k/")[1].split()[0]


@pytest.mark.clause("4.3")
@pytest.mark.clause("annex")
async def test_a_change_is_asked_about_within_the_annex_or_seven_days_and_once(town: Town) -> None:
    await publish(town, 1)
    await publish(town, 2)
    await publish(town, 2, 5, deed="confirm")
    for _ in range(2):
        await town.round_at(WEDNESDAY)
    assert await town.rows(DUTIES) == [
        ("change", "1", "d1", DUE_ANNEX, "open"),
        ("change", "1", "d1", DUE_GENERAL, "open"),
    ]
    assert len(await town.rows("SELECT 1 FROM delivery WHERE key LIKE 'knowledge_duty:%'")) == 3


@pytest.mark.clause("4.3")
async def test_the_link_confirms_the_articles_and_works_once(town: Town, transactions: Transactions, clock: MovableClock) -> None:
    await publish(town, 1)
    await town.round_at(WEDNESDAY)
    desk, secret = DutyDesk(transactions=transactions, clock=clock), await token(town)
    page = await desk.duty_page(secret)
    assert (page.department_name, page.due_on, [one.title for one in page.articles]) == ("Отдел d1", DUE_ANNEX, ["Приём"])
    with pytest.raises(Invalid):
        await desk.confirm_duty(secret, name=" ", remarks="")
    await desk.confirm_duty(secret, name="Связной Пример", remarks="")
    assert await town.rows("SELECT confirmed_on, version FROM article WHERE id = 1") == [(WEDNESDAY, 2)]
    with pytest.raises(LinkUsed):
        await desk.duty_page(secret)
    await town.round_at(THURSDAY)
    assert len(await town.rows(DUTIES)) == 1


@pytest.mark.clause("4.3")
async def test_remarks_confirm_nothing_and_are_a_task_of_the_operators(
    town: Town, transactions: Transactions, clock: MovableClock
) -> None:
    await publish(town, 1)
    await town.round_at(WEDNESDAY)
    desk = DutyDesk(transactions=transactions, clock=clock)
    row = next(one for one in await desk.list(EDITOR, department="d1") if one.duty.kind == "change")
    await desk.confirm(EDITOR, row.duty.id or 0, name="Связной Пример", remarks="Приём теперь по средам.")
    assert await town.rows("SELECT confirmed_on FROM article WHERE id = 1") == [(date(2026, 6, 1),)]
    tasks = await town.rows("SELECT for_role, facts->>'reason' FROM staff_task WHERE kind = 'knowledge_duty'")
    assert tasks == [("operator", "remarks")]
    with pytest.raises(LinkUsed):
        await desk.duty_page(await token(town))
    with pytest.raises(Conflict):
        await desk.confirm(EDITOR, row.duty.id or 0, name="Связной Пример")


async def test_a_second_change_takes_the_place_of_the_first(town: Town) -> None:
    await publish(town, 1)
    await town.round_at(WEDNESDAY)
    await publish(town, 1, 2)
    await town.round_at(THURSDAY)
    assert [row[4] for row in await town.rows(DUTIES)] == ["superseded", "open"]


@pytest.mark.clause("4.3")
async def test_what_is_not_confirmed_in_time_is_on_the_heads_list(town: Town) -> None:
    await publish(town, 1)
    for day in (WEDNESDAY, DUE_ANNEX, date(2026, 12, 1), date(2026, 12, 1)):
        await town.round_at(day)
    overdue = await town.rows("SELECT for_role, due_on FROM staff_task WHERE facts->>'reason' = 'overdue'")
    assert overdue == [("supervisor", DUE_ANNEX)]
    assert len(await town.rows("SELECT 1 FROM delivery WHERE key LIKE 'knowledge_duty_last:%'")) == 1


@pytest.mark.clause("4.4")
async def test_a_substitute_is_written_to_and_nobody_is_the_heads_matter(town: Town) -> None:
    await publish(town, 1)
    await town.do("UPDATE liaison SET is_active = false")
    await town.round_at(WEDNESDAY)
    assert await town.rows("SELECT count(*) FROM delivery") == [(0,)]
    unaddressed = await town.rows("SELECT for_role FROM staff_task WHERE facts->>'reason' = 'unaddressed'")
    assert set(unaddressed) == {("supervisor",)}
    await town.do("UPDATE liaison SET is_active = true")
    await town.do(
        "INSERT INTO absence (liaison_id, first, last, substitute_name, substitute_position, substitute_email, substitute_phone,"
        " reason, made_at) VALUES (1, '2026-11-16', '2027-01-01', 'Заместитель Пример', '', 'sub@org.example', '', '', now())"
    )
    await town.round_at(THURSDAY)
    assert {one.recipient for one in await all_letters(town.transactions)} == {"sub@org.example"}
