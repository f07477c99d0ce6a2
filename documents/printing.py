"""A letter on paper: one or more A4 pages as PDF, set by typst with the fonts that it carries."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Final

import typst

from core.typist import PrintedLetter
from documents.letters import UNFIT

PRINT = Path(__file__).parent / "print"
STANDARD: Final = "1.7"
"""Not PDF/A: that wants a moment of making in the file, and the same letter shall give the same bytes."""


def print_letter(letter: PrintedLetter) -> bytes:
    """The PDF; the words are given as data, so nothing in them is read as markup."""
    words = {name: UNFIT.sub("", value.replace("\r\n", "\n")) for name, value in asdict(letter).items()}
    return typst.compile(
        PRINT / "letter.typ",
        root=PRINT,
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"letter": json.dumps(words, ensure_ascii=False)},
        pdf_standards=STANDARD,
    )
