"""The verbs enqueue, leave and dequeue: queues of callers, and who takes them out."""

import asyncio
import time
from typing import Any

from sandbox.jambonz.deeds.plain import config, say, sound, tag
from sandbox.jambonz.hooks import HookFailed
from sandbox.jambonz.leg import Leg
from sandbox.jambonz.session import Json, Run, first, verb
from sandbox.jambonz.sound import beep

SILENCE_BEFORE_BATCH = 0.5
FIRST_LOOK, NEXT_LOOK = 1.0, 5.0
"""Seconds before a dequeue looks for the first time, and between its looks."""
WAITING = ("play", "say", "pause", "leave", "tag")


class Waiting:
    """A caller in a queue. ``taken`` becomes whoever took them out; ``released`` is done when that connection is over."""

    def __init__(self, leg: Leg, name: str, priority: int) -> None:
        loop = asyncio.get_running_loop()
        self.leg, self.name, self.priority = leg, name, priority
        self.since = leg.call.timeline.now
        self.taken: asyncio.Future[Leg] = loop.create_future()
        self.released: asyncio.Future[None] = loop.create_future()


@verb("enqueue")
async def enqueue(run: Run, one: Json) -> list[Json] | None:
    """Wait in a queue until somebody takes the caller out."""
    waiting = Waiting(run.leg, one["name"], int(one.get("priority", 999)))
    queue = run.exchange.queue(waiting.name)
    queue.append(waiting)
    queue.sort(key=lambda other: other.priority)
    await _event(run, "join", waiting, {"length": len(queue), "join_time": round(time.time() * 1000)})
    left: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    entertainment = run.exchange.spawn(_entertain(run, one["waitHook"], waiting, left)) if one.get("waitHook") else None
    await first(run.killed, waiting.taken, left)
    if entertainment is not None:
        entertainment.cancel()
    run.leg.ear.stop()
    run.leg.phone.hushed(run.leg)
    result = await _bridged(run, waiting) if waiting.taken.done() else await _abandoned(run, waiting, left)
    extra = {"queue_sid": _queue_sid(run, waiting), "queue_time": int(run.timeline.now - waiting.since), "queue_result": result}
    return await run.act(one.get("actionHook"), extra)


async def _bridged(run: Run, waiting: Waiting) -> str:
    await first(run.killed, waiting.released)
    return "bridged"


async def _abandoned(run: Run, waiting: Waiting, left: "asyncio.Future[None]") -> str:
    queue = run.exchange.queue(waiting.name)
    queue.remove(waiting)
    details = {"length": len(queue), "leave_reason": "abandoned", "leave_time": round(time.time() * 1000)}
    await _event(run, "leave", waiting, details)
    return "leave" if left.done() else "hangup"


async def _entertain(run: Run, hook: str | Json, waiting: Waiting, left: "asyncio.Future[None]") -> None:
    """Music and words, again and again; an empty or failed answer ends it, and then there is silence."""
    while True:
        await run.timeline.sleep(SILENCE_BEFORE_BATCH)
        queue = run.exchange.queue(waiting.name)
        body: Json = {
            "queue_sid": _queue_sid(run, waiting),
            "queue_time": int(run.timeline.now - waiting.since),
            "queue_size": len(queue),
            "queue_position": queue.index(waiting) if waiting in queue else 0,
            "call_sid": run.leg.sid,
            "call_id": run.leg.call_id,
        }
        if run.leg.tag is not None:
            body["customerData"] = run.leg.tag
        verbs = await run.session.asked("wait", hook, body)
        if not verbs:
            run.exchange.problem("waitHook: no verbs, the caller waits in silence from now on")
            return
        for one in verbs:
            if one["verb"] == "leave":
                left.set_result(None)
                return
            await _one_of_batch(run, one)


async def _one_of_batch(run: Run, one: Json) -> None:
    if one["verb"] == "say":
        await say(run, one)
    elif one["verb"] == "play":
        await sound(run, one)
    elif one["verb"] == "pause":
        await run.sleep(float(one["length"]))
    elif one["verb"] == "tag":
        await tag(run, one)
    elif one["verb"] == "config":
        await config(run, one)
    else:
        run.exchange.problem(f"waitHook: {one['verb']} is not for waiting")


@verb("leave")
async def leave(run: Run, one: Json) -> None:
    """Nothing to leave outside a queue."""


@verb("dequeue")
async def dequeue(run: Run, one: Json) -> list[Json] | None:
    """Take a caller out of a queue and be connected."""
    limit = run.timeline.timer(float(one["timeout"])) if one.get("timeout") else None
    waiting = await _found(run, one, limit)
    if limit is not None:
        limit.cancel()
    if waiting is None:
        return await run.act(one.get("actionHook"), {"dequeue_result": "hangup" if run.killed.done() else "timeout"})
    queue = run.exchange.queue(waiting.name)
    queue.remove(waiting)
    details = {"length": len(queue), "leave_reason": "dequeued", "leave_time": round(time.time() * 1000)}
    waiting.taken.set_result(run.leg)
    await _event(run, "leave", waiting, details | {"dequeuer": run.leg.told()})
    if one.get("beep"):
        await run.play(beep())
    run.leg.join(waiting.leg)
    run.leg.phone.connected(run.leg, waiting.leg)
    await first(run.killed, waiting.leg.over)
    run.leg.part()
    if not waiting.released.done():
        waiting.released.set_result(None)
    return await run.act(one.get("actionHook"), {"dequeue_result": "complete"})


async def _found(run: Run, one: Json, limit: "asyncio.Future[Any] | None") -> Waiting | None:
    pause = FIRST_LOOK
    while not run.killed.done():
        timer = run.timeline.timer(pause)
        await first(timer, run.killed, *([limit] if limit is not None else []))
        timer.cancel()
        for waiting in run.exchange.queue(one["name"]):
            if not run.killed.done() and (not one.get("callSid") or waiting.leg.sid == one["callSid"]):
                return waiting
        if limit is not None and limit.done():
            return None
        pause = NEXT_LOOK
    return None


async def _event(run: Run, event: str, waiting: Waiting, details: Json) -> None:
    hook = run.exchange.settings.queue_hook
    if not hook:
        return
    body = {"event": event, "queue": waiting.name} | details | waiting.leg.told()
    try:
        await run.exchange.postman.ask(waiting.leg.call, "queue", hook, body)
    except HookFailed as failed:
        run.exchange.problem(f"queue event hook: {failed.reason}")


def _queue_sid(run: Run, waiting: Waiting) -> str:
    return f"queue:{run.exchange.settings.account}:{waiting.name}"
