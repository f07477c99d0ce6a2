"""Whom a target means."""

import re
from typing import Any

Json = dict[str, Any]
_NATIONAL = 11


def key_of(address: str) -> str:
    """One key for all ways to write a number; names and SIP addresses stay as they are."""
    if ":" in address:
        return address
    digits = re.sub(r"\D", "", address)
    return "7" + digits[1:] if len(digits) == _NATIONAL and digits[0] == "8" else digits or address


def address_of(target: Json) -> str:
    """The address of a dial target: ``user:name``, a SIP address or a number."""
    if target.get("type") == "user":
        return f"user:{target.get('name', '')}"
    if target.get("type") == "sip":
        return str(target.get("sipUri", ""))
    return str(target.get("number", ""))


def dialled(target: Json) -> str:
    """What stands in ``to``."""
    return str(target.get("number") or target.get("name") or target.get("sipUri") or "")
