"""Calls that are made from the call list and from a card (reg. 2.8.8, 2.8.11)."""

import pytest
from playwright.async_api import expect

from core.calls.model import CallAttempt
from core.phone.vocabulary import CallPlace, LegKind, LegState, LineKind
from inbox.web.settings import InboxSettings
from tests.core.phone.test_calling_out import APPLICANT, BY_EMAIL, BY_PHONE, owed
from tests.core.phone.world import Phone
from tests.inbox.world import Centre
from tests.screens.conftest import ScreenOf


@pytest.fixture
def inbox_settings() -> InboxSettings:
    """An exchange is set up."""
    return InboxSettings(has_telephone=True)


@pytest.mark.clause("2.8.11")
async def test_a_call_is_made_from_the_list_and_written_down_when_it_ends(
    phone: Phone, centre: Centre, screen_of: ScreenOf
) -> None:
    member = await centre.a_member(full_name="Гаглоева Мадина Тотразовна")
    await phone.desk.lines.set(member.asker, LineKind.USER, "operator1")
    await owed(phone, member.asker, BY_EMAIL)
    screen = await screen_of(member)
    page = screen.page
    await screen.goto("/calls")
    row = page.get_by_role("list", name="Звонки заявителям").locator("> li")
    await expect(row).to_have_count(1)
    await expect(row.get_by_role("button", name="Сообщить")).to_have_count(0)
    await screen.shot("calls-made-list")
    await row.get_by_role("button", name="Позвонить заявителю").click()
    await expect(row.get_by_role("status")).to_contain_text("звонит телефон оператора")
    await expect(row.get_by_role("button", name="Позвонить заявителю")).to_have_count(0)
    await expect(page.get_by_role("region", name="Входящий звонок")).to_contain_text("снимите трубку и нажмите 1")

    await phone.note("answered", sid="sid-1")
    await phone.dial("a", LegKind.APPLICANT, sid="sid-1", number=APPLICANT)
    bar = page.get_by_role("region", name="Мой разговор")
    await expect(bar).to_contain_text("соединяем с заявителем")
    await expect(row.get_by_role("status")).to_contain_text("звоним заявителю")
    await phone.move("a", LegState.ANSWERED, sid="sid-1", leg_sid="sid-2")
    await expect(row.get_by_role("status")).to_contain_text("идёт разговор")
    await expect(bar.get_by_role("button", name="Выключить микрофон")).to_be_visible()
    await expect(bar.get_by_role("button", name="Удержание")).to_have_count(0)
    await screen.sound("a call that we made")
    await screen.shot("calls-made-talk")

    await phone.move("a", LegState.COMPLETED, sid="sid-1", seconds=95)
    await phone.end(sid="sid-1", seconds=110)
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("Разговор длился 1:35")
    await screen.sound("what came of it", "[role=dialog]")
    await screen.shot("calls-made-dialog")
    await page.keyboard.press("Escape")
    await expect(row.get_by_role("status")).to_contain_text("поговорили с заявителем, 1:35. Отметьте, чем закончился звонок.")
    await row.get_by_role("button", name="Отметить звонок").click()
    await dialog.get_by_label("Да, решён").check()
    await dialog.get_by_role("button", name="Отметить звонок").click()
    await expect(page.get_by_text("Звонить некому.")).to_be_visible()
    (attempt,) = await centre.rows(CallAttempt)
    assert (attempt.outcome, attempt.seconds, attempt.confirmed) == ("answered", 95, True)


async def test_what_is_said_on_the_telephone_is_not_written(phone: Phone, centre: Centre, screen_of: ScreenOf) -> None:
    member = await centre.a_member()
    await phone.desk.lines.set(member.asker, LineKind.USER, "operator1")
    screen = await screen_of(member)
    page = screen.page
    await phone.a_call()
    await phone.stand(CallPlace.QUEUE, 1)
    await phone.talk(member.asker)
    talk = (await phone.row()).conversation_id
    await phone.end()
    await screen.goto(f"/inbox/{talk}?list=mine")
    composer = page.get_by_role("region", name="Ответ гражданину")
    await expect(composer).to_contain_text("Разговор идёт по телефону: ответ дают голосом.")
    await expect(page.get_by_role("link", name="+7 900 000-00-01")).to_be_visible()
    await screen.shot("calls-voice-talk")
    await composer.get_by_role("button", name="Оставить заметку").click()
    await expect(composer.get_by_label("Текст заметки для коллег")).to_be_focused()
    await expect(composer.get_by_role("button", name="Ответ", exact=True)).to_have_count(0)
    await screen.sound("a talk on the telephone")


@pytest.mark.clause("2.8.8")
async def test_a_reply_is_told_from_the_card_after_a_question(phone: Phone, centre: Centre, screen_of: ScreenOf) -> None:
    member = await centre.a_member()
    appeal, _ = await owed(phone, member.asker, BY_PHONE)
    screen = await screen_of(member)
    page = screen.page
    await screen.goto(f"/appeals/{appeal}")
    calls = page.get_by_role("region", name="Звонки")
    await calls.get_by_role("button", name="Сообщить ответ автоматически").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text(f"Станция сразу наберёт {APPLICANT}")
    await screen.sound("before a machine calls", "[role=dialog]")
    await dialog.get_by_role("button", name="Набрать и сообщить").click()
    await expect(calls.get_by_role("status")).to_contain_text("звоним заявителю")
    await phone.note("answered", sid="sid-1")
    await expect(calls.get_by_role("status")).to_contain_text("сообщаем ответ")
    await screen.sound("a card whose reply is being told")
    await screen.shot("calls-told-card")
    await phone.end(sid="sid-1", seconds=20)
    await expect(calls.get_by_role("status")).to_contain_text("заявитель не ответил")
    await calls.get_by_role("button", name="Позвонить заявителю").click()
    await expect(page.get_by_text("Ваш телефон не указан: откройте «Мой телефон» и укажите, куда звонить.")).to_be_visible()
