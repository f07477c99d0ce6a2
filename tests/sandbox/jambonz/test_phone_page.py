"""The page of telephones in Chromium, with an application at the other end."""

import tomllib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Locator, Page, expect

from sandbox.jambonz.app import serving
from sandbox.jambonz.exchange import Exchange
from sandbox.jambonz.settings import PaceKind
from sandbox.jambonz.sound import tone
from tests.sandbox.jambonz.application import Application, eventually
from tests.sandbox.jambonz.conftest import settings_for

WORDS: dict[str, str] = tomllib.loads(Path(__file__).with_name("page_words.toml").read_text("utf-8"))
AXE: dict[str, Any] = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
MENU = {"verb": "gather", "input": ["speech", "digits"], "numDigits": 1, "timeout": 20, "actionHook": "/voice/menu"}
RECORD = {"verb": "config", "listen": {"enable": True, "url": "/rec/1", "mixType": "stereo"}}
DIAL = {"verb": "dial", "target": [{"type": "user", "name": "operator1"}], "actionHook": "/voice/done"}


@dataclass
class Screen:
    """The page, and what a person does on it."""

    page: Page
    exchange: Exchange
    application: Application

    async def press(self, word: str) -> None:
        """Press a button by its Russian name."""
        await self.page.get_by_role("button", name=WORDS[word], exact=True).click()

    async def write(self, label: str, text: str) -> None:
        """Write into a field and send with Enter."""
        await self.page.get_by_label(WORDS[label], exact=True).fill(text)
        await self.page.keyboard.press("Enter")

    async def shows(self, word: str) -> None:
        """The captions have these words."""
        await expect(self.page.locator("#captions p", has_text=WORDS[word]).last).to_be_visible()

    @property
    def desk(self) -> Locator:
        """The operator's telephone."""
        return self.page.locator(".desk", has_text=WORDS["operator"])


@pytest.fixture
async def screen(chromium: Browser, application: Application) -> AsyncIterator[Screen]:
    """The page before any call; nothing may be logged as an error or reported by the CSP."""
    application.answers = {
        "/voice/call": [RECORD, MENU | {"say": {"text": WORDS["menu"]}}],
        "/voice/menu": [{"verb": "say", "text": WORDS["thanks"]}],
    }
    errors: list[str] = []
    async with serving(settings_for(application, pace=PaceKind.REAL)) as exchange:
        exchange.callee("user:operator1").name = WORDS["operator"]
        context = await chromium.new_context(
            viewport={"width": 1280, "height": 900}, reduced_motion="reduce", locale="ru-RU", permissions=["microphone"]
        )
        page = await context.new_page()
        page.on("console", lambda entry: errors.append(entry.text) if entry.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(exchange.url)
        await expect(page.locator("#line")).to_have_text(WORDS["online"])
        yield Screen(page, exchange, application)
        await context.close()
    assert errors == []


async def test_a_person_calls_hears_and_presses_a_key_of_the_keyboard(screen: Screen) -> None:
    await screen.press("call")
    await screen.shows("menu")
    await expect(screen.page.locator("#state")).to_have_text(WORDS["asked"])
    await screen.page.keyboard.press("1")
    await screen.shows("pressed")
    await screen.shows("thanks")
    await screen.shows("ended")
    await expect(screen.page.get_by_role("button", name=WORDS["call"], exact=True)).to_be_visible()
    assert screen.application.bodies("/voice/menu")[0]["digits"] == "1"


async def test_a_person_speaks_by_typing_with_a_hidden_number(screen: Screen) -> None:
    await screen.page.get_by_label(WORDS["hidden"]).check()
    await screen.press("call")
    await screen.shows("menu")
    await screen.write("say", WORDS["speech"])
    await screen.shows("thanks")
    assert screen.application.bodies("/voice/menu")[0]["speech"]["alternatives"][0]["transcript"] == WORDS["speech"]
    assert screen.application.bodies("/voice/call")[0]["from"] == "anonymous"


async def test_one_person_plays_both_ends(screen: Screen) -> None:
    screen.application.answers["/voice/call"] = [DIAL]
    await screen.press("call")
    await expect(screen.desk).to_contain_text("+79000000001")
    await screen.desk.get_by_role("button", name=WORDS["answer"]).click()
    await screen.desk.get_by_label(WORDS["say_operator"], exact=True).fill(WORDS["greeting"])
    await screen.page.keyboard.press("Enter")
    await screen.shows("greeting")
    await screen.write("say", WORDS["speech"])
    await expect(screen.desk.locator(".captions p", has_text=WORDS["speech"])).to_be_visible()
    await screen.desk.get_by_role("button", name=WORDS["hang_up"]).click()
    await screen.shows("ended")
    assert screen.application.bodies("/voice/done")[0]["dial_call_status"] == "completed"


async def test_an_operator_declines_and_a_new_telephone_is_placed(screen: Screen) -> None:
    screen.application.answers["/voice/call"] = [DIAL]
    await screen.page.get_by_label(WORDS["address"]).fill("+78672000112")
    await screen.write("owner", WORDS["hostile"])
    await expect(screen.page.get_by_role("heading", name=WORDS["hostile"])).to_be_visible()
    await screen.press("call")
    await screen.desk.get_by_role("button", name=WORDS["decline"]).click()
    await screen.shows("ended")
    assert screen.application.bodies("/voice/done")[0]["dial_sip_status"] == 603
    assert await screen.page.locator("img").count() == 0


async def test_an_engineer_sees_what_was_asked_and_orders_a_fault(screen: Screen) -> None:
    await screen.page.get_by_text(WORDS["faults"]).click()
    await screen.page.get_by_label(WORDS["kind"]).select_option("lost_hook")
    await screen.page.locator("#only").fill("/voice/menu")
    await screen.press("order")
    await expect(screen.page.locator("#faults")).to_contain_text(WORDS["lost"])
    await screen.press("call")
    await screen.shows("menu")
    await screen.page.keyboard.press("1")
    await screen.shows("ended")
    await screen.page.locator("#calls button").first.click()
    await expect(screen.page.locator("#requests .bad").first).to_contain_text("ECONNREFUSED")
    await screen.page.locator("#requests summary").first.click()
    await expect(screen.page.locator("#requests details[open] pre").last).to_contain_text("gather")
    await expect(screen.page.get_by_role("button", name=WORDS["clear"])).to_be_hidden()


async def test_a_refused_call_says_why(screen: Screen) -> None:
    screen.application.answers["/voice/call"] = [{"verb": "say", "words": "x"}]
    await screen.press("call")
    await screen.shows("refused")


async def test_the_microphone_is_heard_in_the_record(screen: Screen) -> None:
    await screen.press("call")
    await screen.shows("menu")
    await screen.press("microphone")
    [sound] = screen.application.sounds
    await expect(screen.page.locator("#mic")).to_have_attribute("aria-pressed", "true")
    await eventually(screen.application, lambda: bool(sound.frames) and any(sound.frames[-1][place] for place in range(0, 640, 4)))
    await screen.press("hang_up")
    await screen.shows("ended")


async def test_a_prompt_of_the_speech_service_can_be_heard(chromium: Browser, application: Application) -> None:
    application.tts = lambda _: web.Response(body=tone(300, 3).astype("<i2").tobytes(), content_type="audio/l16")
    application.answers["/voice/call"] = [{"verb": "say", "text": WORDS["menu"]}]
    settings = settings_for(application, pace=PaceKind.REAL, tts=f"{application.base}/tts", tts_key="k")
    async with serving(settings) as exchange:
        page = await chromium.new_page()
        await page.goto(exchange.url)
        await expect(page.locator("#line")).to_have_text(WORDS["online"])
        async with page.expect_response("**/clips/*.wav") as fetching:
            await page.get_by_role("button", name=WORDS["call"], exact=True).click()
        clip = await fetching.value
        assert (clip.status, clip.headers["content-type"]) == (200, "audio/wav")
        await page.close()


@pytest.mark.parametrize("width", [1280, 390], ids=["wide", "narrow"])
async def test_the_page_is_usable_by_everybody(screen: Screen, width: int) -> None:
    await screen.page.set_viewport_size({"width": width, "height": 800})
    screen.application.answers["/voice/call"] = [DIAL]
    await screen.press("call")
    await screen.desk.get_by_role("button", name=WORDS["answer"]).click()
    await screen.page.locator("#calls button").first.click()
    await screen.page.locator("#requests summary").first.click()
    await screen.page.get_by_text(WORDS["faults"]).click()
    found = await Axe().run(screen.page, options=AXE)
    assert found.violations_count == 0, found.generate_report()
    assert await screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
