"""A recorded message in words: a voicemail, or a voice message of a messenger."""

import io

import soundfile

from channels.voice.speech.hearing.ends import Detectors
from channels.voice.speech.hearing.listening import Listener
from channels.voice.speech.port import TELEPHONE_RATE, Recogniser
from core.errors import Invalid

MOST_SECONDS = 600
_BLOCK = 8000
_TAIL = bytes(2 * TELEPHONE_RATE)
"""A second of silence, so that the last utterance ends."""


def transcribe(sound: bytes, recogniser: Recogniser, detectors: Detectors) -> str:
    """The words of a WAV, FLAC, OGG or MP3 file, a sentence for every utterance; empty where nothing is understood.

    Blocking: call it in a thread. Raises Invalid for what is no sound. Only the first ten minutes are heard.
    """
    if not recogniser.hears:
        return ""
    try:
        with soundfile.SoundFile(io.BytesIO(sound)) as file:
            return _transcribed(file, recogniser, detectors)
    except soundfile.LibsndfileError as unreadable:
        raise Invalid(fields={"sound": "unreadable"}) from unreadable


def _transcribed(file: soundfile.SoundFile, recogniser: Recogniser, detectors: Detectors) -> str:
    listener = Listener(recogniser, detectors, file.samplerate)
    sentences: list[str] = []
    try:
        for block in file.blocks(_BLOCK, frames=MOST_SECONDS * file.samplerate, dtype="int16", always_2d=True):
            mono = block.mean(axis=1).astype("<i2").tobytes()
            sentences += [words.text for words in listener.feed(mono) if words.final]
        sentences += [words.text for words in listener.feed(_TAIL * max(1, file.samplerate // TELEPHONE_RATE)) if words.final]
    finally:
        last = listener.finish()
    if last is not None:
        sentences.append(last.text)
    return ". ".join(sentence.strip().capitalize() for sentence in sentences)
