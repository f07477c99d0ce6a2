"""The words of a department's note, for the operator's draft: Word files of any age, read in a limited process."""

import asyncio
import fcntl
import io
import os
import stat
import sys
from pathlib import Path

import pytest
from docx import Document

from core.knowledge.errors import Unreadable, UnreadableDocument
from core.knowledge.importing import limits
from core.knowledge.importing.limited import run_limited
from core.knowledge.importing.reading import document_text
from tests.core.knowledge.phrases import FILES

DOC = (FILES / "department.doc").read_bytes()


def a_note(*lines: str, cells: tuple[str, ...] = ()) -> bytes:
    document, output = Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    if cells:
        for cell, words in zip(document.add_table(1, len(cells)).rows[0].cells, cells, strict=True):
            cell.text = words
    document.save(output)
    return output.getvalue()


@pytest.mark.clause("2.8.10")
async def test_a_note_is_read_line_by_line_with_the_rows_of_its_tables() -> None:
    text = await document_text(a_note("Служебная записка", "", "Ремонт закончен.", cells=("срок", "1 декабря")))
    assert text.splitlines() == ["Служебная записка", "Ремонт закончен.", "срок | 1 декабря"]


@pytest.mark.clause("2.8.10")
async def test_a_doc_is_read_too() -> None:
    assert len((await document_text(DOC)).splitlines()) > 3


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(b"", Unreadable.EMPTY, id="no bytes"),
        pytest.param(a_note(), Unreadable.EMPTY, id="no words"),
        pytest.param(b"%PDF-1.7\n\0\0", Unreadable.UNKNOWN_CONTENT, id="a PDF"),
        pytest.param("# Заголовок\n\nтекст".encode(), Unreadable.UNKNOWN_CONTENT, id="a text"),
        pytest.param(b"title: a\nanswer: b\n", Unreadable.UNKNOWN_CONTENT, id="articles"),
        pytest.param(a_note("x")[:-30], Unreadable.DAMAGED, id="half a file"),
        pytest.param(b"x" * (limits.FILE_LIMIT + 1), Unreadable.TOO_LARGE, id="a large file"),
    ],
)
async def test_what_has_no_words_to_read_is_refused_with_the_reason(content: bytes, reason: Unreadable) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        await document_text(content)
    assert refused.value.reason == reason


async def test_rich_text_without_the_office_program_says_what_is_needed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UnreadableDocument) as refused:
        await document_text(rb"{\rtf1 words}")
    assert refused.value.reason == Unreadable.NEEDS_PROGRAM


async def test_rich_text_is_read_with_the_office_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = tmp_path / "made.docx"
    made.write_bytes(a_note("Из записки"))
    program = tmp_path / "soffice"
    copying = "import shutil,sys\n" + f"shutil.copy({str(made)!r}, sys.argv[-1] + '.docx')\n"
    program.write_text(f"#!{sys.executable}\n{copying}")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.defpath}")
    assert await document_text(rb"{\rtf1 words}") == "Из записки"


async def test_a_child_knows_no_secret_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_SECRET", "hush")
    code, output = await run_limited([sys.executable, "-c", "import os; print(*os.environ)"], tmp_path, 30, {"OURS": "1"})
    names = set(output.decode().split())
    assert code == 0
    assert {"PATH", "OURS"} <= names
    assert "MAIL_SECRET" not in names


SLOW = """
import fcntl, subprocess, sys, time
held = open("held", "w")
fcntl.flock(held, fcntl.LOCK_EX)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)"], pass_fds=[held.fileno()])
open("ready", "w").close()
time.sleep(100)
"""
"""The grandchild inherits the lock, so the lock is free only when both are gone."""


async def test_a_child_that_is_too_slow_is_ended_with_its_children(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        await run_limited([sys.executable, "-c", SLOW], tmp_path, 2, {})
    assert refused.value.reason == Unreadable.TOO_LONG
    assert (tmp_path / "ready").exists()
    with (tmp_path / "held").open("w") as held:
        await asyncio.wait_for(asyncio.to_thread(fcntl.flock, held, fcntl.LOCK_EX), 10)
