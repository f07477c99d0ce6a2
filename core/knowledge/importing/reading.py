"""A department's file becomes checked drafts: opened in a limited process, never in ours (reg. 4.5)."""

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from core.errors import Invalid
from core.knowledge.drafting import ArticleDraft, checked
from core.knowledge.errors import Unreadable, UnreadableDocument
from core.knowledge.importing import limits

ROOT = Path(__file__).parents[3]
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
    if len(content) > limits.FILE_LIMIT:
        raise UnreadableDocument(Unreadable.TOO_LARGE, limit=limits.FILE_LIMIT // 1024 // 1024)
    with tempfile.TemporaryDirectory(prefix="kb-import-") as directory:
        path = Path(directory) / "document"
        await asyncio.to_thread(path.write_bytes, content)
        answer = await _open(path)
        if "convert" in answer:
            media_type = answer["convert"]
            answer = await _open(await _convert(path)) | {"media_type": media_type}
    return _document(answer)


async def _open(path: Path) -> dict[str, Any]:
    command = [sys.executable, "-P", "-m", "core.knowledge.importing.worker", str(path)]
    code, output = await _run(command, path.parent, limits.WALL_SECONDS, {"PYTHONPATH": str(ROOT)})
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
    await _run(command, path.parent, limits.CONVERT_SECONDS, {"HOME": str(path.parent)})
    made = path.with_suffix(".docx")
    if not made.is_file():
        raise UnreadableDocument(Unreadable.DAMAGED)
    return made


async def _run(command: Sequence[str], directory: Path, seconds: float, environment: Mapping[str, str]) -> tuple[int, bytes]:
    """Exit code and output; a process that is too slow is killed with its children."""
    inherited = {name: os.environ[name] for name in ("PATH", "LANG", "LD_LIBRARY_PATH") if name in os.environ}
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=directory,
        env={**inherited, **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), seconds)
    except TimeoutError as error:
        raise UnreadableDocument(Unreadable.TOO_LONG) from error
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    return process.returncode or 0, output


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
