"""The limited process: ``python -m channels.voice.sound.limited [FFMPEG]``. A file comes in, what was made of it goes out.

A file that wants more time or memory than it may have ends the process, and nothing else; and the libraries that read it, with
what they hold, go with the process.
"""

import json
import os
import resource
import sys
from typing import BinaryIO

from channels.voice.sound.making import make
from core.news.port import Mastered, Refused, SoundRefused

MEMORY = 3 * 1024**3
"""Bytes of address space; ten minutes need a third of it."""
PROCESSOR_SECONDS = 90
LARGEST_FILE = 256 * 1024**2
"""Bytes of what ffmpeg may write on its way."""


def main(arguments: list[str]) -> int:
    """``arguments``: where ffmpeg is, or none."""
    out = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not stand among the sound.
    os.dup2(2, 1)
    _limit()
    try:
        _tell(out, make(sys.stdin.buffer.read(), arguments[0] if arguments else None))
    except SoundRefused as refused:
        _tell_refusal(out, refused.why)
    except MemoryError:
        _tell_refusal(out, Refused.TOO_HARD)
    return 0


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))


def _tell(out: BinaryIO, made: Mastered) -> None:
    head = {
        "phone": len(made.phone),
        "audio": len(made.audio),
        "audio_type": made.audio_type,
        "seconds": made.seconds,
        "peaks": list(made.peaks),
    }
    out.write(json.dumps(head).encode() + b"\n" + made.phone + made.audio)
    out.flush()


def _tell_refusal(out: BinaryIO, why: Refused) -> None:
    out.write(json.dumps({"refused": why.value}).encode() + b"\n")
    out.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
