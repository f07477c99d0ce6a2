"""A letter on paper: one or more A4 pages as PDF, set by typst with the fonts that it carries."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import typst

from core.typist import PrintedLetter
from documents.letters import UNFIT

PRINT = Path(__file__).parent / "print"
STANDARD: Final = "1.7"
"""Not PDF/A: that wants a moment of making in the file, and the same letter shall give the same bytes."""


DOTS: Final = 110.0
"""Of a picture, per inch: letters are sharp on a screen at 100 % and still readable at 200 %."""


def print_letter(letter: PrintedLetter) -> bytes:
    """The PDF; the words are given as data, so nothing in them is read as markup."""
    return typst.compile(
        PRINT / "letter.typ", root=PRINT, format="pdf", ignore_system_fonts=True, sys_inputs=_words(letter), pdf_standards=STANDARD
    )


def draw_letter(letter: PrintedLetter) -> Sequence[bytes]:
    """The same pages as PNG pictures."""
    made: bytes | list[bytes] = typst.compile(
        PRINT / "letter.typ", root=PRINT, format="png", ignore_system_fonts=True, sys_inputs=_words(letter), ppi=DOTS
    )
    return made if isinstance(made, list) else [made]


def _words(letter: PrintedLetter) -> dict[str, str]:
    words = {name: UNFIT.sub("", value.replace("\r\n", "\n")) for name, value in asdict(letter).items()}
    return {"letter": json.dumps(words, ensure_ascii=False)}
