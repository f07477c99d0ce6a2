"""A draft, a second person, an edition in force at once (reg. 2.3, 2.10)."""

from collections.abc import Mapping
from datetime import time

import pytest
from sqlmodel import select

from app.editions import catalogue_of
from app.settings import Settings
from bots.citizen.keyboards import menu_keyboard
from bots.citizen.words import EditedWords, load_words
from channels.voice.menu.deciding import decide
from channels.voice.menu.model import Say
from channels.voice.texts import phrase
from core.audit.model import AuditEntry
from core.clock import MOSCOW
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.menu.checking import LONGEST, NOTE_LIMIT
from core.menu.desk import ALOUD_LIMIT, DraftOpen, OwnEdition
from core.menu.items import menu_words
from core.menu.keeping import EditionKeeper
from core.menu.numbers import dispatch_numbers
from core.menu.views import Changes
from core.staff.asker import Asker
from core.vocabulary import Role
from core.wording import SHIPPED, in_force, put_in_force
from tests.channels.voice.menu.callers import DAY, STARTED
from tests.inbox.world import Centre

pytestmark = pytest.mark.clause("2.3")
GREETING, ITEM, NUMBER = "voice:greeting.text", "bot:item.news", "number:dispatch_1"
NEW: Mapping[str, str | None] = {
    GREETING: "Добрый день! Вас приветствует город Владикавказ.",
    ITEM: "Главная новость",
    NUMBER: "+7 (8672) 53-05-05",
    "core:menu.text": "Выберите раздел.\n{items}",
}


async def people(centre: Centre) -> tuple[Asker, Asker]:
    """Somebody who writes, and somebody who publishes."""
    return (await centre.a_member(Role.SUPERVISOR)).asker, (await centre.a_member(Role.ADMINISTRATOR)).asker


async def publish(centre: Centre, texts: Mapping[str, str | None] = NEW) -> int:
    """An edition in force."""
    author, second = await people(centre)
    draft = await centre.menu.start(author)
    written = await centre.menu.write(author, draft.id or 0, Changes(texts=texts, note="Новое", version=0))
    return (await centre.menu.publish(second, draft.id or 0, written.edition.version)).number


def heard() -> list[str]:
    """What a caller hears first."""
    return [prompt.text for prompt in decide(None, STARTED, DAY).prompts if isinstance(prompt, Say)]


async def test_what_is_published_is_said_at_once_by_the_telephone_and_by_the_bot(centre: Centre) -> None:
    bot = EditedWords(load_words())
    assert await publish(centre) == 1
    assert heard()[0] == NEW[GREETING]
    assert menu_words("").startswith("Выберите раздел.\n1. Приветствие")
    assert [key.text for row in menu_keyboard(bot.now()).keyboard for key in row][1] == NEW[ITEM]
    assert bot.now().intent_of("главная новость") == "news"
    assert bot.now().intent_of("Новость дня") == "news", "a keyboard of before lies in the chat"
    assert dispatch_numbers(("1", "112")) == (NEW[NUMBER], "112")


async def test_a_draft_is_heard_by_nobody(centre: Centre) -> None:
    author, _ = await people(centre)
    draft = await centre.menu.start(author)
    await centre.menu.write(author, draft.id or 0, Changes(texts=NEW, note="", version=0))
    assert heard()[0] == phrase("greeting.text") != NEW[GREETING]


async def test_whoever_wrote_in_a_draft_does_not_publish_it(centre: Centre) -> None:
    author, second = await people(centre)
    draft = await centre.menu.start(author)
    await centre.menu.write(second, draft.id or 0, Changes(texts=NEW, note="", version=0))
    for who in (author, second):
        with pytest.raises(OwnEdition):
            await centre.menu.publish(who, draft.id or 0, 1)
    assert in_force() is SHIPPED


async def test_faults_are_kept_and_told_but_not_published(centre: Centre) -> None:
    author, second = await people(centre)
    draft = await centre.menu.start(author)
    shown = await centre.menu.write(author, draft.id or 0, Changes(texts={GREETING: "Hello"}, note="", version=0))
    assert shown.edition.texts == {GREETING: "Hello"}
    assert shown.faults == {GREETING: "unreadable_aloud"}
    with pytest.raises(Invalid) as refused:
        await centre.menu.publish(second, draft.id or 0, 1)
    assert refused.value.facts["fields"] == {GREETING: "unreadable_aloud"}


async def test_what_a_draft_cannot_keep_is_refused_and_not_cut(centre: Centre) -> None:
    author, _ = await people(centre)
    draft = await centre.menu.start(author)
    longest = "ы" * LONGEST
    shown = await centre.menu.write(author, draft.id or 0, Changes(texts={GREETING: longest}, note="н" * NOTE_LIMIT, version=0))
    assert shown.edition.texts == {GREETING: longest} and shown.faults[GREETING] == "too_long"
    for texts, note, field in (({GREETING: f"{longest}ы"}, "", GREETING), ({}, "н" * (NOTE_LIMIT + 1), "note")):
        with pytest.raises(Invalid) as refused:
            await centre.menu.write(author, draft.id or 0, Changes(texts=texts, note=note, version=1))
        assert refused.value.facts["fields"] == {field: "too_long"}
    with pytest.raises(Invalid) as refused:
        await centre.menu.sound(author, "ы" * (ALOUD_LIMIT + 1))
    assert refused.value.facts == {"field": "words", "reason": "too_long"}
    assert (await centre.menu.open(author)).draft == shown


async def test_an_older_edition_comes_back_at_once_and_the_shipped_words_too(centre: Centre) -> None:
    await publish(centre)
    await publish(centre, {GREETING: "Здравствуйте!"})
    _, second = await people(centre)
    assert (await centre.menu.roll_back(second, 1)).number == 3
    assert heard()[0] == NEW[GREETING]
    await centre.menu.roll_back(second, 0)
    assert heard()[0].startswith("Здравствуйте! Вы позвонили")
    with pytest.raises(Conflict):
        await centre.menu.roll_back(second, 4)
    with pytest.raises(NotFound):
        await centre.menu.roll_back(second, 9)


async def test_editions_are_compared(centre: Centre) -> None:
    await publish(centre)
    await publish(centre, {GREETING: None, ITEM: "Новость"})
    author, _ = await people(centre)
    found = {one.name: (one.before, one.after) for one in await centre.menu.compare(author, 1, 2)}
    assert found[ITEM] == (NEW[ITEM], "Новость")
    assert found[GREETING][0] == NEW[GREETING]
    assert set(found) == {ITEM, GREETING}


async def test_the_press_writes_words_but_no_numbers(centre: Centre) -> None:
    press = (await centre.a_member(Role.PRESS)).asker
    draft = await centre.menu.start(press)
    await centre.menu.write(press, draft.id or 0, Changes(texts={GREETING: "Здравствуйте!"}, note="", version=0))
    with pytest.raises(NotAllowed):
        await centre.menu.write(press, draft.id or 0, Changes(texts={NUMBER: "112"}, note="", version=1))
    with pytest.raises(NotAllowed):
        await centre.menu.publish(press, draft.id or 0, 1)


async def test_there_is_one_draft_and_the_last_to_save_does_not_win(centre: Centre) -> None:
    author, second = await people(centre)
    draft = await centre.menu.start(author)
    with pytest.raises(DraftOpen):
        await centre.menu.start(second)
    await centre.menu.write(author, draft.id or 0, Changes(texts=NEW, note="", version=0))
    with pytest.raises(Conflict):
        await centre.menu.write(second, draft.id or 0, Changes(texts={}, note="", version=0))


async def test_another_process_hears_of_it_by_one_look(centre: Centre) -> None:
    await publish(centre)
    put_in_force(SHIPPED)
    keeper = EditionKeeper(transactions=centre.transactions, shipped=catalogue_of(Settings()).texts)
    assert await keeper.refresh() == 1
    assert heard()[0] == NEW[GREETING]


@pytest.mark.clause("2.10")
async def test_every_deed_is_in_the_audit_trail(centre: Centre) -> None:
    await publish(centre)
    _, second = await people(centre)
    await centre.menu.roll_back(second, 0)
    async with centre.transactions.begin() as tx:
        actions = (await tx.exec(select(AuditEntry.action).order_by(AuditEntry.id))).all()  # type: ignore[arg-type]
    assert list(actions) == ["menu.started", "menu.changed", "menu.published", "menu.rolled_back"]


@pytest.mark.clause("2.9")
async def test_hours_are_an_edition_s_too_and_the_press_does_not_decide_them(centre: Centre) -> None:
    press = (await centre.a_member(Role.PRESS)).asker
    draft = await centre.menu.start(press)
    with pytest.raises(NotAllowed):
        await centre.menu.write(press, draft.id or 0, Changes(texts={"hours:fri": "9:00–16:00"}, note="", version=0))
    await centre.menu.drop(press, draft.id or 0, 0)
    await publish(centre, {"hours:wed": "9:00–12:00"})
    author, _ = await people(centre)
    today = await centre.closures.today(author)
    assert (today.closes, today.is_open) == (time(12), centre.clock.now().astimezone(MOSCOW).time() < time(12))


@pytest.mark.parametrize(
    ("hours", "faults"),
    [
        pytest.param({"mon": "когда-нибудь"}, {"hours:mon": "unreadable_hours"}, id="no hours"),
        pytest.param({"mon": "как обычно"}, {"hours:mon": "unreadable_hours"}, id="as usual is for the eve alone"),
        pytest.param(
            dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), "нет"),
            {f"hours:{day}": "no_hours" for day in ("mon", "tue", "wed", "thu", "fri")},
            id="a week without a single hour",
        ),
    ],
)
async def test_hours_that_cannot_be_published(centre: Centre, hours: Mapping[str, str], faults: Mapping[str, str]) -> None:
    author, _ = await people(centre)
    draft = await centre.menu.start(author)
    texts: Mapping[str, str | None] = {f"hours:{day}": words for day, words in hours.items()}
    assert (await centre.menu.write(author, draft.id or 0, Changes(texts=texts, note="", version=0))).faults == faults
