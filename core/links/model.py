"""One-time links, and the tries that limit them."""

from datetime import datetime

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from core.table import identity, moment


class OneTimeLink(SQLModel, table=True):
    """A link that lets one person do one thing without an account; only the SHA-256 of its token is kept.

    ``subject_id`` is the request, the appeal or the duty that it is for; ``opened`` counts how often its page was looked at.
    """

    __tablename__ = "one_time_link"
    __table_args__ = (Index("link_of_subject", "purpose", "subject_id"),)

    token_hash: str = Field(primary_key=True, max_length=64)
    purpose: str = Field(max_length=16)
    subject_id: int = Field(sa_type=BigInteger)
    expires_at: datetime = moment(index=True)
    used_at: datetime | None = moment(nullable=True)
    opened: int = 0
    made_at: datetime = moment()


class LinkTry(SQLModel, table=True):
    """One look at a plain page, for the limits per address and per link that hold across replicas."""

    __tablename__ = "link_try"

    id: int | None = identity()
    key: str = Field(max_length=128, index=True)
    tried_at: datetime = moment(index=True)
