"""The editor's list and page, its files, and what is handed out (4.1, 4.5)."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Response

from core.conversations.thread import NEWEST
from core.knowledge.editor.lists import ListFilter, ListFreshness, ListState
from core.staff.cleaning import clean_text
from inbox.web.auth import Desks, SignedIn
from inbox.web.file_answers import saved_file, shown_file
from inbox.web.knowledge import mapping, schemas
from inbox.web.masking import MaskedRoute

router = APIRouter(route_class=MaskedRoute, prefix="/api/knowledge", tags=["knowledge"])
ArticleId = Annotated[int, Path(alias="id", ge=1, le=NEWEST)]
FileId = Annotated[int, Path(ge=1, le=NEWEST)]
Number = Annotated[int, Path(ge=0, lt=2**31)]
MOST_IDS = 500


def _filter(
    state: Annotated[ListState, Query()] = ListState.ALL,
    freshness: Annotated[ListFreshness, Query()] = ListFreshness.ANY,
    item: Annotated[int | None, Query(ge=1, le=99)] = None,
    department: Annotated[str, Query(max_length=40)] = "",
    restricted: Annotated[bool | None, Query()] = None,
    words: Annotated[str, Query(max_length=200)] = "",
    remarked: Annotated[bool, Query()] = False,  # a query parameter has no other form
) -> ListFilter:
    return ListFilter(
        state=state,
        freshness=freshness,
        item_no=item,
        department=clean_text(department),
        restricted=restricted,
        remarked=remarked,
        words=clean_text(words),
    )


Chosen = Annotated[ListFilter, Depends(_filter)]


@router.get("/articles")
async def list_articles(
    asker: SignedIn, office: Desks, chosen: Chosen, before: Annotated[int | None, Query(ge=1, le=NEWEST)] = None
) -> schemas.KnowledgePage:
    """Fifty, newest first."""
    page = await office.editor.lists.page(asker, chosen, before=before)
    names = await office.editor.base.department_names()
    return schemas.KnowledgePage(rows=[mapping.row(one, names) for one in page.rows], next=page.next_before)


@router.get("/counts")
async def count_articles(asker: SignedIn, office: Desks) -> schemas.KnowledgeCounts:
    """The kinds of the annex with their terms and counts, the departments, how many articles stand where."""
    counts = await office.editor.lists.counts(asker)
    items = await office.editor.base.items()
    names = await office.editor.base.department_names()
    return schemas.KnowledgeCounts(
        items=[
            schemas.KnowledgeItem.model_validate({**one.model_dump(), "published": counts.items.get(one.no, 0)}) for one in items
        ],
        departments=mapping.departments_in_order(names),
        states=dict(counts.states),
        remarked=counts.remarked,
    )


@router.get("/articles/{id}")
async def open_article(article_id: ArticleId, asker: SignedIn, office: Desks) -> schemas.KnowledgeArticle:
    """An article in any state."""
    return mapping.article(await office.editor.reading.open(asker, article_id))


@router.get("/articles/{id}/versions/{number}")
async def article_version(article_id: ArticleId, number: Number, asker: SignedIn, office: Desks) -> schemas.VersionText:
    """The text as it was."""
    found = await office.editor.reading.version(asker, article_id, number)
    return schemas.VersionText.model_validate({**mapping.text(found), "number": found.version})


@router.get("/articles/{id}/original", response_class=Response)
async def article_original(article_id: ArticleId, asker: SignedIn, office: Desks) -> Response:
    """The department's document, as it came."""
    name, stored = await office.editor.reading.original(asker, article_id)
    return saved_file(name, stored.content, stored.media_type)


@router.get("/articles/{id}/files/{file_id}", response_class=Response)
async def article_file(article_id: ArticleId, file_id: FileId, asker: SignedIn, office: Desks) -> Response:
    """A file: to be saved, or a picture or PDF to be looked at in a tab."""
    name, stored = await office.editor.files.load(asker, article_id, file_id)
    return shown_file(name, stored.content, stored.media_type)


@router.get("/export", response_class=Response)
async def export_articles(
    asker: SignedIn,
    office: Desks,
    chosen: Chosen,
    shape: Annotated[Literal["docx", "yaml"], Query()] = "docx",
    ids: Annotated[list[int] | None, Query(max_length=MOST_IDS, alias="id")] = None,
) -> Response:
    """The articles with these ids, or else those of the filter: a Word file, or YAML that the import reads back."""
    made = office.editor.exports.word if shape == "docx" else office.editor.exports.yaml
    wanted = [one for one in ids or [] if 0 < one <= NEWEST]
    name, media_type, content = await made(asker, chosen, wanted)
    return saved_file(name, content, media_type)


@router.get("/remarks")
async def list_remarks(
    asker: SignedIn,
    office: Desks,
    before: Annotated[int | None, Query(ge=1, le=NEWEST)] = None,
    settled: Annotated[bool, Query()] = False,  # a query parameter has no other form
) -> list[schemas.RemarkLine]:
    """Fifty remarks, newest first."""
    return [mapping.remark_line(one) for one in await office.editor.remarks.list(asker, before=before, settled=settled)]
