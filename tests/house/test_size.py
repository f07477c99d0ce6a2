"""A file is one idea: at most 300 lines (style rule 1)."""

from tests.house.tree import modules, name_of

MOST = 300
LONGER = {
    "db/migrations/versions/0001_lay_the_tables.py": "the first tables, written once and never changed",
    "db/migrations/versions/0003_casework.py": "every table of the casework, written once and never changed",
}
"""Longer on purpose."""


def _long():
    return {name_of(module) for module in modules() if len(module.read_text(encoding="utf-8").splitlines()) > MOST}


def test_no_module_is_longer_than_300_lines() -> None:
    assert not _long() - set(LONGER)


def test_an_exception_that_is_no_longer_needed_is_taken_away() -> None:
    assert not set(LONGER) - _long()
