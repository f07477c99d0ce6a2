"""Asks the speech service for the words of a recording: a voicemail, a voice message of a messenger."""

import aiohttp

from core.errors import Invalid

ANSWER_WITHIN = 120.0
"""Seconds; ten minutes of speech take about one."""


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
