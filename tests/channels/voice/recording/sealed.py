"""Sealed files of a recorder's folder, as a test puts and opens them."""

from contextlib import closing
from pathlib import Path
from threading import Event

from channels.voice.recording.clear import ClearContent
from channels.voice.recording.keys import RecordingKey
from channels.voice.recording.shelf import WAV
from channels.voice.recording.sound import Sound, pack
from channels.voice.recording.streams import Source, Target
from channels.voice.recording.wave import Shape, header
from core.sealing.sealed_files import SealedReader, making
from tests.channels.voice.recording.running import MASTERS


def put(folder: Path, name: str, content: bytes) -> Path:
    """A whole file."""
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    with making(path, MASTERS, name) as file:
        file.append(content)
    return path


def opened(folder: Path, name: str) -> bytes:
    """The content of a whole file. Raises CannotUnseal."""
    return _all(SealedReader.open(folder / name, MASTERS, name))


def unfinished(folder: Path, key: str) -> bytes:
    """What a dead recorder left of a WAV."""
    name = RecordingKey.parse(key).stem + WAV
    return _all(SealedReader.open(folder / name, MASTERS, name, may_be_unfinished=True))


def a_wav(folder: Path, sound: bytes, *, rate: int = 8000, channels: int = 2) -> Path:
    """A finished recording in clear."""
    path = folder / "a.wav"
    path.write_bytes(header(Shape(rate=rate, channels=channels), len(sound)) + sound)
    return path


def packed_of(wav: Path, stopping: Event | None = None) -> tuple[Sound, bytes]:
    """What is told of the packed sound of a WAV in clear, and the content that lies beside it as ``a.opus``."""
    name = "a.opus"
    with closing(ClearContent(wav)) as content, making(wav.with_name(name), MASTERS, name) as opus:
        sound = pack(Source(content, content.size), Target(opus), stopping or Event())
    return sound, opened(wav.parent, name)


def _all(reader: SealedReader) -> bytes:
    with closing(reader):
        return reader.read(0, reader.size)
