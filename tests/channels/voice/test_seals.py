"""Addresses that only we can make."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.voice.addresses import Addresses
from channels.voice.menu.model import Place
from channels.voice.seals import BadSeal, Seals
from channels.voice.tickets import Awaited, Ticket, open_ticket, seal_ticket

OURS, OTHERS = Seals("ours"), Seals("others")
SHORT = st.text(max_size=12)
PLACES = st.builds(
    Place,
    state=st.sampled_from(["menu", "question", "contact"]),
    step=st.integers(0, 10_000),
    silences=st.integers(0, 3),
    misses=st.integers(0, 3),
    warnings=st.integers(0, 2),
    choices=st.lists(SHORT, max_size=9).map(tuple),
    kept=st.dictionaries(SHORT, SHORT, max_size=4),
    last=st.lists(SHORT, max_size=3).map(tuple),
)
TICKETS = st.builds(
    Ticket,
    call_sid=st.uuids().map(str),
    awaited=st.sampled_from(Awaited),
    began=st.integers(0, 2**33),
    place=st.none() | PLACES,
    recorded=st.dictionaries(SHORT, SHORT, max_size=3),
    failures=st.integers(0, 4),
    leg=SHORT,
    caller=SHORT,
)


@given(TICKETS)
def test_what_is_sealed_comes_back_as_it_was(ticket: Ticket) -> None:
    sealed = seal_ticket(OURS, ticket)
    assert open_ticket(OURS, sealed, ticket.awaited) == ticket
    assert sealed.replace("-", "").replace("_", "").replace(".", "").isalnum() and sealed.isascii()


SEALED = seal_ticket(OURS, Ticket(call_sid="c1", awaited=Awaited.LISTEN, began=1))
PACKED, MAC = SEALED.split(".")


@pytest.mark.parametrize(
    "sealed",
    [
        pytest.param("", id="nothing"),
        pytest.param(".", id="a dot"),
        pytest.param(PACKED, id="without its mac"),
        pytest.param(f"{PACKED}A.{MAC}", id="a sign more"),
        pytest.param(f"{PACKED}.{MAC[:-1]}", id="a mac cut short"),
        pytest.param(seal_ticket(OTHERS, Ticket(call_sid="c1", awaited=Awaited.LISTEN, began=1)), id="another secret"),
        pytest.param(f"{PACKED}.{OURS.mac('rec', PACKED)}", id="a mac of another purpose"),
        pytest.param("é" * 9000, id="no ASCII, and long"),
        pytest.param(OURS.pack({"c": "c1"}), id="ours, of another kind"),
        pytest.param(OURS.pack({"c": "c1", "b": 1, "p": {"n": 1}}), id="ours, of another release"),
    ],
)
def test_what_we_did_not_seal_is_refused(sealed: str) -> None:
    with pytest.raises(BadSeal):
        open_ticket(OURS, sealed, Awaited.LISTEN)


def test_a_mac_is_of_one_purpose_one_value_and_one_secret() -> None:
    macs = {OURS.mac("rec", "call:1"), OURS.mac("own", "call:1"), OURS.mac("rec", "call:2"), OTHERS.mac("rec", "call:1")}
    assert len(macs) == 4
    assert all(len(mac) == 22 for mac in macs)
    assert OURS.is_genuine("rec", "call:1", OURS.mac("rec", "call:1"))


def test_a_place_of_usual_size_fits_into_an_address() -> None:
    place = Place(
        state="question", step=41, choices=tuple(f"{n}:1" for n in range(9)), kept={"contact": "+79000000001"}, last=("a.b",)
    )
    ticket = Ticket(call_sid="2d7091e8-babb-46c3-aa56-a871171d5959", awaited=Awaited.LISTEN, began=1_795_597_200, place=place)
    assert len(Addresses(public_url="https://a.example", recorder_url="wss://b.example", seals=OURS).way(ticket).to("step")) < 1000


def test_addresses_say_their_retries_and_the_recorders_have_no_query() -> None:
    addresses = Addresses(public_url="https://a.example", recorder_url="wss://b.example", seals=OURS)
    hook = addresses.way(Ticket(call_sid="c1", awaited=Awaited.LISTEN, began=1)).to("step")
    assert hook.startswith("https://a.example/voice/step?c=c1&s=") and hook.endswith("#rc=2&rp=ct,5xx")
    assert addresses.whole_call("c1") == f"wss://b.example/rec/call/c1/{OURS.mac('rec', 'call:c1')}"
    assert addresses.part("c1", "name-3") == f"wss://b.example/rec/message/c1/name-3/{OURS.mac('rec', 'message:c1:name-3')}"


def test_an_empty_secret_is_no_secret() -> None:
    with pytest.raises(ValueError, match="VOICE_SECRET"):
        Seals("")
