"""The changelog keeps step with the version (Keep a Changelog)."""

import re
import tomllib

from tests.house.tree import ROOT

TEXT = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
HEADS = re.findall(r"^## \[(.+?)\](?: - (.+))?$", TEXT, re.MULTILINE)
KINDS = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_the_changelog_has_the_version_of_the_project() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert version in {head for head, _ in HEADS}


def test_a_version_has_a_date_or_is_not_released() -> None:
    assert all(re.fullmatch(r"\d{4}-\d{2}-\d{2}|Unreleased", when) for _, when in HEADS)


def test_only_the_six_kinds_of_change_are_used() -> None:
    assert set(re.findall(r"^### (.+)$", TEXT, re.MULTILINE)) <= KINDS
