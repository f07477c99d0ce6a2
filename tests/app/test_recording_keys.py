"""The key of the recordings as an administrator has it in hand: by the real command line, with its words."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from app.doctor_keys import recordings_open
from app.finding import BAD, GOOD
from app.settings import Settings
from core.sealing.envelope import BLOCK
from core.sealing.sealed_files import SealedReader, making
from db.engine import plain_url
from db.sealing import RECORDINGS, MasterKeys, new_master
from db.transactions import Transactions
from tests import patience
from tests.house.tree import ROOT

OLD, NEW = new_master("old"), new_master("new")
SOUND, NAMES = os.urandom(9000), ["5f/call.c-1.opus", "5f/call.c-1.json", "a0/call.c-2.wav"]
NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"
Said = Callable[..., tuple[int, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A recorder's folder under the old master key."""
    for name in NAMES:
        path = tmp_path / "recordings" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with making(path, MasterKeys.read(OLD, RECORDINGS), name) as file:
            file.append(SOUND)
    return tmp_path / "recordings"


@pytest.fixture
def said(database_url: str, tmp_path: Path, folder: Path) -> Said:
    """Runs the command line in a process of its own; gives its code and its words. It has no key of the contacts."""

    def say(*words: str, **settings: str) -> tuple[int, str]:
        given = {"DATABASE_URL": database_url, "VOICE_RECORDINGS_DIR": str(folder), **settings}
        run = subprocess.run(
            [sys.executable, "-m", "app", *words],
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **given},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=patience.START,
            check=False,
        )
        told = run.stdout + run.stderr
        assert "Traceback" not in told
        return run.returncode, told

    return say


def _heard(folder: Path, keys: str) -> list[bytes]:
    found = []
    for name in NAMES:
        with closing(SealedReader.open(folder / name, MasterKeys.read(keys), name)) as reader:
            found.append(reader.read(0, reader.size))
    return found


def _bytes(folder: Path, start: int = 0) -> list[bytes]:
    return [(folder / name).read_bytes()[start:] for name in NAMES]


def _audited(url: str) -> list[dict[str, object]]:
    with psycopg.connect(plain_url(url)) as connection:
        rows = connection.execute("SELECT details FROM audit_entry WHERE action = 'keys.recordings_rewrapped'").fetchall()
    return [row[0] for row in rows]


def test_the_master_key_is_changed_without_touching_a_sound(
    said: Said, folder: Path, database_url: str, transactions: Transactions
) -> None:
    assert said("keys", "status", "--recordings", RECORDING_KEYS=OLD) == (0, "главный ключ old, файлов записей 3\n")
    sounds = _bytes(folder, BLOCK)
    code, told = said("keys", "rewrap", "--recordings", RECORDING_KEYS=f"{NEW},{OLD}")
    assert code == 0 and "Под главный ключ new переведено файлов записей: 3." in told
    assert told.endswith("главный ключ new, файлов записей 3\n")
    assert _bytes(folder, BLOCK) == sounds
    assert _heard(folder, NEW) == [SOUND] * 3
    assert _audited(database_url) == [{"key": "new", "files": 3}]
    code, told = said("keys", "rewrap", "--recordings", RECORDING_KEYS=NEW)
    assert code == 0 and "переведено файлов записей: 0" in told
    assert len(_audited(database_url)) == 1, "nothing was done"


@pytest.mark.parametrize(
    "keys", [pytest.param(NEW, id="another key"), pytest.param(new_master("old"), id="another key of the same name")]
)
def test_a_recorder_with_another_key_does_not_start_and_nothing_is_touched(
    said: Said, folder: Path, transactions: Transactions, keys: str
) -> None:
    before = _bytes(folder)
    code, told = said("recorder", RECORDING_KEYS=keys, VOICE_SECRET="s", VOICE_RECORDER_PASSWORD="p")
    assert code == 2 and told.startswith("Нет главного ключа записей разговоров: old.")
    code, told = said("keys", "rewrap", "--recordings", RECORDING_KEYS=keys)
    assert code == 1 and "нет их ключа: 3" in told and "ключа нет, эти записи не прослушать" in told
    assert _bytes(folder) == before


def test_a_recorder_without_any_key_does_not_start(said: Said, folder: Path) -> None:
    before = _bytes(folder)
    for settings in ({}, {"RECORDING_KEYS": "1:short"}):
        code, told = said("recorder", VOICE_SECRET="s", VOICE_RECORDER_PASSWORD="p", **settings)
        assert code == 2 and told.startswith("Нет главного ключа записей разговоров")
        assert "звонящим сообщают, что запись отключена" in told
    assert _bytes(folder) == before


def test_a_deed_that_the_trail_cannot_hold_is_not_done(said: Said, folder: Path) -> None:
    before = _bytes(folder)
    code, told = said("keys", "rewrap", "--recordings", RECORDING_KEYS=f"{NEW},{OLD}", DATABASE_URL=NOWHERE)
    assert code == 1 and told.startswith("База данных не отвечает")
    assert _bytes(folder) == before


def test_files_in_clear_and_a_machine_without_a_recorder_are_told(said: Said, folder: Path, tmp_path: Path) -> None:
    (folder / "5f" / "call.c-3.opus").write_bytes(b"OggS" + SOUND)
    assert said("keys", "status", "--recordings", RECORDING_KEYS=OLD)[1].endswith("ждут шифрования файлов: 1\n")
    code, told = said("keys", "status", "--recordings", RECORDING_KEYS=OLD, VOICE_RECORDINGS_DIR=str(tmp_path / "nowhere"))
    assert code == 1 and told.startswith("На этой машине нет папки записей")


@pytest.mark.parametrize(
    ("keys", "mark", "words"),
    [
        pytest.param(OLD, GOOD, "есть, главный ключ old, зашифровано файлов: 3", id="the key is here"),
        pytest.param(NEW, BAD, "нет главного ключа old", id="another key"),
        pytest.param("1:short", BAD, "нет главного ключа RECORDING_KEYS", id="no key"),
    ],
)
def test_the_doctor_tells_whether_the_key_is_here(
    folder: Path, monkeypatch: pytest.MonkeyPatch, keys: str, mark: str, words: str
) -> None:
    monkeypatch.setenv("RECORDING_KEYS", keys)
    monkeypatch.setenv("VOICE_RECORDINGS_DIR", str(folder))
    (finding,) = recordings_open(Settings())
    assert finding.mark == mark and finding.told.startswith(words)
    monkeypatch.setenv("VOICE_RECORDINGS_DIR", str(folder / "nowhere"))
    assert recordings_open(Settings()) == []
