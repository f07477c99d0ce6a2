"""No file names a place of the machine on which it was written."""

import re

import pytest

from tests.house.tree import FOREIGN, ROOT, files, name_of

READABLE = {
    "", ".cfg", ".css", ".html", ".ini", ".js", ".json", ".mako", ".md", ".py", ".sh", ".svg", ".toml", ".ts",
    ".txt", ".vue", ".yaml", ".yml", ".core", ".nlu", ".caddy", ".example", ".importlinter",
}  # fmt: skip
LOCKS = {"uv.lock", "nlu/uv.lock", "inbox/ui/package-lock.json"}
PLACES = re.compile("|".join((r"(?<![\w.])/wo" "rk/", r"(?<![\w.])/ro" "ot/", r"(?<![\w./])/ho" r"me/\w", "/Us" r"ers/\w")))
"""Written in pieces, so that this file does not name them either."""


TOPS = sorted({place.name for place in ROOT.iterdir() if not place.name.startswith(".git")} - FOREIGN)
"""Without what a run makes meanwhile: every process of it has to find the same tests."""


@pytest.mark.parametrize("top", TOPS)
def test_no_machine_path_is_in_the_tree(top: str) -> None:
    found = []
    for file in files(top):
        if file.suffix not in READABLE or name_of(file) in LOCKS or file.name == ".env":
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="ignore").splitlines(), 1):
            if PLACES.search(line):
                found.append(f"{name_of(file)}:{number}")
    assert not found
