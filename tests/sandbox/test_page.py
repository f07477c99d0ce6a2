"""The chat page in Chromium, with the echo bot at the other end."""

import re
import tomllib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.types import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from sandbox.telegram.driver import Citizen, Sandbox
from tests.sandbox.conftest import Running
from tests.sandbox.test_conversation import PNG, polling

WORDS: dict[str, str] = tomllib.loads(Path(__file__).with_name("page_words.toml").read_text("utf-8"))
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@dataclass
class Screen:
    """The page of one citizen, and what a person does on it."""

    page: Page
    citizen: Citizen

    def button(self, word: str, *, exact: bool = True) -> object:
        """A button by its Russian name."""
        return self.page.get_by_role("button", name=WORDS.get(word, word), exact=exact)

    async def press(self, word: str) -> None:
        """Press it."""
        await self.button(word).first.click()

    async def write(self, text: str) -> None:
        """Write and send with Enter."""
        await self.page.get_by_label(WORDS["message"], exact=True).fill(text)
        await self.page.keyboard.press("Enter")

    async def shows(self, text: str | re.Pattern[str]) -> None:
        """The log has a bubble with this text."""
        await expect(self.page.locator("#log .bubble", has_text=text).last).to_be_visible()

    async def violations(self) -> list[str]:
        """What axe finds."""
        found = await Axe().run(self.page, options=AXE)
        return [f"{v['id']}: {[node['html'] for node in v['nodes']]}" for v in found.response["violations"]]


@pytest.fixture
async def screen(running: Running, chromium: Browser, bot: Bot, sandbox: Sandbox) -> AsyncIterator[Screen]:
    """The page of a new citizen; the bot is up; nothing may be logged as an error or reported by the CSP."""
    await bot.set_my_commands([BotCommand(command="menu", description="Menu")])
    citizen = await sandbox.citizen("Zarina", "Example", phone="+79000000031")
    context = await chromium.new_context(viewport={"width": 1100, "height": 800}, reduced_motion="reduce", accept_downloads=True)
    page = await context.new_page()
    errors: list[str] = []
    page.on("console", lambda entry: errors.append(entry.text) if entry.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    async with polling(bot, []):
        await page.goto(f"{running.base}/?user={citizen.id}")
        await expect(page.get_by_text(WORDS["online"])).to_be_visible()
        yield Screen(page, citizen)
    await context.close()
    assert errors == []


async def test_a_conversation_on_the_page(screen: Screen, bot: Bot) -> None:
    await screen.press("start")
    await screen.shows("Hello, stranger")
    await expect(screen.page.locator("#log strong", has_text="Hello")).to_be_visible()
    await screen.write("good day")
    await screen.shows("echo good day")
    await expect(screen.page.locator(".own [data-mark=acknowledged]").last).to_be_visible()
    await screen.press("My phone")
    await screen.shows("own +79000000031")

    await screen.press("commands")
    await screen.page.locator(".popup.commands button").click()
    await screen.press("More")
    await screen.shows("Chosen")
    await expect(screen.page.locator(".toast", has_text="Right away")).to_be_visible()

    mine = screen.page.locator(".entry.own", has_text="good day").last
    await mine.hover()
    await mine.get_by_label(WORDS["actions"]).click()
    await mine.get_by_role("button", name=WORDS["edit"]).click()
    await screen.write("better day")
    await screen.shows("better day")
    await expect(screen.page.locator(".entry.own .reactions").last).to_be_visible()


async def test_links_open_the_bot_with_a_parameter(screen: Screen, bot: Bot) -> None:
    await screen.press("start")
    await screen.shows("Hello")
    link = InlineKeyboardButton(text="Again", url="https://t.me/centre_bot?start=poster")
    markup = InlineKeyboardMarkup(inline_keyboard=[[link]])
    text = '<a href="tg://resolve?domain=centre_bot&amp;start=leaflet">leaflet</a> +7 8672 53-19-19'
    await bot.send_message(screen.citizen.id, text, parse_mode="HTML", reply_markup=markup)
    await screen.press("Again")
    await screen.shows("Hello, poster")
    await screen.page.get_by_role("link", name="leaflet").click()
    await screen.shows("Hello, leaflet")
    assert await screen.page.get_by_role("link", name="+7 8672 53-19-19").get_attribute("href") == "tel:+78672531919"
    await screen.press("deep_link")
    await screen.page.get_by_role("dialog").get_by_role("textbox").fill("card-7")
    await screen.press("open")
    await screen.shows("Hello, card-7")


async def test_files_go_both_ways(screen: Screen) -> None:
    await screen.press("start")
    await screen.press("attach")
    async with screen.page.expect_file_chooser() as chooser:
        await screen.press("file")
    await (await chooser.value).set_files([{"name": "plan.txt", "mimeType": "text/plain", "buffer": b"content"}])
    await screen.shows("document")
    async with screen.page.expect_download() as download:
        await screen.page.get_by_role("link", name="back.bin").click()
    assert Path(await (await download.value).path()).read_bytes() == b"content"
    await screen.press("attach")
    await screen.press("sticker")
    await screen.shows("sticker")
    assert await screen.page.locator("img.sticker").evaluate("image => image.decode().then(() => image.naturalWidth)") == 512


async def test_a_recording_arrives_as_opus(screen: Screen, sandbox: Sandbox) -> None:
    await screen.press("start")
    await screen.press("record")
    await screen.page.locator(".recording").wait_for()
    await screen.page.wait_for_function(
        "began => performance.now() - began > 300", arg=await screen.page.evaluate("performance.now()")
    )
    await screen.press("send_recording")
    await screen.shows("voice")
    voice = next(heard for heard in await screen.citizen.history() if "voice" in heard.message)
    recorded = await sandbox.download(voice.file_id)
    assert (recorded[:4], recorded[28:36]) == (b"OggS", b"OpusHead")


async def test_hostile_text_stays_text(screen: Screen, bot: Bot, sandbox: Sandbox) -> None:
    await screen.press("start")
    await screen.write(WORDS["hostile"])
    await screen.shows("echo <img src=x onerror=alert(1)>")
    other = await sandbox.citizen("<script>alert(1)</script>", "<b>x</b>")
    await expect(screen.page.locator("#people")).to_contain_text("<script>alert(1)</script> <b>x</b>")
    await bot.send_message(screen.citizen.id, '<a href="javascript:alert(1)">x</a>', parse_mode="HTML")
    assert await screen.page.locator("#log img, #log script, #people script, a[href^=javascript]").count() == 0
    assert other.id


async def test_unread_blocked_and_a_new_citizen(screen: Screen, bot: Bot, citizen: Citizen) -> None:
    await screen.press("start")
    await bot.send_message(citizen.id, "for the other")
    badge = screen.page.locator(f"[data-chat='{citizen.id}'] .badge")
    await expect(badge).to_be_visible()
    await screen.page.locator(f"[data-chat='{citizen.id}']").click()
    await screen.shows("for the other")
    await expect(badge).to_have_count(0)
    await screen.page.locator("#block").click()
    await screen.page.locator("#composer").get_by_role("button", name=WORDS["unblock"]).click()
    await screen.write("back")
    await screen.shows("echo back")
    await screen.press("new_person")
    await screen.press("create")
    await expect(screen.page.locator("#composer").get_by_role("button", name=WORDS["start"])).to_be_visible()


@pytest.mark.parametrize("width", [1100, 360], ids=["on a desk", "on a phone"])
async def test_the_page_is_accessible(screen: Screen, bot: Bot, width: int) -> None:
    await screen.page.set_viewport_size({"width": width, "height": 720})
    assert await screen.violations() == []
    await screen.press("start")
    await screen.shows("Hello")
    everything = (
        '<b>b</b> <a href="https://e.org">l</a> +7 8672 53-19-19 /menu <tg-spoiler>s</tg-spoiler><blockquote>q</blockquote>'
    )
    markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="More", callback_data="x")]])
    await bot.send_message(screen.citizen.id, everything, parse_mode="HTML", reply_markup=markup)
    await screen.citizen.sends_file(PNG, "a.png", kind="photo", mime="image/png", caption="look")
    await screen.citizen.shares_location(43.0, 44.6)
    await screen.shows("at 43.00")
    assert await screen.violations() == []
    await screen.press("attach")
    assert await screen.violations() == []
    assert await screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = await screen.page.evaluate(
        "[...document.querySelectorAll('button, summary, input, textarea')].filter(n => n.offsetParent && !n.closest('.text'))"
        ".filter(n => n.getBoundingClientRect().height < 24 || n.getBoundingClientRect().width < 24).map(n => n.outerHTML)"
    )
    assert small == []


async def test_the_keyboard_reaches_everything(screen: Screen) -> None:
    await screen.button("start").focus()
    await screen.page.keyboard.press("Enter")
    await screen.shows("Hello")
    await screen.page.get_by_label(WORDS["message"], exact=True).focus()
    await screen.page.keyboard.type("/me")
    await expect(screen.page.locator(".popup.commands")).to_contain_text("/menu")
    await screen.page.keyboard.press("Escape")
    await expect(screen.page.locator(".popup.commands")).to_have_count(0)
    await screen.page.keyboard.press("Enter")
    await screen.shows("echo /me")


async def test_the_policy_of_the_page_is_strict(running: Running, chromium: Browser) -> None:
    page = await chromium.new_page()
    response = await page.goto(running.base)
    policy = response.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    await page.close()
