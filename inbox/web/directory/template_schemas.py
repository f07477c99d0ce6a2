"""The words of the API about the standard forms and their templates."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from inbox.web.directory.schemas import Reason


class TemplateFieldView(BaseModel):
    """A fact that a template may name; ``columns`` are those of a list."""

    name: str
    label: str
    required: bool
    columns: dict[str, str]


class TemplateVersionView(BaseModel):
    """One line of a form's history."""

    version: int
    file_name: str
    built_in: bool
    uploaded_by: str
    uploaded_at: datetime
    note: str


class FormView(BaseModel):
    """A standard form; without versions the template that came with the system is in force, else the first of them."""

    name: str
    title: str
    fields: list[TemplateFieldView]
    versions: list[TemplateVersionView]


class FormSample(BaseModel):
    """The form filled with invented facts, as safe HTML."""

    html: str


class RestoreForm(BaseModel):
    """The version to put in force again; null for the template that came with the system."""

    version: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    note: Reason = ""
