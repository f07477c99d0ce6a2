"""A citizen in the messenger and an operator in the browser, with everything real between them but Telegram's servers."""

import os
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.async_api import Browser, Locator, Page, expect

from sandbox.telegram.driver import Citizen, Sandbox
from tests import patience
from tests.journeys.house import House

WORDS: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
PICTURES = os.environ.get("PICTURES")
"""A directory for the pictures of the docs (`make docs-pictures`)."""
VIEW = {"width": 1400, "height": 850}


@dataclass
class Scene:
    """Both sides of one journey."""

    citizen: Citizen
    chat: Page
    inbox: Page
    house: House

    async def says(self, words: str) -> None:
        """The citizen types into the messenger."""
        await self.chat.get_by_label(WORDS["message"], exact=True).fill(words)
        await self.chat.keyboard.press("Enter")

    def bubble(self, words: str | re.Pattern[str]) -> Locator:
        """The newest bubble with these words."""
        return self.chat.locator("#log .bubble", has_text=words).last

    async def reads(self, words: str | re.Pattern[str]) -> str:
        """The citizen sees a bubble with these words; gives all of it."""
        await expect(self.bubble(words)).to_be_visible(timeout=patience.MS)
        return await self.bubble(words).inner_text()

    async def picture(self, page: Page, name: str) -> None:
        """Keep what is on the screen, when pictures are wanted."""
        if PICTURES:
            await page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))


@pytest.fixture
async def scene(house: House, chromium: Browser) -> AsyncIterator[Scene]:
    """A new citizen with the messenger open, and an operator's empty browser."""
    async with Sandbox(house.chat) as sandbox:
        citizen = await sandbox.citizen(**WORDS["citizen"])
        context = await chromium.new_context(viewport=VIEW, locale="ru-RU")
        operator = await chromium.new_context(viewport=VIEW, locale="ru-RU")
        chat, inbox = await context.new_page(), await operator.new_page()
        await chat.goto(f"{house.chat}/?user={citizen.id}")
        scene = Scene(citizen, chat, inbox, house)
        yield scene
        await scene.picture(inbox, "inbox-last")
        assert await sandbox.problems() == []
        await context.close()
        await operator.close()


async def sign_in(scene: Scene) -> None:
    """The operator logs in and begins the shift."""
    page, words = scene.inbox, WORDS["login"]
    await page.goto(scene.house.inbox)
    await page.get_by_label(words["login"]).fill("operator")
    await page.get_by_label(words["password"], exact=True).fill(scene.house.passwords["operator"])
    await page.get_by_role("button", name=words["enter"]).click()
    await page.get_by_role("button", name=words["shift"]).click()
    await expect(page.get_by_label(WORDS["inbox"]["on_line"])).to_be_visible(timeout=patience.MS)


@pytest.mark.clause("2.8.1")
@pytest.mark.clause("3.1")
async def test_a_question_goes_to_an_operator_and_back_and_an_appeal_is_registered(scene: Scene, tmp_path: Path) -> None:
    await scene.chat.get_by_role("button", name=WORDS["start"], exact=True).click()
    await scene.reads(WORDS["welcome"])
    await sign_in(scene)

    await scene.says(WORDS["reception"])
    answer = await scene.reads(WORDS["source"])
    assert re.search(r"\d{4}", answer)

    await scene.says(WORDS["unknown"])
    await scene.chat.get_by_role("button", name=WORDS["operator_button"]).last.click()
    await _operator_answers(scene, tmp_path)
    await _the_form(scene)
    number = re.search(WORDS["number"], await scene.reads(WORDS["confirm"][1]))
    assert number is not None
    await scene.says(WORDS["mine"])
    assert number[0] in await scene.reads(WORDS["mine_title"])
    await scene.picture(scene.chat, "appeal")
    await expect(scene.inbox.get_by_text(number[0]).first).to_be_visible(timeout=patience.MS)
    await scene.picture(scene.inbox, "inbox-appeal")


async def _operator_answers(scene: Scene, tmp_path: Path) -> None:
    """Take over, reply with a file, hand back."""
    page, words = scene.inbox, WORDS["inbox"]
    await page.get_by_role("listitem").filter(has_text=WORDS["citizen"]["last_name"]).first.click(timeout=patience.MS)
    await page.get_by_role("button", name=words["take"], exact=True).click()
    assert WORDS["operator_name"] in await scene.reads(WORDS["greeting"])
    note = tmp_path / WORDS["file_name"]
    note.write_text(WORDS["file_text"], encoding="utf-8")
    await page.get_by_label(words["reply"]).fill(WORDS["answer"])
    await page.locator("input[type=file]").first.set_input_files(note)
    await expect(page.get_by_text(WORDS["file_name"]).first).to_be_visible()
    await page.get_by_role("button", name=words["send"], exact=True).click()
    await scene.reads(WORDS["answer"])
    await scene.reads(WORDS["file_name"])
    await scene.picture(page, "inbox")
    await scene.picture(scene.chat, "chat")
    heard = next(one for one in reversed(await scene.citizen.history()) if one.file_id)
    assert (await scene.citizen.sandbox.download(str(heard.file_id))).decode() == WORDS["file_text"]
    await page.get_by_role("button", name=words["hand_back"]).click()
    await scene.reads(WORDS["handed_back"])


async def _the_form(scene: Scene) -> None:
    """The appeal by the form, the telephone by the button that shares it."""
    for said, asked in WORDS["form"]:
        await scene.says(said)
        await scene.reads(asked)
    await scene.citizen.shares_contact()
    await scene.reads(WORDS["asks_reply_form"])
    for said, asked in (WORDS["reply_form"], WORDS["confirm"]):
        await scene.says(said)
        await scene.reads(asked)
