"""What an editor or a document proposes, checked before it is stored."""

from dataclasses import dataclass
from datetime import date

from core.errors import Invalid
from core.knowledge.model import Article, ArticleText
from core.lexicon.tokens import strip_invisible

ITEMS = 18
"""Rows of the annex to the regulation."""
TITLE_LIMIT = 300
ANSWER_LIMIT = 20_000
SPOKEN_LIMIT = 1000
QUESTION_LIMIT = 300
QUESTIONS_LIMIT = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleDraft:
    """The text of an article; ``item_no`` is the row of the annex, ``department`` the key of the unit that answers for it;
    a draft may lack both, a published article may not.
    """

    title: str
    answer: str
    item_no: int | None = None
    department: str | None = None
    spoken: str = ""
    questions: tuple[str, ...] = ()
    source: str = ""
    confirmed_on: date | None = None
    valid_until: date | None = None
    restricted: bool = False


def checked(draft: ArticleDraft, *, unfinished: bool = False) -> ArticleText:
    """The draft with invisible characters and double spaces gone; raises Invalid naming the field.

    ``unfinished``: somebody is still typing, so title and answer may be empty.
    """
    needed = not unfinished
    text = ArticleText(
        item_no=draft.item_no,
        department=draft.department,
        title=_line("title", draft.title, TITLE_LIMIT, required=needed),
        answer=_block("answer", draft.answer, ANSWER_LIMIT, required=needed),
        spoken=_block("spoken", draft.spoken, SPOKEN_LIMIT, required=False),
        questions=_questions(draft.questions),
        source=_line("source", draft.source, TITLE_LIMIT, required=False),
        confirmed_on=draft.confirmed_on,
        valid_until=draft.valid_until,
        restricted=draft.restricted,
    )
    if draft.item_no is not None and not 1 <= draft.item_no <= ITEMS:
        raise Invalid(field="item_no", reason="unknown")
    return text


def apply(text: ArticleText, article: Article) -> None:
    """Write the text into an article, field by field."""
    for name in ArticleText.model_fields:
        setattr(article, name, getattr(text, name))


def _questions(questions: tuple[str, ...]) -> list[str]:
    tidy = list(dict.fromkeys(filter(None, (" ".join(strip_invisible(question).split()) for question in questions))))
    if len(tidy) > QUESTIONS_LIMIT or any(len(question) > QUESTION_LIMIT for question in tidy):
        raise Invalid(field="questions", reason="too_long", limit=QUESTION_LIMIT)
    return tidy


def _line(field: str, value: str, limit: int, *, required: bool = True) -> str:
    return _sized(field, " ".join(strip_invisible(value).split()), limit, required=required)


def _block(field: str, value: str, limit: int, *, required: bool = True) -> str:
    lines = (" ".join(strip_invisible(line).split()) for line in value.splitlines())
    return _sized(field, "\n".join(lines).strip(), limit, required=required)


def _sized(field: str, value: str, limit: int, *, required: bool) -> str:
    if required and not value:
        raise Invalid(field=field, reason="required")
    if len(value) > limit:
        raise Invalid(field=field, reason="too_long", limit=limit)
    return value
