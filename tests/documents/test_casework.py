"""The casework and the documents agree: what the desks give is what the forms and the letters declare."""

from datetime import timedelta

import pytest

from core.deliveries.model import Delivery
from core.deliveries.outbox import Outbox
from core.files import load_file
from core.forms.desk import TemplateDesk
from core.replies.desk import ReplyDesk, ReplyDraft, ReplyEdit
from core.requests.desk import RequestDesk
from core.vocabulary import ReplyForm, ReplyKind, ReplyState
from db.transactions import Transactions
from documents.built_in import built_in
from documents.typist import DocumentTypist
from tests.clocks import MovableClock
from tests.core.requests.world import LIGHTS, PUBLIC_URL, QUESTION, WATER, World, a_memo, calendar_of
from tests.documents.making import text_of
from tests.fakes import FakeJobs


@pytest.fixture
async def world(transactions: Transactions, clock: MovableClock) -> World:
    """Departments, officials, an operator and one card; the requests over the real typist and the templates in force."""
    made, typist = World(transactions, clock), DocumentTypist()
    templates = TemplateDesk(transactions=transactions, clock=clock, typist=typist, built_in=built_in)
    made.desk = RequestDesk(
        transactions=transactions,
        clock=clock,
        outbox=Outbox(FakeJobs()),
        typist=typist,
        calendar_of=calendar_of,
        template_of=templates.current,
        public_url=PUBLIC_URL,
        centre_phone="+7 (8672) 00-00-00",
    )
    return await made.build()


@pytest.fixture
def replies(transactions: Transactions, clock: MovableClock) -> ReplyDesk:
    """The desk of replies over the real typist."""
    typist = DocumentTypist()
    templates = TemplateDesk(transactions=transactions, clock=clock, typist=typist, built_in=built_in)
    return ReplyDesk(
        transactions=transactions,
        clock=clock,
        outbox=Outbox(FakeJobs()),
        typist=typist,
        calendar_of=calendar_of,
        template_of=templates.current,
    )


@pytest.mark.clause("2.8.9")
async def test_a_request_goes_out_as_a_document_and_letters(world: World) -> None:
    seen = await world.desk.preview(world.asker, world.appeal_id, [LIGHTS, WATER], QUESTION)
    assert [QUESTION in one.html for one in seen] == [True, True]
    (sent,) = await world.send(LIGHTS)
    assert await world.desk.remind(world.asker, sent.id or 0, client_key="k2")
    await world.desk.withdraw(world.asker, sent.id or 0, "Вопрос снят.")
    request, reminder, withdrawn = [one.content for one in await world.rows(Delivery)]
    async with world.transactions.begin() as tx:
        page = text_of((await load_file(tx, sent.document_key)).content)
    for words in (sent.number, QUESTION, "Управление примерного освещения", "Светлова Пример", "Во дворе темно."):
        assert words in page
    assert sent.number in request["subject"]
    assert PUBLIC_URL in request["text"]
    assert reminder["subject"].startswith("Напоминание")
    assert "Вопрос снят." in withdrawn["text"]


@pytest.mark.clause("2.8.10")
@pytest.mark.parametrize("kind", [kind for kind in ReplyKind if kind is not ReplyKind.CONFIRMATION])
async def test_every_kind_of_reply_is_drafted_in_words(world: World, replies: ReplyDesk, kind: ReplyKind) -> None:
    (sent,) = await world.send(LIGHTS)
    note = await world.desk.receive_memo(sent.id or 0, a_memo(), came_by="upload", asker=world.asker)
    soon = world.clock.today() + timedelta(days=9)
    what = ReplyDraft(kind=kind, memo_ids=(note.id or 0,), reasons="Ждём опору.", expected_on=soon)
    made = await replies.draft(world.asker, world.appeal_id, what)
    assert (await world.appeal()).registration_number in made.subject + made.body
    assert ("Освещение восстановлено" in made.body, "Ждём опору." in made.body) == {
        ReplyKind.FINAL: (True, False),
        ReplyKind.INTERIM: (True, True),
        ReplyKind.CLARIFICATION: (False, True),
        ReplyKind.NOTICE: (True, False),
    }[kind]


@pytest.mark.clause("2.8.8")
async def test_a_reply_for_the_post_is_a_page_to_print(world: World, replies: ReplyDesk) -> None:
    (sent,) = await world.send(LIGHTS)
    note = await world.desk.receive_memo(sent.id or 0, a_memo(), came_by="upload", asker=world.asker)
    made = await replies.draft(world.asker, world.appeal_id, ReplyDraft(kind=ReplyKind.FINAL, memo_ids=(note.id or 0,)))
    edit = ReplyEdit(subject=made.subject, body=made.body, form=ReplyForm.POST, address="ул. Примерная, д. 5, 362000")
    kept = await replies.save(world.asker, made.id or 0, edit, made.version)
    assert (await replies.preview(world.asker, made.id or 0)).startswith(b"%PDF-")
    printed = await replies.send(world.asker, made.id or 0, kept.version)
    assert printed.state == ReplyState.TO_PRINT
    assert (await replies.document(world.asker, made.id or 0)).content.startswith(b"%PDF-")
