"""Official notes in a reply: which of them its text is made of, and which files go along (reg. 2.8.10)."""

import pytest

from core.appeals.workflow import VersionConflict
from core.conversations.model import Attachment
from core.deliveries.desk import Ended
from core.deliveries.model import Delivery
from core.departments.model import Department, Liaison
from core.errors import Invalid
from core.replies.desk import ReplyDraft, ReplyEdit
from core.replies.model import Reply
from core.requests.memos import MemoFile, MemoForm
from core.requests.model import Memo
from core.staff.asker import Asker
from core.vocabulary import DeliveryState, MemoOutcome, ReplyForm, ReplyKind
from tests.core.requests.world import a_docx
from tests.inbox.world import Centre

EMAIL = {"reply_form": ReplyForm.EMAIL, "reply_to": "primer@example.org"}


async def noted(centre: Centre, asker: Asker, appeal_id: int, number: str, **given: object) -> int:
    """A department's note on the card."""
    version = (await centre.cards.card(asker, appeal_id)).appeal.version
    key = f"key-of-note-{appeal_id}-{number}"
    (asked,) = await centre.requests.send(asker, appeal_id, ["lights"], "Когда починят?", version=version, client_key=key)
    said = {"outcome": MemoOutcome.ANSWERED, "signed_by": "О. О. Образцов", "dated_on": centre.clock.today(), **given}
    memo = await centre.requests.receive_memo(asked.id or 0, MemoForm(number=number, **said), came_by="upload", asker=asker)  # type: ignore[arg-type]
    return memo.id or 0


def a_file(number: str, words: str) -> MemoFile:
    return MemoFile(file_name=f"записка {number}.docx", content=a_docx(words))


@pytest.fixture
async def notes(centre: Centre, asker: Asker) -> tuple[int, int, int, int]:
    """A card, and its notes: two with files, one "cannot" without."""
    async with centre.transactions.begin() as tx:
        tx.add(Department(key="lights", name="Управление света"))
        await tx.flush()
        tx.add(Liaison(no=1, full_name="Образцова Мария", position="инженер", department="lights", email="lights@example.org"))
    appeal_id = await centre.an_appeal(**EMAIL)
    lamp = await noted(centre, asker, appeal_id, "17", file=a_file("17", "Лампу заменили."))
    pole = await noted(centre, asker, appeal_id, "18", file=a_file("18", "Опору покрасят."))
    never = await noted(centre, asker, appeal_id, "19", outcome=MemoOutcome.CANNOT, reasons="Нет денег.")
    return appeal_id, lamp, pole, never


async def saved(centre: Centre, asker: Asker, reply: Reply, form: ReplyForm, address: str, *enclosed: int) -> Reply:
    edit = ReplyEdit(subject="Ответ", body="Лампу заменили.", form=form, address=address, enclosed_ids=enclosed)
    return await centre.replies.save(asker, reply.id or 0, edit, reply.version)


@pytest.mark.clause("2.8.10")
async def test_a_draft_is_written_over_from_the_notes_that_are_chosen(
    centre: Centre, asker: Asker, notes: tuple[int, int, int, int]
) -> None:
    appeal_id, lamp, pole, never = notes
    draft = await centre.replies.draft(asker, appeal_id, ReplyDraft(kind=ReplyKind.FINAL, memo_ids=(lamp, pole)))
    assert "Лампу" in draft.body and "Опору" in draft.body
    typed = await saved(centre, asker, draft, ReplyForm.EMAIL, "primer@example.org")
    anew = await centre.replies.compose_anew(asker, draft.id or 0, (pole, never, 10_000), typed.version)
    assert "Лампу" not in anew.body and "Опору" in anew.body and "Нет денег." in anew.reasons
    assert (anew.memo_ids, anew.version) == ([pole, never], typed.version + 1)
    with pytest.raises(VersionConflict):
        await centre.replies.compose_anew(asker, draft.id or 0, (lamp,), typed.version)


@pytest.mark.clause("2.8.10")
@pytest.mark.parametrize(
    ("form", "address"), [(ReplyForm.EMAIL, "primer@example.org"), (ReplyForm.TELEGRAM, "")], ids=["by mail", "in Telegram"]
)
async def test_the_files_of_the_chosen_notes_go_along(
    centre: Centre, asker: Asker, notes: tuple[int, int, int, int], form: ReplyForm, address: str
) -> None:
    appeal_id, lamp, pole, never = notes
    draft = await centre.replies.draft(asker, appeal_id, ReplyDraft(kind=ReplyKind.FINAL))
    draft = await saved(centre, asker, draft, form, address, pole, lamp, never)
    assert draft.enclosed_ids == [lamp, pole], "a note without a file has nothing to send"
    sent = await centre.replies.send(asker, draft.id or 0, draft.version)
    (delivery,) = await centre.rows(Delivery, Delivery.id == sent.delivery_id)
    kept = await centre.rows(Memo, Memo.file_key != "")
    assert [(file["file_name"], file["key"]) for file in delivery.content["files"]] == [
        (memo.file_name, memo.file_key) for memo in kept
    ]
    shown = [(one.file_name, one.state, one.size > 0) for one in await centre.rows(Attachment)]
    in_thread = [("записка 17.docx", "stored", True), ("записка 18.docx", "stored", True)]
    assert shown == (in_thread if form is ReplyForm.TELEGRAM else [])


async def test_a_note_of_another_card_is_never_sent(centre: Centre, asker: Asker, notes: tuple[int, int, int, int]) -> None:
    _, lamp, _, _ = notes
    other = await centre.an_appeal(**EMAIL)
    draft = await centre.replies.draft(asker, other, ReplyDraft(kind=ReplyKind.FINAL, memo_ids=(lamp,)))
    draft = await saved(centre, asker, draft, ReplyForm.EMAIL, "primer@example.org", lamp)
    assert (draft.memo_ids, draft.enclosed_ids) == ([], [])


async def test_nothing_can_be_enclosed_in_a_call(centre: Centre, asker: Asker, notes: tuple[int, int, int, int]) -> None:
    appeal_id, lamp, _, _ = notes
    draft = await centre.replies.draft(asker, appeal_id, ReplyDraft(kind=ReplyKind.FINAL))
    draft = await saved(centre, asker, draft, ReplyForm.PHONE, "+78672000001", lamp)
    with pytest.raises(Invalid) as refused:
        await centre.replies.send(asker, draft.id or 0, draft.version)
    assert refused.value.facts["fields"] == {"enclosed_ids": "not_by_phone"}


async def test_what_goes_along_by_post_is_named_on_the_page(centre: Centre, asker: Asker, notes: tuple[int, int, int, int]) -> None:
    appeal_id, lamp, pole, _ = notes
    draft = await centre.replies.draft(asker, appeal_id, ReplyDraft(kind=ReplyKind.FINAL))
    draft = await saved(centre, asker, draft, ReplyForm.POST, "ул. Примерная, д. 1", lamp, pole)
    page = (await centre.replies.preview(asker, draft.id or 0)).decode()
    assert page.endswith("Приложение:\n1. записка 17.docx\n2. записка 18.docx")
    name, word = await centre.replies.word(asker, draft.id or 0)
    assert name.endswith(".docx") and "template of reply_letter" in word.decode() and "ул. Примерная, д. 1" in word.decode()
    assert len(await centre.replies.pictures(asker, draft.id or 0)) == 1


@pytest.mark.clause("2.8.8")
async def test_after_a_failure_the_next_form_is_told_with_its_address(centre: Centre, asker: Asker) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    draft = await centre.replies.draft(asker, appeal_id, ReplyDraft(kind=ReplyKind.FINAL))
    ways = []
    form, address = ReplyForm.EMAIL, "primer@example.org"
    for _ in range(3):
        draft = await saved(centre, asker, draft, form, address)
        sent = await centre.replies.send(asker, draft.id or 0, draft.version)
        if form is ReplyForm.PHONE:
            break
        told = Ended(
            delivery_id=sent.delivery_id or 0, subject_id=sent.id or 0, state=DeliveryState.FAILED, at=centre.clock.now(), error="-"
        )
        async with centre.transactions.begin() as tx:
            await centre.replies.follow(tx, told)
        (view,) = (await centre.replies.of_appeal(asker, appeal_id)).replies
        assert view.next_form is not None
        ways.append((view.next_form.value, view.next_address))
        draft, form, address = view.reply, view.next_form, view.next_address
    assert [way for way, _ in ways] == ["telegram", "phone"] and ways[1][1] == "+79180000001"
    found = await centre.replies.of_appeal(asker, appeal_id)
    assert [view.next_form for view in found.replies] == [None] and ReplyForm.POST not in found.addresses
    assert (await centre.replies.of_appeal(asker, 10_000)).replies == ()
