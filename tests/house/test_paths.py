"""No file names a place of the machine on which it was written."""

import re

import pytest

from tests.house.tree import ROOT, files, name_of

BINARY = {".png", ".gz", ".ico", ".woff2", ".mp3", ".ogg", ".docx", ".doc", ".pdf", ".jpg", ".webm", ".mp4", ".webp", ".wav", ".zip"}
LOCKS = {"uv.lock", "nlu/uv.lock", "inbox/ui/package-lock.json"}
PLACES = re.compile("|".join((r"(?<![\w.])/wo" + r"rk/", r"(?<![\w.])/ro" + r"ot/", r"(?<![\w./])/ho" + r"me/\w", r"/Us" + r"ers/\w")))


@pytest.mark.parametrize("top", sorted(place.name for place in ROOT.iterdir() if not place.name.startswith(".git")))
def test_no_machine_path_is_in_the_tree(top):
    found = []
    for file in files(top):
        if file.suffix in BINARY or name_of(file) in LOCKS or file.name == ".env":
            continue
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="ignore").splitlines(), 1):
            if PLACES.search(line):
                found.append(f"{name_of(file)}:{number}")
    assert not found
