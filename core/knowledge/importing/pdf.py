"""The text of a PDF by ``pdftotext`` (Debian's poppler-utils), where the machine has it; run as a limited process (reg. 2.8.10)."""

import asyncio
import os
import shutil
import sys
import tempfile
from pathlib import Path

from core.knowledge.errors import Unreadable, UnreadableDocument
from core.knowledge.importing import limits
from core.knowledge.importing.limited import ROOT, run_limited

PROGRAM, PACKAGE = "pdftotext", "poppler-utils"
PAGES_LIMIT = 200
SPOILT, FORBIDDEN = 1, 3
"""What pdftotext ends with: it could not open the file; the file is locked."""


async def pdf_text(content: bytes) -> str:
    """The words of a PDF, page after page.

    Raises UnreadableDocument: NEEDS_PROGRAM, TOO_LARGE, PASSWORD, DAMAGED, TOO_LONG, or EMPTY for a scan that holds pictures only.
    """
    program = shutil.which(PROGRAM)
    if program is None:
        raise UnreadableDocument(Unreadable.NEEDS_PROGRAM, program=PACKAGE)
    if len(content) > limits.FILE_LIMIT:
        raise UnreadableDocument(Unreadable.TOO_LARGE, limit=limits.FILE_LIMIT // 1024 // 1024)
    with tempfile.TemporaryDirectory(prefix="pdf-") as directory:
        source, made = Path(directory) / "document.pdf", Path(directory) / "document.txt"
        await asyncio.to_thread(source.write_bytes, content)
        command = [sys.executable, "-P", "-m", __name__, program, str(source), str(made)]
        code, _ = await run_limited(command, source.parent, limits.WALL_SECONDS, {"PYTHONPATH": str(ROOT)})
        if code:
            raise UnreadableDocument(_why(code, content))
        words = await asyncio.to_thread(made.read_text, "utf-8", "replace")
    words = "\n\n".join(page.strip() for page in words.split("\f") if page.strip())[: limits.TEXT_LIMIT]
    if not words:
        raise UnreadableDocument(Unreadable.EMPTY)
    return words


def _why(code: int, content: bytes) -> Unreadable:
    if code < 0:
        return Unreadable.TOO_LONG
    is_locked = code == FORBIDDEN or (code == SPOILT and b"/Encrypt" in content)
    return Unreadable.PASSWORD if is_locked else Unreadable.DAMAGED


def main(program: str, source: str, made: str) -> None:
    """Become pdftotext, with no more memory and time than a document may cost."""
    limits.limit_this_process()
    os.execv(program, [program, "-q", "-enc", "UTF-8", "-l", str(PAGES_LIMIT), source, made])  # noqa: S606  # no shell: the limits are ours


if __name__ == "__main__":
    main(*sys.argv[1:])
