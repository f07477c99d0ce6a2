"""The channels that are set up: a new channel is one line here.

The libraries of Telegram are half of what a start costs, so they are loaded where there is a bot.
"""

from contextlib import AsyncExitStack

from app.files import LoadFile
from app.settings import EmailSettings, Settings
from channels.email.channel import Download, EmailChannel, OfferFiles
from channels.email.composing import Composer
from channels.email.options import CentreAddress, Security, Server
from channels.email.signing import Signer
from channels.email.tokens import Tokens
from channels.voice.channel import VoiceChannel
from core.channels import Channel
from core.clock import SystemClock
from core.duty.topics import TopicKeeper
from core.links.downloads import DOWNLOAD_LIVES, DownloadDesk
from core.words import say


async def open_channels(
    settings: Settings,
    stack: AsyncExitStack,
    load_file: LoadFile,
    topics: TopicKeeper | None = None,
    downloads: DownloadDesk | None = None,
) -> dict[str, Channel]:
    """The channels by name; each is closed with the house."""
    channels: dict[str, Channel] = {}
    if settings.telegram.telegram_token is not None:
        from app.telegram import open_telegram

        telegram = open_telegram(settings.telegram, settings.telegram.telegram_token, load_file)
        stack.push_async_callback(telegram.close)
        channels[telegram.name] = telegram
    email = _email(settings.email, load_file, downloads)
    if email is not None:
        stack.push_async_callback(email.close)
        channels[email.name] = email
    voice = VoiceChannel()
    channels[voice.name] = voice
    if settings.duty.staff_telegram_token is not None and settings.duty.duty_chat_id is not None and topics is not None:
        from app.telegram import open_duty_chat

        duty = open_duty_chat(settings, settings.duty.staff_telegram_token, settings.duty.duty_chat_id, load_file, topics)
        stack.push_async_callback(duty.close)
        channels[duty.name] = duty
    return channels


def _offering(downloads: DownloadDesk) -> OfferFiles:
    """What is too big for a mail is fetched by a link."""

    async def offer(delivery_id: int) -> Download:
        return Download(url=await downloads.offer(delivery_id), lives=DOWNLOAD_LIVES)

    return offer


def _email(part: EmailSettings, load_file: LoadFile, downloads: DownloadDesk | None) -> EmailChannel | None:
    """The outgoing mail, when it has a server. Raises ValueError with the setting that must be cured."""
    if not part.smtp_host:
        return None
    if part.mail_secret is None:
        raise ValueError("SMTP_HOST needs MAIL_SECRET, a long random word that stays the same")
    centre = CentreAddress(address=part.mail_from, name=part.mail_from_name or say("centre.name"), has_details=part.mail_plus)
    key = part.dkim_key_file
    signer = None if key is None else Signer(key_file=key, selector=part.dkim_selector, domain=centre.domain)
    server = Server(
        host=part.smtp_host,
        port=part.smtp_port,
        security=Security(part.smtp_tls),
        user=part.smtp_user,
        password="" if part.smtp_password is None else part.smtp_password.get_secret_value(),
        authorities=part.smtp_ca_file,
    )
    composer = Composer(centre=centre, tokens=Tokens(part.mail_secret.get_secret_value()), signer=signer)
    offer = None if downloads is None else _offering(downloads)
    return EmailChannel(server, composer, load_file=load_file, clock=SystemClock(), offer_files=offer)
