"""Plain pages behind one-time links: a department answers, an applicant confirms, a department confirms its knowledge."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Protocol

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import FileResponse, RedirectResponse
from starlette.datastructures import UploadFile

from core.errors import Invalid
from core.judging import FileJudge
from core.requests.memos import MemoFile, MemoForm
from core.requests.model import Memo
from core.requests.receiving import RequestPage
from core.vocabulary import MemoOutcome
from inbox.web.plain import PAGES, PlainRefusals, PlainRoute, message, page, reasons

router = APIRouter(route_class=PlainRoute, include_in_schema=False)
STYLE = "/plain.css"
BEST_SCORE = 5
SHORT_TEXT, LONG_TEXT = 200, 4000
_FIELDS_LIMIT = 12


class Requests(Protocol):
    """Takes a department's answer."""

    async def page(self, token: str) -> RequestPage: ...
    async def answer(self, token: str, form: MemoForm) -> Memo: ...


class ConfirmationPage(Protocol):
    """What an applicant is asked about."""

    @property
    def registration_number(self) -> str: ...
    @property
    def registered_on(self) -> date: ...
    @property
    def text(self) -> str: ...
    @property
    def reply_text(self) -> str: ...


class Confirmations(Protocol):
    """Asks an applicant whether the matter is settled (2.8.11)."""

    async def confirmation_page(self, token: str) -> ConfirmationPage: ...
    async def confirm(self, token: str, *, solved: bool, score: int | None, comment: str) -> object: ...


class DutyArticle(Protocol):
    """An article that a department answers for."""

    @property
    def title(self) -> str: ...
    @property
    def answer(self) -> str: ...
    @property
    def confirmed_on(self) -> date | None: ...


class DutyPage(Protocol):
    """What a department is asked to look through, and by when."""

    @property
    def department_name(self) -> str: ...
    @property
    def due_on(self) -> date: ...
    @property
    def articles(self) -> Sequence[DutyArticle]: ...


class Duties(Protocol):
    """Asks a department whether its knowledge still holds (4.3)."""

    async def duty_page(self, token: str) -> DutyPage: ...
    async def confirm_duty(self, token: str, *, name: str, remarks: str) -> object: ...


class Tries(Protocol):
    """Limits how often pages are asked for."""

    async def count_try(self, address: str, token: str) -> None: ...


class LinkOffice(Protocol):
    """The desks behind the pages."""

    @property
    def requests(self) -> Requests: ...
    @property
    def closing(self) -> Confirmations: ...
    @property
    def duties(self) -> Duties: ...
    @property
    def one_time_links(self) -> Tries: ...
    @property
    def judge(self) -> FileJudge: ...


async def _office(token: str, request: Request) -> LinkOffice:
    """The desks, once the try is counted."""
    office: LinkOffice = request.app.state.office
    await office.one_time_links.count_try(request.client.host if request.client else "unknown", token)
    return office


Office = Annotated[LinkOffice, Depends(_office)]


def mount(app: FastAPI) -> None:
    """Put the pages and their style sheet into the app, and pages in place of what the guards say."""
    app.include_router(router)
    app.add_middleware(PlainRefusals)


@router.get(STYLE)
async def style() -> Response:
    """The style sheet of all plain pages."""
    return FileResponse(Path(PAGES) / "plain.css", headers={"Cache-Control": "public, max-age=3600"})


@router.get("/d/{token}")
async def show_request(token: str, office: Office) -> Response:
    """What a department is asked, with the form for its official note (2.8.10)."""
    return page("request", token=token, asked=await office.requests.page(token), typed={}, faults={})


@router.get("/d/{token}/uploads")
async def back_to_request(token: str) -> Response:
    """Somebody opened the address of the form: back to its page."""
    return RedirectResponse(f"/d/{token}", 303)


@router.post("/d/{token}/uploads")
async def answer_request(token: str, request: Request, office: Office) -> Response:
    """Take the note in; what is wrong is said beside its field, and what was typed stays."""
    asked = await office.requests.page(token)
    async with request.form(max_files=1, max_fields=_FIELDS_LIMIT) as sent:
        typed = {name: value for name, value in sent.items() if isinstance(value, str)}
        upload = sent.get("file")
        given = upload if isinstance(upload, UploadFile) else None
        try:
            file = await _file(office, given) if given else None
        except Invalid as refused:
            return page("request", 400, token=token, asked=asked, typed=typed, faults=_faults(refused))
    try:
        memo = await office.requests.answer(token, _memo(typed, file))
    except Invalid as refused:
        return page("request", 400, token=token, asked=asked, typed=typed, faults=_faults(refused))
    return message("memo_received" if memo.outcome == MemoOutcome.ANSWERED else "cannot_received", 200)


@router.get("/c/{token}")
async def show_confirmation(token: str, office: Office) -> Response:
    """Whether the matter is settled (2.8.11)."""
    asked = await office.closing.confirmation_page(token)
    return page("confirmation", token=token, asked=asked, typed={}, faults={}, best=BEST_SCORE)


@router.post("/c/{token}")
async def confirm(token: str, request: Request, office: Office) -> Response:
    """Take the applicant's word in."""
    asked = await office.closing.confirmation_page(token)
    typed = await _typed(request)
    try:
        solved = _chosen(typed, "solved")
        score, comment = _score(typed), _text(typed, "comment", LONG_TEXT)
        await office.closing.confirm(token, solved=solved, score=score, comment=comment)
    except Invalid as refused:
        return page("confirmation", 400, token=token, asked=asked, typed=typed, faults=_faults(refused), best=BEST_SCORE)
    return message("confirmed" if solved else "not_solved", 200)


@router.get("/k/{token}")
async def show_duty(token: str, office: Office) -> Response:
    """What a department has told the knowledge base, to be looked through (4.3)."""
    return page("duty", token=token, asked=await office.duties.duty_page(token), typed={}, faults={})


@router.post("/k/{token}")
async def confirm_duty(token: str, request: Request, office: Office) -> Response:
    """Take the confirmation in, or what has changed."""
    asked = await office.duties.duty_page(token)
    typed = await _typed(request)
    try:
        current = _chosen(typed, "current")
        remarks = "" if current else _text(typed, "remarks", LONG_TEXT)
        faults = {name: "missing" for name, lacks in (("name", not _text(typed, "name", SHORT_TEXT)),) if lacks}
        if not current and not remarks:
            faults["remarks"] = "missing"
        if faults:
            raise Invalid("something lacks", fields=faults)
        await office.duties.confirm_duty(token, name=_text(typed, "name", SHORT_TEXT), remarks=remarks)
    except Invalid as refused:
        return page("duty", 400, token=token, asked=asked, typed=typed, faults=_faults(refused))
    return message("duty_confirmed" if current else "duty_remarks", 200)


async def _typed(request: Request) -> dict[str, str]:
    async with request.form(max_files=0, max_fields=_FIELDS_LIMIT) as sent:
        return {name: value for name, value in sent.items() if isinstance(value, str)}


async def _file(office: LinkOffice, upload: UploadFile) -> MemoFile | None:
    """None for the empty part that a browser sends when nothing was chosen."""
    content = await upload.read()
    if not content and not upload.filename:
        return None
    good = await office.judge.must_be_good(upload.filename or "", content, is_read=True)
    return MemoFile(file_name=upload.filename or "", content=good)


def _memo(typed: Mapping[str, str], file: MemoFile | None) -> MemoForm:
    outcome = typed.get("outcome", "")
    if outcome not in (MemoOutcome.ANSWERED, MemoOutcome.CANNOT):
        raise Invalid("no outcome", fields={"outcome": "missing"})
    said = typed.get("dated_on", "").strip()
    try:
        dated_on = date.fromisoformat(said) if said else None
    except ValueError as unreadable:
        raise Invalid("no date", fields={"dated_on": "unreadable_date"}) from unreadable
    return MemoForm(
        number=typed.get("number", ""),
        dated_on=dated_on,
        signed_by=typed.get("signed_by", ""),
        outcome=MemoOutcome(outcome),
        reasons=typed.get("reasons", "") if outcome == MemoOutcome.CANNOT else "",
        file=file,
    )


def _chosen(typed: Mapping[str, str], name: str) -> bool:
    if typed.get(name) not in ("yes", "no"):
        raise Invalid("nothing chosen", fields={name: "missing"})
    return typed[name] == "yes"


def _score(typed: Mapping[str, str]) -> int | None:
    said = typed.get("score", "")
    if said and (not said.isdecimal() or not 1 <= int(said) <= BEST_SCORE):
        raise Invalid("no such score", fields={"score": "out_of_range"})
    return int(said) if said else None


def _text(typed: Mapping[str, str], name: str, limit: int) -> str:
    said = typed.get(name, "").strip()
    if len(said) > limit:
        raise Invalid("too long", fields={name: "string_too_long"})
    return said


def _faults(refused: Invalid) -> dict[str, str]:
    fields = refused.facts.get("fields")
    return reasons(fields if isinstance(fields, Mapping) else {"form": "other"})
