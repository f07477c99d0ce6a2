"""The words of docs/glossary.md are the names in the code (style rule 2)."""

import re

import pytest

from tests.house.tree import ROOT, table_rows

PAGE = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS = [row for row in table_rows(PAGE, 4) + table_rows(PAGE, 3) if "later:" not in row[2]]


def _files(row):
    return [ROOT / path for path in re.findall(r"`([\w./]+)`", row[2])]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_word_lives_where_the_glossary_says(row: list[str]) -> None:
    files = _files(row)
    assert all(file.exists() for file in files)
    said = "\n".join(file.read_text(encoding="utf-8") for file in files)
    names = {part for name in re.findall(r"`\.?([\w.]+)(?:\([^`]*\))?`", row[1]) for part in re.findall(r"[A-Za-z_]{4,}", name)}
    assert not [name for name in names if files and not re.search(rf"\b{name}\b", said)]
