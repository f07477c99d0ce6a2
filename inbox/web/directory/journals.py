"""The journal of refusals, the departments' duties to the knowledge base, and the binding to the duty chat."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query

from core.conversations.thread import NEWEST
from core.duty.desk import CODE_LIVES
from core.staff.cleaning import clean_line, clean_text
from inbox.web.auth import Desks, SignedIn
from inbox.web.directory import mapping, schemas
from inbox.web.masking import MaskedRoute

router = APIRouter(route_class=MaskedRoute, prefix="/api", tags=["journals"])

PAGE = 50
"""Lines of a page of either journal; the desks give no more."""


@router.get("/refusals")
async def list_refusals(
    asker: SignedIn,
    office: Desks,
    reason: Annotated[Literal["", "anonymous", "abusive"], Query()] = "",
    before: Annotated[int | None, Query(ge=1, le=NEWEST)] = None,
) -> schemas.RefusalPage:
    """What was not registered and why (2.8.4)."""
    found = await office.refusals.page(asker, reason=reason, before=before, limit=PAGE + 1)
    rows = [mapping.refusal(one) for one in found[:PAGE]]
    return schemas.RefusalPage(rows=rows, next=rows[-1].id if len(found) > PAGE else None)


@router.get("/knowledge-duties")
async def list_duties(
    asker: SignedIn,
    office: Desks,
    department: Annotated[str, Query(max_length=40)] = "",
    only_open: Annotated[bool, Query(alias="open")] = True,
    after: Annotated[int, Query(ge=0, le=NEWEST)] = 0,
) -> schemas.KnowledgeDuties:
    """What the departments owe the knowledge base, oldest first (4.3)."""
    found = await office.duties.list(asker, department=department, only_open=only_open, after=after)
    rows = [mapping.duty(one) for one in found]
    names = dict(sorted((await office.knowledge.department_names()).items(), key=lambda one: one[1]))
    return schemas.KnowledgeDuties(rows=rows, next=rows[-1].id if len(rows) == PAGE else None, departments=names)


@router.post("/knowledge-duties/{id}/confirm", status_code=204)
async def confirm_duty(
    form: schemas.ConfirmDutyForm, duty_id: Annotated[int, Path(alias="id", ge=1, le=NEWEST)], asker: SignedIn, office: Desks
) -> None:
    """Write down what the department said by telephone or on paper."""
    await office.duties.confirm(asker, duty_id, name=clean_line(form.name), remarks=clean_text(form.remarks))


@router.get("/me/duty-chat")
async def duty_chat(asker: SignedIn, office: Desks) -> schemas.DutyChatState:
    """Whether one's own Telegram is bound."""
    found = await office.duty.membership(asker)
    return schemas.DutyChatState(bound_at=found.bound_at if found else None)


@router.post("/me/duty-chat/code")
async def duty_chat_code(asker: SignedIn, office: Desks) -> schemas.DutyChatCode:
    """A fresh code to be sent to the duty bot; earlier ones are void."""
    code = await office.duty.binding_code(asker)
    return schemas.DutyChatCode(code=code, lives_seconds=int(CODE_LIVES.total_seconds()))


@router.delete("/me/duty-chat", status_code=204)
async def leave_duty_chat(asker: SignedIn, office: Desks) -> None:
    """Unbind one's own Telegram."""
    await office.duty.unbind(asker)
