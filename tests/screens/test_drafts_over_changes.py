"""A draft that comes back over what a colleague changed since: what both changed is asked about before anything is sent."""

import pytest
from playwright.async_api import Locator, Page, expect

from core.departments.forms import DepartmentEdit
from core.departments.model import Department
from core.vocabulary import Role
from tests.inbox.world import Centre
from tests.screens.conftest import Screen, ScreenOf
from tests.screens.test_directory import a_town_hall

PHONE = "+7 (8672) 00-00-78"
THEIRS = DepartmentEdit(name="Управление образцовых дорог", note="отдел дорог", head_name="Тестов Казбек", version=0)


async def the_form(page: Page) -> Locator:
    """The form of the department, opened."""
    await page.get_by_role("button", name=f"Изменить: {THEIRS.name}").click()
    return page.get_by_role("dialog", name="Подразделение")


async def comes_back(centre: Centre, screen_of: ScreenOf) -> tuple[Screen, Locator]:
    """Two fields were typed and not saved, a colleague wrote one of them and a third, and the form is opened again."""
    await a_town_hall(centre)
    screen = await screen_of(Role.SUPERVISOR)
    await screen.goto("/directory")
    form = await the_form(screen.page)
    for label, words in (("Руководитель", "Примеров Олег"), ("Телефон", PHONE)):
        async with screen.page.expect_response(lambda one: "/api/drafts/department/" in one.url and one.request.method == "PUT"):
            await form.get_by_label(label, exact=True).fill(words)
    await centre.departments.save_department((await centre.a_member(Role.SUPERVISOR)).asker, "roads", THEIRS)
    await screen.page.reload()
    return screen, await the_form(screen.page)


@pytest.mark.parametrize(("side", "head"), [("Моё", "Примеров Олег"), ("Коллеги", "Тестов Казбек")])
async def test_whose_words_stay_is_chosen_before_anything_is_sent(
    centre: Centre, screen_of: ScreenOf, side: str, head: str
) -> None:
    screen, form = await comes_back(centre, screen_of)
    page = screen.page
    merge = page.get_by_role("dialog", name="Пока черновик лежал, эти данные изменили")
    await expect(merge.get_by_role("group")).to_have_count(1)
    field = merge.get_by_role("group", name="Руководитель")
    await expect(field.get_by_label("Моё")).to_be_checked()
    await screen.sound("draft-over-change", "[role=dialog]")
    await screen.shot("draft-over-change")
    await field.get_by_label(side).check()
    await merge.get_by_role("button", name="Оставить в форме выбранное").click()
    await expect(merge).to_have_count(0)
    await expect(form.get_by_label("Руководитель", exact=True)).to_have_value(head)
    await expect(form.get_by_label("Телефон", exact=True)).to_have_value(PHONE)
    await expect(form.get_by_label("Примечание", exact=True)).to_have_value("отдел дорог")
    (roads,) = await centre.rows(Department, Department.key == "roads")
    assert (roads.head_name, roads.phone) == ("Тестов Казбек", ""), "nothing was sent yet"
    await form.get_by_role("button", name="Сохранить").click()
    await expect(form).to_have_count(0)
    (roads,) = await centre.rows(Department, Department.key == "roads")
    assert (roads.head_name, roads.phone, roads.note) == (head, PHONE, "отдел дорог")


async def test_a_window_closed_without_a_choice_keeps_what_was_typed(centre: Centre, screen_of: ScreenOf) -> None:
    screen, form = await comes_back(centre, screen_of)
    merge = screen.page.get_by_role("dialog", name="Пока черновик лежал, эти данные изменили")
    await merge.get_by_role("button", name="Вернуться к форме").click()
    await expect(form.get_by_label("Руководитель", exact=True)).to_have_value("Примеров Олег")
    await screen.page.reload()
    await the_form(screen.page)
    await expect(merge).to_be_visible()
