"""Terms of keeping, holds, a citizen's copy and the two steps of an erasure, in a real browser."""

import zipfile

from playwright.async_api import expect

from core.vocabulary import Role
from tests.inbox.world import Centre
from tests.screens.conftest import ScreenOf


async def test_a_person_is_held_back_copied_and_erased_by_two_people(centre: Centre, screen_of: ScreenOf) -> None:
    talk = await centre.a_conversation(
        name="Примеров", mode="closed", words="Во дворе не горит фонарь", closed_at=centre.clock.now()
    )
    person = await centre.an_applicant(talk, phone="+78672000001")
    centre.clock.move(days=3 * 365 + 1)
    head, senior = await screen_of(Role.SUPERVISOR), await screen_of(Role.SENIOR)
    page = head.page
    await head.goto(f"/citizens/{person}")
    await page.get_by_role("button", name="Запретить стирание").click()
    await page.get_by_role("dialog").get_by_role("button", name="Запретить стирание").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Заполните это поле.")
    await page.get_by_label("Основание").fill("Запрос суда № 7")
    await page.get_by_role("dialog").get_by_role("button", name="Запретить стирание").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)

    await head.goto("/keeping")
    await page.get_by_role("button", name="Проверить, что будет стёрто").click()
    await expect(page.get_by_text("Следующей ночью стирать нечего.")).to_be_visible()
    await expect(page.get_by_text("Запрос суда № 7")).to_be_visible()
    await head.shot("keeping")
    await head.sound("keeping")
    await head.fits("keeping")
    await page.get_by_role("button", name="Снять запрет").click()
    await expect(page.get_by_text("Запретов нет.")).to_be_visible()

    await senior.goto(f"/citizens/{person}")
    async with senior.page.expect_download() as saved:
        await senior.page.get_by_role("button", name="Скачать всё, что хранится").click()
    with zipfile.ZipFile(await (await saved.value).path()) as copy:
        assert "Во дворе не горит фонарь" in copy.read("index.html").decode()
    await senior.page.get_by_role("button", name="Стереть данные…").click()
    await senior.page.get_by_label("Основание").fill("Заявление гражданина от 1 июня")
    await senior.page.get_by_role("button", name="Записать просьбу").click()
    await expect(senior.page.get_by_text("выполнить её должен другой сотрудник", exact=False)).to_be_visible()
    await senior.shot("erasure")
    await senior.sound("erasure")

    await head.goto(f"/citizens/{person}")
    await page.get_by_role("button", name="Стереть данные…").click()
    await page.get_by_role("button", name="Стереть безвозвратно").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_role("heading", level=1)).not_to_contain_text("Примеров")
