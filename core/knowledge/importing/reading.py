"""A department's file becomes checked drafts: opened in a limited process, never in ours (reg. 4.5)."""

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from core.errors import Invalid
from core.knowledge.drafting import ArticleDraft, checked
from core.knowledge.errors import Unreadable, UnreadableDocument
from core.knowledge.importing import limits
from core.knowledge.importing.limited import ROOT, run_limited
from core.knowledge.importing.vocabulary import Wanted

OFFICE = "libreoffice-writer-nogui"
"""The Debian package that brings ``soffice``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedArticle:
    """A draft with remarks for the editor."""

    draft: ArticleDraft
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedDocument:
    """What one file gave."""

    media_type: str
    notes: tuple[str, ...]
    articles: tuple[ImportedArticle, ...]


async def read_document(content: bytes, filename: str) -> ImportedDocument:
    """Articles of a .docx, .doc, .rtf, .md or .yaml file, known by its content. Raises UnreadableDocument."""
    if not content:
        raise UnreadableDocument(Unreadable.EMPTY, file=filename)
    return _document(await _read(content, Wanted.ARTICLES))


async def document_text(content: bytes) -> str:
    """The paragraphs and rows of tables of a .docx, .doc or .rtf file, known by its content, one a line (reg. 2.8.10).

    Raises UnreadableDocument: what is no such document (a PDF: UNKNOWN_CONTENT), is broken, locked, or holds no text (EMPTY).
    """
    if not content:
        raise UnreadableDocument(Unreadable.EMPTY)
    answer = await _read(content, Wanted.TEXT)
    return str(answer["text"])


async def _read(content: bytes, wanted: Wanted) -> dict[str, Any]:
    if len(content) > limits.FILE_LIMIT:
        raise UnreadableDocument(Unreadable.TOO_LARGE, limit=limits.FILE_LIMIT // 1024 // 1024)
    with tempfile.TemporaryDirectory(prefix="document-") as directory:
        path = Path(directory) / "document"
        await asyncio.to_thread(path.write_bytes, content)
        answer = await _open(path, wanted)
        if "convert" in answer:
            media_type = answer["convert"]
            answer = await _open(await _convert(path), wanted) | {"media_type": media_type}
    return answer


async def _open(path: Path, wanted: Wanted) -> dict[str, Any]:
    command = [sys.executable, "-P", "-m", "core.knowledge.importing.worker", str(path), wanted]
    code, output = await run_limited(command, path.parent, limits.WALL_SECONDS, {"PYTHONPATH": str(ROOT)})
    if code:
        raise UnreadableDocument(Unreadable.TOO_LONG if code < 0 else Unreadable.DAMAGED)
    answer: dict[str, Any] = json.loads(output)
    if "error" in answer:
        raise UnreadableDocument(Unreadable(answer["error"]), **answer["facts"])
    return answer


async def _convert(path: Path) -> Path:
    program = shutil.which("soffice")
    if program is None:
        raise UnreadableDocument(Unreadable.NEEDS_PROGRAM, program=OFFICE)
    profile = f"-env:UserInstallation={(path.parent / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "docx", "--outdir", str(path.parent), str(path)]
    await run_limited(command, path.parent, limits.CONVERT_SECONDS, {"HOME": str(path.parent)})
    made = path.with_suffix(".docx")
    if not made.is_file():
        raise UnreadableDocument(Unreadable.DAMAGED)
    return made


def _document(answer: Mapping[str, Any]) -> ImportedDocument:
    articles = tuple(_imported(raw) for raw in answer["articles"])
    if not articles:
        raise UnreadableDocument(Unreadable.NO_ARTICLES)
    return ImportedDocument(media_type=answer["media_type"], notes=tuple(answer["notes"]), articles=articles)


def _imported(raw: Mapping[str, Any]) -> ImportedArticle:
    draft = ArticleDraft(
        item_no=raw["item_no"],
        department=raw["department"] or None,
        title=raw["title"],
        answer=raw["answer"],
        spoken=raw["spoken"],
        questions=tuple(raw["questions"]),
        source=raw["source"],
        confirmed_on=_day(raw["confirmed_on"]),
        valid_until=_day(raw["valid_until"]),
        restricted=raw["restricted"],
    )
    try:
        checked(draft)
    except Invalid as refused:
        facts = {"line": raw["line"], "field": refused.facts.get("field"), "why": refused.facts.get("reason")}
        raise UnreadableDocument(Unreadable.BAD_ARTICLE, **facts) from refused
    return ImportedArticle(draft=draft, notes=tuple(raw["notes"]))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
