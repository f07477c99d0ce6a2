"""The form in which an operator registers an appeal."""

from core.vocabulary import Role
from tests.core.quality.world import Work
from tests.screens.conftest import Screen, ScreenOf


async def a_form_of_registration(work: Work, screen_of: ScreenOf) -> tuple[Screen, int]:
    """It is open over the conversation of this number, which the operator holds and whose applicant is known."""
    screen = await screen_of(Role.OPERATOR)
    talk = await work.centre.a_conversation(held_by=screen.member.asker)
    await work.centre.an_applicant(talk)
    await screen.goto(f"/inbox/{talk}?list=mine")
    await screen.page.get_by_role("button", name="Зарегистрировать").click()
    return screen, talk
