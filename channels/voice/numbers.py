"""Who calls, from what the network says: numbers in three spellings, SIP addresses, hidden callers."""

import re
from dataclasses import dataclass
from functools import lru_cache

from core.people.phones import find_phones

ADDRESS = re.compile(r"<?(?:sips?|tel):([^@;>]+)(@[^;>]*)?", re.IGNORECASE)
DIGITS = re.compile(r"\+?\d{3,15}")
LONGEST = 120
"""Characters that are kept of what is no telephone."""
RUSSIAN = ("7", "8")
NATIONAL = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """``e164``: empty when hidden or no telephone; ``said_as``: what the network gave then, printable, cut."""

    e164: str = ""
    said_as: str = ""


def read_number(given: object) -> Number:
    """The number of ``from`` or ``to`` of a hook. Never raises."""
    return _read(given[: 4 * LONGEST]) if isinstance(given, str) else Number()


@lru_cache(maxsize=4096)
def _read(given: str) -> Number:
    written = given.strip().strip('"').strip()
    address = ADDRESS.search(written)
    user = address[1] if address else written.partition("@")[0]
    e164 = _e164(user.replace(" ", ""))
    if e164:
        return Number(e164=e164)
    shown = f"{user}{address[2] or ''}" if address else written
    return Number(said_as="".join(sign for sign in shown if sign.isprintable())[:LONGEST])


def _e164(user: str) -> str:
    """SIP trunks leave the "+" out, so eleven digits from 7 or 8 are Russian and others a country code's."""
    if not DIGITS.fullmatch(user):
        return ""
    if not user.startswith(("+", *RUSSIAN)) and len(user) > NATIONAL:
        user = "+" + user
    found = find_phones(user)
    return found[0] if len(found) == 1 else ""


def dialable(e164: str) -> str:
    """The number as it is given to a carrier: digits only, as the recorded calls have it."""
    return e164.removeprefix("+")
