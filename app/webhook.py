"""Telegram's webhook: its updates come to the web process."""

from starlette.routing import Route

from app.assembly import House
from app.carrier import Carrier
from app.intake import store_update
from app.telegram import telegram_of
from bots.citizen.webhook import webhook_route


async def open_webhook(house: House, carrier: Carrier) -> Route:
    """Tell Telegram our address; gives the route that it will call. The house has a bot."""
    telegram, part = telegram_of(house.channels), house.settings.telegram
    if telegram is None or part.telegram_webhook_secret is None:
        raise SystemExit("TELEGRAM_WEBHOOK_SECRET is not set: a webhook without a secret would take anybody's updates.")
    secret = part.telegram_webhook_secret.get_secret_value()
    store = lambda payload: store_update(telegram, house.office.intake, carrier, payload)  # noqa: E731  # one line, used once
    await telegram.setup(webhook_url=part.telegram_webhook_url, secret=secret)
    return webhook_route(telegram, secret, store)
