"""Who changes the trail past the program is refused by the database, and found out when that was got round (reg. 2.10)."""

import csv
import io
import json
from collections.abc import Sequence

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from core.audit.checking import check_file, check_trail
from core.audit.desk import AuditDesk, Looked
from core.audit.model import AuditCheck
from core.audit.trail import record
from core.errors import Invalid, NotAllowed
from core.plainly import harmless
from core.tasks.model import StaffTask
from core.vocabulary import Role
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.hostile import NAMES
from tests.inbox.world import Centre

PAST_THE_RULES = "SET LOCAL session_replication_role = replica"
HOSTILE = '=HYPERLINK("http://x","a")'


@pytest.fixture
async def centre(transactions: Transactions, clock: MovableClock) -> Centre:
    """Five deeds beside those of the two accounts."""
    centre = Centre(transactions, clock)
    for number in range(5):
        async with transactions.begin() as tx:
            await record(tx, clock.now(), "appeal.edit", f"appeal:{number}", number=number, name=HOSTILE)
    return centre


@pytest.fixture
def desk(centre: Centre) -> AuditDesk:
    return AuditDesk(transactions=centre.transactions, clock=centre.clock)


async def ids(centre: Centre) -> list[int]:
    async with centre.transactions.begin() as tx:
        return list((await tx.execute(text("SELECT id FROM audit_entry ORDER BY id"))).scalars())


async def by_force(centre: Centre, *statements: str) -> None:
    """What somebody with the server's password can do."""
    async with centre.transactions.begin() as tx:
        for statement in (PAST_THE_RULES, *statements):
            await tx.execute(text(statement))


@pytest.mark.clause("2.10")
@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET action = 'x'", "DELETE FROM audit_entry", "TRUNCATE audit_entry CASCADE"],
)
async def test_the_database_refuses_to_change_the_trail(statement: str, centre: Centre) -> None:
    with pytest.raises(DBAPIError, match="append-only"):
        async with centre.transactions.begin() as tx:
            await tx.execute(text(statement))


SPOILT = {
    "a row changed": ("UPDATE audit_entry SET details = '{}' WHERE id = {third}", 2),
    "another person named": ("UPDATE audit_entry SET at = at - interval '1 hour' WHERE id = {third}", 2),
    "a row deleted": ("DELETE FROM audit_entry WHERE id = {third}", 2),
    "two rows swapped": (
        "UPDATE audit_entry SET subject = CASE id WHEN {third} THEN 'appeal:3' ELSE 'appeal:2' END"
        " WHERE id IN ({third}, {third} + 1)",
        2,
    ),
    "a row written in between": (
        "UPDATE audit_entry SET id = id + 100 WHERE id > {third};"
        "INSERT INTO audit_entry (id, at, action, subject, details, seal) OVERRIDING SYSTEM VALUE"
        " SELECT id + 1, at, action, subject, details, seal FROM audit_entry WHERE id = {third}",
        3,
    ),
}


@pytest.mark.clause("2.10")
@pytest.mark.parametrize("spoil", SPOILT)
async def test_a_changed_trail_is_found_and_told_to_the_head(spoil: str, centre: Centre, desk: AuditDesk) -> None:
    before = await ids(centre)
    assert (await desk.check(None)).broken_id is None
    statements, place = SPOILT[spoil]
    await by_force(centre, *statements.replace("{third}", str(before[2])).split(";"))
    found = await desk.check(None)
    assert found.broken_id == (await ids(centre))[place]
    (task,) = await centre.rows(StaffTask, StaffTask.kind == "audit_broken")
    assert (task.for_role, task.facts["entry"]) == ("supervisor", found.broken_id)


@pytest.mark.clause("2.10")
async def test_a_tail_that_was_cut_off_is_missed_by_the_last_check(centre: Centre, desk: AuditDesk) -> None:
    whole = await desk.check(None)
    await by_force(centre, f"DELETE FROM audit_entry WHERE id >= {whole.last_id}")
    assert (await check_trail(centre.transactions)).broken_id is None, "the rest is a whole chain"
    assert (await desk.check(None)).broken_id == whole.last_id
    assert (await check_trail(centre.transactions, [(whole.last_id, whole.last_seal)])).broken_id == whole.last_id


async def test_a_long_trail_is_followed_in_batches(centre: Centre) -> None:
    found = await check_trail(centre.transactions, batch=2)
    assert (found.entries, found.broken_id) == (len(await ids(centre)), None)


@pytest.mark.clause("2.10")
async def test_an_export_is_an_entry_and_is_checked_by_its_own_seals(centre: Centre, desk: AuditDesk) -> None:
    head = (await centre.a_member(Role.SUPERVISOR)).asker
    lines = (await desk.export(head, Looked(), "jsonl")).decode().splitlines()
    assert check_file(lines).broken_id is None
    assert check_file(lines[2:]).entries == len(lines) - 2 and check_file(lines[2:]).broken_id is None
    told = json.loads(lines[3])
    spoilt = [*lines[:3], json.dumps({**told, "action": "appeal.close"}), *lines[4:]]
    assert check_file(spoilt).broken_id == told["id"]
    assert check_file([*lines[:3], *lines[4:]]).broken_id == json.loads(lines[4])["id"]
    with pytest.raises(Invalid):
        check_file(["{}"])
    newest = (await desk.page(head, Looked())).lines[0]
    assert (newest.action, newest.staff_id, newest.details) == ("audit.exported", head.id, {"entries": len(lines), "form": "jsonl"})


@pytest.mark.parametrize(
    ("looked", "count"),
    [
        pytest.param(Looked(action="appeal."), 5, id="of a kind"),
        pytest.param(Looked(action="appeal_"), 0, id="a sign of LIKE is a sign"),
        pytest.param(Looked(subject="appeal:3"), 1, id="of an object"),
        pytest.param(Looked(subject="appeal"), 5, id="of a kind of objects"),
        pytest.param(Looked(subject="app"), 0, id="a kind is a whole word"),
        pytest.param(Looked(first=MovableClock().today()), 5, id="since a day"),
        pytest.param(Looked(last=MovableClock().today().replace(day=1)), 0, id="until a day"),
    ],
)
async def test_the_trail_is_looked_through(looked: Looked, count: int, centre: Centre, desk: AuditDesk) -> None:
    auditor = (await centre.a_member(Role.AUDITOR)).asker
    page = await desk.page(auditor, looked)
    assert len(page.lines) == count and page.older is None


async def test_who_may_not_read_the_trail_does_not(centre: Centre, desk: AuditDesk) -> None:
    operator = (await centre.a_member(Role.OPERATOR)).asker
    for deed in (
        desk.page(operator, Looked()),
        desk.check(operator),
        desk.export(operator, Looked(), "csv"),
        desk.last_check(operator),
    ):
        with pytest.raises(NotAllowed):
            await deed
    assert await centre.rows(AuditCheck) == []


async def test_nothing_in_a_table_is_a_formula(centre: Centre, desk: AuditDesk) -> None:
    head = (await centre.a_member(Role.SUPERVISOR, full_name=HOSTILE)).asker
    await desk.export(head, Looked(), "csv")
    rows = list(csv.reader(io.StringIO((await desk.export(head, Looked(), "csv")).decode("utf-8-sig"))))
    assert len(rows) > 6
    assert not [cell for row in rows for cell in _formulas(row)]


async def test_hostile_names_are_one_cell_each(centre: Centre, desk: AuditDesk) -> None:
    for name in NAMES.values():
        head = (await centre.a_member(Role.SUPERVISOR, full_name=name)).asker
        await desk.export(head, Looked(), "csv")
    told = (await desk.export(head, Looked(), "csv")).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(told)))
    assert len({len(row) for row in rows}) == 1
    assert {harmless(name) for name in NAMES.values()} <= {cell for row in rows for cell in row}
    assert not [cell for row in rows for cell in _formulas(row)]


def _formulas(row: Sequence[str]) -> list[str]:
    return [cell for cell in row if cell[:1] in "=+-@\t\r" and cell]
