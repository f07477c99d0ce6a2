"""An embedder without a model (nearness is the share of common letter triples), and a reader without a voice."""

import io
import wave
from collections.abc import Sequence
from zlib import crc32

import numpy as np

from core.knowledge.embedding import Vectors
from core.knowledge.port import SpeechAway


class LetterEmbedder:
    """Implements core.knowledge.embedding.Embedder; counts the texts that it was given."""

    name = "letters"
    width = 512

    def __init__(self) -> None:
        self.texts = 0

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += len(texts)
        rows = np.zeros((len(texts), self.width), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            padded = f"  {text} "
            for start in range(len(padded) - 2):
                row[crc32(padded[start : start + 3].encode()) % self.width] += 1
            row /= max(float(np.linalg.norm(row)), 1e-6)
        return rows


class FakeAloud:
    """Implements core.knowledge.port.Aloud; remembers what it read."""

    def __init__(self) -> None:
        self.read: list[str] = []
        self.away = ""

    def words(self, text: str) -> str:
        return text.lower()

    async def sound(self, text: str) -> bytes:
        if self.away:
            raise SpeechAway(reason=self.away)
        self.read.append(text)
        return a_silence()


def a_silence() -> bytes:
    """A tenth of a second of WAV."""
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(1600))
    return made.getvalue()
