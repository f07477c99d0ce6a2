"""Charts of the report as pictures: matplotlib without a screen; patterns beside colours, so that a grey print is readable."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import findfont, get_font

WIDTH, HEIGHT, DOTS = 6.7, 2.9, 160
"""Inches, and dots an inch."""
COLOURS = ("#1a4fa3", "#2f8f6b", "#c7841a", "#b3423a", "#6b5ca5", "#5b6b80", "#3a9bb5")
HATCHES = ("", "//", "..", "xx", "--", "\\\\", "oo")
FONT = "DejaVu Sans"
"""It comes with matplotlib and has Cyrillic letters."""
LONGEST = 34


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One row of numbers of a chart."""

    name: str
    values: Sequence[float]


def stacked(labels: Sequence[str], series: Sequence[Series]) -> bytes:
    """Upright bars, one upon another, as PNG."""
    figure, axes = _blank()
    below = [0.0] * len(labels)
    for at, one in enumerate(series):
        style = _style(at)
        axes.bar(range(len(labels)), one.values, bottom=below, label=one.name, width=0.75, **style)
        below = [low + value for low, value in zip(below, one.values, strict=True)]
    axes.set_xticks(range(len(labels)), labels)
    axes.grid(axis="y", color="#d5dae1", linewidth=0.6)
    if len(series) > 1:
        axes.legend(fontsize=7, frameon=False, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.12))
    return _drawn(figure)


def lying(labels: Sequence[str], values: Sequence[float]) -> bytes:
    """Lying bars with their numbers, the first on top, as PNG."""
    figure, axes = _blank()
    axes.barh(range(len(labels)), values, height=0.65, **_style(0))
    axes.set_yticks(range(len(labels)), [_short(_drawable(label)) for label in labels], parse_math=False)
    axes.invert_yaxis()
    for at, value in enumerate(values):
        axes.annotate(f"{value:g}", (value, at), xytext=(4, 0), textcoords="offset points", va="center", fontsize=8)
    axes.margins(x=0.12)
    axes.grid(axis="x", color="#d5dae1", linewidth=0.6)
    return _drawn(figure)


def _style(at: int) -> Mapping[str, Any]:
    return {
        "color": COLOURS[at % len(COLOURS)],
        "hatch": HATCHES[at % len(HATCHES)],
        "edgecolor": "white",
        "linewidth": 0.6,
    }


def _blank() -> tuple[Figure, Axes]:
    figure = Figure(figsize=(WIDTH, HEIGHT), dpi=DOTS, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=8, length=0, labelfontfamily=FONT)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    return figure, axes


def _drawn(figure: Figure) -> bytes:
    output = io.BytesIO()
    figure.savefig(output, format="png", metadata={"Software": None})
    return output.getvalue()


def _drawable(label: str) -> str:
    """Without what the font has no letter for; the tables beside the chart have every letter."""
    known = get_font(findfont(FONT)).get_charmap()
    return "".join(letter for letter in label if ord(letter) in known)


def _short(label: str) -> str:
    return label if len(label) <= LONGEST else f"{label[: LONGEST - 1].rstrip()}…"
