"""A service that is asked for by its name is answered by its card, outside of forms (reg. 2.3)."""

from collections.abc import Iterator

import pytest

from core.wording import SHIPPED, Wording, put_in_force
from tests.core.conversations.conftest import Desk

pytestmark = pytest.mark.clause("2.3")


@pytest.fixture(autouse=True)
def _with_water() -> Iterator[None]:
    """A list with one more service, whose number is invented."""
    texts = {"service:6.name": "Водоканал", "service:6.number": "8 (8672) 53-00-01", "service:6.hours": "с 8:00 до 20:00"}
    put_in_force(Wording(texts=texts))
    yield
    put_in_force(SHIPPED)


async def test_the_card_has_the_number_to_tap_and_the_dialogue_is_not_asked(desk: Desk) -> None:
    assert await desk.writes("дайте телефон водоканала") == ["Водоканал.\nТелефон: +7 8672 53-00-01\nЧасы работы: с 8:00 до 20:00"]
    assert desk.channel.sent[-1].content["phones"] == [{"phone": "+78672530001", "title": "Водоканал"}]
    assert not desk.dialogue.requests


async def test_a_form_gets_the_words_as_an_answer(desk: Desk) -> None:
    await desk.writes("водоканал")
    await desk.change("UPDATE conversation SET dialogue_asks = 'description'")
    await desk.writes("водоканал")
    assert [request.text for request in desk.dialogue.requests] == ["водоканал"]


async def test_danger_is_no_wish_for_a_number(desk: Desk) -> None:
    await desk.writes("пахнет газом, нужна газовая служба")
    assert [request.intent for request in desk.dialogue.requests] == ["emergency"]
