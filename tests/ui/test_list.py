"""The list of conversations."""

from playwright.async_api import expect

from tests.ui.conftest import Desk


async def test_the_tabs_hold_what_they_promise(desk: Desk) -> None:
    await desk.sign_in()
    page = desk.page
    rows = page.get_by_role("tabpanel").get_by_role("listitem")
    await expect(page.get_by_role("tab", name="Очередь 8")).to_have_attribute("aria-selected", "true")
    await expect(rows).to_have_count(8)
    await expect(rows.first).to_contain_text("Происшествие")
    await page.get_by_role("tab", name="Мои").click()
    await expect(rows).to_have_count(1)
    await expect(rows.first).to_contain_text("ведёте Вы")
    await page.get_by_role("tab", name="Коллеги").click()
    await expect(rows.first).to_contain_text("Дзуцев А. Б.")
    await page.get_by_role("tab", name="Все").click()
    await expect(rows).to_have_count(14)


async def test_a_row_says_who_where_and_how_long(desk: Desk) -> None:
    await desk.sign_in()
    row = desk.page.get_by_role("listitem").filter(has_text="Тедеев Аслан Русланович").first
    await expect(row.get_by_role("img", name="Telegram")).to_be_visible()
    await expect(row).to_contain_text("Ответить через 4 минуты")
    await expect(row).to_contain_text("1 непрочитанное")
    await expect(desk.page.get_by_role("listitem").filter(has_text="Не представился").first).to_be_visible()


async def test_search_and_channel_narrow_the_list(desk: Desk) -> None:
    await desk.sign_in()
    page = desk.page
    rows = page.get_by_role("tabpanel").get_by_role("listitem")
    await page.get_by_role("tab", name="Все").click()
    await page.get_by_label("Поиск разговоров").fill("габараева")
    await expect(rows).to_have_count(2)
    await page.get_by_role("button", name="Очистить поиск", exact=True).click()
    await expect(rows).to_have_count(14)
    await page.get_by_label("Канал").select_option(label="Телефон")
    await expect(rows).to_have_count(3)
    await page.get_by_label("Поиск разговоров").fill("нет такого")
    await expect(page.get_by_text("Ничего не найдено")).to_be_visible()


async def test_a_long_list_comes_by_pages_and_stays_fast(desk: Desk) -> None:
    desk.town.reset(rows=1200)
    await desk.sign_in()
    page = desk.page
    await page.get_by_role("tab", name="Все").click()
    await expect(page.get_by_role("tab", name="Все")).to_contain_text("999+")
    rows = page.get_by_role("tabpanel").get_by_role("listitem")
    scroller = page.locator(".list-scroll")
    for wanted in range(100, 1051, 50):
        await scroller.evaluate("box => box.scrollTo(0, box.scrollHeight)")
        await expect(rows).to_have_count(wanted)
    drawn = """() => [...document.querySelectorAll('.list-row a')]
        .filter(row => row.checkVisibility({contentVisibilityAuto: true})).length"""
    assert await page.evaluate(drawn) < 100, "rows out of sight are not laid out"
    await scroller.evaluate("box => box.scrollTo(0, 0)")
    desk.town.citizen_says(100 + 1190, "Свежие слова")
    await expect(rows.first).to_contain_text("Свежие слова")
    await expect(rows).to_have_count(1051)
