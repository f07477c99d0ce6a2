"""Quick ways: the palette, the list of keys, and the rail with and without names."""

import asyncio
import re

import pytest
from playwright.async_api import Route, expect

from core.vocabulary import Role
from tests.inbox.world import Centre
from tests.screens.conftest import ScreenOf


async def test_a_screen_is_gone_to_without_a_mouse(centre: Centre, screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.OPERATOR)
    page, keys = screen.page, screen.page.keyboard
    await screen.goto("/tasks")
    await keys.press("Control+KeyK")
    dialog = page.get_by_role("dialog", name="Быстрый переход")
    field = dialog.get_by_role("combobox")
    await expect(field).to_be_focused()
    await expect(dialog.get_by_role("group", name="Действия на этой странице")).to_contain_text("Справка по этому экрану")
    await screen.sound("the palette", "[role=dialog]")
    await screen.shot("palette")
    await keys.type("срок")
    chosen = dialog.get_by_role("option", selected=True)
    await expect(chosen).to_have_text("Контроль сроков")
    await expect(field).to_have_attribute("aria-activedescendant", await chosen.get_attribute("id") or "")
    await keys.press("Enter")
    await expect(page).to_have_url(re.compile("/board$"))
    await expect(dialog).to_have_count(0)
    await keys.press("Control+KeyK")
    await expect(dialog.get_by_role("group", name="Недавние разделы")).to_have_text("Недавние разделыЗадачи")
    await keys.press("Escape")
    await expect(dialog).to_have_count(0)
    stored = await page.evaluate("() => JSON.stringify({...localStorage, ...sessionStorage})")
    assert "board" not in stored


async def test_appeals_talks_and_people_are_found_by_their_numbers_and_names(centre: Centre, screen_of: ScreenOf) -> None:
    talk = await centre.a_conversation(name="Кокоева Залина", words="Когда приём?")
    person = await centre.an_applicant(talk, surname="Кокоева")
    await centre.an_appeal(conversation_id=talk)
    screen = await screen_of(Role.OPERATOR)
    page, asked = screen.page, list[str]()
    await screen.goto("/tasks")
    page.on("request", lambda request: asked.append(request.url) if "words=" in request.url else None)
    await page.get_by_role("button", name="Быстрый переход").click()
    dialog = page.get_by_role("dialog", name="Быстрый переход")
    await dialog.get_by_role("combobox").press_sequentially("Кокоева", delay=5)
    await expect(dialog.get_by_role("group", name="Обращения")).to_contain_text("А-000001/2026")
    await expect(dialog.get_by_role("group", name="Разговоры").get_by_role("option")).to_have_count(1)
    assert len(asked) == 1
    await screen.sound("what is found", "[role=dialog]")
    await dialog.get_by_role("group", name="Заявители").get_by_role("option").click()
    await expect(page).to_have_url(re.compile(f"/citizens/{person}$"))
    await page.keyboard.press("Control+KeyK")
    await page.keyboard.type("000001")
    await expect(dialog.get_by_role("option", selected=True)).to_contain_text("А-000001/2026")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="А-000001/2026")).to_be_visible()


async def test_an_answer_to_words_no_longer_wanted_is_not_shown(centre: Centre, screen_of: ScreenOf) -> None:
    await centre.an_appeal()
    screen = await screen_of(Role.OPERATOR)
    page, held, go = screen.page, asyncio.Event(), asyncio.Event()
    await screen.goto("/tasks")

    async def hold(route: Route) -> None:
        held.set()
        await go.wait()
        await route.abort() if route.request.failure else await route.continue_()

    await page.route(re.compile(r"/api/appeals\?words=000001"), hold)
    await page.keyboard.press("Control+KeyK")
    dialog = page.get_by_role("dialog", name="Быстрый переход")
    await page.keyboard.type("000001")
    await held.wait()
    async with page.expect_response(re.compile(r"/api/appeals\?words=")):
        await dialog.get_by_role("combobox").fill("ничего такого")
    go.set()
    await expect(dialog.get_by_role("status")).to_contain_text("Ничего не найдено")
    await expect(dialog.get_by_role("option")).to_have_count(0)


async def test_a_deed_of_the_present_screen_is_done_from_the_palette(centre: Centre, screen_of: ScreenOf) -> None:
    talk = await centre.a_conversation(words="Когда приём?")
    screen = await screen_of(Role.OPERATOR)
    page = screen.page
    await screen.goto(f"/inbox/{talk}")
    await expect(page.get_by_role("log")).to_contain_text("Когда приём?")
    await page.keyboard.press("Control+KeyK")
    offered = page.get_by_role("dialog").get_by_role("group", name="Действия на этой странице")
    await expect(offered).to_contain_text("Взять разговор")
    await expect(offered).not_to_contain_text("Ответить")
    await page.keyboard.type("взять")
    await page.keyboard.press("Enter")
    field = page.get_by_label("Текст ответа")
    await expect(field).to_be_focused()
    await page.keyboard.press("Control+KeyK")
    await expect(offered).not_to_contain_text("Взять разговор")
    await page.keyboard.type("заметка")
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Текст заметки")).to_be_focused()
    await page.keyboard.press("Alt+KeyB")
    await expect(page.get_by_role("searchbox", name=re.compile("баз", re.IGNORECASE))).to_be_focused()


@pytest.mark.parametrize(
    ("role", "may", "may_not"), [(Role.PRESS, "Новость дня", "Обращения"), (Role.AUDITOR, "Журнал", "Новость дня")]
)
async def test_only_screens_of_the_role_are_offered(screen_of: ScreenOf, role: Role, may: str, may_not: str) -> None:
    screen = await screen_of(role)
    page = screen.page
    await page.goto("/audit" if role is Role.AUDITOR else "/news")
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    await page.keyboard.press("Control+KeyK")
    places = page.get_by_role("dialog").get_by_role("group", name="Разделы", exact=True)
    await expect(places.get_by_role("option").filter(has_text=may).first).to_be_visible()
    await expect(places.get_by_role("option", name=may_not, exact=True)).to_have_count(0)


async def test_the_rail_shows_names_by_choice_and_remembers_it_for_the_person(screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.SENIOR, width=1280, height=700)
    page = screen.page
    await screen.goto("/tasks")
    rail = page.get_by_role("banner")
    knob = rail.get_by_role("button", name="Показать названия разделов")
    name = rail.get_by_role("link", name="Контроль сроков").get_by_text("Контроль сроков")
    await expect(name).to_be_hidden()
    await expect(rail.get_by_role("link", name="Контроль сроков")).to_have_attribute("title", "Контроль сроков")
    await knob.click()
    await expect(knob).to_have_attribute("aria-expanded", "true")
    await expect(name).to_be_visible()
    await screen.sound("the rail with names")
    await screen.shot("rail-names")
    for width, height in ((1440, 900), (1280, 700), (1024, 768)):
        await page.set_viewport_size({"width": width, "height": height})
        await screen.fits(f"the rail with names at {width}")
    await page.reload()
    await expect(name).to_be_visible()
    await knob.click()
    await expect(name).to_be_hidden()


async def test_a_low_screen_keeps_the_open_section_and_the_menu_in_sight(screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.SUPERVISOR)
    page = screen.page
    for width, height in ((1280, 700), (640, 400), (360, 640)):
        await page.set_viewport_size({"width": width, "height": height})
        for path, title in (("/directory", "Справочники и журналы"), ("/inbox", "Входящие")):
            await screen.goto(path)
            rail = page.get_by_role("banner")
            await expect(rail.locator(".router-link-active")).to_be_in_viewport(ratio=0.9)
            await expect(rail.locator(".router-link-active")).to_have_attribute("title", title)
            await expect(rail.get_by_role("button", name=re.compile("^Меню сотрудника"))).to_be_in_viewport(ratio=0.9)
        await screen.shot(f"rail-{width}")


async def test_on_a_narrow_screen_the_names_are_a_drawer(screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.OPERATOR, width=400, height=700)
    page = screen.page
    await screen.goto("/tasks")
    rail = page.get_by_role("banner")
    knob = rail.get_by_role("button", name="Показать названия разделов")
    await knob.click()
    await expect(rail.get_by_text("Контроль сроков", exact=True)).to_be_in_viewport()
    await screen.fits("the drawer")
    await screen.sound("the drawer")
    await screen.shot("rail-drawer")
    await page.keyboard.press("Escape")
    await expect(knob).to_have_attribute("aria-expanded", "false")
    await expect(knob).to_be_focused()
    await knob.click()
    await rail.get_by_role("link", name="Контроль сроков").click()
    await expect(page).to_have_url(re.compile("/board$"))
    await expect(knob).to_have_attribute("aria-expanded", "false")


async def test_the_list_of_keys_is_read_from_the_keys(centre: Centre, screen_of: ScreenOf) -> None:
    """That each of them is heard as it is told, and told once, is asked in inbox/ui/tests/keys.spec.ts."""
    screen = await screen_of(Role.OPERATOR)
    page = screen.page
    await screen.goto("/tasks")
    await page.keyboard.press("Shift+Slash")
    dialog = page.get_by_role("dialog", name="Горячие клавиши")
    await expect(dialog.locator(".keys-line").first).to_be_visible()
    told = await dialog.locator(".keys-line").all_inner_texts()
    for words in ("Alt+J / О", "Ctrl+K / Л", "Alt+B / И", "Ctrl+Enter", "F1", "Alt+Q / Й"):
        assert any(re.sub(r"\s*\+\s*", "+", line).find(words) >= 0 for line in told), words
    await screen.sound("the list of keys", "[role=dialog]")
    await screen.shot("keys")
