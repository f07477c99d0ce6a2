"""Wrong answers of the bot: marked, looked at by an editor, kept as examples."""

from typing import Any

import pytest
import yaml

from core.audit.model import AuditEntry
from core.conversations.model import Message
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.quality.bot_marks import EXAMPLE_LIMIT, MarkDecided, MarkDecision, MarkedAlready, MarkForm, intents
from core.quality.examples import Example, as_yaml, choose, phrases_in
from core.quality.model import BotMark
from core.quality.vocabulary import BotFault, MarkState
from core.staff.asker import Asker
from core.vocabulary import Role
from nlu import paths
from tests.core.quality.world import Work

WRONG = MarkForm(fault=BotFault.INTENT, note="Это жалоба", right_intent="register_appeal")


async def an_answer(work: Work, words: str = "Меня зовут Иванов Иван Иванович, во дворе яма", **details: Any) -> int:
    """An answer of the bot to these words."""
    talk = await work.centre.a_conversation(mode="bot", words=words)
    async with work.transactions.begin() as tx:
        (asked,) = await work.centre.rows(Message, Message.conversation_id == talk)
        asked.details = {"intent": "ask_kb", **details}
        tx.add(asked)
        made = Message(conversation_id=talk, author="bot", text="Приём граждан по средам.", created_at=work.clock.now())
        tx.add(made)
        await tx.flush()
        return made.id or 0


async def a_mark(work: Work, operator: Asker, words: str = "во дворе яма") -> BotMark:
    return await work.desk.bot.mark(operator, await an_answer(work, words), WRONG)


def accept(mark: BotMark, example: str, intent: str = "register_appeal") -> MarkDecision:
    return MarkDecision(accepted=True, example=example, intent=intent, version=mark.version)


@pytest.mark.clause("2.7")
async def test_a_wrong_answer_is_marked_accepted_and_kept_masked(work: Work) -> None:
    operator, editor = await work.a_person(), await work.a_person(Role.KNOWLEDGE_EDITOR)
    answer = await an_answer(work)
    mark = await work.desk.bot.mark(operator, answer, WRONG)
    assert (mark.gave_intent, mark.right_intent, mark.state) == ("ask_kb", "register_appeal", "new")
    page = await work.desk.bot.page(editor, MarkState.NEW)
    (shown,) = page.rows
    assert (shown.question, shown.answer, page.waiting) == ("Меня зовут имя, во дворе яма", "Приём граждан по средам.", 1)
    done = await work.desk.bot.decide(editor, mark.id or 0, accept(mark, "во дворе яма, Иванов Иван Иванович"))
    assert (done.state, done.example) == ("accepted", "во дворе яма, имя")
    assert (await work.rows(AuditEntry))[-1].action == "bot.mark_accepted"
    (ready,) = await work.desk.bot.examples()
    await work.desk.bot.note_export([ready.id or 0])
    assert (await work.desk.bot.examples(), len(await work.desk.bot.examples(again=True))) == ([], 1)
    with pytest.raises(MarkDecided):
        await work.desk.bot.decide(editor, mark.id or 0, accept(done, "яма"))


async def test_an_answer_is_marked_once_and_only_if_it_is_the_bots(work: Work) -> None:
    operator, head = await work.a_person(name="Абаев А."), await work.a_person(Role.SUPERVISOR)
    answer = await an_answer(work)
    await work.desk.bot.mark(operator, answer, WRONG)
    with pytest.raises(MarkedAlready) as refused:
        await work.desk.bot.mark(head, answer, WRONG)
    assert refused.value.facts == {"operator": "Абаев А."}
    (asked, *_) = await work.rows(Message)
    for nothing in (asked.id, 999):
        with pytest.raises(NotFound):
            await work.desk.bot.mark(operator, nothing, WRONG)
    with pytest.raises(NotAllowed):
        await work.desk.bot.mark(await work.a_person(Role.AUDITOR), answer, WRONG)
    talk = asked.conversation_id
    assert [one.message_id for one in await work.desk.bot.of_conversation(operator, talk)] == [answer]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (MarkForm(fault=BotFault.OTHER), "note"),
        (MarkForm(fault=BotFault.INTENT, right_intent="smile"), "right_intent"),
        (MarkForm(fault=BotFault.ARTICLE, right_article_id=999), "right_article_id"),
        (MarkForm(fault=BotFault.TONE, note="x" * 1001), "note"),
    ],
)
async def test_a_mark_that_cannot_be_kept_says_why(work: Work, form: MarkForm, field: str) -> None:
    operator = await work.a_person()
    with pytest.raises(Invalid) as refused:
        await work.desk.bot.mark(operator, await an_answer(work), form)
    assert list(refused.value.facts["fields"]) == [field]  # type: ignore[call-overload]  # a mapping


async def test_an_answer_to_a_button_has_no_phrase(work: Work) -> None:
    operator, editor = await work.a_person(), await work.a_person(Role.KNOWLEDGE_EDITOR)
    await work.desk.bot.mark(operator, await an_answer(work, button=1), WRONG)
    (shown,) = (await work.desk.bot.page(editor)).rows
    assert (shown.mark.question_id, shown.question) == (None, "")


@pytest.mark.parametrize(
    ("example", "intent", "problems"),
    [
        ("", "register_appeal", {"example": "missing"}),
        ("яма", "", {"intent": "required"}),
        ("яма [на дороге](place)", "register_appeal", {"example": "personal_left"}),
        ("восемь девятьсот восемнадцать сто двадцать три сорок пять шестьдесят семь", "operator", {"example": "personal_left"}),
        ("яма " * EXAMPLE_LIMIT, "register_appeal", {"example": "too_long"}),
    ],
)
async def test_a_phrase_that_would_spoil_the_training_is_not_kept(
    work: Work, example: str, intent: str, problems: dict[str, str]
) -> None:
    operator, editor = await work.a_person(), await work.a_person(Role.KNOWLEDGE_EDITOR)
    mark = await a_mark(work, operator)
    with pytest.raises(Invalid) as refused:
        await work.desk.bot.decide(editor, mark.id or 0, accept(mark, example, intent))
    assert refused.value.facts["fields"] == problems
    assert [one.state for one in await work.rows(BotMark)] == ["new"]


async def test_a_mark_is_rejected_with_a_reason_by_an_editor_who_saw_it_last(work: Work) -> None:
    operator, editor = await work.a_person(), await work.a_person(Role.KNOWLEDGE_EDITOR)
    mark = await a_mark(work, operator)
    number = mark.id or 0
    with pytest.raises(Invalid):
        await work.desk.bot.decide(editor, number, MarkDecision(accepted=False, version=0, words=" "))
    with pytest.raises(Conflict):
        await work.desk.bot.decide(editor, number, MarkDecision(accepted=False, version=4, words="Ответ верен"))
    with pytest.raises(NotAllowed):
        await work.desk.bot.decide(operator, number, MarkDecision(accepted=False, version=0, words="Ответ верен"))
    done = await work.desk.bot.decide(editor, number, MarkDecision(accepted=False, version=0, words="Ответ верен"))
    assert (done.state, done.example, done.decision_words) == ("rejected", "", "Ответ верен")
    assert await work.desk.bot.examples() == []


async def test_a_colleagues_decision_is_written_over_only_by_who_has_seen_it(work: Work) -> None:
    first, second = await work.a_person(Role.KNOWLEDGE_EDITOR, name="Абаев А."), await work.a_person(Role.KNOWLEDGE_EDITOR)
    mark = await a_mark(work, await work.a_person())
    number = mark.id or 0
    await work.desk.bot.decide(first, number, MarkDecision(accepted=False, version=mark.version, words="Ответ верен"))
    with pytest.raises(Conflict) as refused:
        await work.desk.bot.decide(second, number, accept(mark, "во дворе яма"))
    assert not isinstance(refused.value, MarkDecided)
    theirs = await work.desk.bot.read(second, number)
    assert (theirs.mark.state, theirs.mark.decision_words, theirs.decided_by) == ("rejected", "Ответ верен", "Абаев А.")
    done = await work.desk.bot.decide(second, number, accept(theirs.mark, "во дворе яма"))
    assert (done.state, done.example, done.decision_words) == ("accepted", "во дворе яма", "")
    with pytest.raises(NotAllowed):
        await work.desk.bot.read(await work.a_person(), number)
    with pytest.raises(NotFound):
        await work.desk.bot.read(first, 10**9)


def test_what_a_phrase_may_mean_is_what_citizens_can_tell_the_dialogue() -> None:
    told = (paths.HOME / "domain" / "core.yml").read_text(encoding="utf-8").split("# only given by the core", 1)[0]
    listed = {line.split("#")[0].strip()[2:].strip() for line in told.splitlines() if line.startswith("- ")}
    assert set(intents()) == listed - {"inform"}


def test_each_phrase_is_written_once_and_none_that_is_known_or_personal() -> None:
    known = phrases_in([{"nlu": [{"intent": "greet", "examples": "- Добрый день!\n- Привет\n"}]}, {"stories": []}])
    given = [
        Example(mark=1, intent="register_appeal", phrase="Во дворе яма"),
        Example(mark=2, intent="register_appeal", phrase="во дворе, яма!"),
        Example(mark=3, intent="greet", phrase="добрый день"),
        Example(mark=4, intent="ask_kb", phrase="ёлка: где купить"),
        Example(mark=5, intent="operator", phrase="восемь девятьсот восемнадцать сто двадцать три сорок пять шестьдесят семь"),
        Example(mark=6, intent="ask_kb", phrase="пишите на a.b@example.org"),
    ]
    chosen = choose(given, known)
    assert [one.mark for one in chosen.kept] == [1, 4, 6]
    assert ([one.mark for one in chosen.known], [one.mark for one in chosen.personal]) == ([2, 3], [5])
    read = yaml.safe_load(as_yaml(chosen.kept))
    assert read == {
        "version": "3.1",
        "nlu": [
            {"intent": "ask_kb", "examples": "- ёлка: где купить\n- пишите на почта\n"},
            {"intent": "register_appeal", "examples": "- Во дворе яма\n"},
        ],
    }
