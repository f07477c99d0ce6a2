"""A typist whose documents are their facts, so that a test reads what was typed."""

import base64
import json
from collections.abc import Mapping, Sequence

from sqlmodel.ext.asyncio.session import AsyncSession

from core.errors import Invalid
from core.typist import Letter, PrintedLetter, TemplateReport

DOT = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=")
"""The smallest picture."""


class FakeTypist:
    """Implements core.typist.Typist."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, Mapping[str, object]]] = []
        self.is_broken = False
        self.unknown: tuple[str, ...] = ()

    async def form(self, template: bytes, facts: Mapping[str, object]) -> bytes:
        """The template's name and the facts as JSON."""
        if self.is_broken:
            raise Invalid("broken by the test", fields={"template": "unreadable"})
        return json.dumps({"template": template.decode(), **facts}, ensure_ascii=False).encode()

    def check(self, template: bytes, form: str) -> TemplateReport:
        """Everything is well but for what the test made unknown."""
        return TemplateReport(unknown=self.unknown, missing=())

    def letter(self, name: str, facts: Mapping[str, object]) -> Letter:
        """Remember the letter."""
        self.letters.append((name, dict(facts)))
        return Letter(subject=f"{name} {facts['number']}", text=json.dumps(dict(facts), ensure_ascii=False))

    async def printable(self, letter: PrintedLetter) -> bytes:
        """A page that is no PDF."""
        return letter.text.encode()

    async def pictures(self, letter: PrintedLetter) -> Sequence[bytes]:
        """One picture of a single dot."""
        return [DOT]

    async def page(self, document: bytes) -> str:
        """The facts in a paragraph."""
        return f"<p>{len(document)}</p>"


async def template_of(tx: AsyncSession, name: str) -> bytes:
    """The template in force, by its name."""
    return f"template of {name}".encode()
