"""Who turns to the centre: applicants (reg. 1.2), how to reach them, and who they are on each channel."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from core.table import first_mark_of, identity, json_value, mark_of, moment, reference, sealed

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
    postal_address: str = sealed("applicant.postal_address")
    consent_at: datetime | None = moment(nullable=True)
    created_at: datetime = moment()
    version: int = 1


class ContactPoint(SQLModel, table=True):
    """A telephone in E.164 or an e-mail address of an applicant, sealed; it is found by its mark."""

    __tablename__ = "contact_point"
    __table_args__ = (UniqueConstraint("applicant_id", "kind", "value_mark"),)

    id: int | None = identity()
    applicant_id: int = reference("applicant.id", ondelete="CASCADE")
    kind: str = Field(max_length=8)
    value: str = sealed("contact_point.value", required=True)
    value_mark: str | None = mark_of("value")


class ChannelIdentity(SQLModel, table=True):
    """One person's account on one channel, sealed and found by its mark: a Telegram chat, a telephone number, a mail address.

    ``display_name``: what the person calls themselves there, never the account itself; it may be empty. Of an erased account
    the text is empty and ``external_mark`` is a word of its own.
    """

    __tablename__ = "channel_identity"
    __table_args__ = (
        UniqueConstraint("channel", "external_mark"),
        Index("channel_identity_words", text("to_tsvector('simple'::regconfig, display_name)"), postgresql_using="gin"),
    )

    id: int | None = identity()
    channel: str = Field(max_length=16)
    external_id: str = sealed("channel_identity.external_id", required=True)
    external_mark: str | None = first_mark_of("external_id")
    display_name: str = Field(default="", max_length=200)
    applicant_id: int | None = reference("applicant.id", index=True, nullable=True)
    blocked_at: datetime | None = moment(nullable=True)
    created_at: datetime = moment()


class ApplicantMerge(SQLModel, table=True):
    """Two cards of one person made one: everything of ``merged`` went to ``kept``, until it is undone.

    ``moved`` holds the ids that went over: ``identities``, ``conversations``, ``appeals``; ``contacts`` the kinds and marks of what
    the kept card got, ``filled`` its fields that were empty, with what they got. The merged card itself keeps what it had.
    """

    __tablename__ = "applicant_merge"
    __table_args__ = (
        Index("applicant_merged_once", "merged_id", unique=True, postgresql_where=text("undone_at IS NULL")),
        Index("applicant_merge_kept", "kept_id", "id"),
    )

    id: int | None = identity()
    kept_id: int = reference("applicant.id", ondelete="CASCADE")
    merged_id: int = reference("applicant.id", ondelete="CASCADE")
    moved: dict[str, Any] = json_value(dict)
    made_by_id: int | None = reference("staff_member.id", nullable=True)
    made_at: datetime = moment()
    undone_by_id: int | None = reference("staff_member.id", nullable=True)
    undone_at: datetime | None = moment(nullable=True)
