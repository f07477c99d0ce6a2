"""Taking a conversation, and what colleagues see of it."""

from playwright.async_api import BrowserContext, expect

from inbox.web import schemas as s
from tests.ui.conftest import Desk
from tests.ui.town import Town


async def test_taking_makes_the_conversation_mine_and_lets_me_reply(desk: Desk) -> None:
    await desk.start(100)
    await expect(desk.page.get_by_text("Чтобы ответить гражданину, возьмите разговор")).to_be_visible()
    await desk.page.get_by_role("button", name="Взять", exact=True).click()
    await expect(desk.page.get_by_role("region", name="Разговор", exact=True)).to_contain_text("ведёте Вы")
    await expect(desk.page.get_by_role("log")).to_contain_text("оператор Гаглоева Мадина Тотразовна")
    await expect(desk.page.get_by_label("Текст ответа")).to_be_focused()


async def test_the_one_who_is_late_learns_who_was_first(desk: Desk) -> None:
    await desk.start(100)
    row = desk.town.talks[100].row
    row.mode, row.operator = "operator", s.StaffBrief(id=2, full_name="Дзуцев Алан Борисович")
    await desk.page.get_by_role("button", name="Взять", exact=True).click()
    await expect(desk.page.get_by_text("Разговор уже ведёт Дзуцев Алан Борисович")).to_be_visible()
    await expect(desk.page.get_by_role("button", name="Взять", exact=True)).to_have_count(0)
    await expect(desk.page.get_by_text("Гражданину отвечает Дзуцев Алан Борисович")).to_be_visible()


async def test_a_colleague_sees_who_looks_and_who_writes(context: BrowserContext, desk: Desk, town: Town) -> None:
    await desk.start(100)
    colleague = s.StaffBrief(id=2, full_name="Дзуцев Алан Борисович")
    town.look(100, colleague)
    await expect(desk.page.get_by_text("Смотрят: Дзуцев А. Б.")).to_be_visible()
    town.look(100, colleague, typing=True)
    await expect(desk.page.get_by_text("Пишут ответ: Дзуцев А. Б.")).to_be_visible()


async def test_my_own_presence_and_typing_are_told(desk: Desk) -> None:
    await desk.start(106)
    await desk.page.get_by_label("Текст ответа").press_sequentially("Пишу")
    await expect(desk.page.get_by_text("Черновик сохранён")).to_be_visible()
    assert desk.town.talks[106].viewers[1].typing
    told = [call for call in desk.town.calls if call == "POST /api/conversations/106/presence"]
    assert len(told) <= 4, "typing is told no more often than the pause"


async def test_the_transcript_shows_every_kind_of_message(desk: Desk) -> None:
    await desk.start(100)
    log = desk.page.get_by_role("log")
    await expect(log.get_by_role("list", name="Показанные кнопки").first).to_contain_text("Записаться на приём")
    await expect(log).to_contain_text("Вчера")
    await expect(log).to_contain_text("43.02410, 44.68190")
    await expect(log.get_by_role("link", name="Открыть на карте")).to_have_attribute("rel", "noopener noreferrer")
    await expect(log).to_contain_text("Кокоева Зарема")
    await expect(log).to_contain_text("файл не принят")
    await expect(log.get_by_role("link", name="Скачать: Акт обследования")).to_contain_text("471 КБ")
    await log.get_by_text("1 прежняя версия").click()
    await expect(log.get_by_text("Вот тут, где арка", exact=True)).to_be_visible()
    await log.get_by_role("button", name="Открыть изображение").click()
    await expect(desk.page.get_by_role("dialog").get_by_role("img", name="kran.png")).to_be_visible()
    await desk.page.keyboard.press("Escape")
    await expect(desk.page.get_by_role("dialog")).to_have_count(0)


async def test_earlier_messages_come_on_demand_and_new_ones_are_announced_below(desk: Desk, town: Town) -> None:
    talk = town.talks[106]
    talk.messages = [town.said(106, "citizen", f"Слова номер {at}") for at in range(120)]
    await desk.start(106)
    log = desk.page.get_by_role("log")
    await expect(log.get_by_role("article")).to_have_count(50)
    await log.get_by_role("button", name="Показать более ранние").click()
    await expect(log.get_by_role("article")).to_have_count(100)
    await log.get_by_role("button", name="Показать более ранние").click()
    await expect(log).to_contain_text("Начало переписки")
    await log.evaluate("box => { box.scrollTop = 0; }")
    await expect(desk.page.get_by_role("button", name="К последним сообщениям")).to_be_visible()
    town.citizen_says(106, "Самые новые слова")
    await desk.page.get_by_role("button", name="1 новое сообщение").click()
    await expect(log.get_by_text("Самые новые слова")).to_be_in_viewport()
