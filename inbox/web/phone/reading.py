"""Reading of the telephone: calls now, the journal, one call, one's own telephone, whom to call back."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query

from core.conversations.thread import NEWEST
from core.phone.reading import CallFilter
from core.phone.vocabulary import CallBackReason, CallDirection, CallResult
from core.staff.asker import Asker
from core.words import say
from inbox.web import mapping as inbox_mapping
from inbox.web.auth import Desks, Settings, SignedIn, SilentlySignedIn
from inbox.web.mails.schemas import CardDraftView
from inbox.web.masking import MaskedRoute
from inbox.web.phone import mapping, own, schemas
from inbox.web.ports import InboxOffice
from inbox.web.routers.conversations import ConversationId

router = APIRouter(route_class=MaskedRoute, prefix="/api/phone", tags=["phone"])
CallId = Annotated[int, Path(alias="id", ge=1, le=NEWEST)]
APPEALS_SHOWN = 5


@router.get("/live")
async def live_calls(asker: SilentlySignedIn, office: Desks) -> schemas.PhoneBoard:
    """The calls that go on now, and the operators' telephones."""
    going = await office.phone.reading.live(asker)
    return mapping.board(asker, going, await office.phone.lines.list(asker))


@router.get("/calls")
async def phone_calls(
    asker: SignedIn,
    office: Desks,
    number: Annotated[str, Query(max_length=100)] = "",
    first: date | None = None,
    last: date | None = None,
    result: CallResult | None = None,
    direction: CallDirection | None = None,
    missed: bool = False,
    before: Annotated[int | None, Query(ge=1, le=NEWEST)] = None,
) -> schemas.PhoneCalls:
    """The journal of calls (2.5.2)."""
    wanted = CallFilter(number=number, first=first, last=last, result=result, direction=direction, only_missed=missed)
    return mapping.calls(await office.phone.reading.calls(asker, wanted, after=before))


@router.get("/calls/{id}")
async def phone_call(call_id: CallId, asker: SignedIn, office: Desks) -> schemas.PhoneCallView:
    """A whole call."""
    return mapping.opened(asker, await office.phone.reading.call(asker, call_id))


@router.get("/mine")
async def my_phone(asker: SilentlySignedIn, office: Desks, settings: Settings) -> schemas.MyPhone:
    """One's own telephone and the call at it."""
    line = await office.phone.lines.mine(asker)
    return schemas.MyPhone(
        line=mapping.own_line(line) if line else None,
        call=await _own_call(office, asker),
        softphone_url=settings.softphone_url,
        centre=say("centre.name"),
    )


async def _own_call(office: InboxOffice, asker: Asker) -> schemas.PhoneOwnCall | None:
    mine = own.own_call(asker, await office.phone.reading.live(asker))
    if mine is None:
        return None
    opened = await office.phone.reading.call(asker, mine.call.id)
    shown = own.view(mine, opened)
    if not shown.last_words and shown.call.conversation_id is not None:
        shown.last_words = await office.operators.reading.last_words(asker, shown.call.conversation_id)
    if shown.call.person is not None:
        today = office.operators.reading.today()
        appeals = await office.people.appeals(asker, shown.call.person.id)
        shown.appeals = [inbox_mapping.appeal(one, today) for one in appeals.rows[:APPEALS_SHOWN]]
    return shown


@router.get("/officials")
async def phone_officials(
    asker: SignedIn, office: Desks, query: Annotated[str, Query(max_length=200)] = ""
) -> list[schemas.PhoneOfficial]:
    """Officials to whom a call can be passed on, and who is rung for each today (2.8.5, 4.4)."""
    return [mapping.official(one) for one in await office.departments.find_official(asker, query, in_writing=False)]


@router.get("/call-backs")
async def call_backs(
    asker: SignedIn,
    office: Desks,
    reason: CallBackReason | None = None,
    include_done: Annotated[bool, Query(alias="all")] = False,
) -> list[schemas.PhoneCallBack]:
    """Whom to call back, the most urgent first; with those done the newest first."""
    found = await office.phone.call_backs.list(asker, only_open=not include_done, reason=reason)
    return [mapping.call_back(one) for one in found]


@router.get("/conversations/{id}/card-draft")
async def phone_card_draft(conversation_id: ConversationId, asker: SignedIn, office: Desks) -> CardDraftView | None:
    """What a registration during or after this conversation's call can be filled with: the caller's number; null without one."""
    calls = (await office.phone.reading.calls(asker, CallFilter(conversation_id=conversation_id))).rows
    caller = next((one.caller for one in calls if one.caller), "")
    return mapping.draft(caller) if caller else None
