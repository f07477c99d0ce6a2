"""The recorder's folder: for each recording a label and its sound, as WAV while it comes and as Opus when it is packed.

Its methods touch the disk: they are called in a thread, except ``label`` of one key.
"""

import fcntl
import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from channels.voice.recording.keys import RecordingKey
from channels.voice.recording.labels import Label
from channels.voice.recording.wave import HEADER_BYTES, SAMPLE_BYTES, USUAL, Shape, header, shape_of
from core.errors import Conflict, Invalid
from core.phone.recordings import RecordingFacts
from core.phone.vocabulary import RecordingState

WAV, OPUS, LABEL, UNDONE = ".wav", ".opus", ".json", ".tmp"
CUT = "cut"
"""The problem of a recording that ended before its call did."""
GONE = (RecordingState.DELETED, RecordingState.REFUSED)
"""States that have no sound: their label goes when the office knows."""


class Shelf:
    """``kept_at`` goes into the facts of all that lies here."""

    def __init__(self, folder: Path, kept_at: str) -> None:
        self._folder = folder
        self._kept_at = kept_at
        self._writing = Lock()
        self._held = -1

    def enter(self) -> None:
        """Take the folder for this process alone, making it if need be. Raises Conflict when another recorder has it, OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        held = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            os.close(held)
            raise Conflict("another recorder has this folder") from taken
        self._held = held

    def leave(self) -> None:
        """Let another recorder have the folder."""
        os.close(self._held)

    def path(self, key: RecordingKey, ending: str) -> Path:
        """Where a file of this recording lies, or would."""
        return self._folder / (key.stem + ending)

    def name(self, key: RecordingKey, ending: str) -> str:
        """The same, as the journal has it: within the folder."""
        return key.stem + ending

    def label(self, key: RecordingKey) -> Label | None:
        """What is written of this recording; None when there is none, or its label cannot be read."""
        try:
            return Label.from_json(self.path(key, LABEL).read_bytes())
        except (FileNotFoundError, ValueError):
            return None

    def write(self, facts: RecordingFacts) -> None:
        """Keep these facts, which the office does not know yet; on the disk when this returns. Raises OSError."""
        with self._writing:
            self._keep(Label(facts=facts))

    def mark_told(self, facts: RecordingFacts) -> None:
        """The office knows these facts; no effect when newer ones came meanwhile. What has no sound is forgotten."""
        key = RecordingKey.parse(facts.key)
        with self._writing:
            label = self.label(key)
            if label is None or label.facts != facts:
                return
            if facts.state in GONE:
                self.path(key, LABEL).unlink(missing_ok=True)
            else:
                self._keep(Label(facts=facts, told=True))

    def labels(self) -> Iterator[Label]:
        """All that can be read, in no order."""
        for path in self._folder.glob(f"*/*{LABEL}"):
            if (key := _key(path)) and (label := self.label(key)):
                yield label

    def used(self) -> int:
        """Bytes of all files."""
        return sum(path.stat().st_size for path in self._folder.glob("*/*") if path.is_file())

    def clear(self) -> None:
        """Remove what a crash left half done: unfinished files, and the WAV of what is packed."""
        for path in self._folder.glob(f"*/*{UNDONE}"):
            path.unlink(missing_ok=True)
        for label in self.labels():
            if label.facts.state is RecordingState.PACKED:
                self.path(RecordingKey.parse(label.facts.key), WAV).unlink(missing_ok=True)

    def repair(self, now: datetime) -> None:
        """Make true the header and the label of every recording that was open when the recorder died; they are kept as ``cut``."""
        for path in list(self._folder.glob(f"*/*{WAV}")):
            if key := _key(path):
                self._repair(key, path, self.label(key), now)
        for label in list(self.labels()):
            if label.facts.state is RecordingState.OPEN:
                self.write(ended(label.facts, 0, now, CUT))

    def _repair(self, key: RecordingKey, path: Path, label: Label | None, now: datetime) -> None:
        if label is not None and label.facts.state is not RecordingState.OPEN:
            return
        facts = label.facts if label else None
        shape = _shape(path, facts, key)
        ended_at = min(now, datetime.fromtimestamp(path.stat().st_mtime, UTC))
        size = make_true(path, shape)
        facts = facts or self.facts(key, shape, ended_at)
        self.write(ended(facts, size, ended_at, facts.problem or CUT))

    def facts(self, key: RecordingKey, shape: Shape, started_at: datetime) -> RecordingFacts:
        """Of a recording that begins."""
        return RecordingFacts(
            key=str(key),
            call_sid=key.call_sid,
            kind=key.kind,
            part=key.part,
            state=RecordingState.OPEN,
            kept_at=self._kept_at,
            file_name=self.name(key, WAV),
            channels=shape.channels,
            rate=shape.rate,
            started_at=started_at,
        )

    def lost(self, key: RecordingKey) -> RecordingFacts:
        """Of a recording that the office knows and this folder does not."""
        unknown = RecordingFacts(key=str(key), call_sid=key.call_sid, kind=key.kind, part=key.part, state=RecordingState.BROKEN)
        return replace(unknown, kept_at=self._kept_at, problem="lost")

    def _keep(self, label: Label) -> None:
        path = self.path(RecordingKey.parse(label.facts.key), LABEL)
        path.parent.mkdir(exist_ok=True)
        undone = path.with_name(path.name + UNDONE)
        with undone.open("wb") as file:
            file.write(label.to_json())
            file.flush()
            os.fsync(file.fileno())
        undone.replace(path)
        sync_folder(path.parent)


def make_true(path: Path, shape: Shape) -> int:
    """Write the right header over a WAV file and cut it to whole moments; gives the bytes of its sound. Raises OSError."""
    with path.open("r+b") as file:
        size = shape.whole(max(0, file.seek(0, os.SEEK_END) - HEADER_BYTES))
        file.truncate(HEADER_BYTES + size)
        file.seek(0)
        file.write(header(shape, size))
        file.flush()
        os.fsync(file.fileno())
    return size


def ended(facts: RecordingFacts, size: int, at: datetime, problem: str) -> RecordingFacts:
    """What an open recording becomes with ``size`` bytes of sound."""
    seconds = round(size / (facts.channels * SAMPLE_BYTES) / facts.rate, 3)
    return replace(facts, state=RecordingState.KEPT, seconds=seconds, size=HEADER_BYTES + size, ended_at=at, problem=problem)


def sync_folder(folder: Path) -> None:
    """Make the names in it last over a loss of power."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _key(path: Path) -> RecordingKey | None:
    try:
        return RecordingKey.parse(path.name.removesuffix(path.suffix))
    except Invalid:
        return None


def _shape(path: Path, facts: RecordingFacts | None, key: RecordingKey) -> Shape:
    if facts is not None:
        return Shape(rate=facts.rate, channels=facts.channels)
    with path.open("rb") as file:
        return shape_of(file.read(HEADER_BYTES)) or USUAL[key.kind]
