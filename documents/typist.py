"""The adapter of the port ``core.typist``: work that takes long is done beside the event loop."""

import asyncio
from collections.abc import Mapping, Sequence

from core.forms.fields import form_named
from core.typist import Letter, PrintedLetter, TemplateReport
from documents.filling import check, fill
from documents.letters import compose
from documents.printing import draw_letter, print_letter
from documents.showing import page_of


class DocumentTypist:
    """Implements core.typist.Typist; keeps nothing between two calls."""

    async def form(self, template: bytes, facts: Mapping[str, object]) -> bytes:
        """See the port; raises Invalid (fields: template), reasons in ``documents.filling.fill``."""
        return await asyncio.to_thread(fill, template, facts)

    def check(self, template: bytes, form: str) -> TemplateReport:
        """See the port; raises NotFound for an unknown form."""
        return check(template, form_named(form))

    def letter(self, name: str, facts: Mapping[str, object]) -> Letter:
        """See the port; raises KeyError for an unknown letter, and for a fact that is missing or not declared."""
        return compose(name, facts)

    async def printable(self, letter: PrintedLetter) -> bytes:
        """See the port: A4, the address where the window of an E65 envelope is."""
        return await asyncio.to_thread(print_letter, letter)

    async def pictures(self, letter: PrintedLetter) -> Sequence[bytes]:
        """See the port."""
        return await asyncio.to_thread(draw_letter, letter)

    async def page(self, document: bytes) -> str:
        """See the port; raises Invalid (fields: file)."""
        return await asyncio.to_thread(page_of, document)
