"""The editor of the knowledge base in a real browser: documents, two pairs of eyes, questions without an answer, remarks."""

import io
import re
from datetime import timedelta

import docx
import pytest
import yaml
from playwright.async_api import FilePayload, Page, expect

from core.conversations.model import Message
from core.departments.model import Department, Liaison
from core.knowledge.articles import count_words_change
from core.knowledge.drafting import ArticleDraft
from core.knowledge.model import Article, InformationItem, KnowledgeDuty
from core.knowledge.seeding import SEEDS, read_items
from core.unanswered.model import QuestionGroup
from core.vocabulary import Role
from tests.inbox.world import Centre
from tests.screens.conftest import ScreenOf
from tests.screens.pasting import paste_a_megabyte

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ANSWER = "Бассейн открыт ежедневно с 7:00 до 22:00, вход по карте."


@pytest.fixture
async def base(centre: Centre) -> Centre:
    """The kinds of the annex and the departments."""
    async with centre.transactions.begin() as tx:
        tx.add_all(Department(**row) for row in yaml.safe_load((SEEDS / "departments.yaml").read_text(encoding="utf-8")))
        tx.add_all(InformationItem(**row) for row in read_items())
        await count_words_change(tx)
    return centre


def a_document() -> bytes:
    """A department's note about a swimming pool."""
    document, made = docx.Document(), io.BytesIO()
    document.add_heading("Режим работы бассейна", level=1)
    document.add_paragraph("Вопросы: когда открыт бассейн?; часы бассейна?")
    document.add_paragraph("Бассейн открыт ежедневно с 7:00 до 22:00.")
    document.save(made)
    return made.getvalue()


async def saved(page: Page) -> None:
    await expect(page.get_by_text("Всё сохранено")).to_be_visible()


@pytest.mark.clause("4.5")
async def test_a_document_becomes_an_answer_after_a_second_person_approved_it(base: Centre, screen_of: ScreenOf) -> None:
    screen = await screen_of(Role.KNOWLEDGE_EDITOR, width=1440, height=900)
    page = screen.page
    await page.goto("/")
    await expect(page.get_by_role("heading", level=1)).to_have_text("База знаний")
    await page.get_by_role("button", name="Загрузить документы").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Загрузить").click()
    await expect(dialog.get_by_text("Выберите хотя бы один файл.")).to_be_visible()
    files = [
        FilePayload(name="бассейн.docx", mimeType=WORD, buffer=a_document()),
        FilePayload(name="прайс.docx", mimeType=WORD, buffer=b"PK\x03\x04 broken"),
    ]
    await dialog.get_by_label("Файлы").set_input_files(files)
    await dialog.get_by_role("button", name="Загрузить").click()
    await expect(dialog.get_by_text("Обработано файлов: 2. Черновиков: 1.")).to_be_visible()
    await expect(dialog.get_by_text("прайс.docx: не загружен. Файл повреждён.")).to_be_visible()
    await screen.shot("knowledge-import")
    await screen.sound("knowledge-import", "[role=dialog]")
    await dialog.get_by_role("link", name="Открыть черновик: Режим работы бассейна").click()

    await expect(page.get_by_role("heading", level=1)).to_have_text("Режим работы бассейна")
    await page.get_by_role("button", name="На утверждение").click()
    await expect(page.get_by_text("Заполните это поле.")).to_have_count(2)
    await page.get_by_label("Вид информации").select_option("4")
    await page.get_by_label("Ответственное подразделение").select_option("culture")
    await page.get_by_role("textbox", name="Ответ", exact=True).fill(
        f"{ANSWER}\n\n| День | Часы |\n| --- | --- |\n| будни | 7:00-22:00 |"
    )
    await saved(page)
    await expect(page.get_by_label("Как увидит гражданин").first).to_contain_text("будни — Часы: 7:00-22:00")
    await page.get_by_label("Слова гражданина").fill("когда открыт бассейн")
    await page.get_by_role("button", name="Проверить").click()
    await expect(page.get_by_text("Бот ответит этой статьёй")).to_be_visible()
    await screen.shot("knowledge-draft")
    await screen.sound("knowledge-draft")
    await screen.fits("knowledge-draft")
    await page.get_by_role("button", name="На утверждение").click()
    await expect(page.get_by_text("Вы участвовали в подготовке текста")).to_be_visible()
    await expect(page.get_by_role("button", name="Утвердить")).to_have_count(0)
    (article,) = await base.rows(Article)
    assert not (await base.editor.base.search("когда открыт бассейн")).hits

    other = await screen_of(Role.SUPERVISOR, width=1024, height=768)
    await other.goto("/knowledge")
    await other.page.get_by_role("button", name=re.compile("^Ждут утверждения")).click()
    await other.shot("knowledge-list")
    await other.sound("knowledge-list")
    await other.fits("knowledge-list")
    await other.page.get_by_role("link", name="Режим работы бассейна").click()
    await other.page.get_by_role("button", name="Утвердить и опубликовать").click()
    await expect(other.page.get_by_text("Статья утверждена.")).to_be_visible()
    await expect(other.page.get_by_label("Состояние", exact=True)).to_contain_text("опубликована")
    found = await base.editor.base.search("когда открыт бассейн")
    assert found.answered and found.hits[0].article_id == article.id and ANSWER in found.hits[0].answer
    await other.shot("knowledge-published")
    await other.sound("knowledge-published")
    await other.fits("knowledge-published")

    await other.page.get_by_role("button", name="Изменить").click()
    await other.page.get_by_role("textbox", name="Ответ", exact=True).fill("Бассейн закрыт на ремонт.")
    await saved(other.page)
    await other.page.get_by_role("button", name=re.compile("^Сравнить с нынешней: публикация")).click()
    await expect(other.page.get_by_role("dialog").locator("ins")).to_contain_text(["закрыт"])
    await other.shot("knowledge-compare")
    await other.sound("knowledge-compare", "[role=dialog]")


async def test_what_two_people_typed_is_merged_by_choice(base: Centre, screen_of: ScreenOf) -> None:
    member = await base.a_member(Role.KNOWLEDGE_EDITOR)
    screen = await screen_of(member, width=1024, height=768)
    page = screen.page
    await page.goto("/knowledge")
    await page.get_by_role("button", name="Новая статья").click()
    await page.get_by_label("Название").fill("Каток <script>alert(1)</script>")
    await saved(page)
    (article,) = await base.rows(Article)
    colleague = await base.a_member(Role.SUPERVISOR)
    form = {"title": "Каток на площади", "answer": "Каток работает зимой."}
    other = await base.editor.reading.open(colleague.asker, article.id)
    await base.editor.writing.save(colleague.asker, article.id, other.article.version, ArticleDraft(**form))
    await page.get_by_label("Кратко, для телефона").fill("Каток зимой.")
    conflict = page.get_by_role("dialog", name="Эти данные изменил другой сотрудник")
    await expect(conflict.get_by_role("alert")).to_contain_text("Набранное Вами цело")
    await screen.shot("knowledge-conflict")
    await screen.sound("knowledge-conflict", "[role=dialog]")
    await conflict.get_by_role("group", name="Название").get_by_label("Коллеги").check()
    await expect(conflict.get_by_role("group", name="Ответ").get_by_label("Коллеги"), "not touched here").to_be_checked()
    await conflict.get_by_role("button", name="Сохранить выбранное").click()
    await expect(conflict).to_have_count(0)
    await saved(page)
    (kept,) = await base.rows(Article)
    assert (kept.title, kept.answer, kept.spoken) == ("Каток на площади", "Каток работает зимой.", "Каток зимой.")

    await paste_a_megabyte(page.get_by_role("textbox", name="Ответ", exact=True))
    await expect(page.get_by_text("Текст не вставлен.")).to_be_visible()
    await page.get_by_label("Кратко, для телефона").fill("я" * 1001)
    await expect(page.get_by_text("На 1 знак длиннее допустимого.")).to_be_visible()
    (unchanged,) = await base.rows(Article)
    assert unchanged.answer == "Каток работает зимой."


async def test_a_question_without_an_answer_is_a_draft_in_two_presses(base: Centre, screen_of: ScreenOf) -> None:
    for number, words in enumerate(("где сделать прививку собаке", "Где сделать прививку собаке?", "какой курс доллара")):
        conversation = await base.a_conversation(mode="bot", words=words)
        async with base.transactions.begin() as tx:
            (message,) = [one for one in await base.rows(Message) if one.conversation_id == conversation]
            message.details = {"answered": False, "articles": []}
            tx.add(message)
        assert await base.editor.gathering.gather() == 1, number
    assert len(await base.rows(QuestionGroup)) == 2
    screen = await screen_of(Role.KNOWLEDGE_EDITOR, width=1440, height=900)
    page = screen.page
    await page.goto("/knowledge")
    await page.get_by_role("link", name="Вопросы без ответа").click()
    await expect(page.get_by_role("listitem").filter(has_text="прививку").first).to_contain_text("спросили 2 раза")
    await page.get_by_role("button", name="Все формулировки").first.click()
    await screen.shot("knowledge-questions")
    await screen.sound("knowledge-questions")
    await page.get_by_role("button", name="Чужая тема: какой курс доллара").click()
    await expect(page.get_by_text("Решение записано.")).to_be_visible()
    await page.get_by_role("button", name=re.compile("^Написать статью: где сделать")).click()
    await expect(page.get_by_label("Название")).to_have_value("Где сделать прививку собаке")
    await expect(page.get_by_label("Как об этом спрашивают")).to_have_value(re.compile("где сделать прививку собаке"))
    await page.get_by_role("link", name="К списку").click()
    await page.get_by_role("link", name="Слова поиска").click()
    await expect(page.get_by_label("Чужие темы", exact=True)).to_have_value("какой курс доллара")
    await page.get_by_label("Синонимы", exact=True).fill("садик, ДОУ\nодно")
    await page.get_by_role("button", name="Сохранить: Синонимы").click()
    await expect(page.get_by_text("Строка 2: В группе должно быть не меньше двух слов.")).to_be_visible()
    await screen.shot("knowledge-words")
    await screen.sound("knowledge-words")
    await page.get_by_label("Синонимы", exact=True).fill("садик, ДОУ")
    await page.get_by_role("button", name="Сохранить: Синонимы").click()
    await expect(page.get_by_text("Сохранено.")).to_be_visible()


@pytest.mark.clause("4.3")
async def test_a_department_confirms_by_one_press_and_an_operator_reports_an_error(base: Centre, screen_of: ScreenOf) -> None:
    today = base.clock.today()
    async with base.transactions.begin() as tx:
        article = Article(title="Часы приёма", answer="По средам.", item_no=4, department="culture", status="published")
        article.created_at = article.updated_at = base.clock.now()
        tx.add(article)
        tx.add(
            Liaison(no=1, department="culture", full_name="Образцова Анна", position="методист", email="a@example.org", phone="")
        )
        await tx.flush()
        number = article.id or 0
        facts = {"key": "k", "department": "culture", "kind": "change", "period": "1", "article_id": number}
        tx.add(KnowledgeDuty(**facts, raised_on=today - timedelta(days=20), due_on=today - timedelta(days=3)))
    base.knowledge.article_id = number
    conversation = await base.a_conversation(words="когда приём")
    operator = await screen_of(Role.OPERATOR, width=1440, height=900)
    await operator.goto(f"/inbox/{conversation}")
    await operator.page.get_by_role("button", name="Сообщить об ошибке: Часы приёма").click()
    dialog = operator.page.get_by_role("dialog")
    await dialog.get_by_label("Ответ устарел").check()
    await dialog.get_by_label("Пояснение для редактора").fill("Теперь по четвергам.")
    await operator.shot("knowledge-remark")
    await operator.sound("knowledge-remark", "[role=dialog]")
    await dialog.get_by_role("button", name="Отправить редактору").click()
    await expect(operator.page.get_by_text("редактор базы знаний увидит замечание")).to_be_visible()

    editor = await screen_of(Role.KNOWLEDGE_EDITOR, width=1024, height=768)
    page = editor.page
    await page.goto("/knowledge/remarks")
    await expect(page.get_by_role("listitem").filter(has_text="Теперь по четвергам.")).to_contain_text("Часы приёма")
    await editor.shot("knowledge-remarks")
    await editor.sound("knowledge-remarks")
    await page.get_by_role("button", name="Разобрано: Ответ устарел, Часы приёма").click()
    await page.get_by_role("textbox", name="Что сделано").fill("Исправлено.")
    await page.get_by_role("dialog").get_by_role("button", name="Разобрано").click()
    await expect(page.get_by_text("Открытых замечаний нет.")).to_be_visible()
    await page.get_by_role("link", name="Сверка базы знаний").click()
    await expect(page.get_by_text(re.compile("просрочено, срок был"))).to_be_visible()
    await editor.shot("knowledge-duties")
    await editor.sound("knowledge-duties")
    await page.get_by_role("button", name=re.compile("^Всё верно, со слов ответственного")).click()
    await expect(page.get_by_text("Все подразделения подтвердили свои сведения.")).to_be_visible()
    (duty,) = await base.rows(KnowledgeDuty)
    assert (duty.state, duty.answered_by_name) == ("confirmed", "Образцова Анна")
