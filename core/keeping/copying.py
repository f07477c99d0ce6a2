"""A citizen's copy of all that is kept of them: a zip with a page to read, the same as JSON, and their files (reg. 2.10)."""

import asyncio
import json
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO

from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.clock import Clock
from core.conversations.reading import INFECTED
from core.errors import NotFound
from core.files import load_file
from core.keeping.copy_page import copy_page
from core.keeping.sections import CONTACTS, FILES, RECORDINGS, SECTIONS
from core.people.model import Applicant
from core.phone.sounds import RecorderAway, RecordingSound
from core.staff.abilities import Ability
from core.staff.asker import Asker
from core.staff.cleaning import clean_file_name
from db.transactions import Transactions

IN_MEMORY = 8 * 1024 * 1024
"""Bytes of the zip that are held; a longer one goes to the disk of the process until it was sent."""
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """The zip from its beginning; whoever sends it closes ``content``."""

    file_name: str
    size: int
    content: IO[bytes]


@dataclass(frozen=True, slots=True)
class _Wanted:
    rows: Mapping[str, Sequence[Row]]
    files: Sequence[Row]
    recordings: Sequence[Row]


class CopyDesk:
    """Makes the copies."""

    def __init__(self, *, transactions: Transactions, clock: Clock, sounds: RecordingSound) -> None:
        self._transactions = transactions
        self._clock = clock
        self._sounds = sounds

    async def make(self, asker: Asker, applicant_id: int) -> Copy:
        """Everything of one person; audited. Sound that the recorder does not give now is named as missing.

        Raises NotAllowed, NotFound.
        """
        asker.must(Ability.COPY_CITIZEN)
        now = self._clock.now()
        async with self._transactions.begin() as tx:
            if await tx.get(Applicant, applicant_id) is None:
                raise NotFound("no such applicant")
            wanted = await _wanted(tx, applicant_id)
            counts = {name: len(rows) for name, rows in wanted.rows.items()}
            await record(tx, now, "citizen.copied", f"applicant:{applicant_id}", staff_id=asker.id, **counts)
        content: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115  # closed by whoever sends it
        try:
            await self._fill(content, wanted, now)
        except BaseException:
            content.close()
            raise
        size = content.tell()
        content.seek(0)
        return Copy(file_name=f"citizen-{applicant_id}-{self._clock.today()}.zip", size=size, content=content)

    async def _fill(self, content: IO[bytes], wanted: _Wanted, now: datetime) -> None:
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as copy:
            names: list[str] = []
            for number, one in enumerate(wanted.files, start=1):
                async with self._transactions.begin() as tx:
                    stored = await load_file(tx, str(one["key"]))
                names.append(f"files/{number:03}-{clean_file_name(str(one['name']) or 'document')}")
                await asyncio.to_thread(copy.writestr, names[-1], stored.content)
            missing = []
            for one in wanted.recordings:
                sound = await self._sound(str(one["kept_at"]), str(one["key"]))
                name = f"calls/{clean_file_name(str(one['file_name']) or str(one['key']))}"
                if sound is None:
                    missing.append(name)
                    continue
                names.append(name)
                await asyncio.to_thread(copy.writestr, name, sound, zipfile.ZIP_STORED)
            told = {**wanted.rows, "files": [{"file": name} for name in names], "missing": [{"file": name} for name in missing]}
            copy.writestr("data.json", json.dumps(told, ensure_ascii=False, indent=1, default=_said))
            copy.writestr("index.html", copy_page(told, now))

    async def _sound(self, kept_at: str, key: str) -> bytes | None:
        try:
            opened = await self._sounds.open(kept_at, key, "")
        except (RecorderAway, NotFound):
            return None
        try:
            return b"".join([piece async for piece in opened.pieces()])
        except RecorderAway:
            return None
        finally:
            await opened.close()


async def _wanted(tx: AsyncSession, person: int) -> _Wanted:
    rows: dict[str, Sequence[Row]] = {}
    for name, section in SECTIONS.items():
        rows[name] = [dict(row) for row in (await tx.execute(section, {"person": person})).mappings()]
        if name == "card":
            rows["contacts"] = [dict(row) for row in (await tx.execute(CONTACTS, {"person": person})).mappings()]
    recordings = [dict(row) for row in (await tx.execute(RECORDINGS, {"person": person})).mappings()]
    kept = (await tx.execute(FILES, {"person": person})).mappings()
    files = dict.fromkeys((row["key"], row["name"]) for row in kept if INFECTED not in row["details"].get("warnings", ()))
    return _Wanted(rows, [{"key": key, "name": name} for key, name in files], recordings)


def _said(value: object) -> str:
    """Moments and days as ISO 8601."""
    return value.isoformat() if isinstance(value, date | datetime) else str(value)
