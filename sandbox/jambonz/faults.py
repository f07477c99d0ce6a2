"""What a person or a test lets go wrong."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """What happens.

    ``drop_status``: a status is not sent. ``late_status``: after ``seconds``, if need be after the end.
    ``reorder_status``: after the one that follows it.
    ``slow_hook``: the answer comes ``seconds`` later (10 and more: too late). ``repeat_hook``: the same request, twice.
    ``lost_hook``: the application cannot be reached.
    ``rest_error``: ``code`` instead of doing it; ``rest_lost_answer``: done, and 500 said.
    ``cut_recorder``: the sound's socket is cut ``seconds`` after it was opened; ``no_recorder``: it cannot be opened.
    ``tts_failure``: a prompt is not spoken. ``stt_error``: the recogniser reports an error.
    """

    DROP_STATUS = "drop_status"
    LATE_STATUS = "late_status"
    REORDER_STATUS = "reorder_status"
    SLOW_HOOK = "slow_hook"
    REPEAT_HOOK = "repeat_hook"
    LOST_HOOK = "lost_hook"
    REST_ERROR = "rest_error"
    REST_LOST_ANSWER = "rest_lost_answer"
    CUT_RECORDER = "cut_recorder"
    NO_RECORDER = "no_recorder"
    TTS_FAILURE = "tts_failure"
    STT_ERROR = "stt_error"


@dataclass(slots=True, kw_only=True)
class Fault:
    """``only``: a part of the hook's or the socket's path, or the name of a status. ``times``: how often, for ever when None."""

    id: int
    kind: FaultKind
    only: str = ""
    times: int | None = 1
    seconds: float = 0.0
    code: int = 500

    def as_json(self) -> dict[str, Any]:
        """For the wire."""
        return asdict(self)


class Faults:
    """The orders, in the order in which they were given."""

    def __init__(self) -> None:
        self._last = 0
        self._orders: list[Fault] = []

    def add(self, kind: FaultKind | str, *, only: str = "", times: int | None = 1, seconds: float = 0.0, code: int = 500) -> Fault:
        """A new order."""
        self._last += 1
        fault = Fault(id=self._last, kind=FaultKind(kind), only=only, times=times, seconds=seconds, code=code)
        self._orders.append(fault)
        return fault

    def strike(self, kind: FaultKind, *what: str) -> Fault | None:
        """The order that concerns this, counted; None when there is none."""
        for fault in self._orders:
            if fault.kind is kind and (not fault.only or any(fault.only in one for one in what)):
                if fault.times is not None:
                    fault.times -= 1
                    if fault.times <= 0:
                        self._orders.remove(fault)
                return fault
        return None

    def coming(self) -> list[Fault]:
        """What is still to happen."""
        return list(self._orders)

    def clear(self) -> None:
        """Call off all."""
        self._orders.clear()
