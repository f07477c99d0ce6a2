"""Reading conversations: lists, counters, one of them, its earlier messages."""

from typing import Annotated

from fastapi import APIRouter, Path, Query

from core.conversations.queries import Listing
from core.conversations.thread import NEWEST
from core.staff.asker import Asker
from inbox.web import mapping
from inbox.web.auth import Desks, Hub, SignedIn, SilentlySignedIn
from inbox.web.live import LiveHub
from inbox.web.masking import MaskedRoute
from inbox.web.ports import InboxOffice
from inbox.web.schemas import ConversationPage, ConversationView, Counters, MessagePage, PresenceForm

router = APIRouter(route_class=MaskedRoute, prefix="/api/conversations", tags=["conversations"])

ConversationId = Annotated[int, Path(alias="id", ge=1, le=NEWEST)]


async def view(office: InboxOffice, hub: LiveHub, asker: Asker, conversation_id: int) -> ConversationView:
    """The open conversation as its screen shows it."""
    opened = await office.operators.reading.open(asker, conversation_id)
    viewers = hub.presence.viewers(conversation_id, without=asker.id)
    return mapping.conversation(opened, viewers, office.operators.reading.today())


@router.get("")
async def conversations(
    asker: SignedIn,
    office: Desks,
    listing: Annotated[Listing, Query(alias="list")] = Listing.QUEUE,
    after: Annotated[str | None, Query(max_length=200)] = None,
    channel: Annotated[str | None, Query(max_length=16)] = None,
    query: Annotated[str, Query(max_length=200)] = "",
) -> ConversationPage:
    """A page of a list, 50 lines."""
    found = await office.operators.reading.page(asker, listing, after=after, channel=channel or None, query=query)
    return mapping.page(found)


@router.get("/counters")
async def counters(asker: SignedIn, office: Desks) -> Counters:
    """How many open conversations each list holds."""
    return Counters.model_validate(await office.operators.reading.counters(asker), from_attributes=True)


@router.get("/{id}")
async def conversation(conversation_id: ConversationId, asker: SignedIn, office: Desks, hub: Hub) -> ConversationView:
    """An open conversation; marks it read for the one who holds it."""
    return await view(office, hub, asker, conversation_id)


@router.get("/{id}/messages")
async def messages(
    conversation_id: ConversationId,
    asker: SignedIn,
    office: Desks,
    before: Annotated[int, Query(ge=1, le=NEWEST)] = NEWEST,
) -> MessagePage:
    """Earlier messages."""
    return mapping.thread(await office.operators.reading.earlier(asker, conversation_id, before))


@router.post("/{id}/presence", status_code=204)
async def show_presence(form: PresenceForm, conversation_id: ConversationId, asker: SilentlySignedIn, office: Desks) -> None:
    """A heartbeat: the asker has the conversation open."""
    await office.operators.reading.show_presence(asker, conversation_id, typing=form.typing)
