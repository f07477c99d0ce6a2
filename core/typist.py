"""The port to documents: what the casework needs typed, printed and shown; `documents/` is its adapter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A letter in plain text: paragraphs separated by an empty line."""

    subject: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedLetter:
    """A letter for the post: ``to_name`` and ``to_address`` make the envelope line; ``number`` and ``dated`` the outgoing stamp."""

    to_name: str
    to_address: str
    number: str
    dated: str
    subject: str
    text: str
    signed_by: str
    signed_as: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateReport:
    """What a clerk's template asks for that we do not offer, and what it leaves out that the form needs."""

    unknown: Sequence[str]
    missing: Sequence[str]


class Typist(Protocol):
    """Fills forms, composes letters, prints them and shows documents."""

    async def form(self, template: bytes, facts: Mapping[str, object]) -> bytes:
        """A filled .docx. Raises Invalid (fields: template) for what is no .docx or names unknown variables."""
        ...

    def check(self, template: bytes, form: str) -> TemplateReport:
        """What is wrong with a template of the form ``form``; raises Invalid (fields: template) when it cannot be read."""
        ...

    def letter(self, name: str, facts: Mapping[str, object]) -> Letter:
        """The letter ``name`` in official style; raises KeyError for an unknown letter or a fact that is not given."""
        ...

    async def printable(self, letter: PrintedLetter) -> bytes:
        """The letter as a PDF page for the post."""
        ...

    async def pictures(self, letter: PrintedLetter) -> Sequence[bytes]:
        """The pages of ``printable`` as PNG pictures for the screen, in order."""
        ...

    async def page(self, document: bytes) -> str:
        """Safe HTML of a .docx for the screen; raises Invalid (fields: file)."""
        ...
