"""RHVoice as a program of its own: its licence (GPL by its MAGE part) and its crashes stay outside the speech service.

Run by engines/rhvoice.py as ``python rhvoice_program.py VOICE [LIBRARY [DATA [CONFIG]]]``; speaks as engines/framed.py says.
Imports nothing of ours. The structures are those of RHVoice 1.8 (RHVoice.h).
"""

import ctypes
import ctypes.util
import json
import struct
import sys
from typing import Any

FAILED = 0xFFFFFFFF
DATA, CONFIG = "/usr/share/RHVoice", "/etc/RHVoice"
_SET_RATE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p)
_PLAY = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_uint, ctypes.c_void_p)


class _Callbacks(ctypes.Structure):
    _fields_ = (
        ("set_sample_rate", _SET_RATE),
        ("play_speech", _PLAY),
        *(
            (name, ctypes.c_void_p)
            for name in ("mark", "word_start", "word_end", "sentence_start", "sentence_end", "play_audio", "done")
        ),
    )


class _Start(ctypes.Structure):
    _fields_ = (
        ("data_path", ctypes.c_char_p),
        ("config_path", ctypes.c_char_p),
        ("resource_paths", ctypes.c_void_p),
        ("callbacks", _Callbacks),
        ("options", ctypes.c_uint),
    )


class _Voice(ctypes.Structure):
    _fields_ = (
        ("language", ctypes.c_char_p),
        ("name", ctypes.c_char_p),
        ("gender", ctypes.c_int),
        ("country", ctypes.c_char_p),
    )


class _Manner(ctypes.Structure):
    _fields_ = (
        ("voice_profile", ctypes.c_char_p),
        *((name, ctypes.c_double) for name in ("absolute_rate", "absolute_pitch", "absolute_volume")),
        *((name, ctypes.c_double) for name in ("relative_rate", "relative_pitch", "relative_volume")),
        ("punctuation_mode", ctypes.c_int),
        ("punctuation_list", ctypes.c_char_p),
        ("capitals_mode", ctypes.c_int),
        ("flags", ctypes.c_int),
    )


class Program:
    """The engine, and the pipe to which its sound goes."""

    def __init__(self, library: ctypes.CDLL, data: str, config: str) -> None:
        self._library = library
        self._rate = 0
        self._is_heard = True
        _declare(library)
        self._kept = (_SET_RATE(self._set_rate), _PLAY(self._play))  # else they are collected while the engine calls them
        start = _Start(data.encode(), config.encode(), None, _Callbacks(*self._kept), 0)
        self._engine = library.RHVoice_new_tts_engine(ctypes.byref(start))

    def voices(self) -> list[str]:
        """Names of the installed Russian voices, in small letters; empty when the engine found none."""
        if not self._engine:
            return []
        found = self._library.RHVoice_get_voices(self._engine)
        count = self._library.RHVoice_get_number_of_voices(self._engine)
        return [found[at].name.decode().lower() for at in range(count) if (found[at].language or b"").decode() in {"ru", "Russian"}]

    def rate(self, voice: str, word: str) -> int:
        """The samples a second of the voice, known when it has said something; what it says here goes nowhere."""
        self._is_heard = False
        self.say(word, voice)
        self._is_heard = True
        return self._rate

    def say(self, text: str, voice: str) -> bool:
        """Says the text; False when the engine refuses it."""
        words = text.encode()
        manner = _Manner(voice.encode(), 0, 0, 0, 1, 1, 1, 0, None, 0, 0)
        message = self._library.RHVoice_new_message(self._engine, words, len(words), 0, ctypes.byref(manner), None)
        if not message:
            return False
        said = self._library.RHVoice_speak(message)
        self._library.RHVoice_delete_message(message)
        return bool(said)

    def _set_rate(self, rate: int, _: object) -> int:
        self._rate = rate
        return 1

    def _play(self, samples: Any, count: int, _: object) -> int:
        if count and self._is_heard:
            sound = ctypes.string_at(samples, count * 2)
            sys.stdout.buffer.write(struct.pack("!I", len(sound)) + sound)
            sys.stdout.buffer.flush()
        return 1


def _declare(library: ctypes.CDLL) -> None:
    library.RHVoice_new_tts_engine.restype = ctypes.c_void_p
    library.RHVoice_new_tts_engine.argtypes = [ctypes.POINTER(_Start)]
    library.RHVoice_get_voices.restype = ctypes.POINTER(_Voice)
    library.RHVoice_get_voices.argtypes = [ctypes.c_void_p]
    library.RHVoice_get_number_of_voices.restype = ctypes.c_uint
    library.RHVoice_get_number_of_voices.argtypes = [ctypes.c_void_p]
    library.RHVoice_new_message.restype = ctypes.c_void_p
    library.RHVoice_new_message.argtypes = [
        *(ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint, ctypes.c_int),
        *(ctypes.POINTER(_Manner), ctypes.c_void_p),
    ]
    library.RHVoice_speak.argtypes = [ctypes.c_void_p]
    library.RHVoice_delete_message.argtypes = [ctypes.c_void_p]


def main(voice: str, library: str = "", data: str = DATA, config: str = CONFIG) -> int:
    """Says every line of the input until it ends."""
    try:
        loaded = ctypes.CDLL(library or ctypes.util.find_library("RHVoice") or "libRHVoice.so.5")
    except OSError:
        return _missing("RHVoice: its library is not installed (Debian: librhvoice5, from non-free)")
    program = Program(loaded, data, config)
    voices = program.voices()
    if not voices:
        return _missing("RHVoice: no Russian voice is installed (Debian: rhvoice-russian, from non-free)")
    voice = voice if voice in voices else voices[0]
    rate = program.rate(voice, "\u0430")
    print(json.dumps({"rate": rate, "voices": voices, "voice": voice}), flush=True)  # noqa: T201
    for line in sys.stdin.buffer:
        asked = json.loads(line)
        said = program.say(asked["text"], asked["voice"] if asked["voice"] in voices else voice)
        sys.stdout.buffer.write(struct.pack("!I", 0 if said else FAILED))
        sys.stdout.buffer.flush()
    return 0


def _missing(what: str) -> int:
    print(json.dumps({"missing": what}), flush=True)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
