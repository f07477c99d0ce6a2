"""The doctor tells what an administrator must know, to people and to monitors."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from app.doctor import examine, tell
from app.doctor_backup import newest_backup
from app.finding import BAD, GOOD, NOTE, STATES
from app.settings import Settings
from app.settings_backup import BackupSettings
from core.people.model import Applicant, ContactPoint
from db.sealing import new_master
from db.transactions import Transactions
from tests.clocks import MovableClock

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("folders", "recipients", "mark"),
    [
        pytest.param([], "", NOTE, id="nobody asked for backups"),
        pytest.param([], "age1sample", BAD, id="asked for, and there is none"),
        pytest.param(["centre-20261125T010000Z"], "age1sample", GOOD, id="of this night"),
        pytest.param(["centre-20261123T010000Z"], "age1sample", BAD, id="a night was missed"),
        pytest.param(["centre-20261123T010000Z"], "", GOOD, id="made by hand"),
        pytest.param(["centre-20261123T010000Z", "centre-20261125T010000Z.part"], "age1sample", BAD, id="a half-made one is none"),
    ],
)
def test_a_missed_backup_is_told(folders: list[str], recipients: str, mark: str, tmp_path: Path) -> None:
    for name in folders:
        (tmp_path / name).mkdir()
    assert newest_backup(BackupSettings(backup_dir=tmp_path, backup_recipients=recipients), NOW).mark == mark


async def test_what_is_found_is_told_to_a_monitor_too(
    database_url: str,
    transactions: Transactions,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)  # no .env of this machine
    for name, value in {"DATABASE_URL": database_url, "NLU_URL": "http://127.0.0.1:9", "WEB_PORT": "9"}.items():
        monkeypatch.setenv(name, value)
    findings = await examine(Settings())
    assert tell(findings) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(findings) > 15
    assert tell(findings, as_json=True) == 0
    told = {one["what"]: one["state"] for one in json.loads(capsys.readouterr().out)}
    assert (told["Версия таблиц"], told["Резервная копия"], told["Архив журнала БД"]) == ("good", "note", "note")


@pytest.mark.parametrize(
    ("keys", "harm", "state", "told"),
    [
        pytest.param(None, "", "good", "проверено контактов: 1", id="all is well"),
        pytest.param("", "", "bad", "нет главного ключа CONTACT_KEYS: контакты не читаются", id="no key"),
        pytest.param("tests:short", "", "bad", "нет главного ключа CONTACT_KEYS: контакты не читаются", id="a key that is none"),
        pytest.param(new_master("other"), "", "bad", "нет главного ключа tests: контакты не читаются", id="another key"),
        pytest.param(new_master("tests"), "", "bad", "нет главного ключа tests: контакты не читаются", id="of the same name"),
        pytest.param(None, "left(value, -4) || 'AAAA'", "bad", "контакты не открываются", id="a contact was changed"),
        pytest.param(None, "'+79185550123'", "bad", "контакты не открываются", id="a contact in clear"),
    ],
)
async def test_a_key_that_does_not_open_the_contacts_is_told(
    keys: str | None,
    harm: str,
    state: str,
    told: str,
    database_url: str,
    transactions: Transactions,
    clock: MovableClock,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    async with transactions.begin() as tx:
        somebody = Applicant(created_at=clock.now())
        tx.add(somebody)
        await tx.flush()
        tx.add(ContactPoint(applicant_id=somebody.id or 0, kind="phone", value="+79185550123"))
        await tx.flush()
        if harm:
            await tx.execute(text(f"UPDATE contact_point SET value = {harm}"))
    monkeypatch.chdir(tmp_path)  # no .env of this machine
    given = {"DATABASE_URL": database_url, "NLU_URL": "http://127.0.0.1:9", "WEB_PORT": "9"}
    for name, value in (given if keys is None else {**given, "CONTACT_KEYS": keys}).items():
        monkeypatch.setenv(name, value)
    (found,) = [one for one in await examine(Settings()) if one.what == "Ключ контактов"]
    assert STATES[found.mark] == state and told in found.told
