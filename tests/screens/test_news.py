"""The news of the day in a real browser, with the real conversion: written, uploaded or recorded, approved by two, withdrawn."""

import re

import pytest
from playwright.async_api import FilePayload, Page, expect

from channels.voice.sound.studio import SoundStudio
from core.conversations.model import NewsItem
from core.news.desk import NewsDesk
from core.vocabulary import Role
from tests.channels.voice.sound.sounds import a_file, a_voice, read
from tests.inbox.world import Centre
from tests.screens.conftest import ScreenOf


@pytest.fixture
def studio(centre: Centre) -> Centre:
    """The centre with the real studio."""
    centre.news = NewsDesk(transactions=centre.transactions, clock=centre.clock, studio=SoundStudio(ffmpeg=None))
    return centre


async def write(page: Page, title: str) -> None:
    await page.get_by_role("button", name="Новая новость").click()
    await page.get_by_label("Заголовок").fill(title)
    await page.get_by_label("Текст", exact=True).fill("Приём граждан переносится на новый адрес.")


async def test_news_is_written_converted_listened_to_and_approved_by_another(studio: Centre, screen_of: ScreenOf) -> None:
    screen, other = await screen_of(Role.PRESS), await screen_of(Role.SUPERVISOR)
    page = screen.page
    await page.goto("/")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Новость дня")
    await expect(page.get_by_text("Новостей ещё не было.")).to_be_visible()
    await page.get_by_role("button", name="Новая новость").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Сохранить").click()
    await expect(dialog.get_by_text("Заполните это поле.")).to_have_count(2)
    await dialog.get_by_role("button", name="Отмена").click()

    await write(page, "Приём переносится")
    chooser = dialog.get_by_label("Звуковой файл")
    await chooser.set_input_files(FilePayload(name="новость.m4a", mimeType="audio/mp4", buffer=b"\0\0\0\x20ftypM4A " + bytes(99)))
    await dialog.get_by_role("button", name="Сохранить").click()
    await expect(dialog.get_by_text("читает программа ffmpeg")).to_be_visible()
    await expect(dialog.get_by_text("Текст новости сохранён.")).to_be_visible()
    await screen.shot("news-refused")
    await screen.sound("news-refused", "[role=dialog]")
    await chooser.set_input_files(FilePayload(name="новость.mp3", mimeType="audio/mpeg", buffer=a_file(a_voice(6), format="MP3")))
    await dialog.get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_text("Новость сохранена и ждёт утверждения.")).to_be_visible()
    (item,) = await studio.rows(NewsItem)
    assert (item.source_name, round(item.seconds), item.valid_until) == ("новость.mp3", 6, None)

    line = page.get_by_role("list", name="Новость дня").get_by_role("listitem")
    await expect(line).to_contain_text("ждёт утверждения")
    await screen.shot("news")
    await screen.sound("news")
    await screen.fits("news")
    await line.get_by_role("button", name="Слушать: Приём переносится").click()
    await expect(line.get_by_role("slider")).not_to_have_attribute("aria-valuetext", re.compile("^0:00"))
    await line.get_by_role("button", name="Пауза: Приём переносится").click()
    await line.get_by_role("button", name="Как в Telegram").click()
    assert "which=telegram" in (await line.locator("audio").get_attribute("src") or "")
    await line.get_by_role("button", name="Утвердить").click()
    await expect(dialog).to_contain_text("таких сотрудников 1")
    await screen.sound("news-alone", "[role=dialog]")
    await dialog.get_by_role("button", name="Отмена").click()

    await other.goto("/news")
    await expect(other.page.get_by_role("button", name="Новая новость")).to_have_count(0)
    await other.page.get_by_role("button", name="Утвердить: Приём переносится").click()
    await expect(other.page.get_by_role("listitem").filter(has_text="Приём переносится")).to_contain_text("звучит сейчас")
    await page.reload()
    await expect(line).to_contain_text("звучит сейчас")
    await expect(line.get_by_role("button", name=re.compile("^Изменить"))).to_have_count(0)
    await line.get_by_role("button", name="Снять: Приём переносится").click()
    await dialog.get_by_role("button", name="Снять новость").click()
    await expect(line).to_contain_text("снята")


async def test_news_is_recorded_in_the_browser_and_the_author_insists(studio: Centre, screen_of: ScreenOf) -> None:
    await studio.a_member(Role.SUPERVISOR)
    screen = await screen_of(Role.PRESS, width=700, height=700)
    page = screen.page
    await page.goto("/news")
    await write(page, "Срочное")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Записать с микрофона").click()
    await expect(dialog.get_by_text("Идёт запись")).to_be_visible()
    await expect(dialog.get_by_text("0:02")).to_be_visible()
    await screen.shot("news-recording")
    await screen.sound("news-recording", "[role=dialog]")
    await dialog.get_by_role("button", name="Закончить запись").click()
    await expect(dialog.get_by_text("запись.wav")).to_be_visible()
    await dialog.get_by_label("Звучит до").fill("2026-11-27T18:00")
    await dialog.get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_text("Новость сохранена и ждёт утверждения.")).to_be_visible()
    (item,) = await studio.rows(NewsItem)
    assert item.valid_until is not None and item.valid_until.isoformat() == "2026-11-27T15:00:00+00:00"
    sound, rate = read((await studio.news.sound(screen.member.asker, item.id or 0, "phone")).content)
    assert rate == 8000 and len(sound) >= 2 * rate

    await page.get_by_role("button", name="Изменить: Срочное").click()
    await expect(dialog.get_by_label("Звучит до")).to_have_value("2026-11-27T18:00")
    await expect(dialog.get_by_text("Сейчас: запись.wav")).to_be_visible()
    await dialog.get_by_role("button", name="Убрать запись").click()
    await dialog.get_by_role("button", name="Сохранить").click()
    await expect(page.get_by_text("Без записи: текст прочитает программа.")).to_be_visible()
    await page.get_by_role("button", name="Утвердить: Срочное").click()
    await dialog.get_by_role("button", name="Утвердить без коллеги").click()
    await expect(page.get_by_role("list", name="Новость дня")).to_contain_text("Утвердил автор, без коллеги")
    await screen.fits("news-alone")
    await screen.shot("news-alone")
