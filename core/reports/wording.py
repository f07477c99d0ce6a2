"""How figures are named and written: Russian numbers, shares, changes (reg. 3.3)."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from core.reports.counting import Number
from core.reports.metrics import METRICS, SHARES, Unit
from core.reports.periods import Month, read_month

_WORDS = Path(__file__).with_name("words.toml")
FEW = 20
"""Below this a change is told in pieces: a share of few says nothing."""
THIN, NBSP = "\u202f", "\u00a0"


@cache
def words() -> Mapping[str, Any]:
    """All words of the reports."""
    return tomllib.loads(_WORDS.read_text(encoding="utf-8"))


def month_name(month: Month | str) -> str:
    """As «ноябрь 2026 года»."""
    one = read_month(month) if isinstance(month, str) else month
    return str(words()["month"]).format(name=words()["months"][one.number - 1], year=one.year)


def unit_of(metric: str) -> Unit:
    """What a figure is told in."""
    if metric in SHARES:
        return Unit.SHARE
    return METRICS[metric].unit if metric in METRICS else Unit.COUNT


def written(metric: str, figure: Number) -> str:
    """A figure as people read it."""
    if figure is None:
        return str(words()["nothing"])
    if unit_of(metric) is Unit.SHARE:
        return percent(figure)
    return number(figure)


def number(value: int | float) -> str:
    """Thousands apart, a comma before the fraction."""
    told = f"{value:,.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}"
    return told.replace(",", NBSP).replace(".", ",")


def percent(share: float) -> str:
    """A share with one digit behind the comma."""
    told = f"{share * 100:.1f}".removesuffix(".0").replace(".", ",")
    return f"{told}{NBSP}%"


def change(metric: str, now: Number, then: Number) -> str:
    """What changed since: in percent, in points of a share, or in pieces where there are few; empty when one is unknown."""
    if now is None or then is None:
        return ""
    say = words()["changes"]
    if now == then:
        return str(say["same"])
    difference = abs(now - then)
    if unit_of(metric) is Unit.SHARE:
        by = str(say["points"]).format(by=_tenth(difference * 100))
    elif min(now, then) < FEW:
        by = number(difference)
    else:
        by = str(say["percent"]).format(by=_tenth(difference / then * 100))
    return str(say["more" if now > then else "fewer"]).format(by=by)


def _tenth(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0").replace(".", ",")


def key_name(table: str, key: str, names: Mapping[str, str]) -> str:
    """How a line of a table is called; ``names`` are those of the departments."""
    kind = table.rpartition("_by_")[2]
    if not key:
        return str(words()["other"])
    if kind == "department":
        return names.get(key, key)
    if kind == "weekday":
        return str(words()["weekdays"][int(key) - 1])
    if kind == "hour":
        return f"{int(key):02}:00"
    known: Mapping[str, str] = words()["keys"].get(kind, {})
    return known.get(key, key[:1].upper() + key[1:])
