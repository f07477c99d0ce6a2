"""The telephone, wired by hand: the desks, the exchange, the recorder, and the hooks of the web process."""

import os
import socket
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from app.recordings import RecorderClient
from app.settings import Settings
from channels.voice import patience
from channels.voice.addresses import Addresses
from channels.voice.api import JambonzApi
from channels.voice.asking import Asking
from channels.voice.channel import VoiceChannel
from channels.voice.deeds import Desks, OfficeEffects
from channels.voice.directing import CoreDirections
from channels.voice.exchange import JambonzExchange
from channels.voice.journalling import Journalling
from channels.voice.knowing import Centre, KnownFacts
from channels.voice.lines import read_lines
from channels.voice.menu.deciding import decide
from channels.voice.recording.serving import READER
from channels.voice.rendering import Trunk
from channels.voice.seals import Seals
from channels.voice.site import VoicePorts, VoiceSite
from channels.voice.spoken.speaking import speak
from core.calendar import CalendarOf
from core.calls.desk import CallDesk
from core.channels import Channel
from core.clock import Clock
from core.conversations.answering import Librarian
from core.dates import spoken_date
from core.deliveries.outbox import Outbox
from core.errors import NotFound, OfficeError
from core.news.choosing import CurrentNews
from core.news.desk import NewsDesk
from core.office import Office, Telephone
from core.phone.answers import PhoneAnswers
from core.phone.attempts import Attempts
from core.phone.calling_out import CallingOut, Quiet
from core.phone.desk import PhoneDesk
from core.phone.hours import HoursDesk, opening_words
from core.phone.port import DialOrder, Exchange, ExchangeCall, ExchangeRefused
from core.phone.sounds import RecordingDesk
from core.phone.spool import Spool
from core.phone.standing import TalkReading
from core.phone.sweeping import Sweeper
from core.phone.switching import Switching
from core.vocabulary import ChannelName
from core.words import say
from db.transactions import Transactions

NO_TELEPHONE = "no_telephone"


class NoExchange:
    """Where no exchange is set up: every button of the telephone is refused with that reason."""

    async def redirect(self, call_sid: str, path: str, **values: str) -> None:
        """Raises ExchangeRefused."""
        raise ExchangeRefused(reason=NO_TELEPHONE)

    async def mute(self, call_sid: str, *, muted: bool) -> None:
        """Raises ExchangeRefused."""
        raise ExchangeRefused(reason=NO_TELEPHONE)

    async def whisper(self, call_sid: str, words: str) -> None:
        """Raises ExchangeRefused."""
        raise ExchangeRefused(reason=NO_TELEPHONE)

    async def hang_up(self, call_sid: str) -> None:
        """Raises ExchangeRefused."""
        raise ExchangeRefused(reason=NO_TELEPHONE)

    async def dial_out(self, order: DialOrder) -> str:
        """Raises ExchangeRefused."""
        raise ExchangeRefused(reason=NO_TELEPHONE)

    async def calls(self) -> Sequence[ExchangeCall]:
        """Raises ExchangeRefused."""
        raise ExchangeRefused(reason=NO_TELEPHONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wires:
    """What leads out of the house. ``addresses`` None: there is no telephone."""

    seals: Seals
    addresses: Addresses | None
    trunk: Trunk
    exchange: Exchange
    recorder: RecorderClient


def seals_of(settings: Settings) -> Seals:
    """The seals that web, recorder and worker share; without a secret they fit nothing else."""
    secret = settings.voice.voice_secret
    return Seals(secret.get_secret_value() if secret else os.urandom(32).hex())


async def open_wires(settings: Settings, stack: AsyncExitStack) -> Wires:
    """The connections to exchange and recorder, closed with the stack."""
    voice, part, seals = settings.voice, settings.recorder, seals_of(settings)
    recorder = RecorderClient(token=seals.mac(*READER))
    stack.push_async_callback(recorder.close)
    password = part.voice_recorder_password
    trunk = Trunk(
        caller_id=voice.voice_number,
        carrier=voice.voice_trunk,
        recorder_user=part.voice_recorder_user if password else "",
        recorder_password=password.get_secret_value() if password else "",
    )
    if not voice.jambonz_url or voice.jambonz_token is None:
        return Wires(seals=seals, addresses=None, trunk=trunk, exchange=NoExchange(), recorder=recorder)
    addresses = Addresses(
        public_url=voice.voice_public_url.rstrip("/"), recorder_url=part.voice_recorder_url.rstrip("/"), seals=seals
    )
    api = JambonzApi(url=voice.jambonz_url, account=voice.jambonz_account, key=voice.jambonz_token.get_secret_value())
    stack.push_async_callback(api.close)
    exchange = JambonzExchange(api, addresses, trunk, application=voice.jambonz_application, speak=speak)
    return Wires(seals=seals, addresses=addresses, trunk=trunk, exchange=exchange, recorder=recorder)


def build_telephone(
    settings: Settings,
    transactions: Transactions,
    clock: Clock,
    calendar_of: CalendarOf,
    wires: Wires,
    outbox: Outbox,
    librarian: Librarian,
    calls: CallDesk,
) -> Telephone:
    """The desks of the telephone."""
    phone, voice = PhoneDesk(transactions=transactions, clock=clock, calendar_of=calendar_of), settings.voice
    return Telephone(
        phone=phone,
        switching=Switching(transactions=transactions, clock=clock, exchange=wires.exchange),
        calling_out=CallingOut(
            transactions=transactions,
            clock=clock,
            journal=phone.journal,
            exchange=wires.exchange,
            quiet=Quiet(from_hour=voice.voice_quiet_from, until_hour=voice.voice_quiet_until),
        ),
        attempts=Attempts(transactions=transactions, calls=calls),
        sweeper=Sweeper(
            transactions=transactions, clock=clock, journal=phone.journal, exchange=wires.exchange, messages=phone.messages
        ),
        hours=HoursDesk(transactions=transactions, clock=clock, calendar_of=calendar_of),
        answers=PhoneAnswers(transactions=transactions, clock=clock, outbox=outbox, librarian=librarian),
        talks=TalkReading(transactions=transactions),
        recordings=RecordingDesk(hearing=phone.reading, sounds=wires.recorder),
    )


def spool_of(settings: Settings) -> Spool:
    """Where the web process keeps the journal while the database is away."""
    return Spool.owned(settings.database.var_dir / "voice", f"{socket.gethostname()}-{settings.web.web_port}")


def open_site(settings: Settings, office: Office, wires: Wires, channel: VoiceChannel, clock: Clock, spool: Spool) -> VoiceSite:
    """The hooks. Raises ValueError without an exchange."""
    voice, addresses = settings.voice, wires.addresses
    if addresses is None or voice.jambonz_webhook_secret is None:
        raise ValueError("no exchange is set up")
    journalling = Journalling(office.phone.journal, spool)
    effects = OfficeEffects(
        Desks(
            asking=Asking(channel=channel, intake=office.intake, talks=office.talks, later=journalling.later, clock=clock),
            catalogue=office.knowledge,
            news=_NewsNow(office.news, clock),
            operators=office.phone.operators,
            call_backs=office.phone.call_backs,
            messages=office.phone.messages,
            answers=office.answers,
            later=journalling.later,
            clock=clock,
            media=addresses.media,
            told=_told,
            moment=opening_words,
        )
    )
    centre = Centre(
        name=say("centre.name"),
        dispatch=(settings.centre.dispatch_phone, settings.centre.dispatch_phone_2),
        recognises=voice.voice_recognises,
    )
    recorder, at = wires.recorder, settings.recorder.voice_recorder_http
    ports = VoicePorts(
        journal=office.phone.journal,
        journalling=journalling,
        effects=effects,
        facts_of=KnownFacts(centre=centre, hours=office.hours, has_room=lambda: recorder.has_room(at), clock=clock),
        directions=CoreDirections(office.switching, office.calling_out, read_lines().onward),
        media=_NewsSound(office.news),
        recordings=_OwnRecordings(recorder, at),
        decide=decide,
        speak=speak,
        clock=clock,
    )
    secret = voice.jambonz_webhook_secret.get_secret_value()
    return VoiceSite(ports, addresses, wires.trunk, webhook_secret=secret, budget=patience.EFFECTS)


class _NewsNow:
    def __init__(self, news: NewsDesk, clock: Clock) -> None:
        self._news = news
        self._clock = clock

    async def current(self) -> CurrentNews:
        return await self._news.current(self._clock.now())


class _NewsSound:
    def __init__(self, news: NewsDesk) -> None:
        self._news = news

    async def load(self, key: str) -> tuple[bytes, str] | None:
        try:
            return await self._news.phone_sound(key), "audio/wav"
        except NotFound:
            return None


class _OwnRecordings:
    """What a caller hears again of their message; with several recorders it may lie with another one, and is not heard then."""

    def __init__(self, recorder: RecorderClient, address: str) -> None:
        self._recorder = recorder
        self._address = address

    async def load(self, key: str) -> tuple[bytes, str] | None:
        try:
            opened = await self._recorder.open(self._address, key, "")
        except OfficeError:
            return None
        try:
            sound = b"".join([piece async for piece in opened.pieces()])
        finally:
            await opened.close()
        return sound, opened.headers.get("content-type", "audio/wav")


def _told(news: CurrentNews) -> str:
    """What is said before the sound, or instead of it."""
    day = spoken_date(news.placed_on) if news.placed_on else ""
    key = "phone.news_sound" if news.phone_key else f"phone.news_{news.freshness.value}"
    return say(key, date=day, title=news.title.rstrip("."), text=news.text)


def voice_channel(channels: Mapping[str, Channel]) -> VoiceChannel | None:
    """The telephone among the channels."""
    channel = channels.get(ChannelName.VOICE)
    return channel if isinstance(channel, VoiceChannel) else None
