"""A reader can follow every link of the documentation, and every picture is there."""

import re
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.house.tree import ROOT, files, name_of

PAGES = [page for page in files(endings=(".md",))]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")


def _words(page):
    """The page without its code."""
    return re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)


def _anchor(heading):
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def _anchors(page):
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    return {_anchor(heading.replace("`", "")) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in (first or second for first, second in LINK.findall(_words(page))):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = unquote(link).partition("#")
        wanted = (page.parent / target).resolve() if target else page
        known = wanted.exists() and wanted.is_relative_to(ROOT)
        if not known or (anchor and wanted.suffix == ".md" and anchor not in _anchors(wanted)):
            broken.append(link)
    assert not broken


@pytest.mark.parametrize("page", [page for page in PAGES if name_of(page).startswith("docs/")], ids=name_of)
def test_every_page_can_be_found(page: Path) -> None:
    """A page that nothing links to is never read; decisions and how-tos have their lists."""
    others = [other for other in PAGES if other != page]
    linked = {
        (other.parent / unquote(first or second).partition("#")[0]).resolve()
        for other in others
        for first, second in LINK.findall(_words(other))
    }
    assert page in linked
