"""What our own MX found of a mail: SPF, DKIM and DMARC by its Authentication-Results (RFC 8601)."""

import re
from email.message import Message

import authres

from channels.email.reading.safely import headers
from core.mail.port import Checked

LONGEST = 8_192
"""Signs; our MX writes shorter ones."""
RESULTS = frozenset({"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror", "policy", "bestguesspass"})
METHODS = ("spf", "dkim", "dmarc")
_RESULT = re.compile(r"(?:^|;)\s{0,50}(spf|dkim|dmarc)(?:\s{0,9}/\s{0,9}\d{1,3})?\s{0,9}=\s{0,9}([a-z]{1,20})", re.IGNORECASE)
_ID = re.compile(r"\s{0,50}\"?([^\s;\"]{1,255})\"?(?:\s{1,50}\d{1,3})?\s{0,50}(?:;|$)")


def checked_by(message: Message, authority: str) -> Checked:
    """The results of the topmost such header when it is of ``authority``, our MX's name; nothing in any other case.

    What stands below may have been written by anyone, whatever name it bears. A mail with several signatures passes when one does.
    """
    topmost = next(iter(headers(message, "authentication-results")), "")[:LONGEST]
    if not authority or not topmost:
        return Checked()
    found = _ID.match(_bare(topmost, keeps_quoted=True))
    if found is None or found[1].lower().rstrip(".") != authority.lower().rstrip("."):
        return Checked()
    results = _parsed(topmost)
    return Checked(**{method: _best(results, method) for method in METHODS})


def _parsed(value: str) -> list[tuple[str, str]]:
    """As the library reads it; what it cannot read (some servers write no proper grammar) by the bare pairs."""
    try:
        found = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {value}")
        return [(one.method, one.result) for one in found.results if isinstance(one, authres.AuthenticationResult)]
    except (authres.AuthResError, ValueError, AttributeError, TypeError, IndexError, RecursionError):
        return [(method.lower(), result.lower()) for method, result in _RESULT.findall(_bare(value))]


def _best(results: list[tuple[str, str]], method: str) -> str:
    """One that passed, else the first."""
    found = [result for name, result in results if name == method and result in RESULTS]
    return "pass" if "pass" in found else next(iter(found), "")


def _bare(value: str, *, keeps_quoted: bool = False) -> str:
    """Without comments and quoted words, in which anything may stand."""
    kept: list[str] = []
    depth, is_quoted, position = 0, False, 0
    while position < len(value):
        sign = value[position]
        if sign == "\\" and (depth or is_quoted):
            position += 2
            continue
        if sign == '"' and not depth:
            is_quoted = not is_quoted
        elif not is_quoted and sign in "()":
            depth = max(0, depth + (1 if sign == "(" else -1))
            kept.append(" ")
        elif not depth and (keeps_quoted or not is_quoted):
            kept.append(sign)
        position += 1
    return "".join(kept)
