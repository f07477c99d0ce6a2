"""What the staff have begun to write and not sent."""

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from core.table import datetime, identity, moment, reference, sealed


class Draft(SQLModel, table=True):
    """The unsent text of one form of one member of staff, about one thing; personal data never stays in a browser.

    ``subject`` and ``subject_id``: the table and number of what the form is about (core.drafts.forms). ``text``: the words, or the
    fields of the form as JSON; empty in a draft that was sent or thrown away: its row stays, so that a late save is known for one.
    ``version`` counts saves and endings; ``seen``: the version of the subject that the form was filled from; ``writer``: the window
    that wrote last; ``replaced``: what another window had written and this text took the place of.
    """

    __tablename__ = "draft"
    __table_args__ = (
        UniqueConstraint("staff_id", "kind", "subject_id"),
        Index("draft_subject", "subject", "subject_id"),
    )

    id: int | None = identity()
    staff_id: int = reference("staff_member.id", ondelete="CASCADE")
    kind: str = Field(max_length=16)
    subject: str = Field(max_length=32)
    subject_id: int = Field(sa_type=BigInteger)
    text: str = sealed("draft.text")
    replaced: str = sealed("draft.replaced")
    version: int = 1
    seen: int = 0
    writer: str = Field(default="", max_length=40)
    saved_at: datetime = moment()
