"""RHVoice, the best of the voices that may be installed, in processes of its own (see rhvoice_program.py for why)."""

import sys
from collections.abc import Sequence
from pathlib import Path

from channels.voice.speech.engines.framed import ProgramEngine

PROGRAM = Path(__file__).with_name("rhvoice_program.py")
VOICE = "irina"
GAIN = 1.3


def rhvoice(*, processes: int, voice: str = VOICE, places: Sequence[str] = ()) -> ProgramEngine:
    """RHVoice with a voice; ``places``: library, data and configuration where they are not the system's."""
    return ProgramEngine("rhvoice", [sys.executable, str(PROGRAM), voice, *places], processes=processes, gain=GAIN)
