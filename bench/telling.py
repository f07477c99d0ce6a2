"""How every benchmark tells its figures: a table, and one last line that a program can read."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One figure. ``goal`` is in words, such as ``<= 1.3``; ``ok`` is None when there is no goal."""

    name: str
    figure: str
    goal: str = ""
    ok: bool | None = None


def tell(bench: str, lines: Sequence[Line]) -> int:
    """Print the table and the closing line; gives the exit code."""
    width = max(len(line.name) for line in lines)
    number = max(len(line.figure) for line in lines)
    for line in lines:
        mark = "" if line.ok is None else "ok" if line.ok else "short"
        print(f"{line.name:<{width}}  {line.figure:>{number}}  {line.goal:<14} {mark}".rstrip())
    judged = [line for line in lines if line.ok is not None]
    short = [line for line in judged if not line.ok]
    told = short[0] if short else judged[-1]
    print(f"{bench}: figure={told.figure} goal={told.goal.replace(' ', '')} {'short' if short else 'ok'}")
    return 1 if short else 0


def percentile(samples: Sequence[float], share: float) -> float:
    """The sample below which ``share`` (0..1) of the sorted samples lie."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
