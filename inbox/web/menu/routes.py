"""Editions of the menu: a draft, what is wrong with it, how it sounds, its publishing by a second person (reg. 2.3)."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from core.calendars.closures import ClosureForm
from core.conversations.thread import NEWEST
from core.menu.catalogue import Section, state_title
from core.menu.checking import LIMITS, placeholders
from core.menu.simulating import Call
from core.menu.views import Changes, DraftShown, EditionLine
from inbox.web.auth import Desks, SignedIn
from inbox.web.menu import schemas
from inbox.web.problems import reason_words

router = APIRouter(prefix="/api/menu", tags=["menu"])
EditionId = Annotated[int, Path(alias="id", ge=1, le=NEWEST)]
Number = Annotated[int, Path(ge=0, lt=2**31)]


@router.get("")
async def menu_editor(asker: SignedIn, office: Desks) -> schemas.MenuView:
    """Texts, the edition in force, the draft, the last fifty editions."""
    found = await office.menu.open(asker)
    return schemas.MenuView(
        sections=[_section(one) for one in found.sections],
        standing=dict(found.standing),
        number=found.number,
        draft=_draft(found.draft) if found.draft else None,
        editions=[_edition(one) for one in found.editions],
    )


@router.post("/drafts")
async def start_menu_draft(form: schemas.MenuDraftStart, asker: SignedIn, office: Desks) -> schemas.MenuDraftStarted:
    """A new draft; 409 ``draft_open`` while there is one."""
    return schemas.MenuDraftStarted(id=(await office.menu.start(asker, form.number)).id or 0)


@router.put("/drafts/{id}")
async def write_menu_draft(
    form: schemas.MenuDraftForm, edition_id: EditionId, asker: SignedIn, office: Desks
) -> schemas.MenuDraftView:
    """Keep what was typed; what is wrong with it comes back by the names of the texts."""
    changes = Changes(texts=form.texts, note=form.note, version=form.version)
    return _draft(await office.menu.write(asker, edition_id, changes))


@router.post("/drafts/{id}/drop", status_code=204)
async def drop_menu_draft(form: schemas.MenuDraftVersion, edition_id: EditionId, asker: SignedIn, office: Desks) -> None:
    """Throw the draft away."""
    await office.menu.drop(asker, edition_id, form.version)


@router.post("/drafts/{id}/publish")
async def publish_menu_draft(
    form: schemas.MenuDraftVersion, edition_id: EditionId, asker: SignedIn, office: Desks
) -> schemas.MenuEditionDone:
    """Put it in force; 409 ``own_edition`` for whoever wrote in it, 400 with what is wrong by the names of the texts."""
    done = await office.menu.publish(asker, edition_id, form.version)
    return schemas.MenuEditionDone(number=done.number, at=done.at)


@router.post("/editions/{number}/restore")
async def roll_menu_back(number: Number, asker: SignedIn, office: Desks) -> schemas.MenuEditionDone:
    """Put an older edition in force again at once; 0: the shipped words."""
    done = await office.menu.roll_back(asker, number)
    return schemas.MenuEditionDone(number=done.number, at=done.at)


@router.get("/comparison")
async def compare_menu_editions(
    asker: SignedIn,
    office: Desks,
    before: Annotated[int, Query(ge=0, lt=2**31)],
    after: Annotated[int | None, Query(ge=0, lt=2**31)] = None,
) -> list[schemas.MenuDifference]:
    """What two editions say otherwise; without ``after``: the draft."""
    found = await office.menu.compare(asker, before, after)
    return [schemas.MenuDifference.model_validate(one, from_attributes=True) for one in found]


@router.post("/aloud", response_class=Response)
async def read_menu_aloud(form: schemas.MenuSoundForm, asker: SignedIn, office: Desks) -> Response:
    """Words as callers hear them; 503 ``speech_away`` where nobody reads aloud."""
    return Response(await office.menu.sound(asker, form.words), media_type="audio/wav")


@router.post("/simulation")
async def simulate_menu_call(form: schemas.MenuCallForm, asker: SignedIn, office: Desks) -> schemas.MenuCallStep:
    """The next step of a pretended call through the real menu; 400 when the draft cannot be spoken."""
    call = Call(
        act=form.act,
        value=form.value,
        place=form.place,
        scheme=form.scheme,
        moment=form.moment,
        recognises=form.recognises,
    )
    told = await office.menu.simulate(asker, form.edition_id, call)
    return schemas.MenuCallStep(
        said=list(told.said),
        state=told.state,
        title=state_title(told.state),
        then=told.then,
        scheme=told.scheme,
        place=dict(told.place),
        deeds=list(told.deeds),
    )


@router.post("/chat")
async def preview_menu_chat(form: schemas.MenuChatForm, asker: SignedIn, office: Desks) -> schemas.MenuChatStep:
    """What an applicant would read in Telegram; 400 when the draft cannot be spoken."""
    told = await office.menu.chat(asker, form.edition_id, form.typed)
    return schemas.MenuChatStep(
        lines=[schemas.MenuChatLine(text=one.text, buttons=list(one.buttons)) for one in told.lines],
        keys=[list(row) for row in told.keys.rows],
        placeholder=told.keys.placeholder,
        is_away=told.is_away,
        deeds=list(told.deeds),
        first=told.first,
    )


@router.post("/drafts/{id}/check")
async def check_menu_draft(edition_id: EditionId, asker: SignedIn, office: Desks) -> schemas.MenuFaults:
    """A walk through the whole menu with the draft's words: what would keep it from being published."""
    return schemas.MenuFaults(faults=reason_words(await office.menu.check(asker, edition_id)))


@router.get("/hours")
async def office_hours(asker: SignedIn, office: Desks) -> schemas.OfficeHoursView:
    """The hours of today, as citizens are told them."""
    return schemas.OfficeHoursView.model_validate(await office.closures.today(asker), from_attributes=True)


@router.get("/closures")
async def list_closures(asker: SignedIn, office: Desks) -> list[schemas.ClosureView]:
    """Days with other hours, from today on."""
    return [schemas.ClosureView.model_validate(one, from_attributes=True) for one in await office.closures.list(asker)]


@router.put("/closures/{day}")
async def set_closure(form: schemas.ClosureForm, day: date, asker: SignedIn, office: Desks) -> schemas.ClosureView:
    """Other hours for a day, at once in all channels; the same time twice: closed."""
    wanted = ClosureForm(day=day, opens=form.opens, closes=form.closes, notice=form.notice)
    return schemas.ClosureView.model_validate(await office.closures.set(asker, wanted), from_attributes=True)


@router.delete("/closures/{day}", status_code=204)
async def remove_closure(day: date, asker: SignedIn, office: Desks) -> None:
    """The usual hours again."""
    await office.closures.remove(asker, day)


def _section(found: Section) -> schemas.MenuSection:
    texts = [
        schemas.MenuText(
            name=one.name,
            label=one.label,
            kind=one.kind,
            words=one.words,
            placeholders=sorted(placeholders(one.words)),
            limit=LIMITS[one.kind],
        )
        for one in found.texts
    ]
    return schemas.MenuSection(key=found.key, title=found.title, texts=texts)


def _draft(found: DraftShown) -> schemas.MenuDraftView:
    row = found.edition
    return schemas.MenuDraftView(
        id=row.id or 0,
        version=row.version,
        note=row.note,
        texts=row.texts,
        faults=reason_words(found.faults),
        authors=list(found.authors),
        based_on=row.based_on,
        restored_from=row.restored_from,
        changed_at=row.changed_at,
        is_own=found.is_own,
    )


def _edition(found: EditionLine) -> schemas.MenuEditionView:
    row = found.edition
    return schemas.MenuEditionView(
        number=row.number or 0,
        note=row.note,
        authors=list(found.authors),
        published_by=found.published_by,
        published_at=row.published_at,
        restored_from=row.restored_from,
        changed=len(row.texts),
        is_standing=found.is_standing,
    )
