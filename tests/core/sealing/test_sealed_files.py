"""Files that are sealed block by block: what is read is what was written, and nothing else is ever given."""

import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from core.sealing.envelope import BLOCK, CHUNK, CannotUnseal, master_of
from core.sealing.sealed_files import SealedReader, SealedWriter, head_of, making, rewrap, shred
from db.sealing import MasterKeys, new_master

NAME = "ab/call.c-1.wav"
OLD, NEW = new_master("old"), new_master("new")
MASTERS = MasterKeys.read(OLD)
CONTENT = os.urandom(3 * CHUNK + 100)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A whole file of three full chunks and a short one."""
    return _made(tmp_path / "a", CONTENT)


def _made(path: Path, content: bytes, name: str = NAME) -> Path:
    with making(path, MASTERS, name) as file:
        file.append(content)
    return path


def _opened(path: Path, masters: MasterKeys = MASTERS, *, may_be_unfinished: bool = False) -> bytes:
    with closing(SealedReader.open(path, masters, NAME, may_be_unfinished=may_be_unfinished)) as reader:
        return reader.read(0, reader.size)


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 5 * CHUNK + 7])
def test_what_is_read_is_what_was_written(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    path = _made(tmp_path / "a", content)
    assert _opened(path) == content
    assert path.stat().st_mode & 0o777 == 0o600
    assert [found.name for found in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("start", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK - 1, 3 * CHUNK, len(CONTENT) - 1, len(CONTENT)])
@pytest.mark.parametrize("count", [0, 1, 2, CHUNK, 2 * CHUNK + 2, 10 * CHUNK])
def test_any_part_is_given_also_over_the_borders_of_chunks(path: Path, start: int, count: int) -> None:
    with closing(SealedReader.open(path, MASTERS, NAME)) as reader:
        assert reader.read(start, count) == CONTENT[start : start + count]


def _swapped(sealed: bytes) -> bytes:
    blocks = [sealed[start : start + BLOCK] for start in range(0, len(sealed), BLOCK)]
    return b"".join([blocks[0], blocks[2], blocks[1], *blocks[3:]])


def _flipped(sealed: bytes) -> bytes:
    return sealed[: 2 * BLOCK + 50] + bytes([sealed[2 * BLOCK + 50] ^ 1]) + sealed[2 * BLOCK + 51 :]


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(_swapped, id="two chunks are swapped"),
        pytest.param(_flipped, id="a bit is flipped"),
        pytest.param(lambda sealed: sealed[:-1], id="a byte is cut off"),
        pytest.param(lambda sealed: sealed[: 4 * BLOCK], id="the last chunk is cut off"),
        pytest.param(lambda sealed: sealed[:BLOCK] + sealed[2 * BLOCK :], id="a chunk in the middle is taken out"),
        pytest.param(lambda sealed: sealed[:BLOCK], id="all chunks are cut off"),
        pytest.param(lambda sealed: sealed + bytes(BLOCK), id="something is added"),
        pytest.param(lambda sealed: bytes(BLOCK) + sealed[BLOCK:], id="its key is wiped"),
        pytest.param(lambda _: CONTENT, id="it is in clear"),
        pytest.param(lambda _: b"", id="it is empty"),
    ],
)
def test_a_file_that_was_harmed_is_not_read(path: Path, harm: Callable[[bytes], bytes]) -> None:
    path.write_bytes(harm(path.read_bytes()))
    with pytest.raises(CannotUnseal):
        _opened(path)


def test_a_chunk_or_a_whole_file_of_another_name_is_not_read(tmp_path: Path, path: Path) -> None:
    other = _made(tmp_path / "b", CONTENT, "ab/call.c-2.wav")
    with pytest.raises(CannotUnseal):
        _opened(other)
    mine, theirs = path.read_bytes(), other.read_bytes()
    path.write_bytes(mine[:BLOCK] + theirs[BLOCK : 2 * BLOCK] + mine[2 * BLOCK :])
    with pytest.raises(CannotUnseal):
        _opened(path)


def test_nothing_of_the_content_or_its_key_is_in_the_file(path: Path) -> None:
    sealed = path.read_bytes()
    assert not any(CONTENT[start : start + 16] in sealed for start in range(0, len(CONTENT) - 16, 16))
    again = _made(path.with_name("again"), CONTENT).read_bytes()
    assert again[BLOCK:] != sealed[BLOCK:], "each file has a key of its own"


def test_a_writer_that_died_left_whole_chunks_and_the_next_one_goes_on_behind_them(tmp_path: Path) -> None:
    path = tmp_path / "a"
    file = os.open(path, os.O_RDWR | os.O_CREAT)
    writer = SealedWriter.start(file, MASTERS, NAME)
    writer.append(CONTENT)
    os.close(file)
    path.write_bytes(path.read_bytes() + b"torn")
    with pytest.raises(CannotUnseal):
        _opened(path)
    assert _opened(path, may_be_unfinished=True) == CONTENT[: 3 * CHUNK]
    file = os.open(path, os.O_RDWR)
    writer = SealedWriter.resume(file, MASTERS, NAME)
    writer.append_zeros(70_000)
    writer.append(b"more")
    writer.finish()
    os.close(file)
    assert _opened(path) == CONTENT[: 3 * CHUNK] + bytes(70_000) + b"more"


def test_a_finished_file_is_gone_on_with_where_it_ended(path: Path) -> None:
    file = os.open(path, os.O_RDWR)
    writer = SealedWriter.resume(file, MASTERS, NAME)
    writer.append(b"more")
    with closing(writer.so_far()) as reader:
        assert reader.read(0, reader.size) == CONTENT + b"more"
    assert _opened(path) == CONTENT, "until it is finished anew the file is as it was"
    writer.finish()
    os.close(file)
    assert _opened(path) == CONTENT + b"more"


def test_another_master_key_wraps_the_same_key_and_the_sound_is_not_touched(path: Path) -> None:
    before = path.read_bytes()
    assert not rewrap(path, MASTERS, NAME)
    both = MasterKeys.read(f"{NEW},{OLD}")
    assert rewrap(path, both, NAME)
    assert path.read_bytes()[BLOCK:] == before[BLOCK:]
    assert (master_of(before), master_of(head_of(path))) == ("old", "new")
    assert _opened(path, MasterKeys.read(NEW)) == CONTENT
    with pytest.raises(CannotUnseal):
        _opened(path, MASTERS)
    assert not rewrap(path, both, NAME)


def test_a_file_under_a_key_that_is_not_here_is_left_as_it_is(path: Path) -> None:
    before = path.read_bytes()
    for other in (NEW, new_master("old")):
        with pytest.raises(CannotUnseal):
            _opened(path, MasterKeys.read(other))
    with pytest.raises(CannotUnseal):
        rewrap(path, MasterKeys.read(NEW), NAME)
    assert path.read_bytes() == before


def test_of_a_shredded_file_not_even_a_second_name_opens(path: Path) -> None:
    kept = path.with_name("kept")
    kept.hardlink_to(path)
    shred(path)
    shred(path)
    assert not path.exists()
    assert not master_of(head_of(kept))
    with pytest.raises(CannotUnseal):
        _opened(kept)


def test_a_file_that_could_not_be_made_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), making(tmp_path / "a", MASTERS, NAME) as file:
        file.append(CONTENT)
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())
