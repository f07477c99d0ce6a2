"""docs/regulation.md tells the truth: every clause has a test, what it names exists."""

import ast
import re
from functools import cache

import pytest
import yaml

from tests.house.tree import ROOT, files, modules, name_of, parsed, table_rows

PAGE = ROOT / "docs" / "regulation.md"
ROWS = {row[0]: row for row in table_rows(PAGE.read_text(encoding="utf-8"), 4)}


@cache
def _marks():
    """The clauses that tests are marked with, each with the modules that hold the tests."""
    found: dict[str, set[str]] = {}
    for module in modules("tests"):
        for node in ast.walk(parsed(module)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "clause":
                for given in node.args:
                    if isinstance(given, ast.Constant):
                        found.setdefault(str(given.value), set()).add(name_of(module))
                    else:
                        _add_scripts(found, module)
    return found


def _add_scripts(found, module):
    """A module that marks what its data says: scripts beside it, each with its list of ``clauses``."""
    for file in files(name_of(module.parent), endings=(".yml", ".yaml")):
        scripts = yaml.safe_load(file.read_text(encoding="utf-8"))
        for script in scripts if isinstance(scripts, list) else ():
            for clause in script.get("clauses", ()) if isinstance(script, dict) else ():
                found.setdefault(str(clause), set()).add(name_of(file))


@pytest.mark.parametrize("clause", ROWS)
def test_a_clause_has_a_test(clause: str) -> None:
    assert clause in _marks(), f"no test is marked @pytest.mark.clause({clause!r})"


@pytest.mark.parametrize("clause", ROWS)
def test_the_page_names_a_test_of_the_clause(clause: str) -> None:
    named = set(re.findall(r"`([^`]+)`", ROWS[clause][3]))
    assert named & _marks().get(clause, set()), f"the page names {named}, marked are {_marks().get(clause)}"


def test_a_test_that_the_page_names_is_marked_with_the_clause() -> None:
    named = {(clause, path) for clause, row in ROWS.items() for path in re.findall(r"`(tests/[^`]+)`", row[3])}
    assert not [(clause, path) for clause, path in named if path not in _marks().get(clause, set())]


def test_every_marked_clause_is_on_the_page() -> None:
    assert not set(_marks()) - set(ROWS)


def test_every_clause_that_the_code_names_is_on_the_page() -> None:
    said = re.compile(r"\breg\.\s+(\d(?:\.\d+)+)")
    named = {clause for module in modules() for clause in said.findall(module.read_text(encoding="utf-8"))}
    assert not named - set(ROWS)


def test_every_file_that_the_page_names_exists() -> None:
    named = {path for row in ROWS.values() for path in re.findall(r"`([\w./-]+/[\w./-]+)`", " ".join(row[2:]))}
    assert named
    assert not [path for path in named if not (ROOT / path).exists()]


def test_the_page_holds_every_clause_of_the_regulation() -> None:
    """The parts of the regulation, so that nobody can leave a clause out."""
    wanted = {
        "1.2", "2.3", "2.4.1", "2.4.2", "2.5.1", "2.5.2", "2.6", "2.7", "2.9", "2.10",
        *(f"2.8.{number}" for number in range(1, 13)), *(f"3.{number}" for number in range(1, 5)),
        *(f"4.{number}" for number in range(1, 6)), *(f"IVR {number}" for number in range(1, 7)), "annex",
    }  # fmt: skip
    assert set(ROWS) == wanted


def test_there_are_tests_to_read() -> None:
    assert any(files("tests", endings=(".py",)))
