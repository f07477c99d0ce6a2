"""Templates of the forms: checked before use, every version kept, any of them comes back."""

import asyncio
import io

import pytest
from docx import Document
from sqlmodel import select

from core.audit.model import AuditEntry
from core.errors import Invalid, NotAllowed, NotFound
from core.forms.desk import NOTE_LIMIT, TemplateDesk
from core.forms.fields import INFORMATION_REQUEST, REPLY_LETTER, form_named, forms
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.vocabulary import Role
from db.transactions import Transactions
from documents.built_in import built_in
from documents.typist import DocumentTypist
from tests.clocks import MovableClock

NEEDED = [name for name, field in form_named(INFORMATION_REQUEST).fields.items() if field.required]


def a_template(*, mark: str = "", leave_out: str = "", more: str = "") -> bytes:
    """A clerk's form with every fact that is needed."""
    document, output = Document(), io.BytesIO()
    document.add_paragraph(f"{mark} {more}")
    for name in NEEDED:
        if name != leave_out:
            document.add_paragraph(f"{{{{ {name} }}}}")
    document.save(output)
    return output.getvalue()


@pytest.fixture
def desk(transactions: Transactions, clock: MovableClock) -> TemplateDesk:
    """The desk over the real typist and the built-in templates."""
    return TemplateDesk(transactions=transactions, clock=clock, typist=DocumentTypist(), built_in=built_in)


@pytest.fixture
async def head(transactions: Transactions, clock: MovableClock) -> Asker:
    """Who may change the forms."""
    return await a_member(transactions, clock, Role.SUPERVISOR)


async def a_member(transactions: Transactions, clock: MovableClock, role: Role) -> Asker:
    made = StaffMember(login=f"{role}", full_name="Примерова Анна", role=role, password_hash="-", created_at=clock.now())
    async with transactions.begin() as tx:
        tx.add(made)
        await tx.flush()
    return Asker(
        id=made.id or 0,
        login=made.login,
        full_name=made.full_name,
        role=role,
        on_shift=True,
        shortcuts_on=True,
        notify="all",
        session="s",
    )


async def current(desk: TemplateDesk, transactions: Transactions, name: str = INFORMATION_REQUEST) -> bytes:
    async with transactions.begin() as tx:
        return await desk.current(tx, name)


async def numbers(desk: TemplateDesk, asker: Asker) -> list[int]:
    state = next(one for one in await desk.list(asker) if one.name == INFORMATION_REQUEST)
    return [version.version for version in state.versions]


async def test_the_built_in_template_serves_until_a_clerk_uploads_one(
    desk: TemplateDesk, head: Asker, transactions: Transactions
) -> None:
    assert [state.name for state in await desk.list(head)] == list(forms())
    assert await current(desk, transactions) == built_in(INFORMATION_REQUEST)
    found = await desk.file(head, INFORMATION_REQUEST)
    assert (found.file_name, found.content) == ("information_request.docx", built_in(INFORMATION_REQUEST))


@pytest.mark.clause("2.8.9")
async def test_an_uploaded_template_is_in_force_at_once_and_is_written_down(
    desk: TemplateDesk, head: Asker, transactions: Transactions, clock: MovableClock
) -> None:
    mine = a_template(mark="свой бланк")
    version = await desk.upload(head, INFORMATION_REQUEST, mine, r"C:\forms\Запрос.docx", f" {'н' * 400}")
    assert (version.version, version.built_in, version.uploaded_by) == (1, False, "Примерова Анна")
    assert (version.uploaded_at, len(version.note)) == (clock.now(), NOTE_LIMIT)
    assert await current(desk, transactions) == mine
    assert await current(desk, transactions, REPLY_LETTER) == built_in(REPLY_LETTER)
    assert (await desk.file(head, INFORMATION_REQUEST)).file_name.endswith("Запрос.docx")
    async with transactions.begin() as tx:
        entry = (await tx.exec(select(AuditEntry))).one()
    assert (entry.action, entry.subject, entry.staff_id) == ("template.uploaded", "template:information_request", head.id)


async def test_any_version_comes_back_as_a_new_one(desk: TemplateDesk, head: Asker, transactions: Transactions) -> None:
    first, second = a_template(mark="один"), a_template(mark="два")
    await desk.upload(head, INFORMATION_REQUEST, first, "1.docx")
    await desk.upload(head, INFORMATION_REQUEST, second, "2.docx")
    assert (await desk.restore(head, INFORMATION_REQUEST, 1)).file_name == "1.docx"
    assert await current(desk, transactions) == first
    assert (await desk.restore(head, INFORMATION_REQUEST)).built_in
    assert await current(desk, transactions) == built_in(INFORMATION_REQUEST)
    assert (await desk.file(head, INFORMATION_REQUEST, 2)).content == second
    assert (await desk.file(head, INFORMATION_REQUEST, 0)).content == built_in(INFORMATION_REQUEST)
    assert await numbers(desk, head) == [4, 3, 2, 1]


@pytest.mark.parametrize(
    ("content", "facts"),
    [
        pytest.param(
            a_template(more="{{ nomer }}"),
            {"fields": {"template": "unknown_variable"}, "unknown": ["nomer"]},
            id="unknown variable",
        ),
        pytest.param(
            a_template(leave_out="due_on"), {"fields": {"template": "missing_variable"}, "missing": ["due_on"]}, id="no term"
        ),
        pytest.param(b"%PDF-1.7", {"fields": {"template": "unreadable"}}, id="no Word file"),
        pytest.param(a_template(more="{{ ''.__class__ }}"), {"fields": {"template": "syntax"}, "paragraph": None}, id="an escape"),
    ],
)
async def test_a_template_that_will_not_do_is_refused_and_nothing_changes(
    desk: TemplateDesk, head: Asker, transactions: Transactions, content: bytes, facts: dict[str, object]
) -> None:
    with pytest.raises(Invalid) as refused:
        await desk.upload(head, INFORMATION_REQUEST, content, "x.docx")
    assert refused.value.facts == {name: value for name, value in facts.items() if value is not None}
    assert await current(desk, transactions) == built_in(INFORMATION_REQUEST)
    assert await numbers(desk, head) == []


async def test_uploads_at_once_are_numbered_one_after_another(desk: TemplateDesk, head: Asker) -> None:
    await asyncio.gather(
        *(desk.upload(head, INFORMATION_REQUEST, a_template(mark=str(n)), f"{n}.docx") for n in range(6)),
    )
    assert await numbers(desk, head) == [6, 5, 4, 3, 2, 1]


async def test_the_sample_shows_invented_facts(desk: TemplateDesk, head: Asker) -> None:
    await desk.upload(head, INFORMATION_REQUEST, a_template(mark="свой бланк"), "1.docx")
    page = await desk.sample(head, INFORMATION_REQUEST)
    assert "свой бланк" in page
    assert "Образцова Мария Тестовна" in page
    assert "свой бланк" not in await desk.sample(head, INFORMATION_REQUEST, 0)


async def test_an_operator_does_not_change_the_forms(desk: TemplateDesk, transactions: Transactions, clock: MovableClock) -> None:
    operator = await a_member(transactions, clock, Role.OPERATOR)
    for deed in (
        desk.list(operator),
        desk.file(operator, INFORMATION_REQUEST),
        desk.sample(operator, INFORMATION_REQUEST),
        desk.upload(operator, INFORMATION_REQUEST, a_template(), "x.docx"),
        desk.restore(operator, INFORMATION_REQUEST),
    ):
        with pytest.raises(NotAllowed):
            await deed


async def test_an_unknown_form_or_version_is_not_found(desk: TemplateDesk, head: Asker) -> None:
    for deed in (
        desk.file(head, "nothing"),
        desk.file(head, INFORMATION_REQUEST, 9),
        desk.restore(head, INFORMATION_REQUEST, 9),
        desk.upload(head, "nothing", a_template(), "x.docx"),
    ):
        with pytest.raises(NotFound):
            await deed


def test_a_form_takes_no_fact_that_it_does_not_declare() -> None:
    form = form_named(INFORMATION_REQUEST)
    assert form.complete({"number": "1"}) == {**{name: [] if one.item else "" for name, one in form.fields.items()}, "number": "1"}
    with pytest.raises(KeyError):
        form.complete({"nomer": "1"})
