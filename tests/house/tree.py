"""The house as its guards see it: which files are ours, and their parsed modules."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from app.loading import loading

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("app", "bots", "channels", "core", "db", "documents", "inbox", "integrations", "nlu", "sandbox", "bench")
"""The packages of the product; one that does not exist yet is skipped."""
FOREIGN = {
    ".git", ".venv", ".tools", "node_modules", "__pycache__", "var", "models", "dist", ".rasa",
    ".mypy_cache", ".ruff_cache", ".pytest_cache", ".import_linter_cache", ".hypothesis",
}  # fmt: skip
"""Directories that hold what others wrote or what a program made."""


def files(*tops: str, endings: tuple[str, ...] = ()) -> Iterator[Path]:
    """Our files below the named folders (the whole tree without a name), in order."""
    for top in tops or (".",):
        yield from _below(ROOT / top, endings)


def _below(place: Path, endings: tuple[str, ...]) -> Iterator[Path]:
    if place.is_file():
        if not endings or place.suffix in endings:
            yield place
        return
    if not place.is_dir() or place.name in FOREIGN:
        return
    for inner in sorted(place.iterdir()):
        yield from _below(inner, endings)


def modules(*tops: str) -> Iterator[Path]:
    """The Python modules of the named packages; of the whole product without a name."""
    yield from files(*(tops or PRODUCT), endings=(".py",))


@cache
def parsed(module: Path) -> ast.Module:
    """The module's syntax tree, parsed once for all guards."""
    return parse(module.read_text(encoding="utf-8"))


def parse(source: str) -> ast.Module:
    """The syntax tree; the collector rests meanwhile.

    What it ends may write a traceback, which parses source too, and one tree within another confuses Python 3.11
    ("AST constructor recursion depth mismatch", https://github.com/python/cpython/issues/106905).
    """
    with loading():
        return ast.parse(source)


def name_of(path: Path) -> str:
    """The path as people write it, from the top of the tree."""
    return path.relative_to(ROOT).as_posix()


def docstrings(tree: ast.Module) -> set[int]:
    """The ids of the strings that only document: of modules, classes, functions, and below a constant or a field."""
    return {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }


def table_rows(markdown: str, columns: int) -> list[list[str]]:
    """The cells of every table row with so many columns; headings and rules are left out."""
    rows = []
    lines = markdown.splitlines()
    for number, line in enumerate(lines):
        cells = [cell.strip() for cell in line.replace("\\|", "\0").strip().strip("|").split("|")]
        if not line.startswith("|") or len(cells) != columns or set(cells[0]) <= set("-: "):
            continue
        if number + 1 < len(lines) and set(lines[number + 1]) <= set("|-: ") and lines[number + 1].strip():
            continue  # the heading above its rule
        rows.append([cell.replace("\0", "|") for cell in cells])
    return rows
