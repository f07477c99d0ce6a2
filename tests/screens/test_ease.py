"""Ease of the inbox: help for every screen, themes, the keyboard, paper, and what was typed is not lost."""

import asyncio
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.async_api import expect

from core.drafts.model import Draft
from core.vocabulary import Role
from tests.core.quality.world import Work
from tests.screens.conftest import ScreenOf
from tests.screens.registering import a_form_of_registration
from tests.screens.walk import APART, HERE, UI, WALKS, routes


def test_every_route_of_the_router_is_walked_once() -> None:
    walked = [name for screens in WALKS.values() for name in screens]
    assert sorted(walked) == sorted(routes().keys() - APART.keys())


def test_every_group_of_screens_has_the_file_that_walks_it() -> None:
    walkers = {path.stem.removeprefix("test_walk_"): path.read_text("utf-8") for path in HERE.glob("test_walk_*.py")}
    assert walkers.keys() == WALKS.keys()
    assert all(f'WALKS["{name}"]' in words for name, words in walkers.items())


def test_every_screen_has_words_of_help() -> None:
    helped = set(
        re.findall(r'^  "([\w-]+)": \{$|^  "([\w-]+)": \{ does', (UI / "locales/help.ts").read_text("utf-8"), re.MULTILINE)
    )
    assert {one or other for one, other in helped} == routes().keys()


async def test_the_theme_is_chosen_and_is_there_before_the_first_paint(screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.OPERATOR)
    page, colour = screen.page, "() => getComputedStyle(document.body).backgroundColor"
    await page.emulate_media(color_scheme="light")
    await screen.goto("/tasks")
    day = await page.evaluate(colour)
    await page.get_by_role("button", name=re.compile("^Меню")).click()
    await page.get_by_role("menuitem", name="Настройки").click()
    await page.get_by_role("dialog").get_by_label("Тёмное").check()
    await screen.sound("settings", "[role=dialog]")
    await page.get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_text("Настройки сохранены.")).to_be_visible()
    night = await page.evaluate(colour)
    assert night != day
    await page.route("**/assets/*.js", lambda route: route.abort())
    await page.reload(wait_until="commit")
    await page.wait_for_load_state("domcontentloaded")
    assert await page.evaluate("() => document.documentElement.dataset.theme") == "dark"
    await page.emulate_media(media="print")
    assert await page.evaluate("() => getComputedStyle(document.documentElement).colorScheme") == "light"
    screen.complaints.clear()


async def test_the_inbox_is_walked_without_a_mouse(work: Work, screen_of: ScreenOf) -> None:
    await work.centre.a_conversation(name="Первый", words="Когда приём?")
    screen = await screen_of(Role.OPERATOR)
    page, keys = screen.page, screen.page.keyboard
    await screen.goto("/tasks")
    await keys.press("Tab")
    await expect(page.get_by_role("button", name="К содержанию страницы")).to_be_focused()
    await keys.press("Enter")
    await expect(page.locator("main")).to_be_focused()
    await keys.press("F1")
    dialog = page.get_by_role("dialog", name="Справка: Задачи")
    await expect(dialog).to_contain_text("Регламент, пункт 2.8.11")
    await screen.shot("help")
    await screen.sound("help", "[role=dialog]")
    await keys.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(page.locator("main")).to_be_focused()
    await page.get_by_role("link", name="Контроль сроков").focus()
    await keys.press("Enter")
    await expect(page.get_by_role("status").filter(has_text="Контроль сроков")).to_have_count(1)


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
async def test_a_card_is_printed_whole_on_white(work: Work, screen_of: ScreenOf, tmp_path: Path) -> None:
    talk = await work.centre.a_conversation(name="Примеров")
    await work.centre.an_applicant(talk)
    appeal = await work.centre.an_appeal(conversation_id=talk, days_ago=3)
    screen = await screen_of(Role.OPERATOR)
    page = screen.page
    await page.emulate_media(color_scheme="dark")
    await screen.goto(f"/appeals/{appeal}")
    await expect(page.get_by_role("heading", name="История")).to_be_visible()
    await page.pdf(path=tmp_path / "card.pdf", prefer_css_page_size=True, format="A4", print_background=True)
    text = await asyncio.to_thread(subprocess.check_output, ["pdftotext", tmp_path / "card.pdf", "-"], text=True)
    for words in ("А-000001/2026", "Во дворе не горит фонарь.", "+79180000001", "Обращение зарегистрировано", "02.12.2026, ср"):
        assert words in text
    assert "Запросить подразделение" not in text
    if folder := os.environ.get("SHOTS"):
        picture = ["pdftoppm", "-r", "80", "-png", tmp_path / "card.pdf", f"{folder}/card-printed"]
        await asyncio.to_thread(subprocess.run, picture, check=True)


async def test_a_registration_that_is_being_typed_outlives_the_page(work: Work, screen_of: ScreenOf) -> None:
    screen, talk = await a_form_of_registration(work, screen_of)
    page, dialog = screen.page, screen.page.get_by_role("dialog")
    async with page.expect_response(f"**/api/drafts/register/{talk}"):
        await dialog.get_by_label("Суть обращения").fill("Во дворе на улице Кырджалийской не горит фонарь.")
    await page.reload()
    await page.get_by_role("button", name="Зарегистрировать").click()
    await expect(dialog.get_by_label("Суть обращения")).to_have_value("Во дворе на улице Кырджалийской не горит фонарь.")
    await expect(dialog).to_contain_text("восстановлен")
    await dialog.get_by_role("button", name="Зарегистрировать").click()
    await expect(dialog).to_contain_text("А-000001/2026")
    assert [one.text for one in await work.rows(Draft)] == [""]
