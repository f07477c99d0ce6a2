"""Editions of the menu (reg. 2.3)."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from core.table import identity, json_value, moment, reference


class MenuEdition(SQLModel, table=True):
    """An edition: what is said otherwise than in the shipped files, by the names of the texts.

    A draft has no ``number``; the published edition with the greatest number is in force. ``authors``: everybody who wrote the
    draft; none of them publishes it. ``restored_from``: the number of the edition that was brought back. At most one draft.
    """

    __tablename__ = "menu_edition"
    __table_args__ = (Index("menu_edition_draft", text("(1)"), unique=True, postgresql_where=text("number IS NULL")),)

    id: int | None = identity()
    number: int | None = Field(default=None, unique=True)
    note: str = Field(default="", max_length=300)
    texts: dict[str, str] = json_value(dict)
    based_on: int = 0
    restored_from: int | None = None
    authors: list[int] = json_value(list)
    made_at: datetime = moment()
    made_by_id: int = reference("staff_member.id")
    changed_at: datetime = moment()
    published_at: datetime | None = moment(nullable=True)
    published_by_id: int | None = reference("staff_member.id", nullable=True)
    version: int = 0
