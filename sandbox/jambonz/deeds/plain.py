"""The short verbs: say, play, pause, tag, config, redirect, hangup, sip:decline, answer."""

import asyncio
from typing import Any

from sandbox.jambonz.leg import DECLINED
from sandbox.jambonz.session import Json, Run, verb
from sandbox.jambonz.taps import Tap
from sandbox.jambonz.voice import PlayFailed, is_taken_for_url


@verb("say")
async def say(run: Run, one: Json) -> None:
    """Speak; keys pressed meanwhile are lost."""
    await speak(run, one)


async def speak(run: Run, one: Json, *cuts: "asyncio.Future[Any]") -> None:
    """Speak the texts of a ``say`` until the end or until one of ``cuts``. What looks like an address is passed over in silence."""
    texts = one.get("text") or []
    synthesizer = run.session.synthesizer | one.get("synthesizer", {})
    cached = run.session.caches_speech and not one.get("disableTtsCache", False)
    for text in _repeated(texts if isinstance(texts, list) else [texts], one.get("loop", 1)):
        if any(cut.done() for cut in (run.killed, *cuts)):
            return
        if is_taken_for_url(text):
            run.exchange.problem(f"say: taken for an address and not spoken: {text[:40]}")
            continue
        with run.timeline.busy():
            clip = await run.exchange.voice.say(text, synthesizer, cached=cached)
        if clip is not None and not run.killed.done():
            run.leg.phone.hear(text, kind="prompt", clip=clip if run.exchange.settings.tts else None, leg=run.leg)
            await run.play(clip, *cuts)


@verb("play")
async def play(run: Run, one: Json) -> list[Json] | None:
    """Play a file; the hook tells how it went."""
    return await run.act(one.get("actionHook"), await sound(run, one))


async def sound(run: Run, one: Json, *cuts: "asyncio.Future[Any]") -> Json:
    """Play the files of a ``play`` until the end or until one of ``cuts``; what its hook shall tell."""
    urls = one["url"] if isinstance(one["url"], list) else [one["url"]]
    began = run.timeline.now
    for url in _repeated(urls, one.get("loop", 1)):
        if any(cut.done() for cut in (run.killed, *cuts)):
            break
        try:
            with run.timeline.busy():
                clip = await run.exchange.voice.file(url)
        except PlayFailed as failed:
            run.exchange.problem(f"play: {url}: {failed}")
            return {"status": "fail", "reason": "playFailed"}
        clip = clip[int(one.get("seekOffset", 0)) :]
        if one.get("timeoutSecs"):
            clip = clip[: round(float(one["timeoutSecs"]) * 8000)]
        run.leg.phone.hear(url, kind="sound", clip=clip, leg=run.leg)
        await run.play(clip, *cuts)
    seconds = run.timeline.now - began
    return {
        "playback_seconds": int(seconds),
        "playback_milliseconds": round(seconds * 1000),
        "playback_last_offset_pos": str(round(seconds * 8000)),
        "reason": "playCompleted",
    }


@verb("pause")
async def pause(run: Run, one: Json) -> None:
    """Seconds of nothing."""
    await run.sleep(float(one["length"]))


@verb("tag")
async def tag(run: Run, one: Json) -> None:
    """What later hooks bring as ``customerData``."""
    run.leg.tag = one["data"]


@verb("config")
async def config(run: Run, one: Json) -> None:
    """Settings of the session, and the record of the whole call."""
    session = run.session
    session.recognizer |= one.get("recognizer", {})
    session.synthesizer |= one.get("synthesizer", {})
    if "disableTtsCache" in one:
        session.caches_speech = not one["disableTtsCache"]
    listen = one.get("listen") or one.get("stream")
    if listen is not None:
        await _record(run, listen)
    for name in ("bargeIn", "record", "transcribe", "amd", "ttsStream", "vad"):
        if name in one:
            run.exchange.problem(f"config.{name}: known to the server, but not emulated here")


async def _record(run: Run, listen: Json) -> None:
    session = run.session
    if session.recorder is not None:
        await session.recorder.close()
        session.recorder = None
    if listen["enable"]:
        await session.answer()
        session.recorder = Tap(run.exchange, run.leg, listen, mix="mono")
        await session.recorder.open()


@verb("redirect")
async def redirect(run: Run, one: Json) -> list[Json] | None:
    """Ask for another application."""
    return await run.act(one["actionHook"], {}, "redirect")


@verb("hangup")
async def hangup(run: Run, one: Json) -> None:
    """End the call; in a confirmHook: decline it."""
    run.session.declined = True
    run.leg.end("jambonz", told=not run.session.confirming, sip_status=DECLINED)


@verb("sip:decline")
async def decline(run: Run, one: Json) -> None:
    """Refuse a call that was not answered."""
    if run.leg.answered_at is None:
        run.leg.phone.refused(int(one["status"]), str(one.get("reason", "")))
        run.leg.end("jambonz", sip_status=int(one["status"]))


@verb("answer")
async def answer(run: Run, one: Json) -> None:
    """Answer; the session did that before."""


def _repeated(texts: list[str], loop: Any) -> list[str]:
    """``loop`` 0 or "forever" is bounded, so that a fast clock comes to an end."""
    times = 1000 if str(loop) in ("0", "forever") else max(1, int(float(loop)))
    return texts * times
