"""A score sheet in two windows, and two editors at one mark of the bot: whose words stay is asked field by field (reg. 2.7)."""

import pytest
from playwright.async_api import expect

from core.quality.bot_marks import MarkDecision
from core.quality.model import BotMark, QualityReview
from core.vocabulary import Role
from tests.core.quality.test_bot_marks import a_mark
from tests.core.quality.world import Work
from tests.screens.conftest import ScreenOf


@pytest.mark.clause("2.7")
async def test_a_sheet_filled_in_in_two_windows_is_merged_by_field(work: Work, screen_of: ScreenOf) -> None:
    operator = await work.a_person(name="Бетанов Борис")
    member = await work.centre.a_member(Role.SUPERVISOR)
    number = await work.an_item(member.asker, operator)
    first, second = await screen_of(member), await screen_of(member)
    await first.goto(f"/quality/items/{number}")
    await first.page.get_by_role("button", name="Начать оценку").click()
    sheet = first.page.get_by_role("form", name="Лист оценки")
    await expect(sheet).to_be_visible()
    await second.goto(f"/quality/items/{number}")
    other = second.page.get_by_role("form", name="Лист оценки")
    words, style = "Общий вывод для оператора", "Стиль речи"
    await other.get_by_label(words).fill("Слушайте до конца.")
    await other.get_by_role("group", name=style).get_by_label("Нет", exact=True).check()
    await expect(other.get_by_role("status")).to_contain_text("Черновик сохранён")

    await sheet.get_by_label(words).fill("Всё верно.")
    merge = first.page.get_by_role("dialog", name="Эти данные изменены в другом Вашем окне")
    await expect(merge.get_by_role("group")).to_have_count(2)
    await expect(merge.get_by_role("group", name=words).get_by_label("Из этого окна")).to_be_checked()
    await expect(merge.get_by_role("group", name=style).get_by_label("Из другого окна")).to_be_checked()
    await first.sound("sheet-conflict", "[role=dialog]")
    await first.shot("sheet-conflict")
    await merge.get_by_role("button", name="Сохранить выбранное").click()
    await expect(merge).to_be_hidden()
    await expect(sheet.get_by_role("status")).to_contain_text("Черновик сохранён")
    await expect(sheet.get_by_role("group", name=style).get_by_label("Нет", exact=True)).to_be_checked()
    (review,) = await work.rows(QualityReview)
    assert (review.summary, review.marks) == ("Всё верно.", {"style": "no"})


@pytest.mark.clause("2.7")
async def test_an_editor_meets_the_decision_of_another(work: Work, screen_of: ScreenOf) -> None:
    mark = await a_mark(work, await work.a_person())
    screen = await screen_of(Role.KNOWLEDGE_EDITOR)
    page = screen.page
    await page.goto("/quality/bot")
    await page.get_by_role("button", name="Принять").click()
    dialog = page.get_by_role("dialog", name="Принять")
    await dialog.get_by_label("Фраза для обучения").fill("во дворе большая яма")
    colleague = await work.a_person(Role.KNOWLEDGE_EDITOR)
    await work.desk.bot.decide(
        colleague, mark.id or 0, MarkDecision(accepted=False, words="Бот ответил верно.", version=mark.version)
    )
    await dialog.get_by_role("button", name="Принять").click()
    merge = page.get_by_role("dialog", name="Эти данные изменил другой сотрудник")
    decision = merge.get_by_role("group", name="Решение")
    await expect(decision).to_contain_text("Отклонить отметку")
    await expect(decision.get_by_label("Моё")).to_be_checked()
    await screen.sound("mark-conflict", "[role=dialog]")
    await screen.shot("mark-conflict")
    await merge.get_by_role("button", name="Сохранить выбранное").click()
    await expect(page.get_by_text("Фраза принята в примеры.")).to_be_visible()
    (kept,) = await work.rows(BotMark)
    assert (kept.state, kept.example) == ("accepted", "во дворе большая яма")
