"""What the application changes on calls that go on (updateCall)."""

from typing import TYPE_CHECKING, Any

from sandbox.jambonz.checking import BadVerbs, checked
from sandbox.jambonz.hooks import HookFailed
from sandbox.jambonz.leg import Leg
from sandbox.jambonz.session import Session
from sandbox.jambonz.sound import silence
from sandbox.jambonz.voice import PlayFailed

if TYPE_CHECKING:
    from sandbox.jambonz.exchange import Exchange

Json = dict[str, Any]
ADULTING = "/adulting"
_OPTIONS = frozenset(
    {
        *("call_hook", "child_call_hook", "call_status", "listen_status", "transcribe_status", "mute_status", "conf_mute_status"),
        *("conf_hold_status", "conferenceParticipantAction", "sip_request", "record", "tag", "dtmf", "dub", "boostAudioSignal"),
        "media_path",
    }
)
_ENDINGS = ("completed", "no-answer")


class BadChange(Exception):
    """The body is refused; the words are the server's."""


def checked_change(body: Json) -> None:
    """Raises BadChange when the server would answer 400."""
    options = [name for name in _OPTIONS if name in body]
    if not options and "whisper" not in body:
        raise BadChange("no valid options supplied to updateCall")
    if len(options) > 1 and set(options) != {"call_hook", "child_call_hook"}:
        raise BadChange("multiple options are not allowed in updateCall")
    if "call_status" in body and body["call_status"] not in _ENDINGS:
        raise BadChange("invalid call_status")
    if "mute_status" in body and body["mute_status"] not in ("mute", "unmute"):
        raise BadChange("invalid mute_status")


async def change(exchange: "Exchange", leg: Leg, body: Json) -> None:
    """Do it. That it was accepted does not mean that it happens: what cannot be done is only noted."""
    if "call_status" in body:
        (leg.parent or leg).end("jambonz")
    elif "call_hook" in body or "child_call_hook" in body:
        await _redirect(exchange, leg, body)
    elif "mute_status" in body:
        leg.muted = body["mute_status"] == "mute"
        leg.phone.changed(leg)
    elif "tag" in body:
        leg.tag = body["tag"]
    elif "dtmf" in body and leg.peer is not None:
        leg.peer.press(str(body["dtmf"].get("digit", "")))
    elif "whisper" not in body:
        exchange.problem(f"updateCall: accepted, but not emulated here: {sorted(body)}")
    if "whisper" in body:
        await _whisper(exchange, leg, body["whisper"])


async def _redirect(exchange: "Exchange", leg: Leg, body: Json) -> None:
    """Other applications for the caller, and, when it shall live on, for the one who was dialled."""
    child = next((one for one in leg.call.legs if one.parent is leg and not one.is_over and one.answered_at is not None), None)
    parent_verbs = await _asked(exchange, leg, body["call_hook"]) if "call_hook" in body else None
    if "child_call_hook" in body and child is not None:
        verbs = await _asked(exchange, child, body["child_call_hook"])
        if verbs:
            await _grow_up(exchange, leg, child, verbs)
    if parent_verbs and leg.session is not None:
        leg.session.replace(parent_verbs)


async def _asked(exchange: "Exchange", leg: Leg, hook: str | Json) -> list[Json] | None:
    """Without a good answer the call goes on undisturbed."""
    try:
        return checked(await exchange.postman.ask(leg.call, "redirect", hook, leg.told()) or [])
    except (HookFailed, BadVerbs) as failed:
        exchange.problem(f"session:redirect: {failed}")
        return None


async def _grow_up(exchange: "Exchange", parent: Leg, child: Leg, verbs: list[Json]) -> None:
    try:
        await exchange.postman.ask(child.call, "adulting", ADULTING, child.told() | {"parent_call_info": parent.told()})
    except HookFailed as failed:
        exchange.problem(f"adulting: {failed}")
        return
    session = Session(exchange, child)
    child.call.grown_up.append(exchange.spawn(session.run(verbs)))


async def _whisper(exchange: "Exchange", leg: Leg, whisper: Json | list[Json]) -> None:
    """Only this end hears it; outside of a connection it is only noted."""
    if leg.peer is None:
        exchange.problem("whisper: the leg is not connected, nothing is heard")
        return
    try:
        verbs = checked(whisper if isinstance(whisper, list) else [whisper])
    except BadVerbs as failed:
        exchange.problem(f"whisper: {failed}")
        return
    exchange.spawn(_speak(exchange, leg, verbs))


async def _speak(exchange: "Exchange", leg: Leg, verbs: list[Json]) -> None:
    for one in verbs:
        text = str(one.get("text") or one.get("url") or "")
        with leg.call.timeline.busy():
            clip = await _clip(exchange, one, text)
        if clip is None or leg.is_over:
            continue
        leg.phone.hear(text, kind="prompt", clip=clip if exchange.settings.tts else None, leg=leg)
        leg.ear.play(clip)
        await leg.call.timeline.sleep(len(clip) / 8000)
        leg.ear.stop()
        leg.phone.hushed(leg)


async def _clip(exchange: "Exchange", one: Json, text: str) -> Any:
    if one["verb"] == "say":
        return await exchange.voice.say(text, {}, cached=True)
    if one["verb"] == "play":
        try:
            return await exchange.voice.file(text)
        except PlayFailed as failed:
            exchange.problem(f"whisper: {failed}")
            return None
    return silence(float(one.get("length", 0)))
