"""How long each kind of thing is kept: the one table of terms, with what each rests on (reg. 2.10).

The regulation sets no term of keeping; the terms of the casework are the city's to decide (setting ``RETENTION_DAYS``), and the
ones below are what is taken until it does. What is technical has its term in core/retention.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from core import retention
from core.retention import Technical

YEAR = 365


class Kind(StrEnum):
    """What is kept and erased by terms of the casework."""

    CONVERSATIONS = "conversations"
    LEFT_MESSAGES = "left_messages"
    CALLS = "calls"
    CALL_BACKS = "call_backs"
    RECORDINGS = "recordings"
    REFUSALS = "refusals"
    MAILS = "mails"
    INBOUND = "inbound"
    NEWS = "news"
    JOBS = "jobs"
    CARDS = "cards"
    APPEALS = "appeals"
    AUDIT = "audit"


class Basis(StrEnum):
    """What a term rests on."""

    CITY = "city"
    """Decided by the city; a default until it is."""
    RECORDS = "records"
    """The list of standard records with their terms (order of Rosarkhiv of 20.12.2019 No. 236, art. 154): five years, then a
    commission decides, so the program erases nothing by itself."""
    PROOF = "proof"
    """The sealed chain of the audit trail proves itself as a whole only (reg. 2.10)."""
    RECORDER = "recorder"
    """The setting of the recorder, which deletes the sound itself."""
    TECHNICAL = "technical"
    """Needed for as long as the program needs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """``days``: None for what is never erased by the program. ``setting``: whether the city may set another term.

    ``least``: the shortest term that may be set.
    """

    days: int | None
    basis: Basis
    setting: bool = True
    least: int = 1


KINDS: Mapping[Kind, Keeping] = MappingProxyType(
    {
        Kind.CONVERSATIONS: Keeping(days=3 * YEAR, basis=Basis.CITY, least=30),
        Kind.LEFT_MESSAGES: Keeping(days=3 * YEAR, basis=Basis.CITY, least=30),
        Kind.CALLS: Keeping(days=3 * YEAR, basis=Basis.CITY, least=30),
        Kind.CALL_BACKS: Keeping(days=YEAR, basis=Basis.CITY, least=30),
        Kind.RECORDINGS: Keeping(days=None, basis=Basis.RECORDER, setting=False),
        Kind.REFUSALS: Keeping(days=3 * YEAR, basis=Basis.CITY, least=30),
        Kind.MAILS: Keeping(days=3 * YEAR, basis=Basis.CITY, least=30),
        Kind.INBOUND: Keeping(days=30, basis=Basis.TECHNICAL, least=7),
        Kind.NEWS: Keeping(days=3 * YEAR, basis=Basis.CITY, least=30),
        Kind.JOBS: Keeping(days=30, basis=Basis.TECHNICAL, least=7),
        Kind.CARDS: Keeping(days=3 * YEAR, basis=Basis.CITY, least=30),
        Kind.APPEALS: Keeping(days=None, basis=Basis.RECORDS, setting=False),
        Kind.AUDIT: Keeping(days=None, basis=Basis.PROOF, setting=False),
    }
)
APPEALS_KEPT = timedelta(days=5 * YEAR + 1)
"""A closed appeal of record stays that long whatever its applicant wishes (Basis.RECORDS)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms in force: the table above under what the city decided."""

    decided: Mapping[Kind, int]

    def days(self, kind: Kind) -> int | None:
        """Days that a kind is kept; None for ever."""
        return self.decided.get(kind, KINDS[kind].days)

    def is_decided(self, kind: Kind) -> bool:
        """Whether the city set this term."""
        return kind in self.decided


def technical_terms() -> Mapping[Technical, timedelta]:
    """The terms of what is technical."""
    return MappingProxyType({rule.kind: rule.kept for rule in retention.RULES})
