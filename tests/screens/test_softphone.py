"""The telephone in the browser against the edge of an exchange: it registers, rings, takes the call by its key, and ends."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import expect

from core.phone.vocabulary import CallPlace, LineKind
from inbox.web.settings import InboxSettings
from tests.core.phone.world import Phone
from tests.inbox.world import Centre
from tests.screens.conftest import ScreenOf
from tests.screens.sbc import FakeSbc

MICROPHONE = """
navigator.mediaDevices.getUserMedia = async () => new AudioContext().createMediaStreamDestination().stream;
"""
"""A machine without a sound card has a silent one."""
OFFER = """
async () => {
  window.peer = new RTCPeerConnection();
  window.peer.addTrack(new AudioContext().createMediaStreamDestination().stream.getAudioTracks()[0]);
  await window.peer.setLocalDescription(await window.peer.createOffer());
  await new Promise((done) => {
    if (window.peer.iceGatheringState === "complete") done();
    window.peer.onicegatheringstatechange = () => window.peer.iceGatheringState === "complete" && done();
  });
  return window.peer.localDescription.sdp;
}
"""
CONNECTED = """
async (sdp) => {
  await window.peer.setRemoteDescription({ type: "answer", sdp });
  await new Promise((done) => {
    const look = () => window.peer.connectionState === "connected" && done();
    window.peer.onconnectionstatechange = look;
    look();
  });
}
"""


@pytest.fixture
async def sbc() -> AsyncIterator[FakeSbc]:
    """The edge of the exchange."""
    async with FakeSbc(user="operator1", password="a password of the exchange").running() as one:
        yield one


@pytest.fixture
def inbox_settings(sbc: FakeSbc) -> InboxSettings:
    """The inbox names the exchange, and its pages may speak with it."""
    return InboxSettings(softphone_url=sbc.url)


@pytest.mark.clause("2.8.1")
async def test_a_call_is_answered_in_the_browser(phone: Phone, centre: Centre, screen_of: ScreenOf, sbc: FakeSbc) -> None:
    member = await centre.a_member()
    await phone.desk.lines.set(member.asker, LineKind.USER, "operator1")
    screen = await screen_of(member)
    page = screen.page
    await page.context.add_init_script(MICROPHONE)
    await screen.goto("/phone")
    await page.get_by_role("button", name="Мой телефон").click()
    await page.get_by_role("menuitem", name="Мой телефон").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Пароль пользователя SIP").fill("a wrong one")
    await dialog.get_by_role("button", name="Включить телефон").click()
    await expect(dialog.get_by_role("alert")).to_have_text("Станция не приняла имя или пароль.")
    await dialog.get_by_label("Пароль пользователя SIP").fill(sbc.password)
    await dialog.get_by_role("button", name="Включить телефон").click()
    await expect(dialog.get_by_role("status")).to_have_text("включён")
    assert sbc.registered.is_set()
    await screen.sound("the softphone", "[role=dialog]")
    await screen.shot("phone-softphone")
    await page.keyboard.press("Escape")

    await phone.a_call()
    await phone.note("speech", details={"words": "не горит фонарь"}, place=CallPlace.QUEUE, step=1)
    await phone.operators.find_operator("c1")
    caller = await page.context.new_page()
    await sbc.ring(await caller.evaluate(OFFER))
    pop = page.get_by_role("region", name="Входящий звонок")
    await page.bring_to_front()
    await expect(pop.get_by_role("button", name="Ответить")).to_be_visible()
    await screen.shot("phone-softphone-rings")
    await page.keyboard.press("Alt+KeyQ")
    answer = await sbc.next("200")
    await sbc.acknowledge(answer)
    await caller.evaluate(CONNECTED, answer.body)
    key = await sbc.next("INFO")
    assert "Signal=1" in key.body
    await sbc.hang_up(answer)
    await expect(pop.get_by_role("button", name="Ответить")).to_have_count(0)
    await caller.close()
