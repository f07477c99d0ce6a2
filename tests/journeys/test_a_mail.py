"""A citizen's mail from the first letter to the closed card and beyond, each person in a browser of their own; everything is real.

The programs are those of ``make run``, the mail servers are the sandbox's; citizen and department write on its page.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests import patience
from tests.journeys.house import House
from tests.journeys.looking import picture
from tests.journeys.november import MEMO, MEMO_SAYS

VIEW = {"width": 1360, "height": 850}
SURNAME, NAME, ADDRESS = "Образцов", "Алан Образцов", "alan.obraztsov@pochta.example"
SUBJECT = "Не горят фонари"
PLEA = """Здравствуйте!

Во дворе дома 14 по улице Кирова третью неделю не горят фонари. Прошу восстановить освещение.

С уважением,
Образцов Алан Казбекович
8 (8672) 00-00-14"""
DEPARTMENT = "Комитет жилищно-коммунального хозяйства и энергетики"
OPERATOR = "operator2"
LIAISON = "zhkh@org.example"
QUESTION = "Почему во дворе дома 14 по улице Кирова нет освещения и когда оно будет восстановлено?"
THANKS = "Большое спасибо, всё починили!"
COMPLAINT = "Фонари погасли снова. Ничего не сделали, прошу разобраться."


@dataclass(frozen=True)
class Post:
    """Somebody's mailbox on the page of the sandbox."""

    page: Page
    house: House
    address: str

    async def opens(self, subject: str | re.Pattern[str]) -> None:
        """Open the newest thread with this subject."""
        await self.page.goto(f"{self.house.mail}/?box={self.address}")
        await self.page.locator("#letters button", has_text=subject).first.click(timeout=patience.MS)

    def letter(self, words: str | re.Pattern[str]) -> Locator:
        """The newest letter of the open thread with these words, laid out."""
        return self.page.frame_locator("article:last-of-type iframe").locator("body", has_text=words)

    async def reads(self, words: str | re.Pattern[str]) -> str:
        """The person sees a letter with these words; gives all of it."""
        await expect(self.letter(words)).to_be_visible(timeout=patience.MS)
        return await self.letter(words).inner_text()

    async def answers(self, words: str) -> None:
        """To the newest letter of the centre in the open thread, with a quote."""
        count = await self.page.get_by_role("article").count()
        await self.page.get_by_role("button", name="Ответить", exact=True).last.click()
        form = self.page.get_by_role("form", name="Ответ")
        await form.get_by_label("Текст письма").fill(words)
        await form.get_by_role("button", name="Отправить").click()
        await expect(self.page.get_by_role("article")).to_have_count(count + 1, timeout=patience.MS)


@dataclass(frozen=True)
class Story:
    """The people and their screens."""

    house: House
    citizen: Post
    department: Post
    desk: Page

    def section(self, name: str) -> Locator:
        """A part of the open card."""
        return self.desk.get_by_role("region", name=name)

    @property
    def dialog(self) -> Locator:
        """What lies over the operator's page."""
        return self.desk.get_by_role("dialog")


@pytest.fixture
async def story(house: House, chromium: Browser) -> AsyncIterator[Story]:
    """Three browsers."""
    contexts = [await chromium.new_context(viewport=VIEW, locale="ru-RU") for _ in range(3)]
    for context in contexts:
        context.set_default_timeout(patience.MS)
    citizen, department, desk = [await context.new_page() for context in contexts]
    yield Story(house, Post(citizen, house, ADDRESS), Post(department, house, LIAISON), desk)
    for context in contexts:
        await context.close()


@pytest.mark.clause("2.8.1")
@pytest.mark.clause("2.8.11")
@pytest.mark.clause("3.1")
async def test_a_citizens_mail_is_worked_to_the_closed_card_and_a_complaint_opens_it(story: Story, chromium: Browser) -> None:
    await _the_administrator_enters_the_departments_address(story, chromium)
    await _the_citizen_writes_and_is_acknowledged(story)
    talk = await _the_operator_registers_in_one_step(story)
    await _the_department_is_asked_and_answers_by_mail(story)
    await _the_reply_comes_into_the_same_thread(story)
    await _the_card_is_closed(story)
    await _thanks_leave_it_closed(story, talk)
    await _a_complaint_reopens_it(story)


async def _signs_in(page: Page, house: House, login: str, path: str) -> None:
    await page.goto(f"{house.inbox}{path}")
    await page.get_by_label("Логин").fill(login)
    await page.get_by_label("Пароль", exact=True).fill(house.passwords[login])
    await page.get_by_role("button", name="Войти").click()


async def _the_administrator_enters_the_departments_address(story: Story, chromium: Browser) -> None:
    """The order names officials without their addresses."""
    page = await chromium.new_page(viewport=VIEW, locale="ru-RU")
    await _signs_in(page, story.house, "admin", "/directory")
    place = page.get_by_role("listitem", name=DEPARTMENT)
    await place.get_by_role("list", name="Ответственные").get_by_role("button", name=re.compile("^Изменить")).first.click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Эл. почта").fill(LIAISON)
    await dialog.get_by_role("button", name="Сохранить").click()
    await expect(dialog).to_be_hidden()
    await page.close()


async def _the_citizen_writes_and_is_acknowledged(story: Story) -> None:
    """One letter answers: the centre's name, what the knowledge base knows, who reads the mail."""
    page = story.citizen.page
    await page.goto(story.house.mail)
    await page.get_by_role("button", name="Написать в центр").click()
    form = page.get_by_role("form", name="Новое письмо")
    for label, words in (("Имя", NAME), ("Адрес", ADDRESS), ("Тема", SUBJECT), ("Текст письма", PLEA)):
        await form.get_by_label(label).fill(words)
    await form.get_by_role("button", name="Отправить").click()
    told = await story.citizen.reads("Ваше письмо получено")
    assert "Контакт-центр администрации города Владикавказа" in told
    await expect(page.get_by_role("article")).to_have_count(2)


async def _the_operator_registers_in_one_step(story: Story) -> str:
    """Name, telephone, place and text are proposed from the mail. Gives the address of the conversation, which is closed."""
    page, dialog = story.desk, story.dialog
    await _signs_in(page, story.house, OPERATOR, "/inbox")
    await page.get_by_role("button", name="Начать смену").click()
    await page.get_by_role("listitem").filter(has_text=SURNAME).first.click()
    await expect(page.get_by_text(SUBJECT).first).to_be_visible()
    await page.get_by_role("button", name="Взять", exact=True).click()
    await page.get_by_role("button", name="Зарегистрировать").first.click()
    await expect(dialog.get_by_label("Фамилия")).to_have_value("Образцов")
    await expect(dialog.get_by_role("textbox", name="Телефон")).to_have_value(re.compile("14$"))
    await expect(dialog.get_by_label("Адрес, где это произошло")).to_have_value(re.compile("Кирова"))
    await expect(dialog.get_by_label("Тема")).to_have_value(SUBJECT)
    await picture(page, "mail-registering")
    await dialog.get_by_role("button", name="Зарегистрировать").click()
    await expect(dialog.get_by_text(re.compile(r"А-\d{6}"))).to_be_visible()
    await dialog.get_by_role("button", name="Готово").click()
    await story.citizen.reads(re.compile(r"А-\d{6}"))
    talk = page.url
    await page.get_by_role("button", name="Закрыть разговор").click()
    await dialog.get_by_role("button", name="Закрыть разговор").click()
    await expect(dialog).to_be_hidden()
    return talk


async def _the_department_is_asked_and_answers_by_mail(story: Story) -> None:
    """Its old Word file becomes the official note, which the operator compares."""
    page, dialog = story.desk, story.dialog
    await page.get_by_role("link", name=re.compile(r"А-\d{6}")).first.click()
    await page.get_by_role("button", name="Запросить сведения").click()
    await dialog.get_by_label(DEPARTMENT).check()
    await dialog.get_by_label("Какие сведения нужны").fill(QUESTION)
    await dialog.get_by_role("button", name="Показать документ").click()
    await dialog.get_by_role("button", name="Отправить запрос").click()
    await expect(page.get_by_text("ждём ответа")).to_be_visible()
    post = story.department.page
    await story.department.opens(re.compile(r"З-\d{6}"))
    await post.get_by_role("button", name="Ответить", exact=True).click()
    form = post.get_by_role("form", name="Ответ")
    await form.get_by_label("Текст письма").fill("Ответ во вложении.")
    await form.get_by_label("Приложить файлы").set_input_files(MEMO)
    await picture(post, "mail-department")
    await form.get_by_role("button", name="Отправить").click()
    asked = story.section("Запросы в подразделения")
    await expect(asked).to_contain_text(MEMO_SAYS, timeout=patience.MS)
    await asked.get_by_role("button", name=re.compile("^Проверить")).click()
    await dialog.get_by_role("button", name="Верно").click()
    await expect(dialog).to_be_hidden()
    await expect(asked.get_by_text("не проверено")).to_have_count(0)


async def _the_reply_comes_into_the_same_thread(story: Story) -> None:
    """With the department's words; the citizen sees one thread."""
    page, dialog = story.desk, story.dialog
    await page.get_by_role("button", name="Написать ответ").first.click()
    await expect(dialog.get_by_label("Текст", exact=True)).to_have_value(re.compile(MEMO_SAYS))
    await dialog.get_by_role("button", name="Отправить").click()
    await expect(dialog).to_be_hidden()
    await story.citizen.reads(MEMO_SAYS)
    await expect(story.citizen.page.locator("#letters button")).to_have_count(1)
    await picture(story.citizen.page, "mail-sandbox")


async def _the_card_is_closed(story: Story) -> None:
    """After the closing call (2.8.11)."""
    page, dialog = story.desk, story.dialog
    await page.get_by_role("button", name="Отметить звонок").first.click()
    await dialog.get_by_label("Ответили").check()
    await dialog.get_by_label("Да, решён").check()
    await dialog.get_by_role("button", name="Отметить звонок").click()
    await expect(dialog).to_be_hidden()
    await expect(story.section("История")).to_contain_text("Звонок заявителю: заявитель ответил")
    await page.get_by_role("button", name="Снять с контроля").first.click()
    await dialog.get_by_role("button", name="Снять с контроля").click()
    await expect(dialog).to_be_hidden()
    await expect(story.section("История")).to_contain_text("Обращение снято с контроля")


async def _thanks_leave_it_closed(story: Story, talk: str) -> None:
    """Noted in the conversation, and nothing else."""
    page = story.desk
    card = page.url
    await story.citizen.answers(THANKS)
    await page.goto(talk)
    await expect(page.get_by_text(THANKS)).to_be_visible()
    await expect(page.get_by_role("heading", level=2, name=SURNAME)).to_be_visible()
    await expect(page.get_by_role("button", name="Закрыть разговор")).to_have_count(0)
    await picture(page, "mail-thread")
    await page.goto(card)
    await expect(page.locator("header").get_by_text("Снято с контроля")).to_be_visible()
    await expect(story.section("Что требуется")).to_be_hidden()


async def _a_complaint_reopens_it(story: Story) -> None:
    """The task appears on the open card; the operator decides."""
    page, dialog = story.desk, story.dialog
    await story.citizen.answers(COMPLAINT)
    await expect(story.section("Что требуется")).to_contain_text("Заявитель не удовлетворён ответом", timeout=patience.MS)
    await page.get_by_role("button", name="Другие действия").click()
    await page.get_by_role("menuitem", name="Вернуть на контроль").click()
    await dialog.get_by_role("textbox").fill("Заявитель пишет, что освещения снова нет.")
    await dialog.get_by_role("button", name="Сохранить").click()
    await expect(dialog).to_be_hidden()
    await expect(story.section("История")).to_contain_text("Обращение возвращено на контроль")
