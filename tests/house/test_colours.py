"""Colours come from the tokens, and every pair of them that meets can be read by day and by night (WCAG 1.4.3, 1.4.11)."""

import re

import pytest

from tests.house.tree import ROOT, files

SOURCES = ROOT / "inbox/ui/src"
TOKENS = SOURCES / "ui/tokens.css"
RAW = re.compile(r"#[0-9a-fA-F]{3,8}\b(?=[\s;,)!\"'])|\b(?:rgba?|hsla?|oklch|oklab|color-mix)\(|:\s*(?:white|black)\b")
TOKEN = re.compile(r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
USED = re.compile(r"var\(--([\w-]+)")
FOREIGN = ("reka-",)
"""Variables that a library sets on its own elements."""

SURFACES = ("page", "surface", "surface-soft")
READ = {
    "ink": (
        *SURFACES,
        "calm",
        "accent-soft",
        "warn-soft",
        "bad-soft",
        "good-soft",
        "note-soft",
        "chosen",
        "bot",
        "operator",
        "bad-faint",
    ),
    "ink-soft": (*SURFACES, "chosen", "bad-faint"),
    "ink-mid": (*SURFACES, "calm", "bot", "operator", "off-soft", "note-soft"),
    "ink-firm": (*SURFACES, "calm"),
    "accent": (*SURFACES, "accent-soft", "chosen", "operator", "bot", "bad-faint"),
    "accent-deep": (*SURFACES, "accent-soft", "accent-line"),
    "good": (*SURFACES, "good-soft", "bot", "operator"),
    "good-deep": ("good-soft",),
    "warn": (*SURFACES, "warn-soft", "bot", "operator"),
    "warn-deep": ("warn-soft",),
    "bad": (*SURFACES, "bad-soft", "bad-faint", "bot", "operator"),
    "bad-deep": (*SURFACES, "bad-soft"),
    "note": (*SURFACES, "note-soft"),
    "off-ink": ("off-soft", "off-fill", "surface"),
    "on-fill": (
        *("accent-fill", "accent-fill-deep", "bad-fill", "bad-fill-deep", "note-fill", "note-fill-deep"),
        *("toast", "toast-bad", "navy", "navy-raised", "navy-hover"),
    ),
    "on-navy": ("navy", "navy-raised"),
    "on-navy-soft": ("navy",),
    "on-amber": ("amber", "amber-soft"),
}
SEEN = {
    "line-strong": (*SURFACES, "bot", "operator"),
    "accent": (*SURFACES, "accent-soft"),
    "accent-fill": ("surface",),
    "bad-fill": ("surface",),
    "warn-mark": SURFACES,
    "note-line": ("surface", "note-soft"),
    "amber": ("navy", "navy-raised", "toast"),
    "on-navy-good": ("navy",),
    "on-navy-line": ("navy",),
}
TOKENS_FOUND = {name: {"day": day, "night": night} for name, day, night in TOKEN.findall(TOKENS.read_text("utf-8"))}


def pairs() -> list[tuple[str, str, float]]:
    """Each (foreground, background, least contrast)."""
    return [
        (front, back, least)
        for table, least in ((READ, 4.5), (SEEN, 3.0))
        for front, backs in table.items()
        for back in backs
    ]  # fmt: skip


def light_of(colour: str) -> float:
    """Relative luminance of ``#rrggbb`` (WCAG 2.2), 0 to 1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    dark, light = sorted((light_of(one), light_of(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["day", "night"])
def test_every_pair_of_colours_that_meets_can_be_read(theme: str) -> None:
    poor = [
        f"--{front} on --{back}: {found:.2f} of {least}"
        for front, back, least in pairs()
        if (found := contrast(TOKENS_FOUND[front][theme], TOKENS_FOUND[back][theme])) < least
    ]
    assert poor == []


def test_no_colour_is_written_outside_the_tokens() -> None:
    raw = [
        f"{path.relative_to(ROOT)}: {line.strip()[:90]}"
        for path in files("inbox/ui/src", endings=(".css", ".vue"))
        if path != TOKENS
        for line in path.read_text("utf-8").splitlines()
        if RAW.search(line)
    ]
    assert raw == []


def test_every_token_that_is_used_exists() -> None:
    known = set(re.findall(r"--([\w-]+):", "\n".join(path.read_text("utf-8") for path in files("inbox/ui/src", endings=(".css",)))))
    used = {
        name
        for path in files("inbox/ui/src", endings=(".css", ".vue"))
        for name in USED.findall(path.read_text("utf-8"))
        if not name.startswith(FOREIGN)
    }
    assert used - known == set()


def test_white_words_lie_on_fills_only() -> None:
    """In the same rule as white words there is no token that is itself a colour of words: at night it is light."""
    words = "|".join(("accent", "accent-deep", "bad", "bad-deep", "good", "warn", "note"))
    wrong = [
        rule.strip()[:90]
        for path in files("inbox/ui/src", endings=(".css",))
        for rule in re.findall(r"[^{}]*\{[^{}]*\}", path.read_text("utf-8"))
        if "color: var(--on-fill)" in rule and re.search(rf"background: var\(--(?:{words})\)", rule)
    ]
    assert wrong == []
