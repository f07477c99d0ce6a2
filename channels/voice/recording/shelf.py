"""The recorder's folder: for each recording a label and its sound, as WAV while it comes and as Opus when it is packed.

All is sealed (ADR 0037); a label and an Opus of before are read in clear until they are sealed too. Its methods touch the disk:
they are called in a thread.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

from channels.voice.recording.clear import ClearContent, is_clear, seal_if_clear
from channels.voice.recording.keys import RecordingKey
from channels.voice.recording.labels import Label
from channels.voice.recording.tape import Tape
from channels.voice.recording.wave import HEADER_BYTES, SAMPLE_BYTES, USUAL, Shape, shape_of
from core.errors import Conflict, Invalid
from core.logs import log
from core.phone.recordings import RecordingFacts
from core.phone.vocabulary import RecordingState
from core.sealing.envelope import CannotUnseal, Masters
from core.sealing.sealed_files import UNDONE, Content, SealedReader, SealedWriter, making, shred

WAV, OPUS, LABEL = ".wav", ".opus", ".json"
CUT = "cut"
"""The problem of a recording that ended before its call did."""
GONE = (RecordingState.DELETED, RecordingState.REFUSED)
"""States that have no sound: their label goes when the office knows."""


class Shelf:
    """``kept_at`` goes into the facts of all that lies here; ``masters`` wrap the keys of its files."""

    def __init__(self, folder: Path, kept_at: str, masters: Masters) -> None:
        self._folder = folder
        self._kept_at = kept_at
        self._masters = masters
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
        """The same, as the journal has it and the file is sealed: within the folder."""
        return key.stem + ending

    def tape(self, key: RecordingKey, shape: Shape) -> Tape:
        """Begin the sound of a recording, or go on behind what is there. Raises OSError."""
        return Tape(self.path(key, WAV), shape, self._masters, self.name(key, WAV))

    def sound(self, facts: RecordingFacts) -> Content:
        """The WAV of an open or kept recording, the Opus of a packed one. Raises CannotUnseal, FileNotFoundError.

        Whether a WAV is whole is told by its label: its last chunk lacks when the disk was full.
        """
        key, is_packed = RecordingKey.parse(facts.key), facts.state is RecordingState.PACKED
        ending = OPUS if is_packed else WAV
        content = self._content(key, ending, may_be_unfinished=not is_packed)
        if facts.state is not RecordingState.OPEN and content.size < facts.size:
            content.close()
            raise CannotUnseal(self.name(key, ending))
        return content

    def making(self, key: RecordingKey, ending: str) -> AbstractContextManager[SealedWriter]:
        """A file of this recording, there when it is whole. Raises OSError."""
        return making(self.path(key, ending), self._masters, self.name(key, ending))

    def remove(self, key: RecordingKey, *endings: str) -> None:
        """Delete files of this recording for ever, their keys first. Raises OSError."""
        with self._writing:
            for ending in endings:
                shred(self.path(key, ending))

    def label(self, key: RecordingKey) -> Label | None:
        """What is written of this recording; None when there is none, or its label cannot be read."""
        try:
            with closing(self._content(key, LABEL)) as content:
                return Label.from_json(content.read(0, content.size))
        except CannotUnseal:
            log.error("recording.label_damaged", recording=str(key))
            return None
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
                shred(self.path(key, LABEL))
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
                shred(self.path(RecordingKey.parse(label.facts.key), WAV))

    def clear_files(self) -> list[tuple[RecordingKey, str]]:
        """The labels and packed sounds of before, which lie in clear: whose, and their ending."""
        found = [path for ending in (LABEL, OPUS) for path in self._folder.glob(f"*/*{ending}")]
        return [(key, path.suffix) for path in found if (key := _key(path)) and is_clear(path)]

    def seal(self, key: RecordingKey, ending: str) -> None:
        """Put a sealed file in the place of one in clear; one that went meanwhile does not come back. Raises OSError."""
        with self._writing:
            seal_if_clear(self.path(key, ending), self._masters, self.name(key, ending))

    def repair(self, now: datetime) -> None:
        """Finish every recording that was open when the recorder died, and write its label; they are kept as ``cut``."""
        for path in list(self._folder.glob(f"*/*{WAV}")):
            if key := _key(path):
                self._repair(key, path, self.label(key), now)
        for label in list(self.labels()):
            if label.facts.state is RecordingState.OPEN:
                self.write(ended(label.facts, 0, now, CUT))

    def _repair(self, key: RecordingKey, path: Path, label: Label | None, now: datetime) -> None:
        died_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        seal_if_clear(path, self._masters, self.name(key, WAV))
        if label is not None and not self._was_open(key, label.facts):
            return
        facts, ended_at = label.facts if label else None, min(now, died_at)
        shape = self._shape(key, facts)
        try:
            size = self.tape(key, shape).close()
        except OSError as error:
            log.error("recording.unrepaired", recording=str(key), error=str(error))
            return
        facts = facts or self.facts(key, shape, ended_at - timedelta(seconds=size / shape.second_bytes))
        self.write(ended(facts, size, ended_at, facts.problem or CUT))

    def _was_open(self, key: RecordingKey, facts: RecordingFacts) -> bool:
        """Also what was kept and came back has more sound than its label says, until that is written."""
        if facts.state is not RecordingState.KEPT:
            return facts.state is RecordingState.OPEN
        try:
            with closing(self._content(key, WAV, may_be_unfinished=True)) as content:
                return content.size > facts.size
        except CannotUnseal:
            return False

    def _shape(self, key: RecordingKey, facts: RecordingFacts | None) -> Shape:
        if facts is not None:
            return Shape(rate=facts.rate, channels=facts.channels)
        try:
            with closing(self._content(key, WAV, may_be_unfinished=True)) as content:
                return shape_of(content.read(0, HEADER_BYTES)) or USUAL[key.kind]
        except CannotUnseal:
            return USUAL[key.kind]

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

    def _content(self, key: RecordingKey, ending: str, *, may_be_unfinished: bool = False) -> Content:
        path = self.path(key, ending)
        if ending != WAV and is_clear(path):
            return ClearContent(path)
        return SealedReader.open(path, self._masters, self.name(key, ending), may_be_unfinished=may_be_unfinished)

    def _keep(self, label: Label) -> None:
        key = RecordingKey.parse(label.facts.key)
        folder = self.path(key, LABEL).parent
        folder.mkdir(exist_ok=True)
        with self.making(key, LABEL) as file:
            file.append(label.to_json())
        sync_folder(folder)


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
