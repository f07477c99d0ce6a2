"""What the knowledge base asks of whoever reads texts aloud."""

from typing import Protocol

from core.errors import OfficeError


class SpeechAway(OfficeError):
    """Nobody reads aloud: the speech service is not set up (``facts["reason"]`` = not_set_up) or does not answer (away)."""

    code = "speech_away"


class Aloud(Protocol):
    """Texts for the ear."""

    def words(self, text: str) -> str:
        """The text as it is read: numbers, dates and telephones in words. Pure; a few milliseconds."""
        ...

    async def sound(self, text: str) -> bytes:
        """The same as WAV. Never inside a transaction. Raises SpeechAway."""
        ...
