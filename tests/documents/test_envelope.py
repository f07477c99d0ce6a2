"""A reply for the post in an E65 envelope with a window: the address shows wherever the sheet has slid, and nothing else does."""

import dataclasses
import io
import re
import shutil
import subprocess

import pytest
from docx import Document

from core.forms.fields import REPLY_LETTER
from core.typist import PrintedLetter
from documents.built_in import built_in
from documents.typist import DocumentTypist

ALWAYS = (110.0, 50.0, 190.0, 79.0)
"""Millimetres from the left and the top of the sheet: what every place of the window shows."""
SOMETIMES = (100.0, 34.0, 200.0, 95.0)
"""What some place of it shows."""
FOLD = 99.0
LETTER = PrintedLetter(
    to_name="Тестову Ивану Примеровичу",
    to_address="ул. Примерная, д. 5, кв. 1, г. Владикавказ, 362000",
    number="А-000123/2026",
    dated="30 сентября 2026 г.",
    subject="Ответ на обращение № А-000123/2026 об освещении двора дома 5 по улице Примерной и соседних проездов",
    text="Уважаемый Иван Примерович!\n\n" + "Освещение восстановлено. " * 40,
    signed_by="Операторова Анна Примеровна",
    signed_as="Контакт-центр АМС г. Владикавказа",
)
LINE = re.compile(r'<line xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</line>', re.DOTALL)
WORD = re.compile(r">([^<\s][^<]*)</word>")


def lines_of(pdf: bytes) -> list[tuple[tuple[float, ...], str]]:
    """The lines of the first page: left, top, right and bottom in millimetres, and the words."""
    command = ["pdftotext", "-bbox-layout", "-f", "1", "-l", "1", "-", "-"]
    seen = subprocess.run(command, input=pdf, capture_output=True, check=True, timeout=20).stdout.decode()
    return [
        (tuple(float(one) * 25.4 / 72 for one in line.groups()[:4]), " ".join(WORD.findall(line[5])))
        for line in LINE.finditer(seen)
    ]


def meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether two boxes have a part in common."""
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def within(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Whether a box is inside another."""
    return one[0] >= other[0] and one[1] >= other[1] and one[2] <= other[2] and one[3] <= other[3]


@pytest.mark.clause("2.8.8")
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler-utils) is not installed")
@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Тестову Ивану Примеровичу", "ул. Примерная, д. 5, кв. 1, г. Владикавказ, 362000"),
        (
            "Образцовой-Примеровой Александре Константиновне",
            "Улица Образцовая, дом 15, корпус 2, квартира 147\nг. Владикавказ\n362000",
        ),
        ("Товарищество собственников недвижимости «Образцовое»", "проспект Примеров, дом 15, корпус 2,\n" * 4 + "362000"),
    ],
    ids=["short", "with lines", "long"],
)
async def test_the_window_shows_the_whole_address_and_nothing_else(name: str, address: str) -> None:
    lines = lines_of(await DocumentTypist().printable(dataclasses.replace(LETTER, to_name=name, to_address=address)))
    shown = [(box, words) for box, words in lines if meet(box, SOMETIMES)]
    assert [words for box, words in shown if not within(box, ALWAYS)] == []
    assert "".join("".join(words.split()) for _, words in shown) == "".join(f"{name}{address}".split())
    assert FOLD <= min(box[1] for box, words in lines if words.startswith("Ответ на обращение")) < FOLD + 5


def test_the_template_for_word_has_the_address_at_the_same_place() -> None:
    document = Document(io.BytesIO(built_in(REPLY_LETTER)))
    section, table = document.sections[0], document.tables[0]
    left = section.left_margin.mm + table.columns[0].width.mm
    top = section.top_margin.mm + table.rows[0].height.mm
    right, end = left + table.columns[1].width.mm, top + table.rows[1].height.mm
    assert within((round(left, 1), round(top, 1), round(right, 1), ALWAYS[3]), ALWAYS)
    assert "to_address" in table.cell(1, 1).text and round(end, 1) >= SOMETIMES[3]
