"""The words of the exchange format of the EDMS «Дело» (EOS), as far as we know them.

Known from the issue and from public programs that speak the format: the namespace; the roots DocInfo and Report; the header with
its attributes and the list of resources; the order of the elements of a document and of a task; the values of MessageType, of State
and of a task's Type; that ``ReturnID`` comes back in an answer, and that an answer is a Report whose Notification holds Reception,
Registration or Failure, with the receiver's number in DocumentList.

Not known to us, because the schema of EOS is not public: the content of Econtact, the attributes of Address, what a Notification of
a sender's own report holds, and the limits of lengths. Those are our choice, written down in ``schema/outgoing.xsd`` and in
docs/how-to/connect-delo.md; a real installation must confirm them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from uuid import UUID, uuid5

from core.records.port import AnswerKind, ControlState, RecordKind

NAMESPACE: Final = "http://www.eos.ru/2010/sev"
VERSION: Final = "1.0"
PRODUCT: Final = UUID("6d4c1c0e-2f3b-5a55-9a0e-5b1a3cf0d191")
"""Names this program as the sending EDMS, and everything that it numbers."""

ROOTS: Final[Mapping[RecordKind, str]] = MappingProxyType({RecordKind.DOC_INFO: "DocInfo", RecordKind.REPORT: "Report"})
MESSAGE_TYPES: Final[Mapping[RecordKind, str]] = MappingProxyType({RecordKind.DOC_INFO: "MainDoc", RecordKind.REPORT: "Report"})
CONTROL: Final[Mapping[ControlState, str]] = MappingProxyType(
    {ControlState.NONE: "NoControl", ControlState.UNDER: "UnderControl", ControlState.ENDED: "EndedControl"}
)
ANSWERS: Final[Mapping[tuple[str, str], AnswerKind]] = MappingProxyType(
    {
        ("Reception", "Reception"): AnswerKind.RECEIVED,
        ("Report", "Registration"): AnswerKind.REGISTERED,
        ("Failure", "Failure"): AnswerKind.REFUSED,
    }
)
"""MessageType and the notification that belongs to it."""

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An organisation as the directory of «Дело» knows it; an empty ``uid`` is left out."""

    uid: str = ""
    name: str


def clean(words: str) -> str:
    """The text without what XML 1.0 (production 2, Char) cannot carry; each such sign becomes U+FFFD, so that it shows."""
    return _FORBIDDEN.sub(_REPLACEMENT, words)


def uid_of(*parts: object) -> str:
    """A lasting identifier of a thing of ours: the same parts, the same UID."""
    return str(uuid5(PRODUCT, "/".join(clean(str(part)) for part in parts)))
