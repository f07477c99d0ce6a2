"""What comes by itself: hand-offs, messages, alarms, and a line that breaks."""

from playwright.async_api import BrowserContext, expect

from inbox.web import schemas as s
from tests.ui.conftest import Desk, open_desk
from tests.ui.town import Town

MINE = 106


async def test_a_hand_off_appears_sounds_and_is_announced(desk: Desk) -> None:
    await desk.page.add_init_script(
        """window.tones = 0;
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (...given) { window.tones++; return start.apply(this, given); };"""
    )
    await desk.sign_in()
    await desk.page.get_by_role("heading", name="Входящие", level=2).click()
    desk.town.hand_off("Агузарова Елена", "Когда дадут тепло?")
    await expect(desk.page.get_by_role("tabpanel").get_by_role("listitem").filter(has_text="Агузарова Елена")).to_be_visible()
    await expect(desk.page.get_by_role("status").filter(has_text="Новый разговор в очереди: Агузарова Елена")).to_have_count(1)
    await expect(desk.page.get_by_role("tab", name="Очередь 9")).to_be_visible()
    await desk.page.wait_for_function("() => window.tones > 0")


async def test_words_of_the_citizen_come_into_the_open_conversation(desk: Desk) -> None:
    await desk.start(MINE)
    desk.town.publish(s.CitizenTyping(kind="typing", conversation_id=MINE), stored=False)
    await expect(desk.page.get_by_text("Гражданин печатает…")).to_be_visible()
    desk.town.citizen_says(MINE, "Я ещё здесь")
    await expect(desk.page.get_by_role("log")).to_contain_text("Я ещё здесь")
    await expect(desk.page.get_by_text("Гражданин печатает…")).to_have_count(0)
    await desk.page.wait_for_function("() => !document.title.startsWith('(')")
    assert desk.town.talks[MINE].row.unread == 0


async def test_unread_words_elsewhere_mark_the_title_and_the_icon(desk: Desk) -> None:
    desk.town.talks[MINE].row.unread = 0
    await desk.start(100)
    desk.town.citizen_says(MINE, "Вы меня слышите?")
    await desk.page.wait_for_function("() => document.title.startsWith('(1)')")
    await expect(desk.page.locator("#favicon")).to_have_attribute("href", "/favicon-unread.svg")
    await expect(desk.page.get_by_role("link", name="Входящие: 1 непрочитанное")).to_be_visible()


async def test_an_alarm_is_shown_to_everybody_and_leads_to_its_conversation(
    context: BrowserContext, desk: Desk, town: Town
) -> None:
    await desk.sign_in()
    await expect(desk.page.get_by_label("Состояние связи: на линии")).to_be_visible()
    town.publish(s.Alarm(kind="alarm", conversation_id=102, words="пахнет газом", alarm="gas"))
    alarm = desk.page.get_by_role("alert", name="Тревога")
    await expect(alarm).to_contain_text("Запах газа. «пахнет газом»")
    await alarm.get_by_role("link", name="Открыть разговор").click()
    await expect(desk.page).to_have_url("/inbox/102")
    await alarm.get_by_role("button", name="Принято").click()
    await expect(alarm).to_have_count(0)


async def test_a_broken_line_is_told_and_what_was_missed_comes_after_it(desk: Desk) -> None:
    await desk.start(MINE)
    await expect(desk.page.get_by_label("Состояние связи: на линии")).to_be_visible()
    desk.town.live_down = True
    desk.town.end_streams()
    await expect(desk.page.get_by_label("Состояние связи: нет связи")).to_be_visible()
    desk.town.citizen_says(MINE, "Пока вас не было")
    number = desk.town.hand_off("Пропущенный", "Вопрос")
    desk.town.live_down = False
    await expect(desk.page.get_by_label("Состояние связи: на линии")).to_be_visible()
    await expect(desk.page.get_by_role("log")).to_contain_text("Пока вас не было")
    await expect(desk.page.get_by_role("tab", name="Все")).to_be_visible()
    await desk.page.get_by_role("tab", name="Очередь").click()
    await expect(desk.page.locator(f"[data-id='{number}']")).to_be_visible()


async def test_a_reply_written_without_the_line_goes_when_it_is_back(desk: Desk) -> None:
    await desk.start(MINE)
    await desk.page.context.set_offline(True)
    desk.town.end_streams()
    await desk.page.get_by_label("Текст ответа").fill("Написано в темноте")
    await desk.page.keyboard.press("Control+Enter")
    bubble = desk.page.get_by_role("article").filter(has_text="Написано в темноте")
    await expect(bubble).to_contain_text("Нет связи с сервером")
    await desk.page.context.set_offline(False)
    await expect(bubble).to_contain_text("ждёт отправки")
    assert [m.text for m in desk.town.talks[MINE].messages].count("Написано в темноте") == 1


async def test_resync_loads_the_lists_anew(desk: Desk) -> None:
    await desk.sign_in()
    await expect(desk.page.get_by_role("tabpanel").get_by_role("listitem")).to_have_count(8)
    desk.town.talks[100].row.preview = "Изменено без события"
    desk.town.publish(s.Resync(kind="resync"), stored=False)
    await expect(desk.page.get_by_text("Изменено без события")).to_be_visible()


async def test_the_tabs_of_one_browser_share_one_stream(context: BrowserContext, desk: Desk, town: Town) -> None:
    await desk.sign_in()
    second = await open_desk(context, town)
    await second.page.goto("/inbox")
    await expect(second.page.get_by_label("Состояние связи: на линии")).to_be_visible()
    assert len(town.streams) == 1
    town.hand_off("Общий Поток", "Вопрос")
    for page in (desk.page, second.page):
        await expect(page.get_by_role("listitem").filter(has_text="Общий Поток")).to_be_visible()
    await desk.page.close()
    await expect(second.page.get_by_label("Состояние связи: на линии")).to_be_visible()
    await second.page.wait_for_timeout(100)
    town.hand_off("После Первой", "Вопрос")
    await expect(second.page.get_by_role("listitem").filter(has_text="После Первой")).to_be_visible()
    assert len(town.streams) == 1
