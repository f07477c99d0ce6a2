"""Every screen of the router by day and by night, wide and narrow: axe finds nothing, the policy holds, nothing scrolls aside."""

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Dialog, expect

from core.knowledge.drafting import ArticleDraft
from core.staff.asker import Asker
from core.staff.model import Draft
from core.vocabulary import Role
from tests.core.quality.world import Work
from tests.inbox.world import Centre, Member
from tests.screens.conftest import ROOT, Screen, ScreenOf

UI = ROOT / "inbox/ui/src"
NAMED = re.compile(r'path: "([^"]*)", name: "([^"]+)"')
WIDTHS = ((1440, 900), (1024, 768), (640, 450), (360, 640))
"""The workplaces; a 1280 px screen at 200 %; a telephone (WCAG 1.4.10)."""
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LONG = "Примеров" if "PICTURES" in os.environ else "Немировичаданченковладикавказская" * 2

PICTURES = os.environ.get("PICTURES")
"""A folder for the pictures of the docs (make docs-pictures)."""
PICTURED = {
    ("inbox", "dark"): Role.OPERATOR,
    ("appeal", "dark"): Role.OPERATOR,
    ("kbArticle", "light"): Role.KNOWLEDGE_EDITOR,
    ("quality-item", "light"): Role.SUPERVISOR,
    ("reports", "dark"): Role.SUPERVISOR,
    ("dashboard", "light"): Role.SUPERVISOR,
    ("menu", "light"): Role.PRESS,
    ("audit", "light"): Role.AUDITOR,
}

SCREENS: dict[str, tuple[Role, ...]] = {
    "inbox": (Role.OPERATOR, Role.AUDITOR),
    "appeals": (Role.OPERATOR, Role.AUDITOR),
    "appeal": (Role.OPERATOR,),
    "board": (Role.OPERATOR,),
    "calls": (Role.OPERATOR,),
    "phone": (Role.OPERATOR,),
    "phone-backs": (Role.OPERATOR,),
    "phone-journal": (Role.OPERATOR,),
    "phone-call": (Role.OPERATOR,),
    "tasks": (Role.OPERATOR,),
    "mail": (Role.OPERATOR,),
    "left": (Role.OPERATOR,),
    "citizen": (Role.OPERATOR,),
    "quality-own": (Role.OPERATOR,),
    "quality-own-review": (Role.OPERATOR,),
    "training-result": (Role.OPERATOR,),
    "lost": (Role.OPERATOR,),
    "quality": (Role.SUPERVISOR,),
    "quality-item": (Role.SUPERVISOR,),
    "quality-review": (Role.SUPERVISOR,),
    "quality-numbers": (Role.SUPERVISOR,),
    "quality-agreement": (Role.SUPERVISOR,),
    "quality-plan": (Role.SUPERVISOR,),
    "quality-bot": (Role.KNOWLEDGE_EDITOR,),
    "menu": (Role.PRESS, Role.SUPERVISOR),
    "news": (Role.PRESS, Role.SUPERVISOR),
    "dashboard": (Role.SUPERVISOR, Role.AUDITOR),
    "reports": (Role.SUPERVISOR, Role.AUDITOR),
    "directory": (Role.ADMINISTRATOR, Role.SUPERVISOR),
    "calendar": (Role.ADMINISTRATOR, Role.SUPERVISOR),
    "duties": (Role.KNOWLEDGE_EDITOR, Role.SUPERVISOR),
    "forms": (Role.ADMINISTRATOR, Role.SUPERVISOR),
    "accounts": (Role.ADMINISTRATOR,),
    "audit": (Role.AUDITOR, Role.SUPERVISOR),
    "keeping": (Role.AUDITOR, Role.SUPERVISOR),
    "refusals": (Role.AUDITOR, Role.SUPERVISOR),
    "kbArticles": (Role.KNOWLEDGE_EDITOR, Role.SENIOR),
    "kbArticle": (Role.KNOWLEDGE_EDITOR,),
    "kbQuestions": (Role.KNOWLEDGE_EDITOR,),
    "kbRemarks": (Role.KNOWLEDGE_EDITOR,),
    "kbWords": (Role.KNOWLEDGE_EDITOR,),
    "kbTrial": (Role.KNOWLEDGE_EDITOR,),
}
"""Who walks which screen. The first is looked at by axe; of the others it is asked that the screen opens and fits."""
APART = {
    "login": "opened by nobody in particular",
    "enrol": "walked in test_second_factor.py",
    "password": "walked in test_accounts.py",
}
"""Screens outside the shell."""


def routes() -> dict[str, str]:
    """The paths of the router by name, as they are written."""
    sources = (path for path in sorted(UI.rglob("*.ts")) if path.name in ("router.ts", "routes.ts"))
    return {name: path for source in sources for path, name in NAMED.findall(source.read_text("utf-8"))}


def test_every_route_of_the_router_is_walked() -> None:
    assert set(routes()) == SCREENS.keys() | APART.keys()


@pytest.fixture
async def work(centre: Centre) -> AsyncIterator[Work]:
    """The centre of the screens, with short ways to what is reviewed."""
    yield Work(centre.transactions, centre.clock, centre)


def test_every_screen_has_words_of_help() -> None:
    helped = set(
        re.findall(r'^  "([\w-]+)": \{$|^  "([\w-]+)": \{ does', (UI / "locales/help.ts").read_text("utf-8"), re.MULTILINE)
    )
    assert {one or other for one, other in helped} == routes().keys()


async def things(work: Work, operator: Member, reviewer: Asker, editor: Asker) -> dict[str, int]:
    """One of each thing that a path names, with names as long as they come; ids by the name of the route."""
    centre = work.centre
    talk = await centre.a_conversation(name=f"Гость {LONG}", words=f"Когда приём на {LONG}?", held_by=operator.asker)
    person = await centre.an_applicant(talk, surname=LONG[:60])
    appeal = await centre.an_appeal(conversation_id=talk, days_ago=3)
    await centre.an_appeal(days_ago=40, topic="Дороги")
    call = await work.a_call(operator.asker, seconds=95, transcript="Здравствуйте. Когда приём?")
    item = await work.an_item(reviewer, operator.asker)
    review = await work.a_review(reviewer, item, style="no")
    article = await centre.editor.writing.start(editor, ArticleDraft(title=LONG, answer=f"Приём: {LONG}."))
    return {
        "inbox": talk,
        "appeal": appeal,
        "citizen": person,
        "phone-call": call,
        "quality-item": item,
        "quality-review": review,
        "quality-own-review": review,
        "kbArticle": article.id or 0,
    }


async def walk(work: Work, screen: Screen, ids: dict[str, int]) -> None:
    """Every screen of this person's role; the first walker of a screen has it looked at by axe in both themes."""
    role, page = screen.member.asker.role, screen.page
    await work.centre.tours.keep(screen.member.asker, "declined", "")
    for name, path in routes().items():
        if role not in SCREENS.get(name, ()):
            continue
        address = re.sub(r":\w+\(.*\)[?*]?", str(ids.get(name, "nowhere")), path)
        await page.set_viewport_size({"width": WIDTHS[0][0], "height": WIDTHS[0][1]})
        await page.goto(f"/{address}")
        await expect(page.get_by_role("heading", level=1)).to_have_count(1)
        await expect(page.locator("[aria-busy=true]")).to_have_count(0)
        for theme in THEMES:
            await page.emulate_media(color_scheme=theme)
            await screen.shot(f"{name}-{role}-{theme}")
            if PICTURES and role is PICTURED.get((name, theme)):
                await page.screenshot(path=f"{PICTURES}/screen-{name}-{theme}.png")
            if SCREENS[name][0] is role:
                await screen.sound(f"{name} in {theme}")
        for width, height in WIDTHS:
            await page.set_viewport_size({"width": width, "height": height})
            await screen.fits(f"{name} of {role} at {width}")


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.SUPERVISOR, Role.KNOWLEDGE_EDITOR])
async def test_the_screens_of_a_role(work: Work, screen_of: ScreenOf, role: Role) -> None:
    people = {one: await work.centre.a_member(one) for one in (Role.OPERATOR, Role.SUPERVISOR, Role.KNOWLEDGE_EDITOR)}
    reviewer, editor = people[Role.SUPERVISOR].asker, people[Role.KNOWLEDGE_EDITOR].asker
    ids = await things(work, people[Role.OPERATOR], reviewer, editor)
    await walk(work, await screen_of(people[role], width=1440, height=900), ids)


async def test_the_screens_of_those_who_read_no_conversations(work: Work, screen_of: ScreenOf) -> None:
    for role in (Role.PRESS, Role.ADMINISTRATOR, Role.AUDITOR, Role.SENIOR):
        await walk(work, await screen_of(role, width=1440, height=900), {})


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
    screen = await screen_of(Role.OPERATOR)
    page = screen.page
    talk = await work.centre.a_conversation(held_by=screen.member.asker)
    await work.centre.an_applicant(talk)
    await screen.goto(f"/inbox/{talk}?list=mine")
    await page.get_by_role("button", name="Зарегистрировать").click()
    dialog = page.get_by_role("dialog")
    async with page.expect_response(lambda answer: answer.url.endswith("/draft")):
        await dialog.get_by_label("Суть обращения").fill("Во дворе на улице Кырджалийской не горит фонарь.")
    asked: list[str] = []

    async def answer(question: Dialog) -> None:
        asked.append(question.type)
        await question.accept()

    page.on("dialog", answer)
    await page.reload()
    assert asked == ["beforeunload"]
    await page.get_by_role("button", name="Зарегистрировать").click()
    await expect(dialog.get_by_label("Суть обращения")).to_have_value("Во дворе на улице Кырджалийской не горит фонарь.")
    async with page.expect_response(lambda answer: answer.url.endswith("/draft")):
        await dialog.get_by_role("button", name="Зарегистрировать").click()
    await expect(dialog).to_contain_text("А-000001/2026")
    assert await work.rows(Draft) == []


async def test_a_paste_that_is_too_long_is_told_of_and_not_cut(work: Work, screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.OPERATOR)
    page = screen.page
    talk = await work.centre.a_conversation(held_by=screen.member.asker)
    await work.centre.an_applicant(talk)
    await screen.goto(f"/inbox/{talk}?list=mine")
    await page.get_by_role("button", name="Зарегистрировать").click()
    field = page.get_by_role("dialog").get_by_label("Суть обращения")
    await field.focus()
    await field.evaluate("field => field.select()")
    await page.keyboard.insert_text("я" * 21_000)
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_text(re.compile("Слишком длинно: 21000 знаков"))).to_be_visible()
    await expect(field).to_have_value("я" * 21_000)
    await screen.sound("long", "[role=dialog]")
