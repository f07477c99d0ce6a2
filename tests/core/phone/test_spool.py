"""Entries that the database did not take are kept on the disk and written when it is back."""

import fcntl
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from core.phone.entries import Dialled, Ended, Entry, Note, Opened
from core.phone.journal import PhoneJournal
from core.phone.model import CallEvent, PhoneCall
from core.phone.spool import ABANDONED, BATCH, Spool
from core.phone.vocabulary import CallDirection, LegKind
from tests.clocks import NOON
from tests.core.phone.world import Phone


class AwayAfter(PhoneJournal):
    """A journal whose database goes away after so many writes."""

    def __init__(self, journal: PhoneJournal, writes: int) -> None:
        self._behind, self._left = journal, writes

    async def write(self, entries: Sequence[Entry]) -> Mapping[str, int]:
        if not self._left:
            raise OperationalError("", None, ConnectionError("the database is away"))
        self._left -= 1
        return await self._behind.write(entries)


def a_call(sid: str) -> list[Entry]:
    return [
        Opened(call_sid=sid, direction=CallDirection.IN, started_at=NOON, said_as="О'Коннор"),
        Note(call_sid=sid, at=NOON, kind="keys", details={"digits": "1"}),
        Ended(call_sid=sid, at=NOON, seconds=1),
    ]


async def test_what_was_kept_is_written_once_and_forgotten(phone: Phone, tmp_path: Path) -> None:
    spool = Spool(tmp_path / "deep" / "calls.jsonl")
    assert await spool.replay(phone.journal) == 0
    for number in range(3):
        await spool.append(a_call(f"c{number}"))
    assert await spool.replay(phone.journal) == 9
    assert spool.is_empty
    assert [row.result for row in await phone.rows(PhoneCall)] == ["abandoned"] * 3
    assert len(await phone.rows(CallEvent)) == 3


async def test_a_spool_knows_whether_it_holds_anything(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "calls.jsonl")
    before = spool.is_empty
    await spool.append(a_call("c0"))
    assert (before, spool.is_empty) == (True, False)


async def test_while_the_database_is_away_everything_stays(phone: Phone, tmp_path: Path) -> None:
    spool = Spool(tmp_path / "calls.jsonl")
    await spool.append([entry for number in range(BATCH) for entry in a_call(f"c{number}")])
    with pytest.raises(OperationalError):
        await spool.replay(AwayAfter(phone.journal, 1))
    await spool.append(a_call("later"))
    with pytest.raises(OperationalError):
        await spool.replay(AwayAfter(phone.journal, 0))
    assert await Spool(tmp_path / "calls.jsonl").replay(phone.journal) == 3 * BATCH + 3
    assert len(await phone.rows(PhoneCall)) == BATCH + 1
    assert list(tmp_path.iterdir()) == []


async def test_a_line_that_a_crash_tore_spoils_no_other(phone: Phone, tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    spool = Spool(path)
    await spool.append(a_call("c0"))
    with path.open("ab") as file:
        file.write(b'{"entry": "opened", "call_')
    await spool.append(a_call("c1"))
    assert await spool.replay(phone.journal) == 6
    assert [row.call_sid for row in await phone.rows(PhoneCall)] == ["c0", "c1"]
    assert path.with_name("calls.jsonl.refused").read_text() == '{"entry": "opened", "call_\n'


async def test_what_the_database_refuses_for_itself_is_put_aside_alone(phone: Phone, tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    spool = Spool(path)
    impossible = Note(call_sid="c0", at=NOON, kind="keys", step=10**12)
    stolen = Dialled(call_sid="c1", key="k", kind=LegKind.OPERATOR, at=NOON)
    await spool.append(
        [*a_call("c0"), impossible, Dialled(call_sid="c0", key="k", kind=LegKind.OPERATOR, at=NOON), stolen, *a_call("c1")]
    )
    await spool.replay(phone.journal)
    assert [(row.call_sid, row.result) for row in await phone.rows(PhoneCall)] == [("c0", "abandoned"), ("c1", "abandoned")]
    assert len(path.with_name("calls.jsonl.refused").read_text().splitlines()) == 2
    assert spool.is_empty


async def test_what_a_process_that_is_gone_left_is_written_by_another(phone: Phone, tmp_path: Path) -> None:
    ours = Spool.owned(tmp_path, "new-8080")
    for owner, sid in (("old-8080", "c0"), ("older-8080", "c1"), ("new-8080", "c2")):
        await Spool.owned(tmp_path, owner).append(a_call(sid))
    (tmp_path / "journal-older-8080.jsonl").rename(tmp_path / "journal-older-8080.jsonl.replayed")
    now = time.time()
    assert ours.abandoned(now + ABANDONED - 5) == []
    left = ours.abandoned(now + ABANDONED + 5)
    assert [await one.replay(phone.journal) for one in left] == [3, 3]
    assert [path.name for path in tmp_path.iterdir()] == ["journal-new-8080.jsonl"]
    assert [row.call_sid for row in await phone.rows(PhoneCall)] == ["c0", "c1"]


async def test_what_another_process_is_writing_is_left_to_it(phone: Phone, tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    await Spool(path).append(a_call("c0"))
    aside = path.with_name("calls.jsonl.replayed")
    path.rename(aside)
    with aside.open() as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        await Spool(path).append(a_call("c1"))
        assert await Spool(path).replay(phone.journal) == 0
    assert await Spool(path).replay(phone.journal) == 6
    assert list(tmp_path.iterdir()) == []


async def test_who_died_while_setting_aside_loses_nothing(phone: Phone, tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    await Spool(path).append(a_call("c0"))
    path.with_name("calls.jsonl.replayed").hardlink_to(path)
    await Spool(path).append(a_call("c1"))
    assert await Spool(path).replay(phone.journal) == 6
    assert list(tmp_path.iterdir()) == []
    assert len(await phone.rows(CallEvent)) == 2
