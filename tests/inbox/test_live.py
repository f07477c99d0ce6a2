"""Live events: one load and one encoding for all screens, replay, resync, two replicas."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import text

from core.audit.live import LiveKind, announce
from core.audit.model import LiveEvent
from core.conversations.operators import Reply
from core.vocabulary import Role
from inbox.web.live import QUEUE, LiveHub, Subscription
from tests import patience
from tests.inbox.world import Centre, Member

"""Seconds; only a test that fails waits so long."""


@pytest.fixture
async def running(a_hub: Callable[[], LiveHub]) -> AsyncIterator[Callable[[], "asyncio.Future[LiveHub]"]]:
    """Starts hubs that listen."""
    async with AsyncExitStack() as stack:

        async def start() -> LiveHub:
            hub = await stack.enter_async_context(a_hub().running())
            await asyncio.wait_for(hub.ready.wait(), patience.SECONDS)
            return hub

        yield start  # type: ignore[misc]


async def next_event(screen: Subscription) -> dict[str, object]:
    event = await asyncio.wait_for(screen.queue.get(), patience.SECONDS)
    assert event is not None, "the stream was closed"
    return {"number": event.number, **json.loads(event.data)}


async def test_a_hand_off_reaches_every_screen_of_every_replica(centre: Centre, running: Callable[..., object]) -> None:
    one, two = await running(), await running()
    number = await centre.a_conversation(name="Заур")
    async with AsyncExitStack() as stack:
        screens = [await stack.enter_async_context(hub.screen((await centre.a_member()).asker)) for hub in (one, one, two)]
        await centre.hand_off(number)
        events = [await next_event(screen) for screen in screens]
    assert {event["kind"] for event in events} == {"handed_off"}
    assert events[0]["row"]["id"] == number and events[0]["row"]["applicant_name"] == "Заур"
    assert len({event["number"] for event in events}) == 1


async def test_an_event_is_loaded_and_encoded_once_for_all_screens(centre: Centre, running: Callable[..., object]) -> None:
    hub = await running()
    number = await centre.a_conversation()
    async with AsyncExitStack() as stack:
        screens = [await stack.enter_async_context(hub.screen((await centre.a_member()).asker)) for _ in range(3)]
        await centre.hand_off(number)
        same = [await asyncio.wait_for(screen.queue.get(), patience.SECONDS) for screen in screens]
    assert same[0] is same[1] is same[2]


async def test_a_reply_is_seen_by_colleagues_as_a_message_and_a_changed_line(
    centre: Centre, running: Callable[..., object]
) -> None:
    hub = await running()
    operator = (await centre.a_member()).asker
    number = await centre.a_conversation(held_by=operator)
    async with hub.screen((await centre.a_member()).asker) as screen:
        await centre.operators.reply(operator, number, Reply(text="Да.", client_key="key-00000001"))
        events = [await next_event(screen), await next_event(screen)]
    assert [event["kind"] for event in events] == ["message", "conversation"]
    assert events[0]["message"]["client_key"] == "key-00000001"
    assert events[1]["row"]["preview"] == "Да."


async def test_an_alarm_carries_the_words_of_the_citizen(centre: Centre, running: Callable[..., object]) -> None:
    hub = await running()
    number = await centre.a_conversation(words="Пахнет газом")
    async with hub.screen((await centre.a_member()).asker) as screen:
        async with centre.transactions.begin() as tx:
            await announce(tx, LiveKind.ALARM, centre.clock.now(), conversation_id=number, alarm="gas")
        event = await next_event(screen)
    assert (event["kind"], event["alarm"], event["words"]) == ("alarm", "gas", "Пахнет газом")


@pytest.mark.clause("2.10")
async def test_a_card_and_a_task_are_told_by_their_numbers(centre: Centre, running: Callable[..., object]) -> None:
    hub = await running()
    async with hub.screen((await centre.a_member()).asker) as screen:
        async with centre.transactions.begin() as tx:
            now = centre.clock.now()
            await announce(tx, LiveKind.APPEAL, now, appeal_id=7)
            await announce(tx, LiveKind.TASK, now, task_id=3, task="overdue", for_role="operator", appeal_id=7)
            await announce(tx, LiveKind.TASK, now, task_id=0, task="")
            about = {"task_id": 4, "task": "memo_received", "for_role": "operator", "again": "2026-11-25"}
            await announce(tx, LiveKind.TASK, now, **about)
        events = [await next_event(screen) for _ in range(4)]
    assert [{name: value for name, value in event.items() if name != "number"} for event in events] == [
        {"kind": "appeal", "appeal_id": 7},
        {"kind": "task", "task_id": 3, "task": "overdue", "for_role": "operator", "appeal_id": 7, "is_alarm": True, "again": False},
        {"kind": "task", "task_id": 0, "task": "", "for_role": "", "appeal_id": None, "is_alarm": False, "again": False},
        {"kind": "task", **about, "appeal_id": None, "is_alarm": False, "again": True},
    ]


async def test_a_replay_tells_each_card_once(centre: Centre, a_hub: Callable[[], LiveHub]) -> None:
    hub, asker = a_hub(), (await centre.a_member()).asker
    async with centre.transactions.begin() as tx:
        for appeal_id in (5, 7, 7, 5):
            await announce(tx, LiveKind.APPEAL, centre.clock.now(), appeal_id=appeal_id)
    missed = [json.loads(event.data)["appeal_id"] for event in await hub.missed(asker, "1")]
    assert missed == [7, 5]


async def test_who_may_not_read_conversations_is_told_nothing(centre: Centre, running: Callable[..., object]) -> None:
    hub = await running()
    number = await centre.a_conversation()
    press, operator = await centre.a_member(Role.PRESS), await centre.a_member()
    async with hub.screen(press.asker) as silent, hub.screen(operator.asker) as screen:
        await centre.hand_off(number)
        await next_event(screen)
        assert silent.queue.empty()
    assert await hub.missed(press.asker, "0") == []


async def test_a_slow_screen_is_told_to_load_anew_and_holds_nobody_up(centre: Centre, running: Callable[..., object]) -> None:
    hub = await running()
    number = await centre.a_conversation()
    async with hub.screen((await centre.a_member()).asker) as slow, hub.screen((await centre.a_member()).asker) as quick:
        for _ in range(QUEUE + 1):
            async with centre.transactions.begin() as tx:
                await announce(tx, LiveKind.CONVERSATION, centre.clock.now(), conversation_id=number)
            await next_event(quick)
        assert slow.queue.qsize() == 1
        assert (await next_event(slow))["kind"] == "resync"


async def replayed(hub: LiveHub, member: Member, last: str | None) -> list[dict[str, object]]:
    return [{"number": event.number, **json.loads(event.data)} for event in await hub.missed(member.asker, last)]


async def test_what_was_missed_is_replayed_once_as_it_stands_now(centre: Centre, a_hub: Callable[[], LiveHub]) -> None:
    hub, member = a_hub(), await centre.a_member()
    first, second = await centre.a_conversation(), await centre.a_conversation()
    for number in (first, first, second):
        await centre.hand_off(number)
    events = await replayed(hub, member, "1")
    assert [(event["number"], event["kind"], event["row"]["id"]) for event in events] == [
        (2, "handed_off", first),
        (3, "handed_off", second),
    ]
    assert await replayed(hub, member, "3") == []


async def test_an_event_committed_late_is_not_lost_in_a_replay(centre: Centre, a_hub: Callable[[], LiveHub]) -> None:
    number = await centre.a_conversation()
    async with centre.transactions.begin() as late:
        late.add(LiveEvent(kind="conversation", payload={"conversation_id": number}, at=centre.clock.now()))
        await late.flush()
        await centre.hand_off(number)
    events = await replayed(a_hub(), await centre.a_member(), "2")
    assert [(event["kind"], event["number"]) for event in events] == [("conversation", 2)]


@pytest.mark.parametrize(
    "last", [None, "abc", "-1", "99", "1" * 30, "²"], ids=["start", "word", "negative", "future", "long", "superscript"]
)
async def test_a_screen_whose_place_is_unknown_loads_anew(centre: Centre, a_hub: Callable[[], LiveHub], last: str | None) -> None:
    await centre.hand_off(await centre.a_conversation())
    events = await replayed(a_hub(), await centre.a_member(), last)
    assert [(event["kind"], event["number"]) for event in events] == [("resync", 1)]


@pytest.mark.parametrize(("minutes", "kinds"), [(14, ["handed_off"]), (16, ["resync"])], ids=["recent", "long ago"])
async def test_a_replay_reaches_a_quarter_of_an_hour_back(
    centre: Centre, a_hub: Callable[[], LiveHub], minutes: int, kinds: list[str]
) -> None:
    number = await centre.a_conversation()
    await centre.hand_off(number)
    centre.clock.move(minutes=minutes)
    await centre.hand_off(number)
    assert [event["kind"] for event in await replayed(a_hub(), await centre.a_member(), "1")] == kinds


async def test_the_hub_listens_again_after_the_database_dropped_it(centre: Centre, running: Callable[..., object]) -> None:
    hub = await running()
    number = await centre.a_conversation()
    async with hub.screen((await centre.a_member()).asker) as screen:
        await centre.hand_off(number)
        await next_event(screen)
        async with centre.transactions.begin_plain() as connection:
            await connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
                )
            )
        await centre.hand_off(number)
        assert (await next_event(screen))["number"] == 2, "caught up from the table"


async def test_viewers_are_shown_to_every_replica_and_forgotten_in_time(centre: Centre, running: Callable[..., object]) -> None:
    one, two = await running(), await running()
    watcher, writer = await centre.a_member(), await centre.a_member(full_name="Тестов Алан")
    number = await centre.a_conversation()
    async with two.screen(watcher.asker) as screen:
        for typing in (False, False, True):
            await centre.operators.reading.show_presence(writer.asker, number, typing=typing)
        quiet, busy = await next_event(screen), await next_event(screen)
        assert (quiet["number"], quiet["viewers"]) == (None, [{"id": writer.asker.id, "full_name": "Тестов Алан", "typing": False}])
        assert busy["viewers"][0]["typing"] is True, "a heartbeat that changes nothing is not told"
        centre.clock.move(seconds=46)
        await two.sweep()
        assert (await next_event(screen))["viewers"] == []
    assert one.presence.viewers(number) != [], "each process sweeps its own board"


async def test_a_stream_ends_with_its_session(centre: Centre, running: Callable[..., object]) -> None:
    hub = await running()
    one, other, idle = await centre.a_member(), await centre.a_member(), await centre.a_member()
    async with hub.screen(one.asker) as ended, hub.screen(other.asker) as stays, hub.screen(idle.asker) as expired:
        await centre.staff.sessions.logout(one.asker)
        assert await asyncio.wait_for(ended.queue.get(), patience.SECONDS) is None
        centre.clock.move(minutes=20)
        await centre.staff.sessions.who(other.token)
        centre.clock.move(minutes=15)
        await hub.sweep()
        assert await asyncio.wait_for(expired.queue.get(), patience.SECONDS) is None
        assert stays.queue.empty()


async def test_a_notification_that_nobody_understands_stops_nothing(centre: Centre, running: Callable[..., object]) -> None:
    hub = await running()
    number = await centre.a_conversation()
    async with hub.screen((await centre.a_member()).asker) as screen:
        async with centre.transactions.begin_plain() as connection:
            for channel, payload in (
                ("live_event", "x"),
                ("live_event", "999"),
                ("presence", "{}"),
                ("presence", "[]"),
                ("presence", "{"),
            ):
                await connection.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": channel, "payload": payload})
            await connection.execute(
                text("INSERT INTO live_event (kind, audience, payload, at) VALUES ('of_the_future', '', '{}', now())")
            )
            await connection.execute(text("SELECT pg_notify('live_event', '1')"))
        await centre.hand_off(number)
        assert (await next_event(screen))["kind"] == "handed_off"
