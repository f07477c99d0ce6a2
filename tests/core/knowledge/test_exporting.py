"""What is handed out can be read back: YAML in every field, Word in its text and its labelled fields (4.5)."""

from datetime import date

import pytest

from core.knowledge.desk import KnowledgeDesk
from core.knowledge.drafting import TITLE_LIMIT, ArticleDraft, checked
from core.knowledge.editor.lists import ListFilter
from core.knowledge.exporting.articles_yaml import articles_yaml
from core.knowledge.importing.reading import read_document
from core.knowledge.model import Article
from core.knowledge.seeding import read_seeds
from tests.core.knowledge.conftest import a_draft, a_published_article
from tests.core.knowledge.town import Town

HOSTILE = [
    "key: [a, b] # no comment",
    "- item\n\n  two\n| a | b |",
    "'\"\\ \t& *alias !tag %",
    "yes",
    "1.5",
    "2026-01-01",
    "<script>alert(1)</script>",
    "\u202eabc\u200b{{ x }}",
    ": :",
]


def an_article(text: str) -> Article:
    draft = ArticleDraft(
        title=" ".join(text.split())[:TITLE_LIMIT],
        answer=text,
        spoken=text,
        questions=(" ".join(text.split()), "other"),
        source=" ".join(text.split()),
        item_no=4,
        department="culture",
        confirmed_on=date(2026, 11, 2),
        valid_until=date(2027, 1, 1),
        restricted=True,
    )
    return Article(**checked(draft).model_dump())


@pytest.mark.clause("4.5")
async def test_yaml_is_read_back_in_every_field() -> None:
    articles = [an_article(text) for text in HOSTILE]
    articles += [Article(**checked(seed.draft).model_dump()) for seed in read_seeds()]
    back = await read_document(articles_yaml(articles).encode(), "knowledge.yaml")
    assert [checked(one.draft) for one in back.articles] == [
        checked(ArticleDraft(**{**article.model_dump(include=set(ArticleDraft.__slots__)), "questions": tuple(article.questions)}))
        for article in articles
    ]


async def test_a_word_file_becomes_the_same_drafts(town: Town, desk: KnowledgeDesk) -> None:
    answer = "First.\n\n- one\n- two\n\n| a | b |\n| --- | --- |\n| c | d |"
    for name in ("pool", "skating"):
        await a_published_article(desk, name, answer=answer, spoken="Short.", restricted=name == "pool")
    name, media_type, content = await town.editor.exports.word(town.senior, ListFilter(), [])
    assert name.endswith(".docx") and media_type.startswith("application/vnd.openxml")
    back = await desk.import_drafts(content, name, by=town.writer)
    assert [(one.title, one.item_no, one.department, one.spoken, one.restricted) for one in back] == [
        (a_draft("pool").title, 4, "culture", "Short.", True),
        (a_draft("skating").title, 4, "culture", "Short.", False),
    ]
    assert [tuple(one.questions) for one in back] == [a_draft("pool").questions, a_draft("skating").questions]
    assert back[0].answer == "First.\n\u2022 one\n\u2022 two\na | b\nc | d"


async def test_many_articles_are_several_files(town: Town, desk: KnowledgeDesk) -> None:
    article = await a_published_article(desk)
    name, _, content = await town.editor.exports.yaml(town.senior, ListFilter(), [article.id or 0])
    assert name.endswith(".yaml") and article.title in content.decode()
