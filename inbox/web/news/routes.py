"""The news of the day: written, listened to, approved, withdrawn (order 6)."""

from typing import Annotated

from fastapi import APIRouter, File, Path, Query, Request, Response, UploadFile

from core.conversations.model import NewsItem
from core.conversations.thread import NEWEST
from core.news.desk import NewsForm, NewsSound
from core.news.views import SeenNews
from core.staff.asker import Asker
from inbox.web.auth import Desks, SignedIn
from inbox.web.file_answers import SEALED, disposition, played_file, saved_file
from inbox.web.masking import MaskedRoute
from inbox.web.news import schemas
from inbox.web.taking import judged

router = APIRouter(route_class=MaskedRoute, prefix="/api/news", tags=["news"])
NewsId = Annotated[int, Path(alias="id", ge=1, le=NEWEST)]


@router.get("")
async def list_news(asker: SignedIn, office: Desks) -> list[schemas.NewsView]:
    """The newest fifty, whatever their state."""
    return [_view(one, asker) for one in await office.news.list(asker)]


@router.post("")
async def place_news(form: schemas.NewsForm, asker: SignedIn, office: Desks) -> schemas.NewsSaved:
    """A new draft."""
    return _saved(await office.news.place(asker, _form(form)))


@router.put("/{id}")
async def change_news(form: schemas.NewsForm, news_id: NewsId, asker: SignedIn, office: Desks) -> schemas.NewsSaved:
    """Write a draft anew."""
    return _saved(await office.news.change(asker, news_id, _form(form), form.version))


@router.post("/{id}/sound/uploads")
async def upload_news_sound(
    news_id: NewsId,
    asker: SignedIn,
    office: Desks,
    file: Annotated[UploadFile, File()],
    version: Annotated[int, Query(ge=0, lt=2**31)] = 0,
) -> schemas.NewsSaved:
    """Convert a file and make it the sound of a draft; 400 with what is wrong with it."""
    return _saved(await office.news.set_sound(asker, news_id, version, file.filename or "", await judged(office.judge, file)))


@router.post("/{id}/sound/drop")
async def drop_news_sound(form: schemas.NewsVersion, news_id: NewsId, asker: SignedIn, office: Desks) -> schemas.NewsSaved:
    """Leave a draft with its text alone."""
    return _saved(await office.news.drop_sound(asker, news_id, form.version))


@router.get("/{id}/sound", response_class=Response)
async def news_sound(
    news_id: NewsId,
    request: Request,
    asker: SignedIn,
    office: Desks,
    which: Annotated[NewsSound, Query()] = NewsSound.PHONE,
) -> Response:
    """The sound as the telephone or Telegram gives it, to be played; what was uploaded, to be saved."""
    stored = await office.news.sound(asker, news_id, which)
    if which is NewsSound.SOURCE:
        return saved_file(f"news-{news_id}", stored.content)
    headers = {"Content-Disposition": disposition("inline", f"news-{news_id}"), "Content-Security-Policy": SEALED}
    return played_file(request.headers.get("range", ""), stored.content, stored.media_type, headers)


@router.post("/{id}/approve")
async def approve_news(form: schemas.NewsApproval, news_id: NewsId, asker: SignedIn, office: Desks) -> schemas.NewsSaved:
    """Let everybody hear it from its time on."""
    return _saved(await office.news.approve(asker, news_id, form.version, alone=form.alone))


@router.post("/{id}/withdraw", status_code=204)
async def withdraw_news(news_id: NewsId, asker: SignedIn, office: Desks) -> None:
    """Nobody hears it from now on."""
    await office.news.withdraw(asker, news_id)


def _form(form: schemas.NewsForm) -> NewsForm:
    return NewsForm(title=form.title, text=form.text, valid_from=form.valid_from, valid_until=form.valid_until)


def _saved(item: NewsItem) -> schemas.NewsSaved:
    return schemas.NewsSaved(id=item.id or 0, version=item.version)


def _view(seen: SeenNews, asker: Asker) -> schemas.NewsView:
    item = seen.item
    return schemas.NewsView(
        id=item.id or 0,
        title=item.title,
        text=item.text,
        state=seen.state,
        has_sound=bool(item.phone_key),
        source_name=item.source_name,
        seconds=item.seconds,
        peaks=item.peaks,
        valid_from=item.valid_from,
        valid_until=item.valid_until,
        placed_at=item.placed_at,
        placed_by=seen.placed_by,
        approved_at=item.approved_at,
        approved_by=seen.approved_by,
        by_author_alone=seen.by_author_alone,
        withdrawn_at=item.withdrawn_at,
        is_own=item.placed_by_id == asker.id,
        deeds=list(seen.deeds),
        version=item.version,
    )
