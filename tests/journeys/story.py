"""The people of the journey of the urgent appeal: the operator with the card, the department, further applicants."""

from dataclasses import dataclass
from datetime import date

from playwright.async_api import Browser, Locator, Page, expect

from core.appeals.registering import Registration
from core.departments.forms import AbsenceForm, LiaisonEdit
from core.departments.model import Department
from core.vocabulary import ReplyForm, Role, Urgency
from tests.journeys.centre import Centre
from tests.journeys.looking import Desk, picture
from tests.journeys.november import LIAISON, LIGHTS, LIGHTS_HEAD, MEMO, NUMBER, SUBSTITUTE


@dataclass(frozen=True, kw_only=True)
class Story:
    """The centre and the operator's browser; the card is the first one."""

    centre: Centre
    desk: Desk

    @property
    def page(self) -> Page:
        """What the operator looks at."""
        return self.desk.page

    async def on_card(self, day: date, hour: int = 9, minute: int = 5) -> None:
        """A new hour comes, the timetable does its round, the operator logs in and opens the card."""
        await self.centre.comes(day, hour, minute)
        await self.desk.sign_in("/appeals/1")
        await expect(self.page.get_by_role("heading", name=NUMBER)).to_be_visible()

    def section(self, name: str) -> Locator:
        """A part of the card."""
        return self.page.get_by_role("region", name=name)


async def a_department(centre: Centre) -> None:
    """Its only liaison is away until 15 November, a colleague who is on no list stands in, the head wants copies."""
    async with centre.house.transactions.begin() as tx:
        tx.add(Department(key="lights", name=LIGHTS, head_email=LIGHTS_HEAD, copy_to_head=True))
    desk, admin = centre.house.office.departments, await centre.employs("admin", "Админова Вера Примеровна", Role.ADMINISTRATOR)
    listed = LiaisonEdit(full_name="Светлов Пётр Примерович", position="специалист", department="lights", email=LIAISON)
    absent = await desk.add_liaison(admin, listed)
    leave = AbsenceForm(
        liaison_id=absent.id or 0,
        first=date(2026, 10, 26),
        last=date(2026, 11, 15),
        substitute_name="Запасова Мария Примеровна",
        substitute_position="главный специалист",
        substitute_email=SUBSTITUTE,
        reason="отпуск",
    )
    await desk.add_absence(admin, leave)


async def another_card(centre: Centre, urgency: Urgency, words: str) -> int:
    """A further appeal of the same person, registered by the program."""
    what = Registration(text=words, topic=words.rstrip("."), urgency=urgency, reply_form=ReplyForm.TELEGRAM)
    return (await centre.house.office.appeals.register(1, what)).id or 0


async def the_department_answers(link: str, chromium: Browser) -> None:
    """In a browser without an account: the form, an old Word file, the thanks, and the link used up."""
    context = await chromium.new_context(viewport={"width": 900, "height": 1100}, locale="ru-RU")
    tab = await context.new_page()
    await tab.goto(link)
    await tab.get_by_label("Ответ готов").check()
    await tab.get_by_label("Номер служебной записки").fill("41-сз")
    await tab.get_by_label("Дата служебной записки").fill("2026-11-11")
    await tab.get_by_label("Кто подписал").fill("Образцов О. О., начальник управления")
    await tab.get_by_label("Файл служебной записки").set_input_files(MEMO)
    await picture(tab, "department-link")
    await tab.get_by_role("button", name="Отправить ответ").click()
    await expect(tab.get_by_role("heading", name="Спасибо, ответ принят")).to_be_visible()
    await tab.goto(link)
    await expect(tab.get_by_role("heading", name="По этой ссылке ответ уже получен")).to_be_visible()
    await context.close()
