"""The second factor: a code of an authenticator (RFC 6238) or one of ten recovery codes, each used once (reg. 2.10)."""

import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyotp
import segno
from sqlalchemy import bindparam
from sqlmodel import col, delete, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from core.audit.trail import record
from core.clock import Clock
from core.errors import Conflict, NotAllowed, NotFound
from core.staff.asker import Asker
from core.staff.model import RecoveryCode, StaffMember
from core.staff.passwords import SIGNS
from core.staff.secret_box import SecretBox
from core.vocabulary import Role
from core.words import say
from db.transactions import Transactions

STEP = 30
"""Seconds of a code."""
TOLERATED = (0, -1, 1)
"""Steps around now: clocks of telephones differ."""
RECOVERY_CODES = 10
MUST_HAVE = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
"""Who sees everybody's data or manages accounts, where the setting SECOND_FACTOR says so."""
_UNUSED = (
    select(RecoveryCode)
    .where(RecoveryCode.staff_id == bindparam("staff"), RecoveryCode.code_hash == bindparam("marked"))
    .where(col(RecoveryCode.used_at).is_(None))
    .with_for_update()
)


class NeedsCode(NotAllowed):
    """The password is right; the code of the second factor is asked for."""

    code = "needs_code"


class WrongCode(NotAllowed):
    """The code is wrong, over, or was used."""

    code = "wrong_code"


class NotSetUp(Conflict):
    """This centre has no STAFF_SECRET: nothing can be sealed."""

    code = "second_factor_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A new secret to be put into an authenticator; ``picture`` is a QR code as a data URI of SVG."""

    secret: str
    uri: str
    picture: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStanding:
    """Whether the person has a second factor, how many recovery codes are left, whether it can be had here and must be."""

    is_on: bool
    codes_left: int
    is_offered: bool
    is_required: bool


class SecondFactor:
    """Enrols and checks; ``box`` None: not in this centre."""

    def __init__(self, *, transactions: Transactions, clock: Clock, box: SecretBox | None, required: frozenset[Role]) -> None:
        self._transactions = transactions
        self._clock = clock
        self._box = box
        self._required = required if box is not None else frozenset()

    def must_have(self, role: Role) -> bool:
        """Whether people of this role may do nothing without it."""
        return role in self._required

    async def standing(self, asker: Asker) -> SecondStanding:
        """The asker's own."""
        async with self._transactions.begin() as tx:
            member = await tx.get_one(StaffMember, asker.id)
            left = select(func.count()).where(col(RecoveryCode.staff_id) == asker.id, col(RecoveryCode.used_at).is_(None))
            return SecondStanding(
                is_on=bool(member.totp_sealed),
                codes_left=(await tx.exec(left)).one(),
                is_offered=self._box is not None,
                is_required=self.must_have(asker.role),
            )

    async def offer(self, asker: Asker) -> Offered:
        """Begin: a new secret, not in force before ``confirm``. Raises NotSetUp."""
        box = self._must_have_box()
        secret = pyotp.random_base32()
        async with self._transactions.begin() as tx:
            (await tx.get_one(StaffMember, asker.id)).totp_pending = box.seal(secret, _whose(asker.id))
        uri = pyotp.TOTP(secret).provisioning_uri(name=asker.login, issuer_name=say("centre.signature"))
        picture: str = segno.make(uri, error="m").svg_data_uri(scale=5, border=2, light="#fff")
        return Offered(secret=secret, uri=uri, picture=picture)

    async def confirm(self, asker: Asker, code: str) -> Sequence[str]:
        """The authenticator has it: it is in force. Gives the recovery codes, once. Raises WrongCode, Conflict, NotSetUp."""
        box, now = self._must_have_box(), self._clock.now()
        async with self._transactions.begin() as tx:
            member = await tx.get_one(StaffMember, asker.id, with_for_update=True)
            if not member.totp_pending:
                raise Conflict("nothing was offered")
            step = fitting(box.open(member.totp_pending, _whose(asker.id)), code, now)
            if step is None:
                raise WrongCode()
            member.totp_sealed, member.totp_pending, member.totp_step = member.totp_pending, "", step
            await tx.exec(delete(RecoveryCode).where(col(RecoveryCode.staff_id) == asker.id))
            codes = [_new_code() for _ in range(RECOVERY_CODES)]
            tx.add_all([RecoveryCode(staff_id=asker.id, code_hash=box.mark(_plain(one), _whose(asker.id))) for one in codes])
            await record(tx, now, "staff.second_factor_set", f"staff:{asker.id}", staff_id=asker.id)
        return codes

    async def drop(self, asker: Asker) -> None:
        """Do without it; raises Conflict where the role must have it."""
        if self.must_have(asker.role):
            raise Conflict("the role must have it", code="second_factor_required")
        async with self._transactions.begin() as tx:
            await forget_second_factor(tx, asker.id)
            await record(tx, self._clock.now(), "staff.second_factor_dropped", f"staff:{asker.id}", staff_id=asker.id)

    async def reset(self, login: str) -> None:
        """From the command line, for who lost telephone and codes; raises NotFound."""
        async with self._transactions.begin() as tx:
            member = (await tx.exec(select(StaffMember).where(col(StaffMember.login) == login.casefold()))).first()
            if member is None:
                raise NotFound("no such account")
            await forget_second_factor(tx, member.id or 0)
            await record(tx, self._clock.now(), "staff.second_factor_reset", f"staff:{member.id}")

    async def passes(self, tx: AsyncSession, member: StaffMember, code: str) -> None:
        """At login, in its transaction: no code of before passes twice. Raises NeedsCode, WrongCode."""
        if not member.totp_sealed:
            return
        if not code.strip():
            raise NeedsCode()
        box, whose = self._must_have_box(), _whose(member.id or 0)
        step = fitting(box.open(member.totp_sealed, whose), code, self._clock.now())
        if step is not None and step > member.totp_step:
            member.totp_step = step
            return
        kept = (await tx.exec(_UNUSED, params={"staff": member.id, "marked": box.mark(_plain(code), whose)})).first()
        if kept is None:
            raise WrongCode()
        kept.used_at = self._clock.now()
        await record(tx, self._clock.now(), "staff.recovery_code_used", f"staff:{member.id}", staff_id=member.id)

    def _must_have_box(self) -> SecretBox:
        if self._box is None:
            raise NotSetUp()
        return self._box


def fitting(secret: str, code: str, now: datetime) -> int | None:
    """The step whose code this is, now or one step around; None when it is none."""
    given, current = _plain(code), int(now.timestamp()) // STEP
    totp = pyotp.TOTP(secret)
    for around in TOLERATED:
        if hmac.compare_digest(totp.generate_otp(current + around).encode(), given.encode()):
            return current + around
    return None


async def forget_second_factor(tx: AsyncSession, staff_id: int) -> None:
    """The person has one factor again: the password."""
    member = await tx.get_one(StaffMember, staff_id, with_for_update=True)
    member.totp_sealed = member.totp_pending = ""
    await tx.exec(delete(RecoveryCode).where(col(RecoveryCode.staff_id) == staff_id))


def _whose(staff_id: int) -> str:
    return f"staff:{staff_id}"


def _new_code() -> str:
    signs = "".join(secrets.choice(SIGNS) for _ in range(10))
    return f"{signs[:5]}-{signs[5:]}"


def _plain(code: str) -> str:
    return "".join(sign for sign in code.casefold() if sign.isalnum())
