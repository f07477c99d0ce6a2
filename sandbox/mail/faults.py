"""Failures that a person or a test orders for an addressee."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """What happens to a mail instead of being taken.

    While the sender is there: ``refuse``: 550, no such mailbox. ``later``: 451, try again. ``busy``: 421, and the server hangs up.
    ``drop``: the connection ends at the end of the mail, which is not taken. ``lose_answer``: it is taken, and the connection ends
    before that is said.

    After it was taken: ``unknown``, ``full``: a report comes back, the mailbox is not there, or full. ``delay``: a report comes
    back that it is late; it arrives all the same. ``away``: it arrives, and a machine answers for the addressee.
    """

    REFUSE = "refuse"
    LATER = "later"
    BUSY = "busy"
    DROP = "drop"
    LOSE_ANSWER = "lose_answer"
    UNKNOWN = "unknown"
    FULL = "full"
    DELAY = "delay"
    AWAY = "away"


class Stage(StrEnum):
    """When a failure shows: at the address, at the mail itself, or after that was taken."""

    ADDRESS = "address"
    CONTENT = "content"
    DELIVERY = "delivery"


STAGES: Mapping[FaultKind, Stage] = {
    FaultKind.REFUSE: Stage.ADDRESS,
    FaultKind.LATER: Stage.ADDRESS,
    FaultKind.BUSY: Stage.ADDRESS,
    FaultKind.DROP: Stage.CONTENT,
    FaultKind.LOSE_ANSWER: Stage.CONTENT,
    FaultKind.UNKNOWN: Stage.DELIVERY,
    FaultKind.FULL: Stage.DELIVERY,
    FaultKind.DELAY: Stage.DELIVERY,
    FaultKind.AWAY: Stage.DELIVERY,
}


@dataclass(slots=True, kw_only=True)
class Fault:
    """``address``: whom it concerns, everybody when empty. ``times``: how often, for ever when None."""

    id: int
    kind: FaultKind
    address: str = ""
    times: int | None = None

    def as_json(self) -> dict[str, Any]:
        """For the wire."""
        return {"id": self.id, "kind": self.kind.value, "address": self.address, "times": self.times}


class Faults:
    """The orders, in the order in which they were given."""

    def __init__(self) -> None:
        self._last = 0
        self._orders: list[Fault] = []

    def add(self, kind: FaultKind, address: str = "", times: int | None = None) -> Fault:
        """A new order."""
        self._last += 1
        fault = Fault(id=self._last, kind=kind, address=address.lower(), times=times)
        self._orders.append(fault)
        return fault

    def strike(self, *addresses: str, stage: Stage) -> FaultKind | None:
        """What is to happen now to one of these addressees, counted; None when nothing is."""
        names = {"", *(address.lower() for address in addresses)}
        for fault in self._orders:
            if fault.address in names and STAGES[fault.kind] is stage:
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._orders.remove(fault)
                return fault.kind
        return None

    def coming(self) -> list[Fault]:
        """What is still to happen."""
        return list(self._orders)

    def clear(self, address: str | None = None) -> None:
        """Call off the orders for an address; without one, all."""
        self._orders = [fault for fault in self._orders if address is not None and fault.address != address.lower()]
