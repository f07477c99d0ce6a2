"""The desk of the accounts, as the settings want it."""

from app.settings import Settings
from core.clock import Clock
from core.staff.desk import StaffDesk
from core.staff.second_factor import MUST_HAVE
from core.staff.secret_box import SecretBox
from db.transactions import Transactions


def staff_desk(settings: Settings, transactions: Transactions, clock: Clock) -> StaffDesk:
    """With second factors where there is a secret to seal them with."""
    secret, wanted = settings.staff.staff_secret, settings.staff.second_factor
    is_required = wanted == "required" or (wanted == "auto" and settings.web.public_url.startswith("https://"))
    return StaffDesk(
        transactions=transactions,
        clock=clock,
        box=SecretBox(secret.get_secret_value()) if secret is not None else None,
        second_factor_of=MUST_HAVE if is_required else frozenset(),
    )
