"""The deeds of the forms that are about no conversation and no appeal: reviewing, knowledge, news, directory, accounts, keeping."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from core.conversations.model import Message
from core.departments.forms import AbsenceForm, DepartmentEdit, LiaisonEdit
from core.departments.model import Department
from core.drafts.forms import NEW, DraftKind
from core.knowledge.drafting import ArticleDraft
from core.knowledge.editor.remarks import RemarkKind
from core.knowledge.model import Article, KnowledgeDuty
from core.news.desk import NewsForm
from core.phone.model import Recording
from core.quality.reviewing import CommentForm
from core.quality.vocabulary import ItemKind
from core.staff.asker import Asker
from core.vocabulary import Role
from tests.core.drafts.deeds import Fill, Filled, a_department
from tests.core.quality.world import Work
from tests.inbox.world import Centre

NEWS = NewsForm(title="Приём переносится", text="Приём граждан переносится.")
OFFICIAL = LiaisonEdit(full_name="Образцова Анна", position="специалист", department="lights")


async def remark(centre: Centre) -> Filled:
    work = Work(centre.transactions, centre.clock, centre)
    head, operator = await work.a_person(Role.SUPERVISOR), await work.a_person()
    (item,) = await work.desk.sampling.add(head, ItemKind.CHAT, talk := await work.a_chat(operator))
    review = await work.desk.reviews.start(head, item)
    said = next(one.id for one in await work.rows(Message) if one.conversation_id == talk and one.author == "operator")
    form = CommentForm(text="Вежливо", message_id=said)
    return Filled(head, said, lambda: work.desk.reviews.comment(head, review.id or 0, form))


async def sound_remark(centre: Centre) -> Filled:
    work = Work(centre.transactions, centre.clock, centre)
    head, operator = await work.a_person(Role.SUPERVISOR), await work.a_person()
    review = await work.desk.reviews.start(head, await work.an_item(head, operator))
    (sound,) = await work.rows(Recording)
    form = CommentForm(text="Вежливо", recording_id=sound.id, second=1)
    return Filled(head, sound.id, lambda: work.desk.reviews.comment(head, review.id or 0, form))


async def _article(centre: Centre) -> tuple[Asker, Article]:
    editor = (await centre.a_member(Role.KNOWLEDGE_EDITOR)).asker
    await a_department(centre)
    return editor, await centre.editor.writing.start(editor, ArticleDraft(title="Приём граждан", answer="По средам."))


async def article_remark(centre: Centre) -> Filled:
    _, article = await _article(centre)
    operator, number = (await centre.a_member()).asker, article.id or 0
    return Filled(operator, number, lambda: centre.editor.remarks.make(operator, number, RemarkKind.WRONG, "Не по средам"))


async def settling(centre: Centre) -> Filled:
    editor, article = await _article(centre)
    made = await centre.editor.remarks.make(editor, article.id or 0, RemarkKind.WRONG, "Не по средам")
    return Filled(editor, made.id or 0, lambda: centre.editor.remarks.settle(editor, made.id or 0, "Исправлено"))


async def give_back(centre: Centre) -> Filled:
    _, article = await _article(centre)
    number, other = article.id or 0, (await centre.a_member(Role.KNOWLEDGE_EDITOR)).asker
    async with centre.transactions.begin() as tx:
        (await tx.get_one(Article, number)).stage = "submitted"
    return Filled(other, number, lambda: centre.editor.review.give_back(other, number, article.version, "Дополните"))


async def synonyms(centre: Centre) -> Filled:
    editor = (await centre.a_member(Role.KNOWLEDGE_EDITOR)).asker
    return Filled(editor, NEW, lambda: centre.editor.words.save_synonyms(editor, [["фонарь", "лампа"]], 0))


async def topics(centre: Centre) -> Filled:
    editor = (await centre.a_member(Role.KNOWLEDGE_EDITOR)).asker
    return Filled(editor, NEW, lambda: centre.editor.words.save_topics(editor, ["Погода"], 0))


async def duty(centre: Centre) -> Filled:
    editor, article = await _article(centre)
    day = centre.clock.today()
    given = {"key": "k", "department": "lights", "kind": "change", "period": "1", "raised_on": day, "due_on": day}
    owed = KnowledgeDuty(**given, article_id=article.id)
    async with centre.transactions.begin() as tx:
        tx.add(owed)
    return Filled(editor, owed.id or 0, lambda: centre.duties.confirm(editor, owed.id or 0, name="Образцов", remarks="Верно"))


async def news(centre: Centre) -> Filled:
    press = (await centre.a_member(Role.PRESS)).asker
    return Filled(press, NEW, lambda: centre.news.place(press, NEWS))


async def hold(centre: Centre) -> Filled:
    head = (await centre.a_member(Role.SUPERVISOR)).asker
    person = await centre.an_applicant(await centre.a_conversation())
    return Filled(head, person, lambda: centre.keeping.hold(head, "Суд", applicant_id=person))


async def erasure(centre: Centre) -> Filled:
    senior = (await centre.a_member(Role.SENIOR)).asker
    person = await centre.an_applicant(await centre.a_conversation())
    return Filled(senior, person, lambda: centre.erasures.wish(senior, person, "Письмо № 7"))


async def account(centre: Centre) -> Filled:
    chief = (await centre.a_member(Role.ADMINISTRATOR)).asker
    given = {"login": "primerova", "full_name": "Примерова Анна"}
    return Filled(chief, NEW, lambda: centre.staff.accounts.open(chief, **given, role=Role.OPERATOR))


async def department(centre: Centre) -> Filled:
    head = (await centre.a_member(Role.SUPERVISOR)).asker
    await a_department(centre)
    (known,) = await centre.rows(Department)
    edit = DepartmentEdit(name="Управление света и тепла", version=known.version)
    return Filled(head, known.id or 0, lambda: centre.departments.save_department(head, known.key, edit))


async def liaison(centre: Centre) -> Filled:
    head = (await centre.a_member(Role.SUPERVISOR)).asker
    await a_department(centre)
    return Filled(head, NEW, lambda: centre.departments.add_liaison(head, OFFICIAL))


async def absence(centre: Centre) -> Filled:
    head = (await centre.a_member(Role.SUPERVISOR)).asker
    await a_department(centre)
    away = await centre.departments.add_liaison(head, OFFICIAL)
    days = AbsenceForm(liaison_id=away.id or 0, first=date(2026, 12, 1), last=date(2026, 12, 2))
    return Filled(head, away.id or 0, lambda: centre.departments.add_absence(head, days))


async def changed_news(centre: Centre) -> Filled:
    press = (await centre.a_member(Role.PRESS)).asker
    item = await centre.news.place(press, NEWS)
    return Filled(press, item.id or 0, lambda: centre.news.change(press, item.id or 0, NEWS, item.version))


async def changed_account(centre: Centre) -> Filled:
    chief, other = (await centre.a_member(Role.ADMINISTRATOR)).asker, (await centre.a_member()).asker
    change = centre.staff.accounts.change
    return Filled(chief, other.id, lambda: change(chief, other.id, full_name="Примерова", role=Role.OPERATOR, version=1))


async def changed_liaison(centre: Centre) -> Filled:
    head = (await centre.a_member(Role.SUPERVISOR)).asker
    await a_department(centre)
    known = await centre.departments.add_liaison(head, OFFICIAL)
    save = centre.departments.save_liaison
    return Filled(head, known.id or 0, lambda: save(head, known.id or 0, replace(OFFICIAL, version=known.version)))


OFFICE_DEEDS: Mapping[DraftKind, Fill] = {
    DraftKind.REMARK: remark,
    DraftKind.SOUND_REMARK: sound_remark,
    DraftKind.ARTICLE_REMARK: article_remark,
    DraftKind.SETTLING: settling,
    DraftKind.RETURN: give_back,
    DraftKind.SYNONYMS: synonyms,
    DraftKind.TOPICS: topics,
    DraftKind.DUTY: duty,
    DraftKind.NEWS: news,
    DraftKind.HOLD: hold,
    DraftKind.ERASURE: erasure,
    DraftKind.ACCOUNT: account,
    DraftKind.DEPARTMENT: department,
    DraftKind.LIAISON: liaison,
    DraftKind.ABSENCE: absence,
}
CHANGES: Mapping[DraftKind, Fill] = {
    DraftKind.NEWS: changed_news,
    DraftKind.ACCOUNT: changed_account,
    DraftKind.LIAISON: changed_liaison,
}
"""Of the forms that make something new: the same forms over what is there."""
