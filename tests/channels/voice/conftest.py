"""The hooks over fakes, and the check of every answer that any test of them gets."""

import json
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from jambonz_sdk.validator import JambonzValidator
from starlette.applications import Starlette

from channels.voice.addresses import Addresses
from channels.voice.allowed import check
from channels.voice.journalling import Journalling
from channels.voice.menu.deciding import decide
from channels.voice.menu.model import Facts, Happened, Happening, Hours, Place
from channels.voice.rendering import Trunk
from channels.voice.seals import Seals
from channels.voice.site import VoicePorts, VoiceSite
from channels.voice.spoken.speaking import speak
from channels.voice.verbs import Wire
from tests.channels.voice.fakes import (
    PUBLIC,
    RECORDER,
    WEBHOOK_SECRET,
    FakeDirections,
    FakeEffects,
    FakeFacts,
    FakeJournal,
    FakeMedia,
    FakeSpool,
    Line,
)
from tests.channels.voice.server_check import refusals
from tests.clocks import NOON, MovableClock


@pytest.fixture(scope="session")
def answers() -> Iterator[list[Wire]]:
    """Every answer of this run; at its end the server's own check, the official schemas and our list must take them all."""
    collected: list[Wire] = []
    yield collected
    unique = [json.loads(one) for one in sorted({json.dumps(verbs, sort_keys=True) for verbs in collected})]
    schemas = JambonzValidator()
    for verbs, refusal in zip(unique, refusals(unique), strict=True):
        assert refusal is None, (refusal, verbs)
        assert schemas.validate_app(verbs) == [], verbs
        check(verbs)


@pytest.fixture
def seals() -> Seals:
    """Of the tests."""
    return Seals("a secret of the tests")


@pytest.fixture
def addresses(seals: Seals) -> Addresses:
    """Of the tests."""
    return Addresses(public_url=PUBLIC, recorder_url=RECORDER, seals=seals)


@pytest.fixture
def trunk() -> Trunk:
    """A number and a carrier."""
    return Trunk(caller_id="+78672000000", carrier="trunk", recorder_user="jambonz", recorder_password="rec")


@pytest.fixture
def journal() -> FakeJournal:
    """In memory."""
    return FakeJournal()


@pytest.fixture
def spool() -> FakeSpool:
    """In memory."""
    return FakeSpool()


@pytest.fixture
def effects() -> FakeEffects:
    """Scripted."""
    return FakeEffects()


@pytest.fixture
def facts(clock: MovableClock) -> FakeFacts:
    """A working day."""
    return FakeFacts(clock)


@pytest.fixture
def directions() -> FakeDirections:
    """Scripted."""
    return FakeDirections()


@pytest.fixture
def media() -> FakeMedia:
    """Prompts and news."""
    return FakeMedia()


@pytest.fixture
def recordings() -> FakeMedia:
    """What callers said."""
    return FakeMedia()


@pytest.fixture
def ports(
    journal: FakeJournal,
    spool: FakeSpool,
    effects: FakeEffects,
    facts: FakeFacts,
    directions: FakeDirections,
    media: FakeMedia,
    recordings: FakeMedia,
    clock: MovableClock,
) -> VoicePorts:
    """The real menu over fakes."""
    return VoicePorts(
        journal=journal,
        journalling=Journalling(journal, spool),
        effects=effects,
        facts_of=facts,
        directions=directions,
        media=media,
        recordings=recordings,
        decide=decide,
        speak=speak,
        clock=clock,
    )


A_DAY = Facts(now=NOON, hours=Hours.DAY, caller="", recognises=True, can_record=True, dispatch=())


@pytest.fixture(scope="session")
def warm() -> None:
    """The word lists are in memory, as in a web process that serves."""
    decide(Place(state="menu"), Happening(kind=Happened.SPEECH, words="когда приём граждан"), A_DAY)


@pytest.fixture
async def site(warm: None, ports: VoicePorts, addresses: Addresses, trunk: Trunk, clock: MovableClock) -> AsyncIterator[VoiceSite]:
    """The hooks; when the test ends the journal is written to its end."""
    async with VoiceSite(
        ports, addresses, trunk, webhook_secret=WEBHOOK_SECRET, budget=0.3, now=lambda: clock.now().timestamp()
    ) as site:
        yield site


@pytest.fixture
async def client(site: VoiceSite) -> AsyncIterator[httpx.AsyncClient]:
    """To the hooks, through the whole of starlette."""
    transport = httpx.ASGITransport(Starlette(routes=site.routes))
    async with httpx.AsyncClient(transport=transport, base_url=PUBLIC) as client:
        yield client


@pytest.fixture
def line(client: httpx.AsyncClient, clock: MovableClock, answers: list[Wire]) -> Line:
    """One call."""
    return Line(client, clock, answers)
