"""The people of the centre: accounts, sessions and canned answers."""

from datetime import datetime

from sqlalchemy import BigInteger, UniqueConstraint
from sqlmodel import Field, SQLModel

from core.table import identity, json_value, moment, reference


class StaffMember(SQLModel, table=True):
    """An account; ``on_shift_since`` is set while the person receives conversations.

    ``totp_sealed``: the secret of the second factor, ``totp_pending`` one that was offered and not confirmed yet
    (core.staff.secret_box); ``totp_step``: the newest step whose code was used. ``must_change``: the password was given by an
    administrator: nothing may be done before the person sets their own. ``version`` fences off lost updates of the account.
    """

    __tablename__ = "staff_member"

    id: int | None = identity()
    login: str = Field(max_length=64, unique=True)
    full_name: str = Field(max_length=200)
    role: str = Field(max_length=32)
    password_hash: str = Field(max_length=200)
    is_active: bool = True
    on_shift_since: datetime | None = moment(nullable=True)
    shortcuts_on: bool = True
    notify: str = Field(default="all", max_length=8)
    created_at: datetime = moment()
    totp_sealed: str = Field(default="", max_length=200, sa_column_kwargs={"server_default": ""})
    totp_pending: str = Field(default="", max_length=200, sa_column_kwargs={"server_default": ""})
    totp_step: int = Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": "0"})
    must_change: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})


class RecoveryCode(SQLModel, table=True):
    """One of a person's ways in without their telephone: only a keyed digest of it is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("staff_id", "code_hash"),)

    id: int | None = identity()
    staff_id: int = reference("staff_member.id", ondelete="CASCADE")
    code_hash: str = Field(max_length=64)
    used_at: datetime | None = moment(nullable=True)


class StaffSession(SQLModel, table=True):
    """A session of the inbox: only the SHA-256 of its token is kept. ``training_id``: it is on that day of training now.

    ``confirmed_at``: when its person last gave their password or a code, which dangerous deeds ask for. ``came_by``: a CameBy.
    ``issuer``, ``subject``, ``issuer_session``: what it began with at the identity provider, which may end it.
    """

    __tablename__ = "staff_session"

    token_hash: str = Field(primary_key=True, max_length=64)
    staff_id: int = reference("staff_member.id", index=True, ondelete="CASCADE")
    created_at: datetime = moment()
    seen_at: datetime = moment()
    address: str = Field(default="", max_length=64)
    agent: str = Field(default="", max_length=200)
    training_id: int | None = reference("training_day.id", nullable=True, ondelete="SET NULL")
    confirmed_at: datetime | None = moment(nullable=True)
    came_by: str = Field(default="password", max_length=16, sa_column_kwargs={"server_default": "password"})
    issuer: str = Field(default="", max_length=255, sa_column_kwargs={"server_default": ""})
    subject: str = Field(default="", max_length=255, sa_column_kwargs={"server_default": ""})
    issuer_session: str = Field(default="", max_length=255, sa_column_kwargs={"server_default": ""})


class SignOn(SQLModel, table=True):
    """An answer of the identity provider, by the SHA-256 of its state (of its own number, for a logout): it is taken once.

    ``staff_id``: who came back with it and still owes the code of their second factor; the rest as in StaffSession.
    """

    __tablename__ = "sign_on"

    state_hash: str = Field(primary_key=True, max_length=64)
    at: datetime = moment(index=True)
    staff_id: int | None = reference("staff_member.id", nullable=True, ondelete="CASCADE")
    proved_at: datetime | None = moment(nullable=True)
    issuer: str = Field(default="", max_length=255, sa_column_kwargs={"server_default": ""})
    subject: str = Field(default="", max_length=255, sa_column_kwargs={"server_default": ""})
    issuer_session: str = Field(default="", max_length=255, sa_column_kwargs={"server_default": ""})


class LoginTry(SQLModel, table=True):
    """A failed login, for the limit per account and per address that holds across replicas."""

    __tablename__ = "login_try"

    id: int | None = identity()
    key: str = Field(max_length=128, index=True)
    tried_at: datetime = moment(index=True)


class Upload(SQLModel, table=True):
    """A file that an operator attached and has not sent yet; only they may send it, only in this conversation."""

    __tablename__ = "upload"

    id: str = Field(primary_key=True, max_length=32)
    staff_id: int = reference("staff_member.id", ondelete="CASCADE")
    conversation_id: int = reference("conversation.id", ondelete="CASCADE", index=True)
    file_name: str = Field(max_length=255)
    media_type: str = Field(max_length=128)
    size: int = Field(sa_type=BigInteger)
    storage_key: str = Field(max_length=64)
    uploaded_at: datetime = moment(index=True)


class CannedAnswer(SQLModel, table=True):
    """A ready answer with ``{variables}``; ``key`` is what an operator types after the slash."""

    __tablename__ = "canned_answer"

    id: int | None = identity()
    key: str = Field(max_length=40, unique=True)
    title: str = Field(max_length=200)
    text: str
    variables: list[str] = json_value(list)
