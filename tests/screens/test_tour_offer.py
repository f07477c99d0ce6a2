"""The offer of the tour lies over nothing that can be pressed, and goes away for good."""

import pytest
from playwright.async_api import expect

from core.vocabulary import Role
from tests.inbox.world import Centre
from tests.screens.conftest import ScreenOf

UNDER = """() => {
  const bar = document.querySelector('.coach');
  const pressed = 'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"])';
  return [...document.querySelectorAll(pressed)].filter((one) => {
    if (bar.contains(one) || one.matches('.skip-link:not(:focus)') || !one.checkVisibility()) return false;
    const box = one.getBoundingClientRect();
    const points = [[0.5, 0.5], [0.1, 0.1], [0.9, 0.9], [0.1, 0.9], [0.9, 0.1]];
    return points.some(([x, y]) => bar.contains(document.elementFromPoint(box.x + box.width * x, box.y + box.height * y)));
  }).map((one) => one.outerHTML.slice(0, 120));
}"""
"""Controls of which a corner or the middle lies under the offer. The way to the content is seen only with the focus, above all."""


@pytest.mark.parametrize("size", [(1440, 900), (1024, 768), (768, 1024), (640, 450), (400, 700)])
async def test_no_control_is_under_the_offer(centre: Centre, screen_of: ScreenOf, size: tuple[int, int]) -> None:
    operator = await centre.a_member(Role.OPERATOR)
    talk = await centre.a_conversation(words="Когда приём?", held_by=operator.asker)
    width, height = size
    screen = await screen_of(operator, width=width, height=height, newcomer=True)
    page = screen.page
    offer = page.get_by_role("region", name="Знакомство с программой")
    for path in (f"/inbox/{talk}?list=mine", "/appeals", "/tasks"):
        await screen.goto(path)
        await expect(offer).to_be_in_viewport(ratio=1)
        assert await page.evaluate(UNDER) == []
        await screen.fits(f"{path} with the offer at {width}")
    await screen.shot(f"offer-{width}")
    await screen.sound("the offer")
    await offer.get_by_role("button", name="Не сейчас").click()
    await expect(offer).to_have_count(0)
    await screen.goto("/appeals")
    await expect(offer).to_have_count(0)
