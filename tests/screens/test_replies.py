"""Replies on the screen: what they are made of, how they will look, what to do when one does not arrive (reg. 2.8.8, 2.8.10)."""

import asyncio
import re

import pytest
import typst
from playwright.async_api import Locator, Page, expect

from core.conversations.model import Attachment
from core.deliveries.desk import Ended
from core.deliveries.model import Delivery
from core.drafts.model import Draft
from core.files import load_file
from core.forms.desk import TemplateDesk
from core.replies.desk import ReplyDesk, ReplyDraft, ReplyEdit
from core.replies.model import Reply
from core.requests.memos import MemoFile, MemoForm
from core.requests.model import Memo
from core.vocabulary import DeliveryState, MemoOutcome, ReplyForm, ReplyKind, Role
from documents.built_in import built_in
from documents.typist import DocumentTypist
from tests.core.requests.world import a_docx
from tests.documents.making import text_of
from tests.fakes import plain_calendar
from tests.inbox.world import Centre
from tests.screens.conftest import Screen, ScreenOf
from tests.screens.test_paperwork import a_department

EMAIL = {"reply_form": ReplyForm.EMAIL, "reply_to": "primer@example.org"}
POST = {"reply_form": ReplyForm.POST, "reply_to": "362000, г. Владикавказ, ул. Примерная, д. 1"}


SCAN = typst.compile(b"#rect()", format="pdf")
"""A page without a word."""
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


async def two_notes(centre: Centre, appeal_id: int) -> None:
    """Two departments' answers on the card: a document with words in it, and a scan that holds none."""
    await a_department(centre)
    asker = (await centre.a_member()).asker
    for number, content in (("17.docx", a_docx("Лампу заменили 24 ноября.")), ("18.pdf", SCAN)):
        version = (await centre.cards.card(asker, appeal_id)).appeal.version
        given = {"version": version, "client_key": f"key-of-note-{number}"}
        (asked,) = await centre.requests.send(asker, appeal_id, ["lights"], "Когда заменят лампу?", **given)
        form = MemoForm(
            number=number[:2],
            dated_on=centre.clock.today(),
            signed_by="О. О. Образцов",
            outcome=MemoOutcome.ANSWERED,
            file=MemoFile(file_name=f"записка {number}", content=content),
        )
        await centre.requests.receive_memo(asked.id or 0, form, came_by="upload", asker=asker)


def with_real_pages(centre: Centre) -> None:
    """Letters are typed and drawn by the real typist."""
    given = {"transactions": centre.transactions, "clock": centre.clock}
    typist = DocumentTypist()
    templates = TemplateDesk(**given, typist=typist, built_in=built_in)
    outbox = centre.replies._outbox
    centre.replies = ReplyDesk(**given, outbox=outbox, typist=typist, calendar_of=plain_calendar, template_of=templates.current)


async def fails(centre: Centre, error: str = "mailbox unavailable") -> None:
    """The newest delivery of the newest reply did not arrive."""
    reply = (await centre.rows(Reply))[-1]
    told = Ended(delivery_id=reply.delivery_id, subject_id=reply.id, state=DeliveryState.FAILED, at=centre.clock.now(), error=error)
    async with centre.transactions.begin() as tx:
        await centre.replies.follow(tx, told)


async def opened(page: Page) -> Locator:
    """The dialog of the reply with its draft."""
    await page.get_by_role("button", name="Написать ответ").last.click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_label("Текст")).to_be_visible()
    return dialog


async def saved(screen: Screen, press: Locator) -> tuple[str, bytes]:
    """The name and bytes of what a button or a link saves."""
    async with screen.page.expect_download() as coming:
        await press.click()
    download = await coming.value
    path = await download.path()
    return download.suggested_filename, await asyncio.to_thread(path.read_bytes)


@pytest.mark.clause("2.8.10")
async def test_notes_feed_the_text_and_their_files_go_along(centre: Centre, screen_of: ScreenOf) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    await two_notes(centre, appeal_id)
    screen = await screen_of()
    page = screen.page
    await screen.goto(f"/appeals/{appeal_id}")
    requests = page.get_by_role("region", name="Запросы в подразделения")
    await expect(requests).to_contain_text("Лампу заменили 24 ноября.")
    await expect(requests).to_contain_text("Текст из файла прочитать не удалось")
    link = requests.get_by_role("link", name="Открыть PDF в новой вкладке")
    shown = await page.request.get(await link.get_attribute("href") or "")
    assert shown.headers["content-type"] == "application/pdf"
    assert shown.headers["content-disposition"].startswith("inline") and "script" not in shown.headers["content-security-policy"]

    dialog = await opened(page)
    await expect(dialog.get_by_label("Текст")).to_have_value(re.compile("Лампу заменили"))
    await dialog.get_by_label("Текст").fill("Своими словами.")
    await dialog.get_by_role("checkbox", name="записка № 17 от", exact=False).uncheck()
    await dialog.get_by_role("button", name="Составить текст из отмеченных").click()
    await expect(dialog.get_by_label("Текст")).not_to_have_value(re.compile("Лампу|Своими"))
    await dialog.get_by_role("button", name="Вернуть прежний текст").click()
    await expect(dialog.get_by_label("Текст")).to_have_value("Своими словами.")
    await dialog.get_by_label("Приложить файл: записка 17.docx").check()
    await screen.sound("notes of a reply", "[role=dialog]")
    await screen.shot("reply-notes")

    await dialog.get_by_label("Телефон").check()
    await expect(dialog.get_by_label("Приложить файл: записка 17.docx")).to_be_disabled()
    await expect(dialog.get_by_label("Куда")).to_have_value("+79180000001")
    await dialog.get_by_label("Эл. почта").check()
    await expect(dialog.get_by_label("Куда")).to_have_value("primer@example.org")
    await dialog.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_text("Приложено: записка 17.docx")).to_be_visible()
    letter = (await centre.rows(Delivery, Delivery.recipient_mark == "primer@example.org"))[-1]
    assert letter.content["text"] == "Своими словами."
    assert [(file["file_name"], file["media_type"]) for file in letter.content["files"]] == [("записка 17.docx", DOCX)]
    note = (await centre.rows(Memo))[0]
    async with centre.transactions.begin() as tx:
        assert (await load_file(tx, letter.content["files"][0]["key"])).key == note.file_key


async def test_what_did_not_arrive_goes_out_in_the_next_form_with_one_press(centre: Centre, screen_of: ScreenOf) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    await two_notes(centre, appeal_id)
    screen = await screen_of()
    page = screen.page
    await screen.goto(f"/appeals/{appeal_id}")
    dialog = await opened(page)
    await dialog.get_by_label("Приложить файл: записка 17.docx").check()
    await dialog.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_text("отправляется", exact=True)).to_be_visible()
    await fails(centre)
    replies = page.get_by_role("region", name="Ответы заявителю")
    await expect(replies).to_contain_text("не доставлен")
    await screen.shot("reply-failed")
    await screen.sound("a failed reply")
    await replies.get_by_role("button", name="Открыть").click()
    await expect(dialog.get_by_label("Telegram")).to_be_checked()
    await screen.shot("reply-failed-dialog")
    await page.keyboard.press("Escape")
    await replies.get_by_role("button", name="Отправить: Telegram").click()
    await expect(replies).to_contain_text("отправляется")
    sent = (await centre.rows(Delivery, Delivery.channel == "telegram"))[-1]
    assert [file["file_name"] for file in sent.content["files"]] == ["записка 17.docx"]
    assert [(one.file_name, one.message_id) for one in await centre.rows(Attachment)] == [("записка 17.docx", sent.message_id)]

    await fails(centre, "blocked")
    await replies.get_by_role("button", name="Отправить: Телефон, +79180000001").click()
    await expect(replies).to_contain_text("нужно позвонить")
    (reply,) = await centre.rows(Reply)
    assert (reply.form, reply.tried, reply.enclosed_ids) == ("phone", ["email", "telegram"], [])


@pytest.mark.clause("2.8.8")
async def test_a_letter_is_looked_at_saved_printed_and_posted(centre: Centre, screen_of: ScreenOf) -> None:
    with_real_pages(centre)
    appeal_id = await centre.an_appeal(**POST)
    screen = await screen_of()
    page = screen.page
    await screen.goto(f"/appeals/{appeal_id}")
    dialog = await opened(page)
    await dialog.get_by_label("Текст").fill("Лампу заменили 24 ноября.")
    await dialog.get_by_role("button", name="Посмотреть").click()
    picture = dialog.get_by_role("img", name="Страница 1 из 1")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("one => one.decode().then(() => one.naturalWidth / one.naturalHeight)") == pytest.approx(
        210 / 297, abs=0.01
    )
    assert [one.body for one in await centre.rows(Reply)] == ["Лампу заменили 24 ноября."], "the look is of what is on the screen"
    await screen.sound("the look of a letter", "[role=dialog]")
    await screen.shot("reply-look")
    await dialog.get_by_label("Текст").fill("Лампу заменили 25 ноября.")
    name, word = await saved(screen, dialog.get_by_role("button", name="Скачать .docx"))
    assert name == "Ответ на обращение А-000001-2026.docx"
    text = text_of(word)
    assert "Лампу заменили 25 ноября." in text and "ул. Примерная, д. 1" in text
    _, pdf = await saved(screen, dialog.get_by_role("button", name="Скачать PDF"))
    assert pdf.startswith(b"%PDF-")

    await page.keyboard.press("Escape")
    await opened(page)
    await expect(dialog.get_by_label("Текст")).to_have_value("Лампу заменили 25 ноября.")
    assert len(await centre.rows(Reply)) == 1, "a draft that lies there is gone on with"
    await dialog.get_by_role("button", name="Отправить").click()
    await expect(page.get_by_text("напечатать и отправить", exact=True)).to_be_visible()
    await page.get_by_role("banner").or_(page.locator(".case-head")).get_by_role("button", name=re.compile("почт", re.I)).click()
    await expect(dialog).to_contain_text("сдано на почту")
    await screen.sound("the post", "[role=dialog]")
    await dialog.get_by_role("button", name="Отправлено почтой").click()
    await expect(page.get_by_text("Ответ направлен").first).to_be_visible()
    (reply,) = await centre.rows(Reply)
    assert (reply.state, reply.sent_at) == ("sent", centre.clock.now())


async def test_a_colleagues_text_is_shown_and_ones_own_stays(centre: Centre, screen_of: ScreenOf) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    colleague = (await centre.a_member(Role.SENIOR)).asker
    screen = await screen_of()
    page = screen.page
    await screen.goto(f"/appeals/{appeal_id}")
    dialog = await opened(page)
    await dialog.get_by_label("Текст").fill("Моими словами.")
    (draft,) = await centre.rows(Reply)

    async def colleague_writes(words: str, version: int) -> Reply:
        edit = ReplyEdit(subject=draft.subject, body=words, form=ReplyForm.EMAIL, address="primer@example.org")
        return await centre.replies.save(colleague, draft.id, edit, version)

    theirs = await colleague_writes("Словами коллеги.", draft.version)
    await dialog.get_by_role("button", name="Сохранить черновик").click()
    merge = page.get_by_role("dialog", name="Эти данные изменил другой сотрудник")
    body = merge.get_by_role("group", name="Текст")
    await expect(body).to_contain_text("Это поле изменили и Вы, и коллега.")
    await expect(body.get_by_label("Моё")).to_be_checked()
    await screen.sound("a conflict", "[role=dialog]")
    await screen.shot("reply-conflict")
    await merge.get_by_role("button", name="Сохранить выбранное").click()
    await expect(merge).to_have_count(0)
    await expect(page.get_by_text("Черновик ответа сохранён").first).to_be_visible()
    (mine,) = await centre.rows(Reply)
    assert (mine.body, mine.version) == ("Моими словами.", theirs.version + 1)

    await colleague_writes("Ещё раз коллега.", mine.version)
    await dialog.get_by_label("Тема").fill("Моя тема")
    await dialog.get_by_role("button", name="Отправить").click()
    await expect(body.get_by_label("Коллеги")).to_be_checked()
    await merge.get_by_role("button", name="Вернуться к форме").click()
    await expect(dialog.get_by_label("Тема")).to_have_value("Моя тема")
    assert [one.state for one in await centre.rows(Reply)] == ["draft"]


async def test_what_is_typed_over_a_letter_outlives_the_page(centre: Centre, screen_of: ScreenOf) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    screen = await screen_of()
    page = screen.page
    await screen.goto(f"/appeals/{appeal_id}")
    dialog = await opened(page)
    async with page.expect_response(re.compile("/api/drafts/letter/")) as saved:
        await dialog.get_by_label("Текст").fill("Моими словами.")
    assert (await saved.value).ok
    await page.reload()
    dialog = await opened(page)
    await expect(dialog.get_by_label("Текст")).to_have_value("Моими словами.")
    await expect(dialog).to_contain_text("восстановлен")
    await dialog.get_by_role("button", name="Сохранить черновик").click()
    await expect(page.get_by_text("Черновик ответа сохранён").first).to_be_visible()
    assert [one.text for one in await centre.rows(Draft)] == [""]
    (reply,) = await centre.rows(Reply)
    assert reply.body == "Моими словами."


async def test_messages_of_the_program_leave_the_buttons_of_a_dialog_free(centre: Centre, screen_of: ScreenOf) -> None:
    appeal_id = await centre.an_appeal(**EMAIL)
    operator = await centre.a_member()
    await centre.replies.draft(operator.asker, appeal_id, ReplyDraft(kind=ReplyKind.FINAL))
    screen = await screen_of(operator)
    page = screen.page
    await screen.goto(f"/appeals/{appeal_id}")
    dialog = await opened(page)
    await dialog.get_by_role("button", name="Сохранить черновик").click()
    message = page.get_by_role("status").filter(has_text="Черновик ответа сохранён")
    await expect(message).to_be_visible()
    box = await message.bounding_box()
    foot = await dialog.locator(".dialog-foot").bounding_box()
    assert box and foot and box["y"] + box["height"] < foot["y"]
    await dialog.get_by_role("button", name="Удалить черновик").click()
    await expect(dialog).to_be_hidden()
    assert [one.state for one in await centre.rows(Reply)] == ["dropped"]
