"""Who may ask for speech: whoever has the key, told apart in constant time. Without a key set nobody may."""

import hmac

from starlette.requests import HTTPConnection


def may_ask(connection: HTTPConnection, key: str) -> bool:
    """Whether the request bears the key (``Authorization: Bearer ...``)."""
    scheme, _, given = connection.headers.get("authorization", "").partition(" ")
    return bool(key) and scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), key.encode())
