"""Keys by their place, whatever the layout."""

from playwright.async_api import Page, expect

from tests.ui.conftest import Desk

CYRILLIC = {"KeyJ": "о", "KeyK": "л", "KeyT": "е", "KeyR": "к", "KeyM": "ь", "KeyN": "т", "KeyE": "у", "Slash": "."}


async def press(page: Page, code: str, *, alt: bool = False) -> None:
    """A press as a keyboard in ЙЦУКЕН makes it: the code of the key, the letter of the layout."""
    await page.evaluate(
        """([code, key, altKey]) => (document.activeElement ?? document.body).dispatchEvent(
            new KeyboardEvent('keydown', {code, key, altKey, bubbles: true, cancelable: true}))""",
        [code, CYRILLIC[code], alt],
    )


async def test_an_operator_works_by_keys_in_the_russian_layout(desk: Desk) -> None:
    await desk.sign_in()
    page = desk.page
    region = page.get_by_role("region", name="Разговор", exact=True)
    await expect(page.get_by_role("tabpanel").get_by_role("listitem")).to_have_count(8)
    await press(page, "KeyJ")
    await expect(page).to_have_url("/inbox/102")
    await press(page, "KeyJ", alt=True)
    await press(page, "KeyK")
    await expect(page).to_have_url("/inbox/102")
    await expect(region).to_contain_text("ждёт оператора")
    await press(page, "KeyT")
    await expect(region).to_contain_text("ведёте Вы")
    field = page.get_by_label("Текст ответа")
    await expect(field).to_be_focused()
    await press(page, "KeyT")
    await press(page, "KeyM")
    await expect(field).to_be_focused()
    await page.get_by_role("log").focus()
    await press(page, "KeyM")
    await expect(page.get_by_label("Текст заметки")).to_be_focused()
    await page.get_by_role("log").focus()
    await press(page, "KeyR")
    await expect(field).to_be_focused()
    await page.get_by_role("log").focus()
    await press(page, "Slash")
    await expect(page.get_by_role("listbox", name="Готовые ответы")).to_be_visible()
    await page.keyboard.press("Escape")
    await page.get_by_role("log").focus()
    await press(page, "KeyN")
    await expect(page.get_by_role("dialog", name="Регистрация обращения")).to_be_visible()
    await page.keyboard.press("Escape")
    await press(page, "KeyE", alt=True)
    await page.get_by_role("button", name="Закрыть и перейти к следующему").click()
    await expect(region).to_contain_text("ждёт оператора")
    await expect(page).not_to_have_url("/inbox/102")


async def test_keys_of_one_letter_can_be_switched_off(desk: Desk) -> None:
    desk.town.staff[1].shortcuts_on = False
    await desk.sign_in()
    page = desk.page
    await expect(page.get_by_role("tabpanel").get_by_role("listitem")).to_have_count(8)
    await press(page, "KeyJ")
    await page.keyboard.press("Shift+Slash")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page).to_have_url("/inbox")
    await press(page, "KeyJ", alt=True)
    await expect(page).to_have_url("/inbox/102")


async def test_the_cheat_sheet_opens_by_the_question_mark(desk: Desk) -> None:
    await desk.sign_in()
    await desk.page.keyboard.press("Shift+Slash")
    await expect(desk.page.get_by_role("dialog", name="Горячие клавиши")).to_contain_text("J / О")
