"""What jambonz says in text frames of an audio socket; its metadata is not always JSON (an apostrophe breaks it)."""

import re

import orjson

from channels.voice.recording.wave import Shape

RATES = (8000, 16000, 24000, 32000, 44100, 48000)
READ_AT_MOST = 64 * 1024
"""Characters of a text frame that are looked at; jambonz's own limit for metadata is 8192 bytes."""
CHANNELS = {"stereo": 2, "mono": 1, "mixed": 1}
KEYS = frozenset("0123456789*#ABCD")
_RATE = re.compile(r'"sampleRate"\s*:\s*"?(\d{1,6})\b')
_MIX = re.compile(r'"mixType"\s*:\s*"(stereo|mono|mixed)"')


def read_shape(text: str, usual: Shape) -> Shape:
    """The shape that a metadata frame announces; what it does not say, or says wrongly, is as ``usual``."""
    rate, mix = _announced(text[:READ_AT_MOST])
    return Shape(rate=rate if rate in RATES else usual.rate, channels=CHANNELS.get(mix, usual.channels))


def is_event(text: str) -> bool:
    """Whether a text frame is an event and no metadata, which has no name of its own but tells the sample rate."""
    read = _read(text[:READ_AT_MOST])
    return "sampleRate" not in read and ("event" in read or "type" in read)


def pressed(text: str) -> str:
    """The key of a dtmf event; empty for every other text."""
    event = _read(text[:READ_AT_MOST])
    key = event.get("dtmf") if event.get("event") == "dtmf" else None
    return key.upper() if isinstance(key, str) and key.upper() in KEYS else ""


def _announced(text: str) -> tuple[int, str]:
    metadata = _read(text)
    rate, mix = metadata.get("sampleRate"), metadata.get("mixType")
    if not metadata:
        found_rate, found_mix = _RATE.search(text), _MIX.search(text)
        rate, mix = found_rate and int(found_rate[1]), found_mix and found_mix[1]
    if isinstance(rate, str) and rate.isascii() and rate.isdigit():
        rate = int(rate[:6])
    return rate if isinstance(rate, int) else 0, mix if isinstance(mix, str) else ""


def _read(text: str) -> dict[str, object]:
    try:
        read = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return read if isinstance(read, dict) else {}
