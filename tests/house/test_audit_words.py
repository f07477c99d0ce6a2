"""Everything that the code writes into the audit trail has Russian words on the auditor's page (reg. 2.10)."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.appeals.workflow import Move
from core.knowledge.duties.choices import DutyState
from core.knowledge.model import ArticleStage
from core.quality.vocabulary import MarkState, OwnAnswer
from core.records.port import AnswerKind
from core.unanswered.model import GroupState

ROOT = Path(__file__).resolve().parents[2]
WORDS = (ROOT / "inbox/ui/src/locales/audit.ts").read_text("utf-8")
PEN = re.compile(r"from core\.audit\.trail import record(?: as (\w+))?")
FAMILIES = {
    "appeal": Move,
    "article": ArticleStage,
    "bot.mark": MarkState,
    "knowledge_duty": DutyState,
    "quality": OwnAnswer,
    "question": GroupState,
    "records": AnswerKind,
}
"""Deeds that are named by a value: ``appeal.{move}``."""


def _writers() -> Iterator[tuple[str, str]]:
    """The modules that write into the trail, each with its name of the pen."""
    for path in sorted(ROOT.glob("core/**/*.py")):
        source = path.read_text("utf-8")
        if pen := PEN.search(source):
            yield source, pen[1] or "record"


def _written(source: str, name: str) -> list[ast.Call]:
    found = (one for one in ast.walk(ast.parse(source)) if isinstance(one, ast.Call))
    return [one for one in found if isinstance(one.func, ast.Name) and one.func.id == name]


def _literals(call: ast.Call, place: int) -> list[str]:
    """The literal beginnings of an argument: of a text, of an f-string, of both sides of a choice."""
    given = call.args[place] if len(call.args) > place else None
    sides = [given.body, given.orelse] if isinstance(given, ast.IfExp) else [given]
    heads = [one.values[0] if isinstance(one, ast.JoinedStr) else one for one in sides]
    return [one.value for one in heads if isinstance(one, ast.Constant) and isinstance(one.value, str)]


def _details(source: str, name: str) -> set[str]:
    """The keys of the details of every entry that this module writes, also of those that it gathers in a dict first."""
    calls = _written(source, name)
    named = {one.arg for call in calls for one in call.keywords if one.arg}
    gathered = {ast.unparse(one.value) for call in calls for one in call.keywords if one.arg is None}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Assign) and {ast.unparse(one) for one in node.targets} & gathered:
            dicts = [part for part in ast.walk(node.value) if isinstance(part, ast.Dict)]
            named |= {str(key.value) for one in dicts for key in one.keys if isinstance(key, ast.Constant)}
    return named


CALLS = [call for source, name in _writers() for call in _written(source, name)]


def _told(part: str) -> set[str]:
    block = re.search(rf"^  {part}: {{\n(.*?)^  }}", WORDS, re.MULTILINE | re.DOTALL)
    assert block, f"no {part} in the words of the audit"
    return set(re.findall(r'^    "?([\w.]+)"?: "', block[1], re.MULTILINE))


def test_the_pen_is_found() -> None:
    assert len(CALLS) > 80


def test_every_deed_has_words() -> None:
    written = {deed for call in CALLS for deed in _literals(call, 2) if "." in deed and not deed.endswith((".", "_"))}
    assert written - _told("deeds") == set()


@pytest.mark.parametrize("family", FAMILIES)
def test_every_deed_of_a_family_has_words(family: str) -> None:
    mark = "_" if "." in family else "."
    assert {f"{family}{mark}{one}" for one in FAMILIES[family]} - _told("deeds") == set()


def test_every_kind_of_object_has_words() -> None:
    kinds = {subject.partition(":")[0] for call in CALLS for subject in _literals(call, 3)}
    assert {one for one in kinds if one} - _told("subjects") == set()


def test_every_detail_has_words() -> None:
    written = {one for source, name in _writers() for one in _details(source, name)} - {"staff_id"}
    assert {"service", "role_before", "holder"} < written and written - _told("details") == set()
