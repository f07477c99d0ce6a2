"""From the core's words to those of the API."""

from collections.abc import Mapping, Sequence

from core.knowledge.drafting import ArticleDraft
from core.knowledge.editor.lists import ListRow
from core.knowledge.editor.reading import OpenedArticle
from core.knowledge.editor.remarks import RemarkRow
from core.knowledge.markup import Block, blocks_of, spans_of
from core.knowledge.model import Article, ArticleRemark, ArticleText
from inbox.web.knowledge import schemas

TEXT = tuple(schemas.ArticleForm.model_fields)


def draft_of(form: schemas.ArticleForm) -> ArticleDraft:
    """What the editor typed, without what no database stores."""
    return ArticleDraft(
        title=_kept(form.title),
        answer=_kept(form.answer),
        spoken=_kept(form.spoken),
        questions=tuple(map(_kept, form.questions)),
        item_no=form.item_no,
        department=form.department or None,
        source=_kept(form.source),
        valid_until=form.valid_until,
        confirmed_on=form.confirmed_on,
        restricted=form.restricted,
    )


def saved(article: Article) -> schemas.ArticleSaved:
    """For what is done next."""
    return schemas.ArticleSaved.model_validate(article, from_attributes=True)


def row(found: ListRow, departments: Mapping[str, str]) -> schemas.KnowledgeRow:
    """A line of the list."""
    article = found.article
    told = {
        "department": departments.get(article.department or "", article.department or ""),
        "stale": found.stale,
        "expired": found.expired,
        "remarks": found.remarks,
        "files": found.files,
        "draft": {"id": found.draft.id, "stage": found.draft.stage} if found.draft else None,
    }
    plain = {name: getattr(article, name) for name in schemas.KnowledgeRow.model_fields if name not in told}
    return schemas.KnowledgeRow.model_validate({**plain, **told})


def article(opened: OpenedArticle) -> schemas.KnowledgeArticle:
    """The editor's page."""
    found, names = opened.article, opened.names
    told = {
        **text(found),
        "stage_by": names.get(found.stage_by_id or 0, ""),
        "approved_by": names.get(found.approved_by_id or 0, ""),
        "writers": [names.get(one, "") for one in found.writers],
        "draft_id": opened.draft_id,
        "stale": opened.stale,
        "blocks": blocks(found.answer),
        "files": [schemas.ArticleFileView.model_validate(one, from_attributes=True) for one in opened.files],
        "remarks": [remark(one, names) for one in opened.remarks],
        "versions": [
            schemas.VersionLine(
                article_id=one.article_id,
                number=one.version,
                deed=one.deed,
                made_by=names.get(one.made_by or 0, ""),
                made_at=one.made_at,
            )
            for one in opened.versions
        ],
        "deeds": list(opened.deeds),
    }
    plain = {name: getattr(found, name) for name in schemas.KnowledgeArticle.model_fields if name not in told}
    return schemas.KnowledgeArticle.model_validate({**plain, **told})


def text(found: ArticleText) -> dict[str, object]:
    """What an editor writes."""
    return {name: getattr(found, name) for name in TEXT}


def remark(found: ArticleRemark, names: Mapping[int, str]) -> schemas.RemarkView:
    """A remark with the names of those who made and settled it."""
    named = {"made_by": names.get(found.made_by_id, ""), "settled_by": names.get(found.settled_by_id or 0, "")}
    plain = {name: getattr(found, name) for name in schemas.RemarkView.model_fields if name not in named}
    return schemas.RemarkView.model_validate({**plain, **named})


def remark_line(found: RemarkRow) -> schemas.RemarkLine:
    """A line of the editors' list."""
    names = {found.remark.made_by_id: found.made_by}
    told = remark(found.remark, names).model_dump()
    return schemas.RemarkLine(**told, article_id=found.remark.article_id, title=found.title)


def blocks(answer: str) -> list[schemas.BlockView]:
    """A text for the staff's screen."""
    return [_block(one) for one in blocks_of(answer)]


def _block(one: Block) -> schemas.BlockView:
    return schemas.BlockView(
        kind=one.kind,
        first=one.first,
        lines=[_spans(line) for line in one.lines],
        head=[_spans(cell) for cell in one.head],
        rows=[[_spans(cell) for cell in cells] for cells in one.rows],
    )


def _spans(line: str) -> list[schemas.SpanView]:
    return [schemas.SpanView(text=span.text, href=span.href) for span in spans_of(line)]


def departments_in_order(names: Mapping[str, str], keys: Sequence[str] = ()) -> dict[str, str]:
    """Names by keys, as the alphabet has them."""
    return dict(sorted(((key, name) for key, name in names.items() if not keys or key in keys), key=lambda one: one[1]))


def _kept(words: str) -> str:
    return words.replace("\x00", "").encode("utf-8", "ignore").decode()
