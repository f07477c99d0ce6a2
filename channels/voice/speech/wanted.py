"""What a request for speech asks for: the text, the voice, and the shape of the sound (speech.md of jambonz' two clients)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from channels.voice.speech.port import TELEPHONE_RATE
from channels.voice.speech.sound import L16, Mp3, Shape, Wav
from core.errors import Invalid

LONGEST = 2000
"""Characters of one request: jambonz cuts at 900 or 1800 itself."""
LARGEST_BODY = 64_000
RATES = (8000, 16000, 24000, 32000, 48000)
_RATE = re.compile(r"rate\s*=\s*(\d+)")
_WAV = {"audio/wav", "audio/x-wav", "audio/wave", "audio/*", "*/*", ""}
_MP3 = {"audio/mpeg", "audio/mp3"}


class NothingAcceptable(Exception):
    """The caller takes none of the shapes that are made here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """``voice`` without the metadata that some deployments put behind ";"; ``markup``: the text is SSML."""

    text: str
    voice: str
    markup: bool


def read_request(body: bytes) -> Wanted:
    """The request. Raises Invalid with the field that cannot be used."""
    try:
        asked = json.loads(body)
    except ValueError as unreadable:
        raise Invalid(fields={"body": "not_json"}) from unreadable
    if not isinstance(asked, Mapping):
        raise Invalid(fields={"body": "not_an_object"})
    text, voice = asked.get("text", ""), asked.get("voice", "")
    if not isinstance(text, str):
        raise Invalid(fields={"text": "not_text"})
    markup = asked.get("type") == "ssml" or text.lstrip().startswith("<speak")
    return Wanted(text=text, voice=str(voice or "").partition(";")[0].strip(), markup=markup)


def shape_for(accept: str) -> tuple[Shape, str, int]:
    """The first shape of the header that is made here, its media type and its rate; WAV of 8 kHz without a header.

    MP3 is always of 8 kHz. Raises NothingAcceptable.
    """
    for entry in accept.split(","):
        kind, _, parameters = entry.strip().partition(";")
        kind = kind.strip().lower()
        if kind in _MP3:
            return Mp3(), Mp3.media_type, TELEPHONE_RATE
        if kind == "audio/l16":
            rate = _rate(parameters)
            shape = L16(rate)
            return shape, shape.media_type, rate
        if kind in _WAV:
            rate = _rate(parameters)
            return Wav(rate), Wav.media_type, rate
    raise NothingAcceptable(accept)


def _rate(parameters: str) -> int:
    found = _RATE.search(parameters)
    return int(found[1]) if found and int(found[1]) in RATES else TELEPHONE_RATE
