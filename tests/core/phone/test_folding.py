"""Whatever is told of a call, in whatever order and however often, the row says the same (reg. 2.5.1)."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.phone.entries import Dialled, Ended, Entry, LegMoved, Note, Opened
from core.phone.folding import dial, end_call, move_leg, note, open_call, settle
from core.phone.model import CallLeg, PhoneCall
from core.phone.vocabulary import CallDirection, CallPlace, CallResult, LegKind, LegState
from tests.clocks import NOON

MOMENTS = st.integers(-5, 100).map(lambda seconds: NOON + timedelta(seconds=seconds))
SID = st.just("c")
KEYS = {"o": LegKind.OPERATOR, "f": LegKind.OFFICIAL, "d": LegKind.DISPATCH}
OPENED = Opened(call_sid="c", direction=CallDirection.IN, started_at=NOON, caller="+79000000001")
DIALLED = [Dialled(call_sid="c", key=key, kind=kind, at=NOON, staff_id=ord(key), screened=key == "o") for key, kind in KEYS.items()]
NOTES = st.builds(
    Note,
    call_sid=SID,
    at=MOMENTS,
    kind=st.sampled_from(["answered", "keys", "heard_out"]),
    place=st.none() | st.sampled_from(CallPlace),
    step=st.none() | st.integers(0, 5),
    menu_state=st.none() | st.sampled_from("ab"),
    reached=st.none() | st.sampled_from(CallResult),
    emergency=st.none() | st.booleans(),
    conversation_id=st.none() | st.integers(1, 3),
)
MOVES = st.builds(
    LegMoved,
    call_sid=SID,
    at=MOMENTS,
    state=st.sampled_from(LegState),
    key=st.sampled_from(sorted(KEYS)),
    seconds=st.none() | st.integers(0, 9),
)
ENDS = st.builds(
    Ended,
    call_sid=SID,
    at=MOMENTS,
    seconds=st.none() | st.integers(0, 9),
    because=st.sampled_from(["caller", "swept"]),
    failed=st.booleans(),
)


def folded(entries: Iterable[Entry]) -> dict[str, Any]:
    """The rows after these entries, settled after each as the journal does."""
    call, legs = PhoneCall(call_sid="c", direction="in", started_at=NOON + timedelta(seconds=200)), dict[str, CallLeg]()
    for entry in entries:
        if isinstance(entry, Dialled | LegMoved):
            leg = legs.setdefault(entry.key, CallLeg(call_id=1, key=entry.key, kind="", dialled_at=entry.at))
        match entry:
            case Opened():
                open_call(call, entry)
            case Note():
                note(call, entry)
            case Dialled():
                dial(leg, entry)
            case LegMoved():
                move_leg(leg, entry)
            case Ended():
                end_call(call, entry)
        settle(call, list(legs.values()))
    return {"call": call.model_dump(), **{key: legs[key].model_dump() for key in sorted(legs)}}


@pytest.mark.clause("2.5.1")
@given(data=st.data())
def test_the_order_and_the_repeats_of_any_entries_change_nothing(data: st.DataObject) -> None:
    told = data.draw(st.lists(NOTES | MOVES | ENDS, max_size=10))
    entries: list[Entry] = [OPENED, *DIALLED, *told]
    again = data.draw(st.lists(st.sampled_from(entries), max_size=5))
    mixed = data.draw(st.permutations([*entries, *again]))
    assert folded(mixed) == folded(entries)


@pytest.mark.clause("2.5.1")
@given(data=st.data())
def test_whatever_was_told_a_call_that_ended_has_exactly_one_result(data: st.DataObject) -> None:
    told: list[Entry] = data.draw(st.lists(NOTES | MOVES | ENDS, max_size=10))
    mixed = data.draw(st.permutations([*told, data.draw(ENDS)]))
    call = folded(mixed)["call"]
    assert CallResult(call["result"])
    assert (call["place"], call["ended_at"] is None) == (CallPlace.ENDED, False)
    order = list(CallResult)
    assert order.index(call["result"]) >= max((order.index(CallResult(one)) for one in call["reached"]), default=0)
