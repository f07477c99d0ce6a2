"""Messages left by telephone in a real browser: listened to, called back, registered, done."""

import re
from datetime import date

import pytest
from playwright.async_api import expect

from core.appeals.model import Appeal
from core.audit.model import AuditEntry
from core.phone.model import CallBack
from core.vocabulary import Role
from tests.channels.voice.sound.sounds import a_file, a_voice
from tests.inbox.lefts import a_spoken_message
from tests.inbox.world import Centre
from tests.screens.conftest import ScreenOf

VISITED = """(one, from) => new Promise(done => {
    const visited = [];
    one.addEventListener("timeupdate", () => {
        visited.push(one.currentTime);
        if (one.currentTime > 2.4) { one.pause(); done(visited); }
    });
    one.currentTime = from;
    one.play();
})"""
"""Plays on from a moment; gives the moments that were heard."""


@pytest.fixture
def sounding(centre: Centre) -> Centre:
    """The recorder holds four seconds for every part."""
    sound = a_file(a_voice(4, rate=8000), rate=8000, subtype="PCM_16")
    centre.shelf.media_type = "audio/wav"
    centre.shelf.sounds = {f"message:c{call}:{part}-1": sound for call in (1, 2) for part in ("name", "contact", "question")}
    return centre


@pytest.mark.clause("2.6")
@pytest.mark.clause("2.4.2")
async def test_a_spoken_message_is_heard_called_back_registered_and_done(sounding: Centre, screen_of: ScreenOf) -> None:
    centre = sounding
    spoken = {"name": "", "contact": "", "question": "Во дворе не горит фонарь."}
    await a_spoken_message(centre, sid="c1", due_on=date(2026, 11, 24), full_name="Примеров Иван", spoken=spoken)
    await a_spoken_message(centre, sid="c2", spoken={"name": "", "question": ""})
    screen = await screen_of(Role.OPERATOR)
    page = screen.page
    await screen.goto("/left-messages")
    items = page.get_by_role("list", name="Оставленные сообщения").get_by_role("listitem")
    await expect(items).to_have_count(2)
    first = items.first
    await expect(first).to_contain_text("просрочено: нужно было до 24.11.2026")
    await expect(items.nth(1)).to_contain_text("сегодня")
    await expect(page.get_by_text("Просрочено: 1, на сегодня: 1")).to_be_visible()
    assert await centre.rows(AuditEntry, AuditEntry.action == "recording.heard") == [], "nothing is heard before it is played"
    await screen.shot("left")
    await screen.sound("left")
    await screen.fits("left")

    question = first.get_by_role("region", name=re.compile("^Вопрос, "))
    await expect(question).to_contain_text("Во дворе не горит фонарь.")
    place = question.get_by_role("slider", name=re.compile("^Место в записи"))
    await question.get_by_role("button", name=re.compile("^Слушать")).click()
    await expect(question.get_by_role("button", name=re.compile("^Пауза"))).to_be_visible()
    await expect(place).not_to_have_attribute("aria-valuetext", "0:00 из 0:04")
    await place.focus()
    await page.keyboard.press("Space")
    await expect(question.get_by_role("button", name=re.compile("^Слушать"))).to_be_visible()
    await page.keyboard.press("End")
    await expect(place).to_have_attribute("aria-valuetext", "0:04 из 0:04")
    await page.keyboard.press("Home")
    await expect(place).to_have_attribute("aria-valuenow", "0")
    await place.click(position={"x": 5, "y": 10})
    await question.get_by_label("Скорость").select_option("1.5")
    assert await question.locator("audio").evaluate("one => one.playbackRate") == 1.5
    await question.get_by_role("button", name="Без пауз").click()
    visited = await question.locator("audio").evaluate(VISITED, 1.3)
    assert [at for at in visited if 1.7 < at < 2.2] == [], "the silence from 1 to 2.5 s was left out"
    await expect(question.get_by_role("link", name=re.compile("Скачать"))).to_have_count(0)
    assert len(await centre.rows(AuditEntry, AuditEntry.action == "recording.heard")) == 1

    await first.get_by_role("button", name="Перезвонить: Примеров Иван").click()
    await expect(page.get_by_text("Добавлено в «Перезвонить»")).to_be_visible()
    assert [one.phone for one in await centre.rows(CallBack)] == ["+79000000001"]

    await first.get_by_role("button", name="Зарегистрировать обращение: Примеров Иван").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_label("Суть обращения")).to_have_value("Во дворе не горит фонарь.")
    await expect(dialog.get_by_label("Фамилия")).to_have_value("Примеров")
    await expect(dialog.get_by_label("По какому телефону")).to_have_value("+79000000001")
    await screen.shot("left-register")
    await screen.sound("left-register", "[role=dialog]")
    await dialog.get_by_role("textbox", name="Имя", exact=True).fill("")
    await dialog.get_by_role("button", name="Зарегистрировать").click()
    await expect(dialog.get_by_text("без этих сведений не регистрируется")).to_be_visible()
    await dialog.get_by_role("textbox", name="Имя", exact=True).fill("Иван")
    await dialog.get_by_role("radio", name="Срочно").check()
    await dialog.get_by_role("button", name="Зарегистрировать").click()
    await expect(page.get_by_role("dialog", name="Обращение зарегистрировано")).to_contain_text("А-000001/2026")
    await page.get_by_role("button", name="Готово").click()
    await expect(items).to_have_count(1)
    assert [(one.text, one.urgency) for one in await centre.rows(Appeal)] == [("Во дворе не горит фонарь.", "urgent")]

    await items.first.get_by_role("button", name="Отметить просмотренным").click()
    await expect(page.get_by_text("Все сообщения просмотрены.")).to_be_visible()
    await page.get_by_role("button", name="Все", exact=True).click()
    await expect(items).to_have_count(2)
    await expect(items.nth(1).get_by_role("link", name="Обращение А-000001/2026")).to_be_visible()
    await expect(items.first).to_contain_text("просмотрено 25.11.2026")


async def test_a_recorder_that_is_away_is_told_and_the_sound_can_be_asked_for_again(sounding: Centre, screen_of: ScreenOf) -> None:
    await a_spoken_message(sounding, spoken={"question": ""})
    sounding.shelf.is_away = True
    screen = await screen_of(Role.SENIOR, width=640, height=430)
    page = screen.page
    await screen.goto("/left-messages")
    await page.get_by_role("button", name=re.compile("^Слушать")).click()
    await expect(page.get_by_role("alert")).to_contain_text("Запись не загрузилась")
    await screen.sound("left-broken")
    await screen.fits("left-broken")
    await screen.shot("left-broken")
    sounding.shelf.is_away = False
    screen.complaints = [one for one in screen.complaints if "503" not in one]
    await page.get_by_role("button", name="Повторить").click()
    await expect(page.get_by_role("button", name=re.compile("^Пауза"))).to_be_visible()
    async with page.expect_download() as download:
        await page.get_by_role("link", name=re.compile("^Скачать")).click()
    assert (await download.value).suggested_filename == "recording-1.wav"
