"""A megabyte from the clipboard, and what its field says of it."""

from playwright.async_api import Locator, expect

_PASTE = """field => {
    const carried = new DataTransfer()
    carried.setData('text', 'я '.repeat(500000))
    field.dispatchEvent(new ClipboardEvent('paste', {clipboardData: carried, bubbles: true, cancelable: true}))
}"""


async def paste_a_megabyte(field: Locator) -> None:
    """As from the clipboard."""
    await field.evaluate(_PASTE)


async def refuses_a_megabyte(field: Locator, limit: int) -> None:
    """It comes not at all, which the field says; a text just over the limit stays whole, with words about it."""
    before = await field.input_value()
    await paste_a_megabyte(field)
    await _is_wrong(field, "Текст не вставлен.")
    assert await field.input_value() == before
    await field.fill("я" * (limit + 7))
    await _is_wrong(field, "На 7 знаков длиннее допустимого.")
    assert await field.input_value() == "я" * (limit + 7), "nothing is cut"
    await field.fill("")


async def _is_wrong(field: Locator, told: str) -> None:
    await expect(field).to_have_attribute("aria-invalid", "true")
    described = (await field.get_attribute("aria-describedby") or "").split()
    await expect(field.page.locator(f"[id='{described[0]}']")).to_contain_text(told)
