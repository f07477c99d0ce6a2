"""The card's place in the records system and its files, in a real browser (2.8.6)."""

import re

import pytest
from playwright.async_api import expect

from core.records.case_tasks import requested_tasks
from core.records.desk import RecordsDesk
from core.records.noting import SETTLED
from core.tasks.raising import raise_task
from core.vocabulary import Role
from tests.core.records.fakes import FakeRecords
from tests.inbox.world import Centre
from tests.screens.conftest import ScreenOf

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


async def a_round(centre: Centre) -> None:
    """The timetable's work, when the moves have settled."""
    centre.clock.move(seconds=SETTLED.total_seconds() + 1)
    await centre.records.round()


@pytest.mark.clause("2.8.6")
async def test_a_card_that_was_refused_is_sent_again_and_gets_its_number(centre: Centre, screen_of: ScreenOf) -> None:
    system, appeal = FakeRecords(), await centre.an_appeal()
    screen, auditor = await screen_of(), await screen_of(Role.AUDITOR)
    record, history = (screen.page.get_by_role("region", name=name) for name in ("СЭД «Дело»", "История"))
    await screen.goto(f"/appeals/{appeal}")
    await expect(record).to_contain_text("Учитывается в журнале контакт-центра")
    centre.records = RecordsDesk(
        transactions=centre.transactions, clock=centre.clock, system=system, tasks_of=requested_tasks, raise_task=raise_task
    )
    await screen.page.reload()
    await expect(record).to_contain_text("Ещё не передано")
    await a_round(centre)
    await expect(record).to_contain_text("Передано, ждём номер")
    system.refuses(system.told[-1], "Нет почтового адреса заявителя")
    await a_round(centre)
    await expect(record).to_contain_text("СЭД отказала в регистрации")
    await expect(record).to_contain_text("Причина: Нет почтового адреса заявителя")
    await screen.shot("record-refused")
    await screen.sound("record refused")
    await auditor.goto(f"/appeals/{appeal}")
    await expect(auditor.page.get_by_role("region", name="СЭД «Дело»")).to_contain_text("СЭД отказала")
    await expect(auditor.page.get_by_role("button", name="Отправить ещё раз")).to_have_count(0)
    await record.get_by_role("button", name="Отправить ещё раз").click()
    await expect(record).to_contain_text("Ждёт передачи")
    await expect(record.get_by_role("button")).to_have_count(0)
    await a_round(centre)
    system.registers(system.told[-1], "О-77/2026")
    await a_round(centre)
    await expect(record).to_contain_text("Зарегистрировано: № О-77/2026 от 25.11.2026")
    await expect(history.locator(".history-line").first).to_contain_text("СЭД «Дело» зарегистрировала: № О-77/2026")
    await expect(history).to_contain_text("СЭД «Дело» отказала")
    await screen.shot("record-registered")


async def test_pictures_and_pdf_open_in_a_tab_and_the_rest_is_saved(centre: Centre, screen_of: ScreenOf) -> None:
    appeal, screen = await centre.an_appeal(), await screen_of()
    for name, content in (("фото двора.png", PNG), ("справка.pdf", b"%PDF-1.4\n%%EOF"), ("список.txt", "слова".encode())):
        await centre.cases.add_file(screen.member.asker, appeal, name, content)
    await screen.goto(f"/appeals/{appeal}")
    files = screen.page.get_by_role("region", name="Файлы")
    async with screen.page.context.expect_page() as opened:
        await files.get_by_role("link", name="Открыть в новой вкладке: фото двора.png").click()
    picture = await opened.value
    await expect(picture).to_have_url(re.compile(r"inline=1$"))
    assert await picture.evaluate("() => [document.images.length, document.contentType]") == [1, "image/png"]
    await expect(files.get_by_role("link", name="Открыть в новой вкладке: справка.pdf")).to_have_attribute("target", "_blank")
    await expect(files.get_by_role("link", name=re.compile("список.txt"))).to_have_count(1)
    for name in ("фото двора.png", "список.txt"):
        async with screen.page.expect_download() as saved:
            await files.get_by_role("link", name=f"Скачать: {name}").click()
        assert (await saved.value).suggested_filename == name
    await screen.shot("files")
    await screen.sound("files")
