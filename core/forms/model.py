"""The templates that clerks uploaded for the standard forms; every version is kept."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from core.table import identity, moment, reference


class FormTemplate(SQLModel, table=True):
    """One version of a form's template; the newest is in force. Without a file it stands for the built-in template."""

    __tablename__ = "form_template"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: int | None = identity()
    name: str = Field(max_length=40)
    version: int
    file_key: str | None = Field(default=None, max_length=64, foreign_key="stored_file.key")
    file_name: str = Field(default="", max_length=200)
    uploaded_by_id: int = reference("staff_member.id")
    uploaded_at: datetime = moment()
    note: str = Field(default="", max_length=300)
