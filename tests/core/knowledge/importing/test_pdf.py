"""The words of a department's note that came as a PDF, where the machine can read one (reg. 2.8.10)."""

import shutil

import pytest
import typst

from core.knowledge.errors import Unreadable, UnreadableDocument
from core.knowledge.importing import limits, pdf
from core.knowledge.importing.pdf import PROGRAM, pdf_text

READABLE = pytest.mark.skipif(shutil.which(PROGRAM) is None, reason="pdftotext (poppler-utils) is not installed")


def a_pdf(markup: str) -> bytes:
    return typst.compile(markup.encode(), format="pdf")


@READABLE
@pytest.mark.clause("2.8.10")
async def test_the_words_of_every_page_are_read() -> None:
    assert await pdf_text(a_pdf("Опора восстановлена. #pagebreak() Лампа заменена.")) == "Опора восстановлена.\n\nЛампа заменена."


@READABLE
@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(a_pdf("#rect()"), Unreadable.EMPTY, id="a scan"),
        pytest.param(b"%PDF-1.7 nothing else", Unreadable.DAMAGED, id="rubbish"),
        pytest.param(b"%PDF-1.7 /Encrypt", Unreadable.PASSWORD, id="locked"),
        pytest.param(b"%PDF-" + b"0" * limits.FILE_LIMIT, Unreadable.TOO_LARGE, id="too large"),
    ],
)
async def test_what_gives_no_words_is_told_with_the_reason(content: bytes, why: Unreadable) -> None:
    with pytest.raises(UnreadableDocument) as refused:
        await pdf_text(content)
    assert refused.value.reason is why


async def test_a_machine_without_the_program_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "PROGRAM", "no-such-program")
    with pytest.raises(UnreadableDocument) as refused:
        await pdf_text(a_pdf("Слова."))
    assert refused.value.reason is Unreadable.NEEDS_PROGRAM
