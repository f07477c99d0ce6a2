"""The audit trail in a real browser: looked through, checked, saved; a broken one is told in words."""

import json
import re

import pytest
from playwright.async_api import expect
from sqlalchemy import text

from core.audit.checking import check_file
from core.vocabulary import ReplyForm, Role, Urgency
from tests.inbox.world import Centre
from tests.screens.conftest import ScreenOf


@pytest.mark.clause("2.10")
async def test_the_trail_is_looked_through_checked_and_saved(centre: Centre, screen_of: ScreenOf) -> None:
    await centre.an_appeal(urgency=Urgency.URGENT, reply_form=ReplyForm.PHONE)
    screen = await screen_of(Role.SUPERVISOR, width=1440, height=900)
    page = screen.page
    await screen.goto("/audit")
    await expect(page.get_by_text("Журнал ещё не проверялся.")).to_be_visible()
    await page.get_by_role("button", name="Проверить журнал").click()
    await expect(page.get_by_text(re.compile("^Журнал цел"))).to_be_visible()
    await page.get_by_label("Действие").select_option(label="Обращения")
    await page.get_by_role("button", name="Показать", exact=True).click()
    rows = page.get_by_role("table").get_by_role("row")
    await expect(rows).to_have_count(2)
    await expect(rows.nth(1)).to_contain_text("Зарегистрировал обращение")
    await expect(rows.nth(1)).to_contain_text("запись в истории: ")
    await page.get_by_label("Объект").select_option(label="Сотрудник")
    await page.get_by_role("button", name="Показать", exact=True).click()
    await expect(page.get_by_text("Таких записей нет.")).to_be_visible()
    await page.get_by_label("Объект").select_option(label="Обращение")
    await page.get_by_role("button", name="Показать", exact=True).click()
    await screen.shot("audit")
    await screen.sound("audit")
    async with page.expect_download() as waiting:
        await page.get_by_role("button", name="Скачать с печатями (JSONL)").click()
    lines = (await (await waiting.value).path()).read_text("utf-8").splitlines()
    assert [json.loads(line)["action"] for line in lines] == ["appeal.register"] and check_file(lines).broken_id is None

    async with centre.transactions.begin() as tx:
        await tx.execute(text("SET LOCAL session_replication_role = replica"))
        await tx.execute(text("UPDATE audit_entry SET action = 'appeal.close' WHERE action = 'appeal.register'"))
    await page.get_by_role("button", name="Проверить журнал").click()
    await expect(page.get_by_text(re.compile("^Журнал нарушен на записи №"))).to_be_visible()
    await page.set_viewport_size({"width": 1024, "height": 700})
    await screen.shot("audit-broken")
    await rows.nth(1).get_by_role("link", name=re.compile("^Обращение")).click()
    await expect(page).to_have_url(re.compile(r"/appeals/\d+$"))
