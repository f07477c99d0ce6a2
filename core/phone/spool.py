"""Files that hold calls' entries while the database is away, so that nothing is lost; written again when it is back."""

import asyncio
import fcntl
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from sqlalchemy.exc import DataError, IntegrityError

from core.logs import log
from core.phone.entries import Entry, from_json, to_json
from core.phone.journal import PhoneJournal

BATCH = 100
"""Entries of one transaction while the file is written to the database."""
REPLAYED, REFUSED = ".replayed", ".refused"
SPOOLS = "journal-{}.jsonl"
ABANDONED = 60.0
"""Seconds without a new entry after which any process may write another's file to the database: its owner may be gone for ever."""


class Spool:
    """One file of one process, appended to line by line.

    A file that is being replayed has a name of its own; after a crash it is replayed again: entries may be repeated. Processes that
    share the folder lock the files themselves, so that none writes into, or forgets, what another has in hand.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._replayed = path.with_name(path.name + REPLAYED)
        self._refused = path.with_name(path.name + REFUSED)
        self._replaying = asyncio.Lock()

    @classmethod
    def owned(cls, folder: Path, owner: str) -> Self:
        """The file of this owner in the folder."""
        return cls(folder / SPOOLS.format(owner))

    async def append(self, entries: Sequence[Entry]) -> None:
        """Keep the entries: they are on the disk when it returns. Raises OSError when the disk refuses."""
        lines = "".join(f"{to_json(entry)}\n" for entry in entries)
        await asyncio.to_thread(_append, self._path, lines)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write again."""
        return not (self._path.exists() or self._replayed.exists())

    def abandoned(self, now: float) -> list["Spool"]:
        """The files in this one's folder to which nobody added anything for ABANDONED seconds; ``now``: unix seconds."""
        pattern = SPOOLS.format("*")
        left = [*self._path.parent.glob(pattern), *self._path.parent.glob(pattern + REPLAYED)]
        paths = {path.with_name(path.name.removesuffix(REPLAYED)) for path in left if now - _written_at(path, now) > ABANDONED}
        return [Spool(path) for path in sorted(paths - {self._path})]

    async def replay(self, journal: PhoneJournal) -> int:
        """Write everything to the database and forget it; gives how many entries.

        Raises what the journal raises when the database is still away: the rest stays in the file. What the database refuses for
        itself is put into a file beside, and logged. What another process is writing at this moment is left to it.
        """
        written = 0
        async with self._replaying:
            for _ in ("what was set aside before, or now", "what came meanwhile"):
                await asyncio.to_thread(self._set_aside)
                written += await self._replay_aside(journal)
        return written

    async def _replay_aside(self, journal: PhoneJournal) -> int:
        try:
            held = await asyncio.to_thread(_opened_alone, self._replayed, os.O_RDONLY, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (FileNotFoundError, BlockingIOError):
            return 0
        try:
            return await self._write_all(journal, await asyncio.to_thread(_lines, self._replayed))
        finally:
            os.close(held)

    async def _write_all(self, journal: PhoneJournal, lines: Sequence[str]) -> int:
        entries = []
        for line in lines:
            try:
                entries.append(from_json(line))
            except ValueError:
                log.error("spool.unreadable", file=self._path.name)
                await asyncio.to_thread(_append, self._refused, f"{line}\n")
        for start in range(0, len(entries), BATCH):
            await self._write(journal, entries[start : start + BATCH])
        await asyncio.to_thread(self._replayed.unlink)
        return len(entries)

    def _set_aside(self) -> None:
        """Unless something is aside already: a link, other than a new name, takes no other file's place."""
        try:
            file = _opened_alone(self._path, os.O_RDONLY)
        except FileNotFoundError:
            return
        try:
            if not _is_there(file, self._replayed):  # it is there when a process died between these two lines
                self._replayed.hardlink_to(self._path)
            self._path.unlink()
        except FileExistsError:
            return
        finally:
            os.close(file)

    async def _write(self, journal: PhoneJournal, entries: Sequence[Entry]) -> None:
        try:
            await journal.write(entries)
        except (DataError, IntegrityError):
            if len(entries) > 1:
                for entry in entries:
                    await self._write(journal, [entry])
                return
            log.error("spool.refused", call=entries[0].call_sid)
            await asyncio.to_thread(_append, self._refused, f"{to_json(entries[0])}\n")


def _append(path: Path, lines: str) -> None:
    """On the disk when it returns. A line that a crash tore is ended first, so that it spoils no other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(_opened_alone(path, os.O_RDWR | os.O_CREAT | os.O_APPEND), "ab+") as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(lines.encode())
        file.flush()
        os.fsync(file.fileno())


def _opened_alone(path: Path, flags: int, lock: int = fcntl.LOCK_EX) -> int:
    """The file of this name, nobody else's until it is closed. Raises OSError; BlockingIOError when ``lock`` does not wait."""
    while True:
        file = os.open(path, flags | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(file, lock)
        except OSError:
            os.close(file)
            raise
        if _is_there(file, path):  # who had it before may have given it another name
            return file
        os.close(file)


def _is_there(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8", "replace").splitlines()


def _written_at(path: Path, default: float) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return default
