"""The verb dial: legs are rung, asked to confirm, connected, and parted again."""

import asyncio
from typing import Any

from sandbox.jambonz import amd
from sandbox.jambonz.addresses import dialled
from sandbox.jambonz.checking import BadVerbs, checked
from sandbox.jambonz.deeds.plain import sound
from sandbox.jambonz.hooks import HookFailed
from sandbox.jambonz.leg import BUSY, CANCELLED, Leg
from sandbox.jambonz.session import Json, Kill, Run, Session, first, verb
from sandbox.jambonz.taps import Tap

DEFAULT_RING_SECONDS = 60
RESULTS = {BUSY: "busy", 600: "busy", CANCELLED: "no-answer"}


@verb("dial")
async def dial(run: Run, one: Json) -> list[Json] | None:
    """Ring the targets; whoever answers first is connected."""
    return await Dialling(run, one).carry_out()


class Dialling:
    """One dial."""

    def __init__(self, run: Run, one: Json) -> None:
        self._run, self._one = run, one
        self._legs: list[Leg] = []
        self._winner: Leg | None = None
        self._tap: Tap | None = None
        self._music: asyncio.Task[Any] | None = None

    async def carry_out(self) -> list[Json] | None:
        """Ring, connect, wait, and tell how it went."""
        run, one = self._run, self._one
        if not one.get("answerOnBridge"):
            await run.session.answer()
        self._ring()
        if "dialMusic" in one:
            self._music = run.exchange.spawn(self._play_music())
        result, sip_status = await self._until_answered()
        if result is None and self._winner is not None:
            result, sip_status = await self._connected(self._winner)
        return await self._told(result or "failed", sip_status)

    def _ring(self) -> None:
        run, one = self._run, self._one
        for target in one["target"]:
            phone = run.exchange.phone_of(target)
            from_ = str(one.get("callerId") or run.leg.from_)
            leg = Leg(run.leg.call, phone, direction="outbound", from_=from_, to=dialled(target), parent=run.leg)
            leg.tag = one.get("tag")
            leg.become("trying", 100)
            leg.become("ringing", 180)
            self._legs.append(leg)
            phone.ring(leg, dict(one.get("headers", {})) | dict(target.get("headers", {})))

    async def _play_music(self) -> None:
        while not self._run.killed.done():
            outcome = await sound(self._run, {"url": self._one["dialMusic"]})
            if outcome.get("status") == "fail":
                return

    def _hush(self) -> None:
        if self._music is not None:
            self._music.cancel()
            self._run.leg.ear.stop()
            self._run.leg.phone.hushed(self._run.leg)

    async def _until_answered(self) -> tuple[str | None, int]:
        """(None, 200) with a winner; else the result and its SIP status."""
        run = self._run
        timer = run.timeline.timer(float(self._one.get("timeout", DEFAULT_RING_SECONDS)))
        ringing = list(self._legs)
        sip_status = CANCELLED
        try:
            while ringing:
                await first(timer, run.killed, *(leg.answered for leg in ringing), *(leg.over for leg in ringing))
                for leg in list(ringing):
                    if leg.answered.done() and leg.answered.result() == 200:
                        self._winner = leg
                        self._cancel(*(other for other in ringing if other is not leg))
                        return None, 200
                    if leg.answered.done() or leg.is_over:
                        ringing.remove(leg)
                        sip_status = leg.answered.result() if leg.answered.done() else CANCELLED
                        leg.end("callee", sip_status=sip_status)
                if timer.done() or run.killed.done():
                    self._cancel(*ringing)
                    return "no-answer", CANCELLED
            return RESULTS.get(sip_status, "failed"), sip_status
        finally:
            timer.cancel()

    def _cancel(self, *legs: Leg) -> None:
        for leg in legs:
            leg.end("jambonz", sip_status=CANCELLED)

    async def _connected(self, leg: Leg) -> tuple[str, int]:
        run, one = self._run, self._one
        leg.become("in-progress", 200)
        confirm = self._target_of(leg).get("confirmHook") or one.get("confirmHook")
        if confirm and not await self._is_confirmed(leg, confirm):
            return "in-progress", 200
        if run.killed.done():
            leg.end("jambonz")
            return "completed", 200
        self._hush()
        await run.session.answer()
        if "amd" in one:
            run.exchange.spawn(amd.detect(run.exchange, leg, one["amd"]))
        run.leg.join(leg)
        leg.phone.connected(leg, run.leg)
        if "listen" in one:
            self._tap = Tap(run.exchange, run.leg, one["listen"], mix="stereo")
            await self._tap.open()
        await self._until_parted(leg)
        return "completed", 200

    async def _until_parted(self, leg: Leg) -> None:
        run = self._run
        limit = run.timeline.timer(float(self._one["timeLimit"])) if self._one.get("timeLimit") else None
        await first(leg.over, run.killed, *([limit] if limit is not None else []))
        if limit is not None:
            limit.cancel()
        if self._tap is not None:
            await self._tap.close()
        if run.killed.done() and run.killed.result() is Kill.REPLACED and leg.session is not None:
            leg.part()  # grown up: it has an application of its own now
        else:
            leg.end("jambonz")

    async def _is_confirmed(self, leg: Leg, confirm: str | Json) -> bool:
        """Whether the one who answered accepts; the caller still hears music, and may give up."""
        session = Session(self._run.exchange, leg, confirming=True)
        try:
            answer = await self._run.exchange.postman.ask(leg.call, "confirm", confirm, leg.told())
            verbs = checked(answer) if answer else []
        except (HookFailed, BadVerbs) as failed:
            self._run.exchange.problem(f"confirmHook: {failed}")
            verbs = []
        work = self._run.exchange.spawn(session.run(verbs))
        await first(work, self._run.killed)
        if self._run.killed.done():
            leg.end("jambonz")
        await asyncio.wait({work})
        leg.session = None
        if session.declined:
            leg.end("jambonz", told=False)
        return not leg.is_over

    async def _told(self, result: str, sip_status: int) -> list[Json] | None:
        self._hush()
        leg = self._winner or (self._legs[-1] if self._legs else None)
        extra: Json = {"dial_call_status": result, "dial_sip_status": sip_status}
        if leg is not None:
            extra["dial_call_sid"] = leg.sid
            if leg.sbc_callid:
                extra["dial_sbc_callid"] = leg.sbc_callid
        return await self._run.act(self._one.get("actionHook"), extra)

    def _target_of(self, leg: Leg) -> Json:
        return dict(self._one["target"][self._legs.index(leg)])
