"""The keys of the contacts as an administrator has them in hand: by the real command line, with its words."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import psycopg
import pytest

from core.people.model import Applicant, ContactPoint
from db.engine import plain_url
from db.sealing import KeyRing, new_master
from db.transactions import Transactions
from tests import patience
from tests.clocks import MovableClock
from tests.conftest import MASTER
from tests.house.tree import ROOT

PHONES = ["+79185550101", "+79185550102", "+79185550103"]
PLACES = ["Planted street 1", "Planted street 2"]
_WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
_KEYS_USED = (
    "SELECT split_part(value, '.', 2) FROM contact_point UNION ALL SELECT split_part(postal_address, '.', 2) FROM applicant"
)
Started = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
async def cards(transactions: Transactions, clock: MovableClock) -> None:
    """Two people with postal addresses and three telephones."""
    async with transactions.begin() as tx:
        people = [Applicant(postal_address=place, created_at=clock.now()) for place in PLACES]
        tx.add_all(people)
        await tx.flush()
        tx.add_all([ContactPoint(applicant_id=people[0].id or 0, kind="phone", value=phone) for phone in PHONES])


@pytest.fixture
def started(database_url: str, tmp_path: Path) -> Iterator[Started]:
    """Starts the command line in a process of its own."""
    processes: list[subprocess.Popen[str]] = []

    def start(*words: str, **settings: str) -> subprocess.Popen[str]:
        given = {"DATABASE_URL": database_url, "CONTACT_KEYS": os.environ["CONTACT_KEYS"], **settings}
        environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **given}
        command = [sys.executable, "-m", "app", *words]
        output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        processes.append(subprocess.Popen(command, env=environment, cwd=tmp_path, text=True, **output))  # type: ignore[call-overload]
        return processes[-1]

    yield start
    for one in processes:
        with one:
            one.kill()


def _said(process: "subprocess.Popen[str]") -> tuple[int, str]:
    told, _ = process.communicate(timeout=patience.START)
    assert "Traceback" not in told
    return process.returncode, told


def _rotate(started: Started) -> "subprocess.Popen[str]":
    return started("keys", "rotate", "--settle", "0")


def _opened(url: str) -> list[str]:
    ring, found = KeyRing(plain_url(url), MASTER), []
    with psycopg.connect(plain_url(url)) as connection:
        for where, query in (
            ("contact_point.value", "SELECT value FROM contact_point ORDER BY id"),
            ("applicant.postal_address", "SELECT postal_address FROM applicant ORDER BY id"),
        ):
            found += [ring.open(value, where) for (value,) in connection.execute(query.encode()).fetchall()]
    return found


def _keys_used(url: str) -> set[str]:
    with psycopg.connect(plain_url(url)) as connection:
        return {key for (key,) in connection.execute(_KEYS_USED).fetchall()}


def _until_it_waits(url: str) -> None:
    """Until the rotation stands before the row that somebody else holds."""
    with psycopg.connect(plain_url(url), autocommit=True) as watching:
        until = time.monotonic() + patience.START
        while watching.execute(_WAITING).fetchone() == (0,):
            assert time.monotonic() < until, "it never came there"


def test_a_new_key_and_what_is_said_of_it(cards: None, database_url: str, started: Started) -> None:
    before = _said(started("keys", "status"))[1]
    code, told = _said(_rotate(started))
    (key,) = _keys_used(database_url)
    assert code == 0 and f"Новый ключ данных {key}: перешифровано значений 5." in told and key not in before
    assert _opened(database_url) == PHONES + PLACES
    code, told = _said(started("keys", "status"))
    assert code == 0 and f"{key}  главный ключ tests, создан " in told and told.count("для поиска") == 1
    lines = {line.split()[0]: line for line in told.splitlines()}
    assert lines.pop(key).endswith("значений 5")
    assert all(line.endswith(("выведен из работы", "для поиска", "значений 0")) for line in lines.values())


def test_a_killed_rotation_is_ended_by_the_next_and_two_are_not_at_once(cards: None, database_url: str, started: Started) -> None:
    with psycopg.connect(plain_url(database_url)) as holding:
        holding.execute("SELECT id FROM contact_point WHERE id = 2 FOR UPDATE")
        first = _rotate(started)
        _until_it_waits(database_url)
        assert len(_keys_used(database_url)) == 2, "addresses are sealed anew by now, telephones are not"
        code, told = _said(_rotate(started))
        assert code == 1 and told == "Смена ключа уже идёт в другом процессе. Ничего не сделано.\n"
        first.kill()
        first.wait()
    assert _opened(database_url) == PHONES + PLACES, "both keys open what they sealed"
    code, told = _said(_rotate(started))
    (key,) = _keys_used(database_url)
    assert code == 0 and f"Прерванная смена ключа закончена, ключ данных {key}: перешифровано значений 3." in told
    assert _opened(database_url) == PHONES + PLACES


def test_a_value_that_does_not_open_stops_it_in_words(cards: None, database_url: str, started: Started) -> None:
    with psycopg.connect(plain_url(database_url), autocommit=True) as connection:
        connection.execute("UPDATE contact_point SET value = left(value, -4) || 'AAAA' WHERE id = 3")
        code, told = _said(_rotate(started))
        assert code == 1 and told.startswith("В contact_point.value есть значение, которое не открывается")
        good = KeyRing(plain_url(database_url), MASTER).seal(PHONES[2], "contact_point.value")
        connection.execute("UPDATE contact_point SET value = %s WHERE id = 3", (good,))
    assert _said(_rotate(started))[0] == 0
    assert _opened(database_url) == PHONES + PLACES


def test_another_master_key_takes_over_and_the_old_one_opens_nothing(cards: None, database_url: str, started: Started) -> None:
    code, new = _said(started("keys", "new", "next"))
    assert code == 0 and new.startswith("next:")
    new, old = new.strip(), os.environ["CONTACT_KEYS"]
    try:
        code, told = _said(started("keys", "rewrap", CONTACT_KEYS=f"{new},{old}"))
        assert code == 0 and told.startswith("Под первый ключ CONTACT_KEYS переведено ключей данных: ")
        assert _said(started("keys", "status", CONTACT_KEYS=new))[1].count("главный ключ next") >= 2
        code, told = _said(started("keys", "status"))
        assert code == 2 and told.startswith("Нет главного ключа контактов: next.")
    finally:
        assert _said(started("keys", "rewrap", CONTACT_KEYS=f"{old},{new}"))[0] == 0


@pytest.mark.parametrize(
    ("words", "settings", "code", "said"),
    [
        pytest.param(["new", "моё имя"], {}, 1, "Имя ключа - латинские буквы и цифры.", id="a name that is none"),
        pytest.param(["status"], {"CONTACT_KEYS": "tests:short"}, 2, "Нет главного ключа контактов: -.", id="a key that is none"),
        pytest.param(
            ["rotate"], {"CONTACT_KEYS": new_master("other")}, 2, "Нет главного ключа контактов: tests.", id="another key"
        ),
        pytest.param(
            ["rotate"], {"CONTACT_KEYS": new_master("tests")}, 2, "Нет главного ключа контактов: tests.", id="of the same name"
        ),
    ],
)
def test_what_cannot_be_done_is_said(
    words: Sequence[str], settings: Mapping[str, str], code: int, said: str, cards: None, database_url: str, started: Started
) -> None:
    before = _keys_used(database_url)
    done, told = _said(started("keys", *words, **settings))
    assert done == code and told.startswith(said)
    assert _keys_used(database_url) == before and _opened(database_url) == PHONES + PLACES
