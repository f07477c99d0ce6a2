"""What the documentation shows can be done as it is shown."""

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
import yaml

from app.__main__ import parser
from core.knowledge.importing.articles_yaml import read_yaml_articles
from core.knowledge.importing.markdown import read_markdown
from core.knowledge.importing.structure import build_articles
from core.knowledge.importing.vocabulary import RawArticle
from tests.house.tree import ROOT, files, name_of

IMPORTING = (ROOT / "docs" / "how-to" / "import-knowledge.md").read_text(encoding="utf-8")
TOPS = ("docs", "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "core/texts", "bots", "inbox/web", "Makefile")
TEXTS = [file for file in files(*TOPS) if file.suffix in {".md", ".toml", ""}]


def _example(language):
    return re.search(rf"```{language}\n(.*?)```", IMPORTING, re.DOTALL)[1]


@pytest.mark.parametrize(
    "articles",
    [
        pytest.param(lambda: build_articles(read_markdown(_example("markdown"))), id="markdown"),
        pytest.param(lambda: read_yaml_articles(_example("yaml")), id="yaml"),
    ],
)
def test_the_examples_of_importing_are_read_whole(articles: Callable[[], list[RawArticle]]) -> None:
    (article,) = articles()
    assert article.title and article.answer and article.source and article.item_no == 16
    assert len(article.questions) == 2
    assert str(article.confirmed_on) == str(date(2026, 1, 12))


@pytest.mark.parametrize("file", TEXTS, ids=name_of)
def test_every_command_that_people_are_told_exists(file: Path) -> None:
    known = next(action for action in parser()._actions if action.choices).choices
    told = set(re.findall(r"python -m app ([a-z][\w-]*)", file.read_text(encoding="utf-8")))
    assert not told - set(known)


@pytest.mark.parametrize("file", [file for file in TEXTS if file.suffix == ".md"], ids=name_of)
def test_every_make_target_that_people_are_told_exists(file: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    told = set(re.findall(r"(?:^|`)make ([a-z-]+)\b", file.read_text(encoding="utf-8"), re.MULTILINE))
    assert not told - targets


@pytest.mark.parametrize("file", [file for file in TEXTS if file.suffix == ".md"], ids=name_of)
def test_every_file_that_a_page_names_exists(file: Path) -> None:
    made = ("var/", "deploy/secrets", "nlu/.venv", "nlu/models", "docs/pictures/", "inbox/web/dist")
    tops = "|".join(place.name for place in ROOT.iterdir() if place.is_dir() and not place.name.startswith("."))
    named = re.findall(rf"`((?:{tops})/[\w./-]+)`", file.read_text(encoding="utf-8"))
    assert not [path for path in named if not path.startswith(made) and not (ROOT / path).exists()]


def test_the_compose_example_is_yaml() -> None:
    assert yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["name"] == "contact-centre"
