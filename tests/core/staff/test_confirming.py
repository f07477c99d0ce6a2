"""Dangerous deeds ask once more who it is: for how long it is enough, and that it cannot be guessed."""

import pyotp
import pytest

from core.audit.model import AuditEntry
from core.errors import Invalid, TooManyTries
from core.staff.asker import Asker
from core.staff.confirming import CONFIRMED_FOR, NeedsConfirmation
from core.staff.desk import StaffDesk
from core.staff.passwords import Passwords
from core.staff.secret_box import SecretBox
from core.staff.tries import TRIES_OF_ACCOUNT
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.inbox.world import PASSWORD, Centre, Member


@pytest.fixture
async def centre(transactions: Transactions, clock: MovableClock) -> Centre:
    made = Centre(transactions, clock)
    made.staff = StaffDesk(transactions=transactions, clock=clock, passwords=Passwords(made.hasher), box=SecretBox("x"))
    return made


async def known(centre: Centre, member: Member) -> Asker:
    found = await centre.staff.sessions.who(member.token)
    assert found is not None
    return found


@pytest.mark.clause("2.10")
async def test_a_login_is_enough_for_its_time_and_no_longer(centre: Centre) -> None:
    member = await centre.a_member()
    must = centre.staff.confirming.must_have_confirmed
    centre.clock.move(seconds=CONFIRMED_FOR.total_seconds() - 1)
    must(await known(centre, member))
    centre.clock.move(seconds=1)
    with pytest.raises(NeedsConfirmation) as asked:
        must(await known(centre, member))
    assert asked.value.facts == {"has_code": False, "by_provider": False}
    await centre.staff.confirming.confirm(await known(centre, member), password=PASSWORD)
    must(await known(centre, member))
    assert [one.action for one in await centre.rows(AuditEntry)] == ["staff.confirmed"]


async def test_a_confirmation_holds_in_its_own_session_only(centre: Centre) -> None:
    member = await centre.a_member()
    token, _ = await centre.staff.sessions.login(member.asker.login, PASSWORD, address="10.0.0.1")
    centre.clock.move(seconds=CONFIRMED_FOR.total_seconds())
    await centre.staff.confirming.confirm(await known(centre, member), password=PASSWORD)
    other = await centre.staff.sessions.who(token)
    assert other is not None
    with pytest.raises(NeedsConfirmation):
        centre.staff.confirming.must_have_confirmed(other)


async def test_a_code_is_enough_and_passes_once(centre: Centre) -> None:
    member = await centre.a_member()
    totp = pyotp.TOTP((await centre.staff.second.offer(member.asker)).secret)
    await centre.staff.second.confirm(member.asker, totp.at(centre.clock.now()))
    centre.clock.move(seconds=CONFIRMED_FOR.total_seconds())
    asker, code = await known(centre, member), totp.at(centre.clock.now())
    with pytest.raises(NeedsConfirmation) as asked:
        centre.staff.confirming.must_have_confirmed(asker)
    assert asked.value.facts == {"has_code": True, "by_provider": False}
    await centre.staff.confirming.confirm(asker, code=code)
    centre.staff.confirming.must_have_confirmed(await known(centre, member))
    with pytest.raises(Invalid):
        await centre.staff.confirming.confirm(asker, code=code)


@pytest.mark.parametrize("given", [{"password": "wrong"}, {"code": "123456"}, {}], ids=["password", "code", "nothing"])
async def test_what_is_wrong_confirms_nothing_and_is_a_failed_try(centre: Centre, given: dict[str, str]) -> None:
    member = await centre.a_member()
    centre.clock.move(seconds=CONFIRMED_FOR.total_seconds())
    for _ in range(TRIES_OF_ACCOUNT):
        with pytest.raises(Invalid):
            await centre.staff.confirming.confirm(await known(centre, member), **given)
    with pytest.raises(TooManyTries):
        await centre.staff.confirming.confirm(await known(centre, member), password=PASSWORD)
    with pytest.raises(NeedsConfirmation):
        centre.staff.confirming.must_have_confirmed(await known(centre, member))
    assert {one.action for one in await centre.rows(AuditEntry)} == {"staff.confirm_failed"}
