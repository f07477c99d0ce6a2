"""The quality control in a real browser: a sample is drawn, listened to, scored; the operator objects, a second person reviews."""

import re

import pytest
from playwright.async_api import Page, expect

from core.conversations.model import Message
from core.quality.model import BotMark, QualityItem, ReviewComment
from core.vocabulary import Role
from tests.core.quality.world import Work
from tests.screens.conftest import Screen, ScreenOf


async def mark_all(page: Page, **others: str) -> None:
    """Mark each criterion of the open sheet: «yes», or as said by its title."""
    criteria = page.get_by_role("form", name="Лист оценки").get_by_role("group")
    await expect(criteria).to_have_count(9)
    for criterion in await criteria.all():
        title = await criterion.locator("legend").inner_text()
        wanted = next((mark for name, mark in others.items() if title.startswith(name)), "Да")
        await criterion.get_by_label(wanted, exact=True).check()


async def whole(screen: Screen, name: str) -> None:
    """Looked at by axe and at both widths."""
    await screen.sound(name)
    for width, height in ((1024, 768), (1440, 900)):
        await screen.page.set_viewport_size({"width": width, "height": height})
        await screen.fits(f"{name} at {width}")
        await screen.shot(f"{name}-{width}")


@pytest.mark.clause("2.7")
async def test_a_call_is_drawn_heard_scored_objected_to_and_reviewed_by_a_second(work: Work, screen_of: ScreenOf) -> None:
    member = await work.centre.a_member(Role.OPERATOR, full_name="Абаев Алан Асланович")
    await work.a_call(member.asker, seconds=754, transcript="Здравствуйте. Когда приём? Это безобразие.")
    head, senior = await screen_of(Role.SUPERVISOR, width=1440, height=900), await screen_of(Role.SENIOR, width=1440, height=900)
    page = head.page
    await head.goto("/quality")
    await expect(page.get_by_text("Здесь пока ничего нет.")).to_be_visible()
    await page.get_by_role("button", name="Провести отбор").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("С какого дня").fill("2026-11-30")
    await dialog.get_by_label("По какой день").fill("2026-11-25")
    await dialog.get_by_role("button", name="Отобрать").click()
    await expect(dialog.get_by_text("Последний день раньше первого.")).to_be_visible()
    await dialog.get_by_label("С какого дня").fill("2026-11-20")
    await dialog.get_by_label("Число жребия").fill("42")
    await head.sound("quality-draw", "[role=dialog]")
    await dialog.get_by_role("button", name="Отобрать").click()
    await expect(page.get_by_text("Отобрано: 1 разговор.")).to_be_visible()
    await whole(head, "quality-list")

    await page.get_by_role("link", name=re.compile("^Звонок, 25 ноября")).click()
    await page.get_by_role("button", name="Начать оценку").click()
    sheet = page.get_by_role("form", name="Лист оценки")
    await sheet.get_by_role("button", name="Завершить оценку").click()
    await expect(sheet.get_by_text("отметьте каждый критерий (осталось 9)")).to_be_visible()
    await expect(sheet.get_by_text("Поставьте отметку.")).to_have_count(9)
    await page.get_by_role("slider").press("PageUp")
    await page.get_by_role("slider").press("ArrowRight")
    await page.get_by_role("button", name="Замечание к этой секунде: 0:35").click()
    await page.get_by_label("Что заметили").fill("Перебивает. Звонил Иванов Иван Иванович.")
    await page.get_by_label("Критерий", exact=True).select_option(label="Стиль речи")
    await whole(head, "quality-remark")
    await page.get_by_role("button", name="Добавить замечание").click()
    await expect(page.get_by_role("list", name="Замечания")).to_contain_text("Перебивает. Звонил имя.")
    await mark_all(page, **{"Стиль речи": "Нет"})
    await page.get_by_label("Общий вывод для оператора").fill("Слушайте до конца.")
    await expect(sheet.get_by_role("status")).to_contain_text("Черновик сохранён", timeout=10000)
    await whole(head, "quality-sheet")
    await sheet.get_by_role("button", name="Завершить оценку").click()
    await expect(page.get_by_text("Оценка завершена: 85,7 %. Оператор её увидит.")).to_be_visible()
    await expect(page.get_by_role("region", name="Оценка", exact=True)).to_contain_text("85,7 %")
    (comment,) = await work.rows(ReviewComment)
    assert (comment.second, comment.criterion) == (35.0, "style")

    own = await screen_of(member, width=1440, height=900)
    page = own.page
    await own.goto("/quality/own")
    await expect(page.get_by_role("link", name=re.compile("Согласованность|На оценку"))).to_have_count(0)
    await whole(own, "quality-own")
    await page.get_by_role("link", name=re.compile("^Открыть оценку")).click()
    await page.get_by_role("button", name="Перейти к 0:35").click()
    await expect(page.get_by_role("slider")).to_have_attribute("aria-valuetext", re.compile("^0:35"))
    await page.get_by_role("button", name="Возразить").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Отправить возражение").click()
    await expect(dialog.get_by_text("Заполните это поле.")).to_be_visible()
    await own.sound("quality-objection", "[role=dialog]")
    await dialog.get_by_label("С чем Вы не согласны и почему").fill("Уточнял адрес, а не перебивал.")
    await dialog.get_by_role("button", name="Отправить возражение").click()
    await expect(page.get_by_text("Возражение отправлено руководителю.")).to_be_visible()
    await whole(own, "quality-own-review")

    page = head.page
    await head.goto("/quality")
    await page.get_by_role("button", name=re.compile("^Возражения")).click()
    await page.get_by_role("link", name=re.compile("^Звонок, 25 ноября")).click()
    await expect(page.get_by_text("возражение", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Ответить на возражение").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Попросить второго оценщика").check()
    await dialog.get_by_label("Ответ оператору").fill("Послушает второй оценщик.")
    await head.shot("quality-decision")
    await head.sound("quality-decision", "[role=dialog]")
    await dialog.get_by_role("button", name="Отправить ответ").click()
    await expect(page.get_by_text("Ответ отправлен оператору.")).to_be_visible()

    page = senior.page
    await senior.goto("/quality")
    await page.get_by_role("link", name=re.compile("^Звонок, 25 ноября")).click()
    await page.get_by_role("button", name="Начать оценку").click()
    await expect(page.get_by_text("Перебивает")).to_have_count(0)
    await mark_all(page)
    await page.get_by_role("button", name="Завершить оценку").click()
    await expect(page.get_by_text("Оценка завершена: 100 %.")).to_be_visible()
    await expect(page.get_by_text("Другие оценки")).to_have_count(0)

    page = head.page
    await head.goto("/quality/agreement")
    await page.get_by_label("По", exact=True).fill("2026-11-30")
    await expect(page.get_by_role("row", name=re.compile("Стиль речи"))).to_contain_text("0 %")
    await expect(page.get_by_role("list", name=re.compile("^Для разбора"))).to_contain_text("85,7 % и 100 %")
    await whole(head, "quality-agreement")
    await head.goto("/quality/numbers")
    await page.get_by_label("По", exact=True).fill("2026-11-30")
    await expect(page.get_by_role("row", name=re.compile("Абаев А. А."))).to_contain_text("92,9 %")
    await whole(head, "quality-numbers")


@pytest.mark.clause("2.7")
async def test_a_conversation_is_added_from_its_page_and_remarked_at_a_message(work: Work, screen_of: ScreenOf) -> None:
    operator = await work.a_person(name="Бетанов Борис")
    chat = await work.a_chat(operator, waited=300)
    head = await screen_of(Role.SUPERVISOR, width=1440, height=900)
    page = head.page
    await head.goto(f"/inbox/{chat}?list=all")
    await page.get_by_role("button", name="Ещё").click()
    await page.get_by_role("menuitem", name="На контроль качества").click()
    await expect(page.get_by_text("Добавлено в контроль качества: 1 разговор.")).to_be_visible()
    (item,) = await work.rows(QualityItem)
    await head.goto(f"/quality/items/{item.id}")
    await page.get_by_role("button", name="Начать оценку").click()
    await expect(page.get_by_text("ждали оператора 5 мин")).to_be_visible()
    await page.get_by_role("button", name=re.compile("^Замечание к сообщению: Бетанов")).click()
    await page.get_by_role("button", name="Добавить замечание").click()
    await expect(page.get_by_text("Заполните это поле.")).to_be_visible()
    await page.get_by_label("Что заметили").fill("Слишком кратко")
    await page.get_by_role("button", name="Добавить замечание").click()
    await expect(page.get_by_role("article", name=re.compile("^Бетанов"))).to_contain_text("Слишком кратко")
    await whole(head, "quality-chat")

    await head.goto("/quality/plan")
    await page.get_by_label("Долгий звонок, минут").fill("900")
    await page.get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_text("Слишком большое значение.")).to_be_visible()
    await page.get_by_label("Долгий звонок, минут").fill("5")
    await page.get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_text("Правила отбора сохранены.")).to_be_visible()
    await whole(head, "quality-plan")


@pytest.mark.clause("2.7")
async def test_a_wrong_answer_of_the_bot_is_marked_and_reviewed(work: Work, screen_of: ScreenOf) -> None:
    talk = await work.centre.a_conversation(mode="bot", words="Меня зовут Иванов Иван Иванович, во дворе яма")
    async with work.transactions.begin() as tx:
        tx.add(Message(conversation_id=talk, author="bot", text="Приём граждан по средам.", created_at=work.clock.now()))
    operator = await screen_of(Role.OPERATOR, width=1440, height=900)
    page = operator.page
    await operator.goto(f"/inbox/{talk}?list=all")
    await page.get_by_role("button", name=re.compile("^Неверный ответ бота")).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Другое").check()
    await dialog.get_by_role("button", name="Отметить").click()
    await expect(dialog.get_by_text("Заполните это поле.")).to_be_visible()
    await dialog.get_by_label("Бот не понял, чего хотят").check()
    await dialog.get_by_label("Что гражданин имел в виду").select_option(label="Подать обращение")
    await dialog.get_by_label("Слова для поиска").fill("приём")
    await dialog.get_by_role("button", name="Найти статью").click()
    await expect(dialog.get_by_label("Часы приёма")).to_be_visible()
    await operator.shot("quality-wrong")
    await operator.sound("quality-wrong", "[role=dialog]")
    await dialog.get_by_role("button", name="Отметить").click()
    await expect(page.get_by_text("отмечен как неверный")).to_be_visible()
    await operator.sound("quality-wrong-marked")
    await operator.shot("quality-wrong-marked")

    editor = await screen_of(Role.KNOWLEDGE_EDITOR, width=1440, height=900)
    page = editor.page
    await page.goto("/quality/bot")
    await expect(page.get_by_role("list", name="Ответы бота")).to_contain_text("Меня зовут имя, во дворе яма")
    await page.get_by_role("button", name=re.compile("^Принять")).click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Фраза для обучения").fill("во дворе яма [тут]")
    await dialog.get_by_role("button", name="Принять").click()
    await expect(dialog.get_by_text("Уберите из фразы личные данные")).to_be_visible()
    await dialog.get_by_label("Фраза для обучения").fill("во дворе яма")
    await editor.sound("quality-accept", "[role=dialog]")
    await dialog.get_by_role("button", name="Принять").click()
    await expect(page.get_by_text("Фраза принята в примеры.")).to_be_visible()
    await page.get_by_role("button", name="Приняты").click()
    await expect(page.get_by_text("Пример: «во дворе яма» – Подать обращение")).to_be_visible()
    await whole(editor, "quality-bot")
    (mark,) = await work.rows(BotMark)
    assert (mark.state, mark.example, mark.right_intent) == ("accepted", "во дворе яма", "register_appeal")
