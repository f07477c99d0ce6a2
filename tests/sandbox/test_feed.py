"""The log of happenings: nobody who follows it misses anything."""

import asyncio

from sandbox.telegram.feed import Feed


async def test_what_happens_while_a_follower_is_busy_is_not_lost() -> None:
    feed = Feed()
    feed.publish("message", 1, 1, {})
    seen: list[int] = []

    async def follow() -> None:
        async for happening in feed.follow(0):
            seen.append(happening.seq)
            if happening.seq < 3:
                feed.publish("message", 1, 1, {})
            else:
                feed.close()

    await asyncio.wait_for(follow(), 5)
    assert seen == [1, 2, 3]


async def test_a_follower_resumes_where_it_stopped() -> None:
    feed = Feed()
    for number in range(5):
        feed.publish("message", 1, number, {})
    assert [happening.seq for happening in feed.after(3)] == [4, 5]
    assert feed.after(5) == []


async def test_a_closed_feed_lets_its_followers_go() -> None:
    feed = Feed()
    async with asyncio.TaskGroup() as group:
        waiting = group.create_task(feed.wait(None))
        await asyncio.sleep(0)
        feed.close()
    assert waiting.result() is False
