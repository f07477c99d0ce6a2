"""``doctor --voice``: whether the telephone is set up, by the exchange's own API and by what our processes answer."""

import aiohttp

from app.finding import BAD, GOOD, NOTE, Finding
from app.settings import Settings
from app.supervisor import answers
from channels.voice.api import JambonzApi
from channels.voice.checking import Wanted, examine
from channels.voice.menu.model import Wait
from channels.voice.music import music_key
from core.words import say


async def examine_voice(settings: Settings) -> list[Finding]:
    """Reads only; nothing is changed and nobody is called."""
    voice = settings.voice
    if not voice.jambonz_url or voice.jambonz_token is None:
        return [Finding(mark=NOTE, what=say("doctor.voice.exchange"), told=say("doctor.voice.none"))]
    secret = voice.jambonz_webhook_secret
    wanted = Wanted(
        account=voice.jambonz_account,
        application=voice.jambonz_application,
        public_url=voice.voice_public_url.rstrip("/"),
        secret=secret.get_secret_value() if secret else "",
        number=voice.voice_number,
        trunk=voice.voice_trunk,
    )
    api = JambonzApi(url=voice.jambonz_url, account=voice.jambonz_account, key=voice.jambonz_token.get_secret_value())
    try:
        checks = await examine(api, wanted)
    finally:
        await api.close()
    told = [_finding(check.key, check.told, is_right=check.is_right, is_needed=check.is_needed) for check in checks]
    return [*told, *await _own(settings)]


def _finding(key: str, told: str, *, is_right: bool, is_needed: bool) -> Finding:
    mark = GOOD if is_right else BAD if is_needed else NOTE
    words = told if is_right and told else say("doctor.voice.right") if is_right else say(f"doctor.voice.wrong.{key}", found=told)
    return Finding(mark=mark, what=say(f"doctor.voice.{key}"), told=words)


async def _own(settings: Settings) -> list[Finding]:
    """Our hooks as jambonz reaches them, the recorder, the speech service."""
    hooks = f"{settings.voice.voice_public_url.rstrip('/')}/voice/media/{music_key(Wait().seconds)}.wav"
    recorder = f"{settings.recorder.voice_recorder_http.rstrip('/')}/healthz"
    speech = settings.speech.voice_speech_http or f"http://{settings.speech.voice_speech_host}:{settings.speech.voice_speech_port}"
    async with aiohttp.ClientSession() as http:
        found = [(key, url, await answers(http, url)) for key, url in (("hooks", hooks), ("recorder", recorder))]
        health = await _health(http, f"{speech}/healthz")
    findings = [_reached(key, url, good) for key, url, good in found]
    told = say("doctor.voice.speaks", **health) if health else say("doctor.silent", url=speech)
    return [*findings, Finding(mark=GOOD if health else BAD, what=say("doctor.voice.speech_service"), told=told)]


def _reached(key: str, url: str, good: bool) -> Finding:
    told = say("doctor.answers" if good else "doctor.silent", url=url)
    return Finding(mark=GOOD if good else BAD, what=say(f"doctor.voice.{key}"), told=told)


async def _health(http: aiohttp.ClientSession, url: str) -> dict[str, str]:
    try:
        async with http.get(url, timeout=aiohttp.ClientTimeout(total=5)) as answer:
            return {str(key): str(value) for key, value in (await answer.json()).items()} if answer.status == 200 else {}
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return {}
