"""What we build on may be used in a product under the MIT licence."""

import json
import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata

import pytest

from tests.house.tree import ROOT

FREE = {
    "MIT", "MIT-0", "MIT-CMU", "BSD", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "ISC", "Apache-2.0", "PSF-2.0", "Python-2.0", "Zlib",
    "ZPL-2.1", "CC0-1.0", "Unlicense", "BlueOak-1.0.0", "OFL-1.1", "CC-BY-4.0",
}  # fmt: skip
"""Permissive: the notice travels with the copy."""
WEAK = {"MPL-2.0", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only"}
"""Used as they are, never changed and never copied into our files; each package that has one is listed below."""
WITH_WEAK = {
    "certifi": "the list of certificate authorities, read as data",
    "docxtpl": "a library that is imported as it is; anybody can put another version in its place",
    "fqdn": "tests only (a dependency of jsonschema)",
    "hypothesis": "tests only",
    "num2words": "a library that is imported as it is (by ru-normalizr); anybody can put another version in its place",
    "orjson": "a choice of Apache-2.0 or MIT for all but one vendored file under MPL-2.0",
    "pathspec": "tests only (a dependency of mypy)",
    "psycopg": "a library that is imported as it is; anybody can put another version in its place",
    "psycopg-binary": "the same library with libpq",
    "psycopg-pool": "the same library's pool",
    "soxr": "a library that is imported as it is; anybody can put another version in its place",
    "python-telegram-bot": "a library that is imported as it is; anybody can put another version in its place",
}
TOLD_HERE = {"axe-playwright-python": "MIT", "dkimpy": "Zlib", "imapclient": "BSD-3-Clause", "pyrage": "MIT"}
"""Whose metadata names no licence; read in the package's own files."""
WEAK_IN_THE_APP = {"axe-core": "tests only", "lightningcss": "a build tool: nothing of it is in the built app"}
SAME = {
    "mit license": "MIT", "mit": "MIT", "apache software license": "Apache-2.0", "apache 2.0": "Apache-2.0", "bsd license": "BSD",
    "bsd 2-clause license": "BSD-2-Clause", "3-clause bsd license": "BSD-3-Clause", "isc license (iscl)": "ISC",
    "python software foundation license": "PSF-2.0", "the unlicense (unlicense)": "Unlicense",
    "gnu library or lesser general public license (lgpl)": "LGPL-2.1-or-later",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
}  # fmt: skip
LOCKED = sorted(
    one["name"]
    for one in tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))["package"]
    if "virtual" not in one["source"]
)


def _licences(name):
    """The SPDX names that a package gives; OR and AND alike must all be known here."""
    told = metadata(name)
    said = [told["License-Expression"]] if told["License-Expression"] else []
    if not said and (line := (told["License"] or "").strip()) and "\n" not in line:
        said = [line]
    if not said or not _known(said):
        named = [entry.rpartition(" :: ")[2] for entry in told.get_all("Classifier") or () if entry.startswith("License ::")]
        said = [entry for entry in named if entry != "DFSG approved"] or said
    return _known(said) or {TOLD_HERE.get(name, "unknown")}


def _known(said):
    found = set()
    for words in said:
        if words.lower() in SAME:
            found.add(SAME[words.lower()])
        else:
            found |= {part for part in re.split(r"\s+(?:AND|OR|WITH)\s+|[()]", words) if part}
    return found if found <= FREE | WEAK else set()


def _is_here(name: str) -> bool:
    """Whether it is installed: the lock names packages of other platforms too."""
    try:
        _licences(name)
    except PackageNotFoundError:
        return False
    return True


@pytest.mark.parametrize("name", [name for name in LOCKED if _is_here(name)])
def test_a_locked_dependency_is_free_to_use(name: str) -> None:
    licences = _licences(name)
    allowed = FREE | (WEAK if name in WITH_WEAK else set())
    assert licences <= allowed


def test_every_exception_is_still_locked() -> None:
    assert not (set(WITH_WEAK) | set(TOLD_HERE)) - set(LOCKED)


def test_what_the_app_is_built_from_is_free_to_use() -> None:
    lock = json.loads((ROOT / "inbox" / "ui" / "package-lock.json").read_text(encoding="utf-8"))
    doubtful = {}
    for place, package in lock["packages"].items():
        name = place.rpartition("node_modules/")[2]
        said = {part for part in re.split(r"\s+(?:AND|OR)\s+|[()]", package.get("license", "")) if part}
        weak = any(name.startswith(known) for known in WEAK_IN_THE_APP)
        if place and not (said and said <= FREE | (WEAK if weak else set())):
            doubtful[name] = sorted(said)
    assert not doubtful
