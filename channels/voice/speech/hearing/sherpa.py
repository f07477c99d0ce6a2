"""T-one by sherpa-onnx: streaming Russian recognition of telephone sound. The model is put there by the operator, never fetched."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from channels.voice.speech.port import TELEPHONE_RATE, EngineMissing

MODEL, TOKENS = "model.onnx", "tokens.txt"
_BLOCK = 1 << 20
_TAIL = np.zeros(TELEPHONE_RATE * 6 // 10, dtype=np.float32)
"""Silence, so that the model's last chunks of 300 ms come out."""

Load = Callable[[Path], Any]
"""Makes sherpa_onnx.OnlineRecognizer of a model's folder; the library has no types."""


def loaded_model(folder: Path) -> Any:
    """The recogniser of the folder. Raises EngineMissing when sherpa-onnx is not installed or cannot read the model."""
    try:
        import sherpa_onnx
    except ImportError as missing:
        raise EngineMissing("sherpa: sherpa-onnx is not installed (uv sync --group stt)") from missing
    try:
        return sherpa_onnx.OnlineRecognizer.from_t_one_ctc(
            tokens=str(folder / TOKENS), model=str(folder / MODEL), num_threads=1, sample_rate=TELEPHONE_RATE
        )
    except (RuntimeError, ValueError) as failed:
        raise EngineMissing(f"sherpa: {folder / MODEL} is no T-one model") from failed


class Sherpa:
    """The model, loaded once; every utterance has a stream of its own, so that several are heard at once."""

    name = "sherpa"
    hears = True

    def __init__(self, model: Any) -> None:
        self._model = model

    @classmethod
    def of_folder(cls, folder: Path, sha256: str, load: Load = loaded_model) -> "Sherpa":
        """Checks that the model is the one that was set, then loads it. Raises EngineMissing with what is wrong."""
        for name in (MODEL, TOKENS):
            if not (folder / name).is_file():
                raise EngineMissing(f"sherpa: {folder} has no {name} (VOICE_STT_MODEL)")
        if not sha256:
            raise EngineMissing("sherpa: set the digest of the model's file (VOICE_STT_SHA256)")
        found = _digest(folder / MODEL)
        if found != sha256.lower():
            raise EngineMissing(f"sherpa: {MODEL} has the digest {found}, not the one that is set (VOICE_STT_SHA256)")
        return cls(load(folder))

    def open(self, hints: Sequence[str]) -> "_Utterance":
        """Begins an utterance. The model takes no hints: it has no list of words."""
        return _Utterance(self._model)


class _Utterance:
    def __init__(self, model: Any) -> None:
        self._model = model
        self._stream = model.create_stream()

    def feed(self, sound: bytes) -> str:
        """The words so far."""
        return self._accept((np.frombuffer(sound, "<i2") / np.float32(32768)).astype(np.float32))

    def finish(self) -> tuple[str, float]:
        """The words of the whole. The model tells no confidence, so it is 1."""
        self._accept(_TAIL)
        self._stream.input_finished()
        return self._decoded(), 1.0

    def _accept(self, samples: "np.typing.NDArray[np.float32]") -> str:
        self._stream.accept_waveform(TELEPHONE_RATE, samples)
        return self._decoded()

    def _decoded(self) -> str:
        while self._model.is_ready(self._stream):
            self._model.decode_stream(self._stream)
        return str(self._model.get_result(self._stream)).strip().lower()


def _digest(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while block := opened.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
