"""The news of the day: placed, looked at by a second person, heard, withdrawn."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.audit.model import AuditEntry
from core.conversations.effects import Effects
from core.conversations.situation import Situation
from core.conversations.turn import Turn
from core.dialogue import Command
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.news.desk import NewsDesk, NewsForm, NewsNotDraft, NewsSound, OwnNews
from core.news.port import SOUND_LIMIT, Refused, SoundRefused
from core.news.views import NewsState
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.vocabulary import ConversationMode, Role
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.news.fakes import FakeStudio
from tests.fakes import plain_calendar
from tests.inbox.world import Centre

NOBODY = Situation(
    identity_id=1,
    applicant_id=None,
    conversation_id=0,
    channel="telegram",
    recipient="1",
    mode=ConversationMode.BOT,
    operator_id=None,
    dialogue_state=None,
    dialogue_asks=None,
    pending_outcome=None,
    warnings=0,
    version=0,
    emergency=False,
    last_author="citizen",
    comment_on=None,
    comment_until=None,
    known_name="",
    known_contact="",
    consent=False,
    unsent=0,
    operators_online=False,
    unhandled=(),
)
FORM = NewsForm(title="Приём переносится", text="Приём граждан переносится на новый адрес.")


@pytest.fixture
def centre(transactions: Transactions, clock: MovableClock) -> Centre:
    return Centre(transactions, clock)


@pytest.fixture
def studio() -> FakeStudio:
    return FakeStudio()


@pytest.fixture
def desk(centre: Centre, studio: FakeStudio) -> NewsDesk:
    return NewsDesk(transactions=centre.transactions, clock=centre.clock, studio=studio)


@pytest.fixture
async def press(centre: Centre) -> Asker:
    return (await centre.a_member(Role.PRESS, full_name="Новостева Анна")).asker


@pytest.fixture
async def head(centre: Centre) -> Asker:
    return (await centre.a_member(Role.SUPERVISOR, full_name="Главный Иван")).asker


async def told(centre: Centre) -> Turn:
    """What a citizen gets for «Новость дня»."""
    turn = Turn()
    at = replace(NOBODY, conversation_id=await centre.a_conversation(mode="bot"))
    effects = Effects(calendar_of=plain_calendar, dispatch_phones=("1", "2"))
    async with centre.transactions.begin() as tx:
        await effects.carry_out(tx, at, turn, Command(do="play_news"), "key", centre.clock.now())
    return turn


async def test_news_is_heard_by_telephone_and_read_in_telegram_once_it_is_approved(
    centre: Centre, desk: NewsDesk, press: Asker, head: Asker
) -> None:
    item = await desk.place(press, FORM)
    item = await desk.set_sound(press, item.id or 0, item.version, "новость.mp3", b"file")
    assert (await desk.current(centre.clock.now())).news_id is None
    assert "новостей нет" in (await told(centre)).replies[0].text
    with pytest.raises(NotFound):
        await desk.phone_sound(item.phone_key)
    await desk.approve(head, item.id or 0, item.version)
    found = await desk.current(centre.clock.now())
    assert (found.title, found.placed_on, found.freshness) == (FORM.title, centre.clock.today(), "fresh")
    assert await desk.phone_sound(found.phone_key) == b"phone of file"
    with pytest.raises(NotFound):
        await desk.phone_sound(item.source_key)
    (reply,) = (await told(centre)).replies
    assert FORM.text in reply.text and "25 ноября 2026" in reply.text
    assert [(one["key"], one["media_type"]) for one in reply.files] == [(item.audio_key, "audio/mpeg")]
    (line,) = await desk.list(press)
    assert (line.state, line.placed_by, line.approved_by, line.by_author_alone, line.deeds) == (
        NewsState.ON_AIR,
        "Новостева Анна",
        "Главный Иван",
        False,
        ("withdraw",),
    )


async def test_news_of_an_earlier_day_is_told_as_such_and_never_plays(
    centre: Centre, desk: NewsDesk, press: Asker, head: Asker
) -> None:
    item = await desk.place(press, FORM)
    item = await desk.set_sound(press, item.id or 0, item.version, "a.mp3", b"file")
    await desk.approve(head, item.id or 0, item.version)
    centre.clock.move(days=1)
    (reply,) = (await told(centre)).replies
    assert reply.text.startswith("Сегодня новых сообщений пресс-службы нет") and not reply.files
    assert (await desk.list(head))[0].state is NewsState.OLD


async def test_the_author_is_asked_to_let_another_look_and_may_insist(
    centre: Centre, desk: NewsDesk, press: Asker, head: Asker
) -> None:
    item = await desk.place(press, FORM)
    with pytest.raises(OwnNews) as refused:
        await desk.approve(press, item.id or 0, item.version)
    assert refused.value.facts == {"others": 1}
    await desk.approve(press, item.id or 0, item.version, alone=True)
    assert (await desk.list(press))[0].by_author_alone
    (entry,) = await centre.rows(AuditEntry, AuditEntry.action == "news.approved")
    assert entry.details == {"alone": True}


async def test_where_nobody_else_can_approve_the_author_does(centre: Centre, desk: NewsDesk, press: Asker, head: Asker) -> None:
    async with centre.transactions.begin() as tx:
        (await tx.get_one(StaffMember, head.id)).is_active = False
    item = await desk.place(press, FORM)
    assert (await desk.approve(press, item.id or 0, item.version)).approved_by_id == press.id


async def test_what_was_approved_is_not_changed_but_withdrawn(centre: Centre, desk: NewsDesk, press: Asker, head: Asker) -> None:
    item = await desk.place(press, FORM)
    await desk.approve(head, item.id or 0, item.version)
    for deed in (
        desk.change(press, item.id or 0, FORM, item.version + 1),
        desk.set_sound(press, item.id or 0, item.version + 1, "a", b"x"),
        desk.drop_sound(press, item.id or 0, item.version + 1),
        desk.approve(head, item.id or 0, item.version + 1),
    ):
        with pytest.raises(NewsNotDraft):
            await deed
    await desk.withdraw(press, item.id or 0)
    await desk.withdraw(press, item.id or 0)
    assert (await desk.current(centre.clock.now())).news_id is None
    assert (await desk.list(press))[0].state is NewsState.WITHDRAWN
    assert len(await centre.rows(AuditEntry, AuditEntry.action == "news.withdrawn")) == 1


async def test_a_stale_draft_is_not_written_over(desk: NewsDesk, press: Asker, head: Asker) -> None:
    item = await desk.place(press, FORM)
    changed = await desk.change(press, item.id or 0, NewsForm(title="Иначе", text="Иначе."), item.version)
    assert (changed.title, changed.version) == ("Иначе", 1)
    with pytest.raises(Conflict):
        await desk.approve(head, item.id or 0, 0)
    with pytest.raises(NotFound):
        await desk.change(press, 99, FORM, 0)


async def test_the_sound_of_a_draft_is_replaced_and_taken_away(desk: NewsDesk, press: Asker) -> None:
    item = await desk.place(press, FORM)
    for version, content in enumerate((b"one", b"two")):
        item = await desk.set_sound(press, item.id or 0, version, "../звук.mp3", content)
    assert (item.source_name, item.seconds, item.peaks) == ("звук.mp3", 12.5, [0, 50, 100])
    found = {which: (await desk.sound(press, item.id or 0, which)).content for which in NewsSound}
    assert found == {"phone": b"phone of two", "telegram": b"audio of two", "source": b"two"}
    item = await desk.drop_sound(press, item.id or 0, item.version)
    assert (item.phone_key, item.audio_key, item.source_key, item.seconds, item.peaks) == ("", "", "", 0.0, [])
    with pytest.raises(NotFound):
        await desk.sound(press, item.id or 0, NewsSound.PHONE)


async def test_a_refused_sound_leaves_the_draft_as_it_was(desk: NewsDesk, studio: FakeStudio, press: Asker) -> None:
    item = await desk.place(press, FORM)
    studio.refuses = Refused.SILENCE
    with pytest.raises(SoundRefused) as refused:
        await desk.set_sound(press, item.id or 0, 0, "a.mp3", b"file")
    assert refused.value.facts == {"fields": {"sound": "sound_silent"}}
    studio.refuses = None
    with pytest.raises(SoundRefused):
        await desk.set_sound(press, item.id or 0, 0, "a.mp3", b"x" * (SOUND_LIMIT + 1))
    assert studio.given == [] and (await desk.list(press))[0].item.version == 0


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        pytest.param({"title": " \u200b "}, {"title": "missing"}, id="no title"),
        pytest.param({"text": "\x00 "}, {"text": "missing"}, id="no text"),
        pytest.param({"text": "а" * 3001}, {"text": "too_long"}, id="a text too long to listen to"),
        pytest.param({"valid_until": timedelta(0)}, {"valid_until": "moment_past"}, id="over before it began"),
        pytest.param(
            {"valid_from": timedelta(hours=3), "valid_until": timedelta(hours=3)},
            {"valid_until": "ends_before"},
            id="no time at all",
        ),
    ],
)
async def test_what_cannot_be_placed(
    centre: Centre, desk: NewsDesk, press: Asker, given: dict[str, object], fields: dict[str, str]
) -> None:
    now = centre.clock.now()
    said = {name: now + value if isinstance(value, timedelta) else value for name, value in given.items()}
    with pytest.raises(Invalid) as refused:
        await desk.place(press, NewsForm(**{"title": "Т", "text": "Текст", **said}))
    assert refused.value.facts["fields"] == fields


async def test_news_whose_time_is_over_is_not_approved(centre: Centre, desk: NewsDesk, press: Asker, head: Asker) -> None:
    until = centre.clock.now() + timedelta(hours=1)
    item = await desk.place(press, NewsForm(title="Т", text="Текст", valid_until=until))
    centre.clock.move(hours=2)
    with pytest.raises(Invalid):
        await desk.approve(head, item.id or 0, item.version)


async def test_states_of_a_list(centre: Centre, desk: NewsDesk, press: Asker, head: Asker) -> None:
    now = centre.clock.now()
    ahead = NewsForm(title="Завтра", text="Т", valid_from=now + timedelta(days=1))
    short = NewsForm(title="До двух", text="Т", valid_until=now + timedelta(hours=2))
    for form in (short, FORM, ahead):
        item = await desk.place(press, form)
        await desk.approve(head, item.id or 0, item.version)
    await desk.place(press, FORM)
    assert [one.state for one in await desk.list(press)] == ["draft", "planned", "on_air", "behind"]
    assert next(iter(await desk.list(head))).deeds == ("approve", "withdraw")
    centre.clock.move(hours=3)
    assert [one.state for one in await desk.list(press)] == ["draft", "planned", "on_air", "over"]


@pytest.mark.clause("2.10")
async def test_operators_neither_place_nor_approve(centre: Centre, desk: NewsDesk, press: Asker, head: Asker) -> None:
    operator = (await centre.a_member()).asker
    item = await desk.place(press, FORM)
    for deed in (
        desk.list(operator),
        desk.place(operator, FORM),
        desk.place(head, FORM),
        desk.approve(operator, item.id or 0, 0),
        desk.withdraw(operator, item.id or 0),
        desk.sound(operator, item.id or 0, NewsSound.PHONE),
    ):
        with pytest.raises(NotAllowed):
            await deed
