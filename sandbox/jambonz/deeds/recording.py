"""The verb listen in the foreground: a message after the tone."""

import asyncio

from sandbox.jambonz.session import Json, Run, first, verb
from sandbox.jambonz.sound import beep
from sandbox.jambonz.taps import Tap


class _EndingKey:
    """Waits for the key that ends a message."""

    def __init__(self, key: str) -> None:
        self._key = key
        self.pressed: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def key(self, digit: str) -> None:
        """A key was pressed."""
        if digit in self._key and not self.pressed.done():
            self.pressed.set_result(digit)

    def word(self, word: str) -> None:
        """Words do not end it."""

    def spoken(self, confidence: float) -> None:
        """Words do not end it."""


@verb("listen")
async def listen(run: Run, one: Json) -> list[Json] | None:
    """Send the caller's sound until a key, the time, or the other side ends it."""
    if one.get("playBeep") and not await run.play(beep()):
        return None
    tap = Tap(run.exchange, run.leg, one, mix="mono")
    if not await tap.open():
        return await run.act(one.get("actionHook"), {})
    began = run.timeline.now
    ending = _EndingKey(str(one.get("finishOnKey", "")))
    run.leg.listeners.append(ending)
    limit = run.timeline.timer(float(one["maxLength"])) if one.get("maxLength") else None
    try:
        with run.leg.asked():
            await first(run.killed, ending.pressed, tap.closed, run.leg.over, *([limit] if limit is not None else []))
    finally:
        run.leg.listeners.remove(ending)
        if limit is not None:
            limit.cancel()
    await tap.close()
    extra: Json = {"digits": ending.pressed.result()} if ending.pressed.done() else {}
    return await run.act(one.get("actionHook"), extra | {"dial_call_duration": int(run.timeline.now - began + 1e-6)})
