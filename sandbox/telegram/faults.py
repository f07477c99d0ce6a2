"""Faults on order: errors, floods, hangs, cut connections, answers lost, updates repeated or out of order."""

from dataclasses import dataclass
from typing import Literal

FaultKind = Literal["error", "flood", "hang", "reset", "lost_reply", "duplicate", "reorder"]
_OF_CALLS = ("error", "flood", "hang", "reset", "lost_reply")


@dataclass(slots=True, kw_only=True)
class Fault:
    """What shall go wrong, where and how often.

    `error` answers with `code`; `flood` is 429 with `retry_after`; `hang` waits `seconds` and answers 504; `reset` cuts the
    connection before the call is carried out, `lost_reply` after it; `duplicate` hands an update out once more although it was
    confirmed; `reorder` hands the next update out after the one that follows it.
    """

    kind: FaultKind
    method: str | None = None
    chat_id: int | None = None
    times: int = 1
    code: int = 500
    description: str = "Internal Server Error"
    retry_after: int = 1
    seconds: float = 30.0
    id: int = 0

    def hits_call(self, method: str, chat_id: int | None) -> bool:
        """Whether this call shall fail."""
        right_method = self.method is None or self.method.lower() == method.lower()
        return self.kind in _OF_CALLS and right_method and self.chat_id in (None, chat_id)


class Faults:
    """The faults that are still to come, in the order in which they were ordered."""

    def __init__(self) -> None:
        self._coming: list[Fault] = []
        self._number = 0

    def add(self, fault: Fault) -> Fault:
        """Order a fault."""
        self._number += 1
        fault.id = self._number
        self._coming.append(fault)
        return fault

    def coming(self) -> list[Fault]:
        """Those not yet used up."""
        return list(self._coming)

    def clear(self) -> None:
        """Nothing more goes wrong."""
        self._coming.clear()

    def for_call(self, method: str, chat_id: int | None) -> Fault | None:
        """The fault of this call, used once."""
        return self._use(next((f for f in self._coming if f.hits_call(method, chat_id)), None))

    def for_update(self, kind: FaultKind, chat_id: int | None) -> Fault | None:
        """The fault of this update, used once."""
        return self._use(next((f for f in self._coming if f.kind == kind and f.chat_id in (None, chat_id)), None))

    def _use(self, fault: Fault | None) -> Fault | None:
        if fault is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._coming.remove(fault)
        return fault
