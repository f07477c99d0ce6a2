"""The page of the staff's supergroup in Chromium, with a bot that makes topics at the other end."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, expect

from sandbox.telegram.driver import Sandbox
from sandbox.telegram.members import Member
from tests.sandbox.conftest import SECOND_TOKEN, Running
from tests.sandbox.test_calls import ask
from tests.sandbox.test_page import AXE, WORDS

DUTY = 7_000_000_002
KEYS = {"inline_keyboard": [[{"text": "Взять", "callback_data": "t:1"}]]}


@dataclass
class Office:
    """The page, the group behind it, and the bot's calls."""

    page: Page
    running: Running
    anna: Member
    alan: Member

    async def bot(self, method: str, **body: Any) -> dict[str, Any]:
        """One call of the duty bot in the group."""
        return (await ask(self.running, method, token=SECOND_TOKEN, chat_id=self.anna.place, **body))["result"]

    async def topic(self, name: str) -> int:
        """A topic with a pinned card."""
        thread = (await self.bot("createForumTopic", name=name))["message_thread_id"]
        card = await self.bot("sendMessage", message_thread_id=thread, text=f"card of {name}\nsecond line", reply_markup=KEYS)
        await self.bot("pinChatMessage", message_id=card["message_id"])
        return thread

    async def open(self, name: str) -> None:
        """Choose a topic in the list."""
        await self.page.locator("#topics button", has_text=name).click()
        await expect(self.page.locator("#chat-title")).to_have_text(name)

    async def violations(self) -> list[str]:
        """What axe finds."""
        found = await Axe().run(self.page, options=AXE)
        return [f"{v['id']}: {[node['html'] for node in v['nodes']]}" for v in found.response["violations"]]


@pytest.fixture
async def office(running: Running, chromium: Browser, sandbox: Sandbox) -> AsyncIterator[Office]:
    """A new supergroup; nothing may be logged as an error or reported by the CSP."""
    async with Sandbox(running.base, bot=DUTY) as driver:
        people = [await driver.citizen("Анна", "Примерова"), await driver.citizen("Алан", "Тестов")]
        group = await driver.group("Дежурные", people, [DUTY], is_forum=True)
        await ask(running, "deleteWebhook", token=SECOND_TOKEN, drop_pending_updates=True)
        context = await chromium.new_context(viewport={"width": 1100, "height": 800}, reduced_motion="reduce")
        page = await context.new_page()
        errors: list[str] = []
        page.on("console", lambda entry: errors.append(entry.text) if entry.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        await page.goto(f"{running.base}/duty?bot={DUTY}&group={group}")
        await expect(page.get_by_text(WORDS["online"])).to_be_visible()
        anna, alan = (Member(driver, person, group) for person in people)
        yield Office(page, running, anna, alan)
        await context.close()
        assert errors == []


async def test_topics_come_live_and_each_shows_its_own_messages(office: Office) -> None:
    await office.topic("Zarina 1")
    await office.topic("Soslan 2")
    await office.open("Zarina 1")
    log = office.page.locator("#log")
    await expect(log).to_contain_text("card of Zarina 1")
    await expect(log).not_to_contain_text("card of Soslan 2")
    await expect(office.page.locator("#pinned")).to_contain_text("card of Zarina 1 · second line")
    await office.open("Soslan 2")
    await expect(log).to_contain_text("card of Soslan 2")


async def test_one_writes_as_whom_one_chooses_and_presses_buttons(office: Office) -> None:
    thread = await office.topic("Zarina 1")
    await office.open("Zarina 1")
    await office.page.get_by_label(WORDS["write_as"]).select_option(label="Алан Тестов")
    await expect(office.page.get_by_role("region", name="Zarina 1")).to_contain_text("Алан Тестов")
    await office.page.get_by_label(WORDS["message"], exact=True).fill("good day")
    await office.page.keyboard.press("Enter")
    await expect(office.page.locator(".entry.own", has_text="good day")).to_be_visible()
    await office.page.get_by_role("button", name="Взять").click()
    said, pressed = [update for update in (await ask(office.running, "getUpdates", token=SECOND_TOKEN))["result"]]
    assert (said["message"]["from"]["id"], said["message"]["message_thread_id"]) == (office.alan.id, thread)
    assert (pressed["callback_query"]["from"]["id"], pressed["callback_query"]["data"]) == (office.alan.id, "t:1")
    await ask(
        office.running, "answerCallbackQuery", token=SECOND_TOKEN, callback_query_id=pressed["callback_query"]["id"], text="Yours"
    )
    await expect(office.page.locator(".toast", has_text="Yours")).to_be_visible()
    await office.page.get_by_label(WORDS["write_as"]).select_option(label="Анна Примерова")
    await expect(office.page.locator(".entry:not(.own) .author", has_text="Алан Тестов")).to_be_visible()


async def test_a_file_goes_into_the_topic(office: Office) -> None:
    thread = await office.topic("Zarina 1")
    await office.open("Zarina 1")
    await office.page.get_by_role("button", name=WORDS["attach"], exact=True).click()
    async with office.page.expect_file_chooser() as chooser:
        await office.page.get_by_role("button", name=WORDS["file"], exact=True).click()
    await (await chooser.value).set_files([{"name": "plan.txt", "mimeType": "text/plain", "buffer": b"content"}])
    await expect(office.page.locator(".entry.own .card", has_text="plan.txt")).to_be_visible()
    assert (await office.anna.history())[-1].thread == thread


async def test_what_happens_elsewhere_is_counted_as_unread(office: Office) -> None:
    thread = await office.topic("Zarina 1")
    await office.open("Zarina 1")
    await office.alan.at(None).writes("to all")
    badge = office.page.locator("[data-place=general] .badge")
    await expect(badge).to_contain_text("1")
    await office.page.locator("[data-place=general]").click()
    await expect(badge).to_have_count(0)
    await office.alan.at(thread).writes("here")
    await expect(office.page.locator(f"[data-place='{thread}'] .badge")).to_contain_text("1")


async def test_a_closed_topic_cannot_be_written_in_and_a_deleted_one_goes(office: Office) -> None:
    thread = await office.topic("Zarina 1")
    await office.open("Zarina 1")
    await office.bot("closeForumTopic", message_thread_id=thread)
    await expect(office.page.locator("#composer")).to_contain_text(WORDS["topic_closed"])
    await expect(office.page.locator("#topics .shut")).to_contain_text("Zarina 1")
    await office.page.get_by_role("button", name=WORDS["delete_topic"]).click()
    await office.page.get_by_role("dialog").get_by_role("button", name=WORDS["delete"]).click()
    await expect(office.page.locator("#chat-title")).to_have_text(WORDS["general"])
    assert await office.anna.topics() == {}


async def test_the_private_chat_with_the_bot_is_each_persons_own(office: Office) -> None:
    await office.page.locator("[data-place=alone]").click()
    await office.page.get_by_role("button", name=WORDS["start"]).click()
    await expect(office.page.locator(".entry.own", has_text="/start")).to_be_visible()
    await office.page.get_by_label(WORDS["write_as"]).select_option(label="Алан Тестов")
    await expect(office.page.locator(".entry")).to_have_count(0)


async def test_hostile_words_stay_words(office: Office) -> None:
    await office.topic("<b>x</b><img src=x>")
    await office.open("<b>x</b><img src=x>")
    await office.alan.at(None).writes("<script>alert(1)</script>")
    assert await office.page.locator("#topics img, #topics b, #log img, #log script").count() == 0


@pytest.mark.parametrize("width", [1100, 360], ids=["on a desk", "on a telephone"])
async def test_the_page_is_accessible_and_fits(office: Office, width: int) -> None:
    await office.page.set_viewport_size({"width": width, "height": 720})
    assert await office.violations() == []
    thread = await office.topic("A topic with a very long name indeed, much longer than the list is wide")
    await office.alan.at(thread).writes("words " * 60)
    assert await office.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await office.page.locator(f"[data-place='{thread}']").click()
    await expect(office.page.locator("#pinned")).to_be_visible()
    assert await office.violations() == []
    assert await office.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_two_pages_lead_to_each_other(office: Office) -> None:
    await office.page.locator("#to-citizens").click()
    await expect(office.page.locator("#people")).to_be_visible()
    await office.page.locator("#to-duty").click()
    await expect(office.page.locator("#topics")).to_be_visible()
