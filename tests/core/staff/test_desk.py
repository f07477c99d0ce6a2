"""Accounts, shifts and canned answers."""

import re
from pathlib import Path

import pytest

from core.errors import Conflict, Invalid, NotAllowed
from core.staff.abilities import ABILITIES, Ability
from core.staff.cleaning import clean_file_name, clean_line, clean_text
from core.staff.model import CannedAnswer, StaffMember
from core.vocabulary import Role
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.inbox.world import Centre

SEEDS = Path(__file__).parents[3] / "db" / "seeds"


@pytest.fixture
async def centre(transactions: Transactions, clock: MovableClock) -> Centre:
    return Centre(transactions, clock)


async def test_the_first_start_makes_one_demo_account_for_each_role(centre: Centre) -> None:
    accounts = await centre.staff.seed_staff(SEEDS / "demo_staff.yaml")
    assert {account.role for account in accounts} == set(Role)
    assert len({account.password for account in accounts}) == len(accounts)
    await centre.staff.sessions.login(accounts[0].login, accounts[0].password, address="10.0.0.1")
    assert await centre.staff.seed_staff(SEEDS / "demo_staff.yaml") == []
    kept = await centre.rows(StaffMember)
    assert not any(account.password in member.password_hash for account in accounts for member in kept)


async def test_the_seeded_answers_name_all_their_variables(centre: Centre) -> None:
    assert await centre.staff.seed_canned_answers(SEEDS / "canned_answers.yaml") >= 15
    assert await centre.staff.seed_canned_answers(SEEDS / "canned_answers.yaml") == 0
    for answer in await centre.rows(CannedAnswer):
        assert sorted(re.findall(r"{(\w+)}", answer.text)) == sorted(answer.variables)


async def test_only_an_administrator_makes_accounts(centre: Centre) -> None:
    wanted = {"login": "new.one", "full_name": "Новый", "role": Role.OPERATOR, "password": "long enough here"}
    with pytest.raises(NotAllowed):
        await centre.staff.accounts.create(**wanted, by=(await centre.a_member(Role.SUPERVISOR)).asker)
    administrator = (await centre.a_member(Role.ADMINISTRATOR)).asker
    await centre.staff.accounts.create(**wanted, by=administrator)
    with pytest.raises(Conflict):
        await centre.staff.accounts.create(**{**wanted, "login": "NEW.ONE"}, by=administrator)
    with pytest.raises(Invalid):
        await centre.staff.accounts.create(**{**wanted, "login": "other", "password": "short"}, by=administrator)


async def test_a_shift_starts_once_and_ends(centre: Centre) -> None:
    asker = (await centre.a_member()).asker
    assert (await centre.staff.start_shift(asker)).on_shift
    started = (await centre.rows(StaffMember))[0].on_shift_since
    centre.clock.move(minutes=5)
    await centre.staff.start_shift(asker)
    assert (await centre.rows(StaffMember))[0].on_shift_since == started
    assert not (await centre.staff.end_shift(asker)).on_shift


@pytest.mark.clause("2.10")
def test_who_keeps_accounts_or_news_does_not_read_citizens() -> None:
    assert set(ABILITIES) == set(Role)
    for role in (Role.ADMINISTRATOR, Role.PRESS, Role.KNOWLEDGE_EDITOR):
        assert Ability.READ_INBOX not in ABILITIES[role]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("отчёт.pdf", "отчёт.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\план.docx", "план.docx"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("a\u200bb\x00c\n.txt", "abc .txt"),
        ("...", "file"),
        ("", "file"),
        ('a"b:c.txt', "a_b_c.txt"),
        ("я" * 300 + ".pdf", "я" * 146 + ".pdf"),
        ("\ud800x.txt", "x.txt"),
    ],
    ids=["plain", "climbing", "windows path", "bidi", "invisible", "dots", "empty", "quotes", "long", "surrogate"],
)
def test_a_file_name_is_made_safe(given: str, kept: str) -> None:
    assert clean_file_name(given) == kept


def test_text_keeps_everything_that_can_be_stored() -> None:
    assert clean_text("a\x00b\ud800 ё 🙂") == "ab ё 🙂"
    assert clean_line(" a\n\u200bb ") == "a b"
