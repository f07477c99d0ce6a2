"""The score sheet: its data, what a whole sheet is, and the total."""

from datetime import date

import pytest

from core.quality.facts import waits_of
from core.quality.sheet import NothingScored, Scale, SheetIncomplete, check, score, sheet_on, sheets
from core.quality.vocabulary import ItemKind, Mark
from tests.clocks import MovableClock

SHEET = sheets()["2026-1"]
CALL, CHAT = SHEET.lines(ItemKind.CALL), SHEET.lines(ItemKind.CHAT)
EVERYTHING = {line.key: "yes" for line in CALL}
KNOWN_FACTS = {
    "greeting", "first_answer", "slowest_answer", "card_missing", "warnings", "holds", "transfers", "registered", "closing",
    "hung_up",
}  # fmt: skip


@pytest.mark.clause("3.1", "3.2", "3.3", "3.4", "2.8.1", "2.8.3", "2.8.7")
def test_the_sheet_asks_for_each_clause_of_the_conduct() -> None:
    assert {clause for line in SHEET.criteria for clause in line.clauses} == {
        "3.1", "3.2", "3.3", "3.4", "2.8.1", "2.8.3", "2.8.7",
    }  # fmt: skip


def test_the_sheet_is_whole() -> None:
    keys = [line.key for line in SHEET.criteria]
    assert len(set(keys)) == len(keys)
    assert all(line.title and line.look and line.weight > 0 for line in SHEET.criteria)
    assert {fact for line in SHEET.criteria for fact in line.facts} <= KNOWN_FACTS
    assert sum(line.is_critical for line in SHEET.criteria) == 2
    assert {line.key for line in CALL} - {line.key for line in CHAT} == {"hanging_up"}


def test_a_day_has_the_newest_sheet_that_has_begun(clock: MovableClock) -> None:
    assert sheet_on(clock.today()).version == "2026-1"
    assert sheet_on(date(2020, 1, 1)).version == "2026-1"


TOTALS = {
    "everything": (EVERYTHING, 100.0, ()),
    "half a style": ({**EVERYTHING, "style": "partly"}, 92.9, ()),  # (105 - 7.5) / 105
    "no greeting": ({**EVERYTHING, "greeting": "no"}, 90.5, ()),
    "what did not arise is not counted": ({**EVERYTHING, "warning": "na", "greeting": "no"}, 90.0, ()),
    "rudeness zeroes it": ({**EVERYTHING, "respect": "no"}, 0.0, ("respect",)),
    "a wrong answer zeroes it": ({**EVERYTHING, "answer": "no", "respect": "no"}, 0.0, ("respect", "answer")),
    "a half right answer does not": ({**EVERYTHING, "answer": "partly"}, 88.1, ()),
    "an answer that was not asked for does not": ({**EVERYTHING, "answer": "na"}, 100.0, ()),
}


@pytest.mark.parametrize(("marks", "total", "zeroed"), TOTALS.values(), ids=TOTALS)
def test_the_total_is_the_weighted_share_of_what_was_applicable(
    marks: dict[str, str], total: float, zeroed: tuple[str, ...]
) -> None:
    found = score(CALL, marks)
    assert (found.total, found.zeroed_by) == (total, zeroed)


def test_nothing_is_counted_when_nothing_was_applicable() -> None:
    lines = tuple(line for line in CALL if line.may_be_na)
    with pytest.raises(NothingScored):
        score(lines, {line.key: "na" for line in lines})


def test_an_unfinished_sheet_names_each_line_that_lacks() -> None:
    with pytest.raises(SheetIncomplete) as refused:
        check(CALL, {key: mark for key, mark in EVERYTHING.items() if key not in ("style", "answer")}, whole=True)
    assert refused.value.facts == {"fields": {"marks.style": "unmarked", "marks.answer": "unmarked"}, "count": 2}


@pytest.mark.parametrize(
    ("marks", "problem"),
    [({"greeting": "partly"}, "literal_error"), ({"greeting": "na"}, "literal_error"), ({"smile": "yes"}, "unknown_criterion")],
)
def test_a_draft_takes_no_mark_that_its_criterion_does_not_know(marks: dict[str, str], problem: str) -> None:
    with pytest.raises(SheetIncomplete) as refused:
        check(CALL, marks, whole=False)
    assert list(refused.value.facts["fields"].values()) == [problem]  # type: ignore[attr-defined]  # a mapping
    assert check(CALL, {}, whole=False) == {}


def test_the_marks_of_a_scale_go_from_the_worst_to_the_best() -> None:
    by_scale = {line.scale: line.marks for line in CALL if line.key in ("respect", "style")}
    assert by_scale == {Scale.YES_NO: (Mark.NO, Mark.YES), Scale.GRADED: (Mark.NO, Mark.PARTLY, Mark.YES)}


def test_a_wait_begins_with_the_first_words_that_were_not_answered(clock: MovableClock) -> None:
    said = [
        ("citizen", None, clock.now().replace(second=0)),
        ("citizen", None, clock.now().replace(second=20)),
        ("operator", 7, clock.now().replace(second=30)),
        ("operator", 7, clock.now().replace(second=31)),
        ("citizen", None, clock.now().replace(second=40)),
        ("operator", 8, clock.now().replace(second=50)),
        ("bot", None, clock.now().replace(second=51)),
    ]
    assert waits_of(said, 7) == [30]
    assert waits_of(said, 8) == [10]
