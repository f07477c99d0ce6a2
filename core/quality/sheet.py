"""The score sheet as data: its versions, and how marks become a total (reg. 2.7, 3.1-3.4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.errors import Invalid
from core.quality.vocabulary import ItemKind, Mark

FOLDER = Path(__file__).parent / "sheets"
TENTH = Decimal("0.1")


class Scale(StrEnum):
    """How finely a criterion is marked."""

    YES_NO = "yes_no"
    GRADED = "graded"


GRADES: Mapping[Scale, Mapping[Mark, Decimal]] = {
    Scale.YES_NO: {Mark.NO: Decimal(0), Mark.YES: Decimal(1)},
    Scale.GRADED: {Mark.NO: Decimal(0), Mark.PARTLY: Decimal("0.5"), Mark.YES: Decimal(1)},
}
"""What each mark is worth, worst first: the order is that of the scale."""


class SheetIncomplete(Invalid):
    """Some criteria have no mark, or one that they do not know; ``fields`` says which."""

    code = "sheet_incomplete"


class NothingScored(Invalid):
    """Everything was called not applicable: there is nothing to count."""

    code = "nothing_scored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One line of the sheet. ``look``: what to look at; ``facts``: what the system knows and shows beside it."""

    key: str
    clauses: tuple[str, ...]
    title: str
    look: str
    scale: Scale
    weight: int
    is_critical: bool = False
    may_be_na: bool = False
    on: tuple[ItemKind, ...] = tuple(ItemKind)
    facts: tuple[str, ...] = ()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks that may be given, worst first."""
        return (*GRADES[self.scale], *((Mark.NA,) if self.may_be_na else ()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One version of the sheet, used from ``since`` on."""

    version: str
    since: date
    criteria: tuple[Criterion, ...]

    def lines(self, kind: ItemKind) -> tuple[Criterion, ...]:
        """The criteria of a call or of a conversation."""
        return tuple(one for one in self.criteria if kind in one.on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """``total``: percent with one decimal; ``zeroed_by``: the critical criteria that were not met."""

    total: float
    zeroed_by: tuple[str, ...] = ()


@cache
def sheets() -> Mapping[str, Sheet]:
    """Every version by its name, oldest first."""
    read = [_read(yaml.safe_load(file.read_text(encoding="utf-8"))) for file in FOLDER.glob("*.yaml")]
    return {one.version: one for one in sorted(read, key=lambda one: (one.since, one.version))}


def sheet_on(day: date) -> Sheet:
    """The version that is used on a day: the newest that has begun, else the first of all."""
    known = tuple(sheets().values())
    return next((one for one in reversed(known) if one.since <= day), known[0])


def check(lines: Sequence[Criterion], marks: Mapping[str, str], *, whole: bool) -> dict[str, str]:
    """The marks, each one that its criterion knows; raises SheetIncomplete with each line that is not, ``whole`` also for none."""
    problems = {f"marks.{key}": "unknown_criterion" for key in marks if key not in {one.key for one in lines}}
    for line in lines:
        given = marks.get(line.key)
        if given is None:
            problems |= {f"marks.{line.key}": "unmarked"} if whole else {}
        elif given not in line.marks:
            problems[f"marks.{line.key}"] = "literal_error"
    if problems:
        raise SheetIncomplete("the sheet is not filled in", fields=problems, count=len(problems))
    return {key: str(mark) for key, mark in marks.items()}


def score(lines: Sequence[Criterion], marks: Mapping[str, str]) -> Score:
    """The weighted share of what was applicable, in percent; zero when a critical criterion was not met. Raises NothingScored."""
    counted = [line for line in lines if marks[line.key] != Mark.NA]
    weights = sum(line.weight for line in counted)
    if not weights:
        raise NothingScored("nothing was applicable")
    zeroed = tuple(line.key for line in counted if line.is_critical and marks[line.key] == Mark.NO)
    earned = sum((line.weight * GRADES[line.scale][Mark(marks[line.key])] for line in counted), Decimal(0))
    total = Decimal(0) if zeroed else (earned * 100 / weights).quantize(TENTH, ROUND_HALF_UP)
    return Score(total=float(total), zeroed_by=zeroed)


def _read(written: Mapping[str, Any]) -> Sheet:
    criteria = tuple(_criterion(one) for one in written["criteria"])
    return Sheet(version=str(written["version"]), since=written["since"], criteria=criteria)


def _criterion(written: Mapping[str, Any]) -> Criterion:
    return Criterion(
        key=written["key"],
        clauses=tuple(written["clauses"]),
        title=written["title"],
        look=written["look"],
        scale=Scale(written["scale"]),
        weight=int(written["weight"]),
        is_critical=bool(written.get("critical", False)),
        may_be_na=bool(written.get("na", False)),
        on=tuple(ItemKind(one) for one in written.get("kinds", tuple(ItemKind))),
        facts=tuple(written.get("facts", ())),
    )
