"""A citizen's page in a real browser: everything on one person, the card, two cards made one, and what happens meanwhile."""

import re

from playwright.async_api import expect

from core.people.desk import CardForm
from core.people.model import Applicant, ChannelIdentity, ContactPoint
from core.vocabulary import Role
from tests.inbox.world import Centre
from tests.screens.conftest import ScreenOf


async def test_a_citizen_over_all_channels_is_edited_merged_and_parted(centre: Centre, screen_of: ScreenOf) -> None:
    talk = await centre.a_conversation(name="Примеров", mode="closed", words="Во дворе не горит фонарь")
    person = await centre.an_applicant(talk, phone="+78672000001")
    await centre.an_appeal(conversation_id=talk, days_ago=12)
    async with centre.transactions.begin() as tx:
        twin = Applicant(surname="Примеров", given_name="Иван", patronymic="Петрович", created_at=centre.clock.now())
        tx.add(twin)
        await tx.flush()
        tx.add(ContactPoint(applicant_id=twin.id or 0, kind="phone", value="+78672000001"))
        tx.add(ContactPoint(applicant_id=twin.id or 0, kind="email", value="ivan@example.org"))
        tx.add(
            ChannelIdentity(channel="email", external_id="ivan@example.org", applicant_id=twin.id, created_at=centre.clock.now())
        )
    screen = await screen_of(Role.SENIOR)
    page = screen.page
    await screen.goto(f"/inbox/{talk}?list=all")
    await page.get_by_role("link", name="Все каналы и обращения").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Примеров Иван")
    appeals = page.get_by_role("region", name="Обращения")
    await expect(appeals.get_by_role("link", name="А-000001/2026")).to_be_visible()
    await expect(appeals).to_contain_text("просрочено")
    await screen.shot("citizen")
    await screen.sound("citizen")
    await screen.fits("citizen")

    await page.get_by_role("region", name="Карточка").get_by_role("button").click()
    await page.get_by_label("Телефон 1").fill("12")
    await page.get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_text("Номер телефона не распознан.")).to_be_visible()
    await page.get_by_label("Телефон 1").fill("8 (8672) 00-00-01")
    await page.get_by_label("Почтовый адрес").fill("улица Примерная, 1")
    await screen.sound("card", "[role=dialog]")
    await page.get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_role("region", name="Карточка")).to_contain_text("улица Примерная, 1")

    await page.get_by_role("button", name=re.compile("Объединить с карточкой: Примеров Иван Петрович")).click()
    await screen.shot("merge")
    await screen.sound("merge", "[role=dialog]")
    await page.get_by_role("dialog").get_by_role("button", name="Объединить").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Примеров Иван Петрович")
    await expect(page.get_by_role("region", name="Карточка")).to_contain_text("Эл. почта: ivan@example.org")
    await expect(page.get_by_text("Похожих карточек нет.")).to_be_visible()
    await screen.shot("merged")
    await screen.sound("merged")
    await page.goto(f"/citizens/{twin.id}")
    await page.get_by_role("link", name="Открыть действующую карточку").click()
    await page.get_by_role("button", name="Отменить объединение: Примеров Иван Петрович").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Примеров Иван")
    await expect(page.get_by_role("region", name="Карточка")).not_to_contain_text("ivan@example.org")
    assert person != twin.id


async def test_what_happens_meanwhile_comes_onto_the_open_page(centre: Centre, screen_of: ScreenOf) -> None:
    talk = await centre.a_conversation(name="Примеров", mode="closed", words="Во дворе не горит фонарь")
    person = await centre.an_applicant(talk, phone="+78672000001")
    for number in range(23):
        await centre.an_appeal(conversation_id=talk, text=f"Вопрос {number}")
    screen = await screen_of()
    page = screen.page
    await screen.goto(f"/citizens/{person}")
    appeals = page.get_by_role("region", name="Обращения")
    await appeals.get_by_role("button", name="Показать ещё").click()
    await expect(appeals.get_by_role("listitem")).to_have_count(23)
    await page.get_by_role("region", name="Карточка").get_by_role("button").click()
    dialog = page.get_by_role("dialog", name="Карточка заявителя")
    await dialog.get_by_label("Почтовый адрес").fill("улица Примерная, 1")

    await centre.an_appeal(conversation_id=talk, text="Свежий вопрос")
    await expect(page.locator("main")).to_contain_text("Свежий вопрос")
    colleague = await centre.a_member()
    form = CardForm(surname="Примеров", given_name="Пётр", phones=["+78672000001"], version=1)
    await centre.people.save(colleague.asker, person, form)
    await expect(page.locator("h1")).to_have_text("Примеров Пётр")
    await expect(page.locator("[aria-labelledby=citizen-appeals] li")).to_have_count(24)
    await expect(dialog.get_by_label("Почтовый адрес")).to_have_value("улица Примерная, 1")

    await dialog.get_by_role("button", name="Сохранить").click()
    choice = page.get_by_role("dialog", name="Эти данные изменил другой сотрудник")
    await expect(choice.get_by_role("group", name="Имя").get_by_label("Коллеги")).to_be_checked()
    await choice.get_by_role("button", name="Сохранить выбранное").click()
    await expect(dialog).to_have_count(0)
    await expect(page.get_by_role("region", name="Карточка")).to_contain_text("улица Примерная, 1")
    await expect(appeals.get_by_role("listitem")).to_have_count(24)
    await expect(page.get_by_role("region", name="Разговоры")).to_contain_text("завершён")
