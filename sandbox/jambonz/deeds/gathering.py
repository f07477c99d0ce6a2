"""The verb gather: a prompt, keys and speech, and the timers between them."""

import asyncio
from typing import Any

from sandbox.jambonz.deeds.plain import sound, speak
from sandbox.jambonz.hooks import HookFailed
from sandbox.jambonz.recognising import Heard, Recogniser, transcription
from sandbox.jambonz.session import Json, Run, first, verb

DEFAULT_TIMEOUT = 15.0


@verb("gather")
async def gather(run: Run, one: Json) -> list[Json] | None:
    """Ask, and post what was answered."""
    outcome = await Gathering(run, one).outcome()
    if outcome is None or run.killed.done():
        return None
    extra = outcome | ({"verb_id": one["id"]} if "id" in one else {})
    delay = one.get("actionHookDelayAction") or {}
    if not delay.get("enabled"):
        return await run.act(one.get("actionHook"), extra)
    filler = Filler(run, delay)
    try:
        return await run.act(one.get("actionHook"), extra)
    finally:
        await filler.stop()


class Filler:
    """Something to hear while the application thinks: what is said is said to the end, what is played is cut."""

    def __init__(self, run: Run, delay: Json) -> None:
        self._run, self._delay = run, delay
        self._is_stopped = self._is_speaking = False
        self._tasks = [run.exchange.spawn(self._fill()), run.exchange.spawn(self._give_up())]

    async def stop(self) -> None:
        """The answer is there."""
        self._is_stopped = True
        self._tasks[1].cancel()
        if self._is_speaking:
            await asyncio.wait({self._tasks[0]})
        self._tasks[0].cancel()

    async def _fill(self) -> None:
        await self._run.timeline.sleep(float(self._delay.get("noResponseTimeout", 0)))
        for action in (self._delay.get("actions") or [])[: 1 + int(self._delay.get("retries", 0))]:
            if self._is_stopped:
                return
            if action.get("verb") == "play":
                await sound(self._run, action)
            else:
                self._is_speaking = True
                await speak(self._run, action)
                self._is_speaking = False

    async def _give_up(self) -> None:
        """Without words for it the server hangs up; with them it waits all the same, for they are not played over HTTP."""
        seconds = float(self._delay.get("noResponseGiveUpTimeout", 0))
        if seconds and not self._delay.get("giveUpActions"):
            await self._run.timeline.sleep(seconds)
            self._run.leg.end("jambonz")


class Gathering:
    """One gather. ``done`` becomes what the hook shall tell, or None when the recogniser failed."""

    def __init__(self, run: Run, one: Json) -> None:
        self._run, self._one = run, one
        self._inputs = one.get("input") or ["digits"]
        self._recognizer = run.session.recognizer | one.get("recognizer", {})
        loop = asyncio.get_running_loop()
        self.done: asyncio.Future[Json | None] = loop.create_future()
        self._cut: asyncio.Future[None] = loop.create_future()
        self._digits = ""
        self._utterances: list[Heard] = []
        self._silence: asyncio.Task[None] | None = None
        self._between: asyncio.Task[None] | None = None
        self._is_prompting = False
        self._ear: Recogniser | None = None

    async def outcome(self) -> Json | None:
        """Carry it out."""
        run, one = self._run, self._one
        run.leg.listeners.append(self)
        try:
            if "speech" in self._inputs:
                self._ear = Recogniser(run.exchange, run.leg, self._understood, self._failed, self._recognizer)
                await self._ear.open()
            with run.leg.asked():
                await self._prompt()
                if not self.done.done():
                    self._wait_for_silence()
                    await first(self.done, run.killed)
        finally:
            if self in run.leg.listeners:
                run.leg.listeners.remove(self)
            if self._between is not None:
                self._between.cancel()
            if self._ear is not None:
                await self._ear.close()
        outcome = self.done.result() if self.done.done() else None
        if (outcome is not None or run.killed.done()) and self._silence is not None:
            self._silence.cancel()
        if outcome is None and not run.killed.done():
            run.exchange.spawn(self._late_timeout(one))
        return outcome

    async def _prompt(self) -> None:
        self._is_prompting = True
        if "say" in self._one:
            await speak(self._run, self._one["say"], self._cut, self.done)
        if "play" in self._one:
            await sound(self._run, self._one["play"], self._cut, self.done)
        self._is_prompting = False

    def key(self, digit: str) -> None:
        """A key of the caller."""
        if "digits" not in self._inputs or self.done.done():
            return
        if self._one.get("dtmfBargein", True):
            self._stop_prompt()
        if not self._digits and self._ear is not None:
            self._ear.deaf()
        if digit == self._one.get("finishOnKey"):
            self._finish({"digits": self._digits, "reason": "dtmfDetected"})
            return
        self._digits += digit
        exactly = self._one.get("numDigits")
        most = exactly or self._one.get("maxDigits")
        if most and len(self._digits) >= most:
            self._finish({"digits": self._digits, "reason": "dtmfDetected"})
        elif self._one.get("interDigitTimeout") and self._is_enough:
            self._restart_between()

    @property
    def _is_enough(self) -> bool:
        """Only ``minDigits`` makes fewer digits count at the end of the time; without it they are lost."""
        least = self._one.get("numDigits") or self._one.get("minDigits")
        return least is not None and len(self._digits) >= least

    def word(self, word: str) -> None:
        """A word of the caller."""
        if self._ear is not None:
            self._ear.word(word)

    def spoken(self, confidence: float) -> None:
        """The caller's utterance has ended."""
        if self._ear is not None:
            self._ear.spoken(confidence)

    def _understood(self, heard: Heard) -> None:
        if self.done.done() or not heard.text.strip():
            return
        floor = self._recognizer.get("minConfidence")
        vendor = self._run.exchange.settings.vendor
        if floor and heard.confidence and heard.confidence < floor:
            self._finish({"reason": "stt-low-confidence", "speech": heard.as_speech(vendor)})
        elif not heard.is_final:
            self._interim(heard)
        elif self._recognizer.get("asrTimeout"):
            self._utterances.append(heard)
            self._restart_joining()
        else:
            self._finish({"speech": heard.as_speech(vendor), "reason": "speechDetected"})

    def _interim(self, heard: Heard) -> None:
        if self._one.get("bargein") and len(heard.text.split()) >= self._one.get("minBargeinWordCount", 1):
            self._stop_prompt()
        if self._silence is not None:
            self._wait_for_silence()
        if self._utterances:
            self._restart_joining()
        if hook := self._one.get("partialResultHook"):
            body = {"speech": heard.as_speech(self._run.exchange.settings.vendor)} | self._run.leg.told()
            self._run.exchange.spawn(self._tell_partial(hook, body))

    async def _tell_partial(self, hook: str, body: Json) -> None:
        try:
            await self._run.exchange.postman.ask(self._run.leg.call, "partial", hook, body)
        except HookFailed as failed:
            self._run.exchange.problem(f"partial hook: {failed.reason}")

    def _failed(self, reason: str) -> None:
        """The server goes on without asking anybody, and forgets its timer."""
        self._run.exchange.problem(f"stt error: {reason}")
        if not self.done.done():
            self.done.set_result(None)

    async def _late_timeout(self, one: Json) -> None:
        """What the forgotten timer does: the answer takes the place of whatever plays by then."""
        timer = self._silence
        if timer is None:
            await self._run.timeline.sleep(float(one.get("timeout", DEFAULT_TIMEOUT)))
        else:
            await asyncio.wait({timer})
        if not self._run.leg.is_over and one.get("actionHook"):
            session = self._run.session
            verbs = await session.asked("action", one["actionHook"], self._run.leg.told() | {"reason": "timeout"})
            if verbs:
                session.replace(verbs)

    def _wait_for_silence(self) -> None:
        if self._silence is not None:
            self._silence.cancel()
        seconds = float(self._one.get("timeout", DEFAULT_TIMEOUT))
        if seconds > 0:
            self._silence = self._run.exchange.spawn(self._after(seconds, self._silent))

    def _silent(self) -> None:
        if self._is_enough:
            self._finish({"digits": self._digits, "reason": "dtmfDetected"})
        else:
            self._finish({"reason": "timeout"})

    def _restart_between(self) -> None:
        if self._between is not None:
            self._between.cancel()
        answer: Json = {"digits": self._digits, "reason": "dtmfDetected"}
        self._between = self._run.exchange.spawn(self._after(self._one["interDigitTimeout"], lambda: self._finish(answer)))

    def _restart_joining(self) -> None:
        if self._between is not None:
            self._between.cancel()
        text = " ".join(heard.text for heard in self._utterances)
        whole = transcription(text, is_final=True, confidence=self._utterances[-1].confidence)
        answer = {"speech": whole.as_speech(self._run.exchange.settings.vendor), "reason": "speechDetected"}
        self._between = self._run.exchange.spawn(self._after(self._recognizer["asrTimeout"], lambda: self._finish(answer)))

    async def _after(self, seconds: float, then: Any) -> None:
        await self._run.timeline.sleep(seconds)
        then()

    def _stop_prompt(self) -> None:
        if self._is_prompting and not self._cut.done():
            self._cut.set_result(None)

    def _finish(self, outcome: Json) -> None:
        if not self.done.done():
            self.done.set_result(outcome)
