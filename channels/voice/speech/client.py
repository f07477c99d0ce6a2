"""Asks the speech service: for the words of a recording, or for the sound of a text."""

from collections import OrderedDict

import aiohttp

from channels.voice.spoken import speak
from core.errors import Invalid
from core.knowledge.port import SpeechAway

ANSWER_WITHIN = 120.0
"""Seconds; ten minutes of speech take about one."""


KEPT = 24
"""Sounds that are remembered; the longest text of the editors is about three megabytes."""


class NotTranscribed(Exception):
    """The service cannot be reached or failed; the same recording may be asked for again later."""


class Transcriber:
    """The service at this address, with its key."""

    def __init__(self, url: str, key: str, session: aiohttp.ClientSession) -> None:
        self._url = f"{url.rstrip('/')}/transcribe"
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/octet-stream"}
        self._session = session

    async def transcribe(self, sound: bytes) -> str:
        """The words; empty where nobody spoke, and where the service recognises nothing.

        Raises Invalid for what is no sound, NotTranscribed when the service is away.
        """
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        try:
            async with self._session.post(self._url, data=sound, headers=self._headers, timeout=timeout) as answer:
                if answer.status == 501:
                    return ""
                if answer.status == 422:
                    raise Invalid(fields={"sound": "unreadable"})
                if answer.status != 200:
                    raise NotTranscribed(f"the speech service answered {answer.status}")
                return str((await answer.json())["text"])
        except (aiohttp.ClientError, TimeoutError, KeyError, ValueError) as failed:
            raise NotTranscribed("the speech service cannot be reached") from failed


class Reading:
    """Texts read aloud by the service at this address; without one nobody reads. Implements core.knowledge.port.Aloud.

    A text that is heard again while it is edited is not made again: the newest sounds are remembered by their words.
    """

    def __init__(self, url: str, key: str) -> None:
        self._url = f"{url.rstrip('/')}/tts" if url else ""
        self._headers = {"Authorization": f"Bearer {key}", "Accept": "audio/wav;rate=16000"}
        self._made: OrderedDict[str, bytes] = OrderedDict()

    def words(self, text: str) -> str:
        """The text for the ear."""
        return speak(text)

    async def sound(self, text: str) -> bytes:
        """The same as WAV. Raises SpeechAway."""
        if not self._url:
            raise SpeechAway(reason="not_set_up")
        if text not in self._made:
            self._made[text] = await self._asked(text)
        self._made.move_to_end(text)
        sound = self._made[text]
        if len(self._made) > KEPT:
            self._made.popitem(last=False)
        return sound

    async def _asked(self, text: str) -> bytes:
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as http,
                http.post(self._url, json={"text": text}, headers=self._headers) as answer,
            ):
                if answer.status != 200:
                    raise SpeechAway(reason="away")
                return await answer.read()
        except (aiohttp.ClientError, TimeoutError) as failed:
            raise SpeechAway(reason="away") from failed
