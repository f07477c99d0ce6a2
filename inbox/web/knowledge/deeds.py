"""What editors do: write, submit, approve, publish; files, remarks, documents imported (2.6, 4.5)."""

from typing import Annotated

from fastapi import APIRouter, File, Query, UploadFile

from core.knowledge.editor.remarks import RemarkKind
from core.knowledge.errors import UnreadableDocument
from core.staff.abilities import Ability
from core.staff.cleaning import clean_file_name
from core.words import say
from inbox.web.auth import Desks, SignedIn
from inbox.web.knowledge import mapping, schemas
from inbox.web.knowledge.reading import ArticleId, FileId, Number
from inbox.web.masking import MaskedRoute
from inbox.web.taking import judged

router = APIRouter(route_class=MaskedRoute, prefix="/api/knowledge", tags=["knowledge"])
Seen = Annotated[int, Query(alias="version", ge=0, lt=2**31)]


@router.post("/articles")
async def begin_article(form: schemas.ArticleForm, asker: SignedIn, office: Desks) -> schemas.ArticleSaved:
    """A new draft."""
    return mapping.saved(await office.editor.writing.start(asker, mapping.draft_of(form)))


@router.put("/articles/{id}")
async def save_article(form: schemas.ArticleSave, article_id: ArticleId, asker: SignedIn, office: Desks) -> schemas.ArticleSaved:
    """What the page holds now; 409 when somebody else saved meanwhile."""
    return mapping.saved(await office.editor.writing.save(asker, article_id, form.version, mapping.draft_of(form)))


@router.post("/articles/{id}/revise")
async def revise_article(article_id: ArticleId, asker: SignedIn, office: Desks) -> schemas.ArticleSaved:
    """The draft beside a published article."""
    return mapping.saved(await office.editor.writing.revise(asker, article_id))


@router.post("/articles/{id}/versions/{number}/restore")
async def restore_article(article_id: ArticleId, number: Number, asker: SignedIn, office: Desks) -> schemas.ArticleSaved:
    """The text of an earlier version as the draft's text."""
    return mapping.saved(await office.editor.writing.restore(asker, article_id, number))


@router.post("/articles/{id}/discard", status_code=204)
async def discard_article(form: schemas.VersionForm, article_id: ArticleId, asker: SignedIn, office: Desks) -> None:
    """Give a draft up."""
    await office.editor.writing.discard(asker, article_id, form.version)


@router.post("/articles/{id}/submit")
async def submit_article(form: schemas.VersionForm, article_id: ArticleId, asker: SignedIn, office: Desks) -> schemas.ArticleSaved:
    """Ask for a second pair of eyes."""
    return mapping.saved(await office.editor.review.submit(asker, article_id, form.version))


@router.post("/articles/{id}/approve")
async def approve_article(form: schemas.ApproveForm, article_id: ArticleId, asker: SignedIn, office: Desks) -> schemas.ArticleSaved:
    """The text is right; 403 ``own_article`` for those who wrote in it."""
    return mapping.saved(await office.editor.review.approve(asker, article_id, form.version, publish=form.publish))


@router.post("/articles/{id}/return")
async def return_article(form: schemas.ReturnForm, article_id: ArticleId, asker: SignedIn, office: Desks) -> schemas.ArticleSaved:
    """Give the draft back with what is to be mended."""
    return mapping.saved(await office.editor.review.give_back(asker, article_id, form.version, form.words))


@router.post("/articles/{id}/publish")
async def publish_article(form: schemas.VersionForm, article_id: ArticleId, asker: SignedIn, office: Desks) -> schemas.ArticleSaved:
    """Let an approved draft answer."""
    return mapping.saved(await office.editor.review.publish(asker, article_id, form.version))


@router.post("/articles/{id}/archive")
async def archive_article(form: schemas.VersionForm, article_id: ArticleId, asker: SignedIn, office: Desks) -> schemas.ArticleSaved:
    """Take a published article out of the answers."""
    return mapping.saved(await office.editor.review.archive(asker, article_id, form.version))


@router.post("/articles/{id}/confirm")
async def confirm_article(form: schemas.VersionForm, article_id: ArticleId, asker: SignedIn, office: Desks) -> schemas.ArticleSaved:
    """A published article is right as of today."""
    return mapping.saved(await office.editor.review.confirm(asker, article_id, form.version))


@router.post("/articles/{id}/files/uploads")
async def add_article_file(
    article_id: ArticleId,
    asker: SignedIn,
    office: Desks,
    file: Annotated[UploadFile, File()],
    version: Seen,
    for_citizens: Annotated[bool, Query()] = False,  # a query parameter has no other form
) -> schemas.ArticleSaved:
    """Put a file beside the draft's text."""
    content = await judged(office.judge, file)
    changed = await office.editor.files.add(asker, article_id, version, file.filename or "", content, for_citizens=for_citizens)
    return mapping.saved(changed)


@router.put("/articles/{id}/files/{file_id}")
async def show_article_file(
    form: schemas.FileForm, article_id: ArticleId, file_id: FileId, asker: SignedIn, office: Desks
) -> schemas.ArticleSaved:
    """Whether citizens get it."""
    changed = await office.editor.files.show(asker, article_id, form.version, file_id, for_citizens=form.for_citizens)
    return mapping.saved(changed)


@router.post("/articles/{id}/files/{file_id}/drop")
async def drop_article_file(
    form: schemas.VersionForm, article_id: ArticleId, file_id: FileId, asker: SignedIn, office: Desks
) -> schemas.ArticleSaved:
    """Take a file away."""
    return mapping.saved(await office.editor.files.drop(asker, article_id, form.version, file_id))


@router.post("/articles/{id}/remarks", status_code=204)
async def remark_article(form: schemas.ArticleRemarkForm, article_id: ArticleId, asker: SignedIn, office: Desks) -> None:
    """Tell the editors what is wrong with an article."""
    await office.editor.remarks.make(asker, article_id, RemarkKind(form.kind), form.words, form.conversation_id)


@router.post("/remarks/{id}/settle", status_code=204)
async def settle_remark(form: schemas.SettleForm, remark_id: ArticleId, asker: SignedIn, office: Desks) -> None:
    """Say what was done about a remark."""
    await office.editor.remarks.settle(asker, remark_id, form.words)


@router.post("/imports/uploads")
async def import_articles(asker: SignedIn, office: Desks, file: Annotated[UploadFile, File()]) -> schemas.ImportResult:
    """Drafts from a department's document, all or none; what cannot be read is told in a sentence."""
    asker.must(Ability.EDIT_KNOWLEDGE)
    name = clean_file_name(file.filename or "")
    try:
        drafts = await office.editor.base.import_drafts(await judged(office.judge, file, is_read=True), name, by=asker)
    except UnreadableDocument as refused:
        sentence = say(f"import.reason.{refused.code}", **refused.facts)
        return schemas.ImportResult(file_name=name, articles=[], refused=sentence)
    made = [schemas.ImportedDraft(id=one.id or 0, title=one.title, notes=one.notes) for one in drafts]
    return schemas.ImportResult(file_name=name, articles=made, refused="")
