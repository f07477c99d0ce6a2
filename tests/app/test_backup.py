"""The drill: a centre is backed up, destroyed and put back, and every row is the one that it was."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from app.backup.counting import sums_of
from app.backup.making import keep_newest, make_backup
from app.backup.manifest import DATABASE, MANIFEST, RECORDINGS
from app.backup.proving import FromTheFuture, prove
from app.backup.restoring import NotEmpty, restore
from app.backup.sealing import Damaged, WrongKey, identities_of, make_identity, recipients_of
from app.backup.tools import ToolFailed
from core.sealing.sealed_files import making
from core.vocabulary import ReplyForm, Urgency
from db.engine import plain_url
from db.sealing import RECORDINGS as RECORDINGS_SETTING
from db.sealing import KeysMissing, MasterKeys, new_master
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.conftest import MASTER
from tests.inbox.world import Centre

SOUND = b"Ogg" + bytes(range(256)) * 40
RECORDED = MasterKeys.read(new_master("sound"), RECORDINGS_SETTING)


def of_recordings() -> MasterKeys:
    """The key of the recordings."""
    return RECORDED


def none_of_recordings() -> MasterKeys:
    """Of a machine that was given none."""
    raise KeysMissing(setting=RECORDINGS_SETTING)


@dataclass(frozen=True, kw_only=True)
class Drill:
    """A backup of a centre with some work, its keys, and an empty database beside it."""

    url: str
    empty: str
    folder: Path
    key: Path
    recordings: Path


@pytest.fixture
async def drill(database_url: str, transactions: Transactions, clock: MovableClock, tmp_path: Path) -> Drill:
    """Made while the centre works."""
    centre = Centre(transactions, clock)
    await centre.a_conversation()
    for text in ("Не горит фонарь.\n\x01", "Яма; DROP TABLE appeal; --"):
        await centre.an_appeal(urgency=Urgency.URGENT, reply_form=ReplyForm.PHONE, topic=text)
    recordings, key = tmp_path / "recordings", tmp_path / "centre.key"
    (recordings / "2026").mkdir(parents=True)
    (recordings / "2026" / "call.ogg").write_bytes(SOUND)
    recipients = recipients_of(make_identity(key))
    folder, _ = make_backup(database_url, recordings, tmp_path / "backups", recipients, clock.now())
    return Drill(url=database_url, empty=_fresh(database_url, "drill"), folder=folder, key=key, recordings=recordings)


def _fresh(url: str, name: str) -> str:
    with psycopg.connect(plain_url(url), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    head, _, options = url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}" + (f"?{options}" if options else "")


def _rows(url: str) -> dict[str, tuple[int, str]]:
    with psycopg.connect(plain_url(url)) as connection:
        return dict(sums_of(connection))


def test_what_was_destroyed_is_put_back_row_by_row(drill: Drill, tmp_path: Path) -> None:
    before, target = _rows(drill.url), tmp_path / "put back"
    assert before["appeal"][0] == 2 and len(before) > 60
    restore(drill.empty, target, drill.folder, identities_of(drill.key), keys=MASTER, recording_keys=of_recordings)
    assert _rows(drill.empty) == before
    assert [(file.relative_to(target).as_posix(), file.read_bytes()) for file in target.rglob("*") if file.is_file()] == [
        ("2026/call.ogg", SOUND)
    ]
    with psycopg.connect(plain_url(drill.empty), autocommit=True) as connection:
        connection.execute("UPDATE appeal SET text = 'changed' WHERE id = 1")
        number = connection.execute("SELECT last FROM appeal_counter").fetchone()
    assert {name for name, found in _rows(drill.empty).items() if found != before[name]} == {"appeal"}
    assert number == (2,), "the journal goes on without a gap"
    restore(drill.empty, target, drill.folder, identities_of(drill.key), replace=True, keys=MASTER, recording_keys=of_recordings)
    assert _rows(drill.empty) == before


def test_days_of_training_are_no_part_of_a_backup_and_in_nobodys_way(drill: Drill, clock: MovableClock) -> None:
    clock.move(minutes=1)
    keys, before = identities_of(drill.key), _rows(drill.url)
    with psycopg.connect(plain_url(drill.url), autocommit=True) as connection:
        _a_day_of_training(connection)
        try:
            folder, _ = make_backup(drill.url, None, drill.folder.parent, recipients_of(_recipient(drill.key)), clock.now())
        finally:
            connection.execute("DROP SCHEMA apart_7 CASCADE")
    restore(drill.empty, None, folder, keys, keys=MASTER, recording_keys=of_recordings)
    with psycopg.connect(plain_url(drill.empty), autocommit=True) as connection:
        assert connection.execute("SELECT to_regnamespace('apart_7')").fetchone() == (None,)
        _a_day_of_training(connection)
    restore(drill.empty, None, folder, keys, replace=True, keys=MASTER, recording_keys=of_recordings)
    assert _rows(drill.empty) == before
    with psycopg.connect(plain_url(drill.empty)) as connection:
        assert connection.execute("SELECT to_regnamespace('apart_7')").fetchone() == (None,)


def _a_day_of_training(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    connection.execute("CREATE SCHEMA apart_7")
    connection.execute("CREATE TABLE apart_7.appeal (LIKE public.appeal INCLUDING ALL)")
    connection.execute("CREATE VIEW apart_7.department AS SELECT * FROM public.department")


def test_a_centre_that_has_something_is_not_written_over(drill: Drill, tmp_path: Path) -> None:
    keys = identities_of(drill.key)
    restore(drill.empty, None, drill.folder, keys, keys=MASTER, recording_keys=of_recordings)
    with pytest.raises(NotEmpty):
        restore(drill.empty, None, drill.folder, keys, keys=MASTER, recording_keys=of_recordings)
    with pytest.raises(NotEmpty):
        restore(_fresh(drill.url, "drill"), drill.recordings, drill.folder, keys, keys=MASTER, recording_keys=of_recordings)


def _flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) * 2 // 3] ^= 1
    file.write_bytes(content)


@pytest.mark.parametrize("part", [DATABASE, RECORDINGS, MANIFEST])
@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(_flip, id="one bit changed"),
        pytest.param(lambda file: file.write_bytes(file.read_bytes()[:-7]), id="cut off"),
        pytest.param(lambda file: file.write_bytes(b""), id="emptied"),
        pytest.param(lambda file: file.unlink(), id="lost"),
    ],
)
def test_a_damaged_backup_is_told_before_anything_is_touched(drill: Drill, part: str, harm: Callable[[Path], object]) -> None:
    harm(drill.folder / part)
    with pytest.raises(Damaged) as refused:
        restore(drill.empty, None, drill.folder, identities_of(drill.key), keys=MASTER, recording_keys=of_recordings)
    assert refused.value.facts["part"] == part
    assert _rows(drill.empty) == {}


def test_a_part_of_another_backup_is_no_part_of_this_one(drill: Drill, clock: MovableClock) -> None:
    clock.move(minutes=1)
    with psycopg.connect(plain_url(drill.url), autocommit=True) as connection:
        connection.execute("DELETE FROM appeal_move")
    other, _ = make_backup(drill.url, None, drill.folder.parent, recipients_of(_recipient(drill.key)), clock.now())
    (drill.folder / DATABASE).write_bytes((other / DATABASE).read_bytes())
    with pytest.raises(Damaged):
        prove(drill.folder, identities_of(drill.key))


def _recipient(key: Path) -> str:
    return key.read_text("utf-8").splitlines()[0].rpartition(" ")[2]


def test_another_key_opens_nothing(drill: Drill, tmp_path: Path) -> None:
    make_identity(tmp_path / "other.key")
    with pytest.raises(WrongKey):
        prove(drill.folder, identities_of(tmp_path / "other.key"))
    with pytest.raises(FileExistsError):
        make_identity(drill.key)
    assert drill.key.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["other", "tests"], ids=["of another name", "of the same name"])
def test_without_the_master_key_of_its_contacts_nothing_is_touched(drill: Drill, tmp_path: Path, name: str) -> None:
    restore(drill.empty, None, drill.folder, identities_of(drill.key), keys=MASTER, recording_keys=of_recordings)
    before, target = _rows(drill.empty), tmp_path / "put back"
    with pytest.raises(KeysMissing) as refused:
        other = MasterKeys.read(new_master(name))
        restore(drill.empty, target, drill.folder, identities_of(drill.key), replace=True, keys=other, recording_keys=of_recordings)
    assert refused.value.name == "tests"
    assert _rows(drill.empty) == before and not target.exists()


@pytest.fixture
def with_sound(drill: Drill, clock: MovableClock) -> Path:
    """A backup whose recordings are sealed: two of a key, and one whose first block a bad disk wrote over."""
    for name in ("2026-11/one.opus", "2026-11/two.wav", "2026-11/bad.opus"):
        (drill.recordings / name).parent.mkdir(exist_ok=True)
        with making(drill.recordings / name, RECORDED, name) as file:
            file.append(SOUND)
    bad = drill.recordings / "2026-11/bad.opus"
    bad.write_bytes(bad.read_bytes().replace(b"sound.", b"sound.xx", 1))
    clock.move(minutes=1)
    recipients = recipients_of(_recipient(drill.key))
    return make_backup(drill.url, drill.recordings, drill.folder.parent, recipients, clock.now())[0]


def test_recordings_that_their_key_opens_are_put_back(drill: Drill, with_sound: Path, tmp_path: Path) -> None:
    target = tmp_path / "put back"
    restore(drill.empty, target, with_sound, identities_of(drill.key), keys=MASTER, recording_keys=of_recordings)
    names = {file.relative_to(drill.recordings) for file in drill.recordings.rglob("*") if file.is_file()}
    assert len(names) == 4 and all((target / one).read_bytes() == (drill.recordings / one).read_bytes() for one in names)


@pytest.mark.parametrize(
    ("masters", "name"),
    [
        (none_of_recordings, ""),
        (lambda: MasterKeys.read(new_master("other"), RECORDINGS_SETTING), "sound"),
        (lambda: MasterKeys.read(new_master("sound"), RECORDINGS_SETTING), "sound"),
    ],
    ids=["none", "of another name", "of the same name"],
)
def test_without_the_master_key_of_its_recordings_nothing_is_touched(
    drill: Drill, with_sound: Path, tmp_path: Path, masters: Callable[[], MasterKeys], name: str
) -> None:
    restore(drill.empty, None, drill.folder, identities_of(drill.key), keys=MASTER, recording_keys=none_of_recordings)
    before, target = _rows(drill.empty), tmp_path / "put back"
    with pytest.raises(KeysMissing) as refused:
        restore(drill.empty, target, with_sound, identities_of(drill.key), keys=MASTER, recording_keys=masters, replace=True)
    assert (refused.value.name, refused.value.setting) == (name, "RECORDING_KEYS")
    assert _rows(drill.empty) == before and not target.exists()


@pytest.mark.parametrize("written", ["", "age1", "AGE-SECRET-KEY-1", "age1qqqq, age1"])
def test_a_recipient_is_one_of_age(written: str) -> None:
    with pytest.raises(WrongKey):
        recipients_of(written)


def test_a_backup_of_a_newer_program_waits_for_it(drill: Drill, clock: MovableClock) -> None:
    clock.move(minutes=1)
    with psycopg.connect(plain_url(drill.url), autocommit=True) as connection:
        (head,) = connection.execute("SELECT version_num FROM alembic_version").fetchone() or ("",)
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        try:
            folder, _ = make_backup(drill.url, None, drill.folder.parent, recipients_of(_recipient(drill.key)), clock.now())
        finally:
            connection.execute("UPDATE alembic_version SET version_num = %s", (head,))
    with pytest.raises(FromTheFuture):
        restore(drill.empty, None, folder, identities_of(drill.key), keys=MASTER, recording_keys=of_recordings)


def test_what_could_not_be_made_leaves_nothing(drill: Drill, clock: MovableClock) -> None:
    clock.move(minutes=1)
    into = drill.folder.parent
    with pytest.raises((ToolFailed, psycopg.OperationalError)):
        make_backup(f"{drill.url.partition('?')[0]}_none?{drill.url.partition('?')[2]}", None, into, [], clock.now())
    assert list(into.iterdir()) == [drill.folder]


def test_the_newest_are_kept(tmp_path: Path) -> None:
    days = [f"centre-202611{day:02}T010000Z" for day in range(1, 6)]
    for name in [*days, "centre-20261106T010000Z.part", "notes"]:
        (tmp_path / name).mkdir()
    assert [one.name for one in keep_newest(tmp_path, 2)] == days[:3]
    assert keep_newest(tmp_path, 0) == []
    assert sorted(one.name for one in tmp_path.iterdir()) == [*days[3:], "centre-20261106T010000Z.part", "notes"]


def test_the_commands_say_in_russian_what_they_did(drill: Drill, with_sound: Path, tmp_path: Path) -> None:
    def said(*words: str, **settings: str) -> tuple[int, str]:
        run = subprocess.run(
            [sys.executable, "-m", "app", *words],
            env={
                "PATH": "/usr/bin:/bin",
                "DATABASE_URL": drill.empty,
                "CONTACT_KEYS": os.environ["CONTACT_KEYS"],
                "PYTHONPATH": str(Path(__file__).parents[2]),
                **settings,
            },
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        return run.returncode, run.stdout + run.stderr

    for keys, told in (("", "Нет главного ключа контактов: -."), (new_master("other"), "Нет главного ключа контактов: tests.")):
        code, refused = said("restore", str(drill.folder), "--key", str(drill.key), CONTACT_KEYS=keys)
        assert code == 2 and refused.startswith(told) and _rows(drill.empty) == {}
    for keys, name in (("", "-"), (new_master("other"), "sound")):
        code, refused = said("restore", str(with_sound), "--key", str(drill.key), RECORDING_KEYS=keys)
        assert code == 2 and refused.startswith(f"Нет главного ключа записей разговоров: {name}.")
        assert _rows(drill.empty) == {} and not (tmp_path / "var/recordings").exists()
    assert said("restore", str(drill.folder), "--key", str(drill.key))[0] == 0
    code, told = said("backup", "--to", "nightly", BACKUP_RECIPIENTS=_recipient(drill.key))
    assert code == 0 and told.startswith("Копия готова: nightly/centre-")
    (made,) = (tmp_path / "nightly").iterdir()
    assert "цела и открывается" in said("backup", "--verify", str(made), BACKUP_KEY_FILE=str(drill.key))[1]
    code, told = said("backup")
    assert code == 1 and "backup-key" in told and "Traceback" not in told
    _flip(made / DATABASE)
    code, told = said("restore", str(made), "--replace", "--key", str(drill.key))
    assert code == 1 and "повреждена" in told and "Traceback" not in told
