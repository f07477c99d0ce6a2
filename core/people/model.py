"""Who turns to the centre: applicants (reg. 1.2), how to reach them, and who they are on each channel."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from core.table import identity, moment, reference

NAME_WORDS = "to_tsvector('simple'::regconfig, surname || ' ' || given_name || ' ' || patronymic || ' ' || organisation)"
"""The words of a name, for the inbox's search; the index and the query must be written alike."""


class Applicant(SQLModel, table=True):
    """A natural or legal person; ``consent_at`` is the moment of consent to the processing of personal data."""

    __tablename__ = "applicant"
    __table_args__ = (Index("applicant_words", text(NAME_WORDS), postgresql_using="gin"),)

    id: int | None = identity()
    kind: str = Field(default="person", max_length=16)
    surname: str = Field(default="", max_length=100)
    given_name: str = Field(default="", max_length=100)
    patronymic: str = Field(default="", max_length=100)
    organisation: str = Field(default="", max_length=300)
    postal_address: str = Field(default="", max_length=500)
    consent_at: datetime | None = moment(nullable=True)
    created_at: datetime = moment()
    version: int = 1


class ContactPoint(SQLModel, table=True):
    """A telephone in E.164 or an e-mail address of an applicant."""

    __tablename__ = "contact_point"
    __table_args__ = (UniqueConstraint("applicant_id", "kind", "value"),)

    id: int | None = identity()
    applicant_id: int = reference("applicant.id", ondelete="CASCADE")
    kind: str = Field(max_length=8)
    value: str = Field(max_length=320, index=True)


class ChannelIdentity(SQLModel, table=True):
    """One person's account on one channel: a Telegram chat, a telephone number, a mail address."""

    __tablename__ = "channel_identity"
    __table_args__ = (
        UniqueConstraint("channel", "external_id"),
        Index("channel_identity_words", text("to_tsvector('simple'::regconfig, display_name)"), postgresql_using="gin"),
    )

    id: int | None = identity()
    channel: str = Field(max_length=16)
    external_id: str = Field(max_length=320)
    display_name: str = Field(default="", max_length=200)
    applicant_id: int | None = reference("applicant.id", index=True, nullable=True)
    blocked_at: datetime | None = moment(nullable=True)
    created_at: datetime = moment()
