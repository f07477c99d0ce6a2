"""The adapter of core.records.port.RecordsSystem: messages are folders in a watched folder, answers come back in another.

A message is ``<out>/<MessageID>/`` with ``DocInfo.xml`` or ``Report.xml`` and the files beside it. It is built under a name that
begins with a dot, forced to the disk and renamed, so the receiver sees it whole or not at all and must pass over names with a dot.
An answer is such a folder, or a bare ``.xml`` file, in ``<in>``; it ends in ``<in>/done/`` or ``<in>/set-aside/``.
"""

import asyncio
import errno
import hashlib
import os
import re
import shutil
import stat
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from lxml import etree

from core.clock import Clock
from core.errors import NotFound
from core.logs import log
from core.records.port import RecordAnswer, RecordDocument, RecordFile, RecordsError, Written
from integrations.delo.checking import OUTGOING, fault_of
from integrations.delo.composing import Enclosure, Envelope, compose, xml_name
from integrations.delo.reading import XML_LIMIT, Unreadable, read_answer

DONE, SET_ASIDE = "done", "set-aside"
ANSWER_NAMES = ("Report.xml", "DocInfo.xml")
MOST_ANSWERS = 200
"""Answers that one look gives; the rest waits for the next."""
PATIENCE = 600
"""Seconds that a file which is not well-formed may still be being written."""
_EXTENSION = re.compile(r"\.([A-Za-z0-9]{1,8})$")


class DeloFolder:
    """«Дело» behind two folders. Folders that are missing are never made: they are somebody's share that is not mounted."""

    name = "delo"
    exports = True

    def __init__(
        self, out_dir: Path, in_dir: Path, *, envelope: Envelope, load_file: Callable[[str], Awaitable[bytes]], clock: Clock
    ) -> None:
        self._out = out_dir
        self._in = in_dir
        self._envelope = envelope
        self._load_file = load_file
        self._clock = clock

    async def write(self, document: RecordDocument) -> Written:
        """One folder for the message; a second writing of the same MessageID takes the place of the first. Raises RecordsError."""
        name = str(document.message_id)
        building = self._out / f".{name}.part"
        with _told("out"):
            await asyncio.to_thread(_begin, self._out, building)
        enclosures = [
            await self._enclose(building, file, number)
            for number, file in enumerate(document.files, self._envelope.resource_id + 1)
        ]
        xml = compose(document, self._envelope, enclosures)
        if fault := fault_of(etree.fromstring(xml), OUTGOING):
            await asyncio.to_thread(shutil.rmtree, building, ignore_errors=True)
            raise RecordsError(f"our message is not valid, {fault}", permanent=True)
        with _told("out"):
            await asyncio.to_thread(_finish, building, self._out / name, xml_name(document), xml)
        return Written(file_name=name, digest=hashlib.sha256(xml).hexdigest())

    async def poll(self) -> Sequence[RecordAnswer]:
        """The answers that lie there, by name; what is no answer is set aside. Raises RecordsError."""
        with _told("in"):
            places = await asyncio.to_thread(self._places)
        answers = []
        for place in places:
            try:
                answers.append(await asyncio.to_thread(self._read, place))
            except Unreadable as unreadable:
                await self._pass_over(place, unreadable)
            except OSError as error:
                log.warning("delo.unreadable", why=type(error).__name__)
        return answers

    async def check(self) -> None:
        """Whether both folders are there and can be changed. Raises RecordsError."""
        for which, folder in (("out", self._out), ("in", self._in)):
            with _told(which):
                await asyncio.to_thread(_must_be_usable, folder)

    async def acknowledge(self, answer: RecordAnswer) -> None:
        """To ``done/``. Raises RecordsError."""
        with _told("in"):
            await asyncio.to_thread(_move, self._in / answer.place, self._in / DONE)

    async def set_aside(self, answer: RecordAnswer, reason: str) -> None:
        """To ``set-aside/``, with the reason in a file beside it. Raises RecordsError."""
        with _told("in"):
            await asyncio.to_thread(_move, self._in / answer.place, self._in / SET_ASIDE, reason)

    async def _enclose(self, building: Path, file: RecordFile, number: int) -> Enclosure:
        found = _EXTENSION.search(file.file_name)
        stored_as = f"file{number}.{found[1].lower() if found else 'bin'}"
        try:
            content = await self._load_file(file.key)
        except NotFound as error:
            await asyncio.to_thread(shutil.rmtree, building, ignore_errors=True)
            raise RecordsError("a file of the card is gone", permanent=True) from error
        with _told("out"):
            await asyncio.to_thread(_write_through, building / stored_as, content)
        return Enclosure(file=file, stored_as=stored_as, size=len(content))

    def _places(self) -> list[Path]:
        """What may be an answer: not our own two folders, nothing that begins with a dot or is named as unfinished."""
        found = (
            entry
            for entry in self._in.iterdir()
            if entry.name not in (DONE, SET_ASIDE) and not entry.name.startswith(".") and entry.suffix not in (".tmp", ".part")
        )
        return sorted(found)[:MOST_ANSWERS]

    def _read(self, place: Path) -> RecordAnswer:
        if place.is_symlink():
            raise Unreadable("a link")
        if place.is_dir():
            inside = next((place / name for name in ANSWER_NAMES if os.path.lexists(place / name)), None)
            if inside is None:
                raise Unreadable("no message inside", unfinished=True)
        else:
            inside = place
        return read_answer(_read_plain(inside), place.name)

    async def _pass_over(self, place: Path, unreadable: Unreadable) -> None:
        """How a file is named is somebody's words: it stands in the folder, not in the log."""
        try:
            age = self._clock.now().timestamp() - place.lstat().st_mtime
            if unreadable.unfinished and age < PATIENCE:
                return
            await asyncio.to_thread(_move, place, self._in / SET_ASIDE, unreadable.reason)
        except OSError as error:
            log.warning("delo.not_set_aside", why=type(error).__name__)
        else:
            log.warning("delo.set_aside", why=unreadable.reason)


@contextmanager
def _told(which: str) -> Iterator[None]:
    """What the file system refuses, in the port's words: it may get better by itself."""
    try:
        yield
    except OSError as error:
        code = errno.errorcode.get(error.errno or 0, type(error).__name__)
        raise RecordsError(f"the {which} folder: {code}") from error


def _must_be_usable(folder: Path) -> None:
    if not folder.is_dir():
        raise FileNotFoundError(errno.ENOENT, "no such folder", str(folder))
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise PermissionError(errno.EACCES, "not for us", str(folder))


def _begin(out: Path, building: Path) -> None:
    _must_be_usable(out)
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir()


def _finish(building: Path, target: Path, name: str, xml: bytes) -> None:
    _write_through(building / name, xml)
    _sync_folder(building)
    before = building.with_suffix(".old")
    if target.exists():
        shutil.rmtree(before, ignore_errors=True)
        target.rename(before)
    building.rename(target)
    _sync_folder(target.parent)
    shutil.rmtree(before, ignore_errors=True)


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """Force the names to the disk too; a network share that cannot do that says EINVAL, and we go on."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(handle)


def _read_plain(path: Path) -> bytes:
    """The bytes of an ordinary file, one more than the limit at most; a link is not followed."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise Unreadable("a link") from error
        raise
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise Unreadable("not a file")
        return file.read(XML_LIMIT + 1)


def _move(place: Path, into: Path, reason: str = "") -> None:
    """A second call finds nothing and does nothing; a name that is taken there gets a number."""
    if not os.path.lexists(place):
        return
    into.mkdir(exist_ok=True)
    number, target = 1, into / place.name
    while os.path.lexists(target):
        number += 1
        target = into / f"{place.name}.{number}"
    place.rename(target)
    if reason:
        (into / f"{target.name}.reason.txt").write_text(f"{reason}\n", encoding="utf-8")
