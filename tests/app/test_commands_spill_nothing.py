"""What the command line prints and logs, as it goes well and as it goes wrong: no citizen and no secret is in it (reg. 2.10)."""

import asyncio
import os
import re
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from app.__main__ import main
from app.backup.sealing import make_identity
from app.backup.tools import without_rows
from app.log_words import tell_uncaught
from app.settings_staff import OidcSettings
from core.vocabulary import ReplyForm, Urgency
from db.engine import plain_url
from db.sealing import new_master
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.inbox.world import Centre
from tests.journeys.dumped import columns_holding
from tests.logs import kept_logs, spilled

PHONE, EMAIL = "+79000000077", "planted@post.example"
WORDS = f"Посаженова Тайна: крокодил, Садовая, 77, {PHONE}, {EMAIL}"
SECRETS = {
    name: f"planted-{name.lower()}"
    for name in ("TELEGRAM_TOKEN", "STAFF_SECRET", "MAIL_SECRET", "SMTP_USER", "SMTP_PASSWORD", "VOICE_SECRET")
}
PLANTED = ["Посаженова", "Тайна", "крокодил", "Садовая", "79000000077", EMAIL, "planted-"]
Told = tuple[int, str]
Runs = Callable[..., Awaitable[Told]]


@pytest.fixture
def runs(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Runs]:
    """Runs a command with every secret set; gives its code, and what it printed and logged."""
    monkeypatch.chdir(tmp_path)
    given = {"DATABASE_URL": database_url, "VOICE_RECORDINGS_DIR": str(tmp_path / "recordings"), "VAR_DIR": str(tmp_path / "var")}
    given |= {"TELEGRAM_API": "http://127.0.0.1:1"}
    for name, value in {**SECRETS, **given}.items():
        monkeypatch.setenv(name, value)
    with kept_logs("json") as logs:

        async def run(*words: str, **settings: str) -> Told:
            with _set(settings):
                code = await asyncio.to_thread(_ended, words)
            printed = capfd.readouterr()
            return code, printed.out + printed.err + logs.getvalue()

        yield run


def _ended(words: tuple[str, ...]) -> int:
    """As the interpreter would end: what is not caught is told by the hook of uncaught errors."""
    try:
        return main(words)
    except Exception as error:  # whatever it is, it is told
        tell_uncaught(type(error), error, None)
        return 1


@contextmanager
def _set(settings: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)


@pytest.fixture
async def town(transactions: Transactions, clock: MovableClock) -> Centre:
    """A centre to which a citizen told everything."""
    centre = Centre(transactions, clock)
    conversation = await centre.a_conversation(name="Посаженова", words=WORDS)
    await centre.an_applicant(conversation)
    await centre.an_appeal(urgency=Urgency.URGENT, reply_form=ReplyForm.PHONE, topic=WORDS[:60])
    async with transactions.begin_plain() as connection:
        await connection.exec_driver_sql("UPDATE appeal SET text = %(words)s", {"words": WORDS})
    return centre


@pytest.mark.clause("2.10")
async def test_backups_accounts_keys_and_the_doctor_tell_of_themselves_alone(
    town: Centre, runs: Runs, tmp_path: Path, database_url: str
) -> None:
    key = tmp_path / "centre.key"
    recipient = make_identity(key)
    said = {
        "staff add": await runs("staff", "add", "anna", "Посаженова Тайна", "operator"),
        "staff again": await runs("staff", "add", "anna", "Посаженова Тайна", "operator"),
        "keys": await runs("keys", "status"),
        "backup": await runs("backup", "--to", "nightly", BACKUP_RECIPIENTS=recipient),
        "doctor": await runs("doctor"),
        "doctor --json": await runs("doctor", "--json"),
    }
    assert {name: code for name, (code, _) in said.items() if "doctor" not in name} == {
        "staff add": 0,
        "staff again": 1,
        "keys": 0,
        "backup": 0,
    }
    (made,) = (tmp_path / "nightly").iterdir()
    other = new_master("other")
    said |= {
        "verify": await runs("backup", "--verify", str(made), "--key", str(key)),
        "restore over": await runs("restore", str(made), "--key", str(key)),
        "restore without the key": await runs("restore", str(made), "--key", str(key), CONTACT_KEYS=other),
        "restore": await runs("restore", str(made), "--key", str(key), DATABASE_URL=_fresh(database_url)),
        "keys without the key": await runs("keys", "status", CONTACT_KEYS=other),
    }
    assert [said[one][0] for one in ("verify", "restore over", "restore without the key", "restore")] == [0, 1, 2, 0]
    password = said["staff add"][1].partition("пароль: ")[2].split()[0]
    told = {name: text for name, (_, text) in said.items()}
    assert spilled(told, [*PLANTED, key.read_text("utf-8").split()[-1], other.partition(":")[2]]) == {}
    assert [name for name, text in told.items() if password in text] == ["staff add"]


@pytest.mark.clause("2.10")
async def test_keys_that_are_changed_and_accounts_that_are_opened_again_tell_only_what_is_asked_for(
    town: Centre, runs: Runs, tmp_path: Path, database_url: str
) -> None:
    key, copy, old, new = tmp_path / "centre.key", _fresh(database_url), os.environ["CONTACT_KEYS"], new_master("new")
    assert (await runs("backup", "--to", "nightly", BACKUP_RECIPIENTS=make_identity(key)))[0] == 0
    (made,) = (tmp_path / "nightly").iterdir()
    assert (await runs("restore", str(made), "--key", str(key), DATABASE_URL=copy))[0] == 0
    ours, theirs = {"DATABASE_URL": copy}, {"DATABASE_URL": copy, "CONTACT_KEYS": new}
    said = {
        "add": await runs("staff", "add", "anna", "Посаженова Тайна", "operator", **ours),
        "new": await runs("keys", "new", "spare"),
        "rotate": await runs("keys", "rotate", "--settle", "0", **ours),
        "rewrap": await runs("keys", "rewrap", DATABASE_URL=copy, CONTACT_KEYS=f"{new},{old}"),
        "rewrap again without the new": await runs("keys", "rewrap", **ours),
        "rewrap of no recordings": await runs("keys", "rewrap", "--recordings", RECORDING_KEYS=new_master("other"), **ours),
        "status": await runs("keys", "status", **theirs),
        "reset": await runs("staff", "reset-password", "anna", **theirs),
        "reset of nobody": await runs("staff", "reset-password", "boris", **theirs),
        "reset of the second factor": await runs("staff", "reset-second-factor", "anna", **theirs),
    }
    refused = {"rewrap again without the new": 2, "rewrap of no recordings": 1, "reset of nobody": 1}
    assert {name: code for name, (code, _) in said.items()} == dict.fromkeys(said, 0) | refused
    told = {name: text for name, (_, text) in said.items()}
    assert spilled(told, PLANTED) == {}
    asked_for = {name: told[name].partition("пароль: ")[2].split()[0] for name in ("add", "reset")}
    asked_for["new"] = told["new"].strip().partition(":")[2]
    secrets = [*asked_for.values(), *(one.partition(":")[2] for one in (old, new))]
    assert spilled(told, secrets) == {name: [word] for name, word in asked_for.items()}
    assert columns_holding(copy, re.compile("|".join(map(re.escape, secrets)))) == set()


async def test_a_database_that_is_away_or_not_ours_is_told_without_what_was_asked(
    town: Centre, runs: Runs, tmp_path: Path, database_url: str
) -> None:
    away = "postgresql://planted-user:planted-password@127.0.0.1:1/centre"
    empty = _fresh(database_url)
    commands = (("staff", "add", "anna", "Посаженова Тайна", "operator"), ("keys", "status"), ("backup",), ("restore", "nowhere"))
    recipient = make_identity(tmp_path / "centre.key")
    told = {
        f"{where} {command[0]}": await runs(*command, DATABASE_URL=url, BACKUP_RECIPIENTS=recipient)
        for where, url in (("away", away), ("empty", empty))
        for command in commands
    }
    assert all(code for code, _ in told.values())
    assert told["away staff"][1].startswith("База данных не отвечает")
    assert spilled({name: text for name, (_, text) in told.items()}, PLANTED) == {}


async def test_settings_that_do_not_fit_are_named_and_not_shown(runs: Runs) -> None:
    assert OidcSettings.model_config["hide_input_in_errors"]
    code, told = await runs(
        "keys", "status", OIDC_ISSUER="http://planted-host", OIDC_CLIENT_SECRET="planted-secret", OIDC_ROLES="{}"
    )
    assert code == 2 and "OIDC_ISSUER is reached over https" in told and "planted-" not in told
    code, told = await runs("keys", "status", OIDC_ROLES="planted-roles")
    assert code == 2 and "oidc_roles" in told and "planted-" not in told


def test_what_postgresql_s_programs_say_holds_no_row() -> None:
    said = f"""pg_restore: error: COPY failed for table "appeal": ERROR:  invalid input syntax for type bigint: "{WORDS}"
CONTEXT:  COPY appeal, line 1, column id: "{WORDS}"
pg_restore: error: could not execute query: ERROR:  duplicate key value violates unique constraint "contact_point_mark_key"
DETAIL:  Key (value)=({PHONE}) already exists.
Command was: INSERT INTO appeal VALUES ('{WORDS}');
pg_dump: error: connection to server at "127.0.0.1", port 1 failed: "{PHONE}"""
    told = without_rows(said)
    assert spilled({"said": told}, PLANTED) == {}
    assert '"appeal"' in told and '"contact_point_mark_key"' in told and '"127.0.0.1"' in told and told.count("\n") == 2


def _fresh(url: str) -> str:
    with psycopg.connect(plain_url(url), autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS bare WITH (FORCE)")
        connection.execute("CREATE DATABASE bare")
    head, _, options = url.partition("?")
    return f"{head.rpartition('/')[0]}/bare" + (f"?{options}" if options else "")
