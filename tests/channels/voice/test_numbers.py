"""Who calls, as networks spell it."""

import pytest

from channels.voice.numbers import Number, dialable, read_number

SAME = Number(e164="+79000000001")


@pytest.mark.parametrize(
    ("given", "number"),
    [
        pytest.param("79000000001", SAME, id="as trunks send it"),
        pytest.param("+79000000001", SAME, id="E.164"),
        pytest.param("89000000001", SAME, id="dialled in Russia"),
        pytest.param("9000000001", SAME, id="national"),
        pytest.param("sip:79000000001@10.0.0.5:5060", SAME, id="SIP address"),
        pytest.param('"Имя" <sip:+79000000001@h;user=phone>;tag=1', SAME, id="name and SIP address"),
        pytest.param("tel:+79000000001", SAME, id="tel address"),
        pytest.param("79000000001@trunk.example", SAME, id="with a host"),
        pytest.param("+4930901820", Number(e164="+4930901820"), id="abroad"),
        pytest.param("anonymous", Number(said_as="anonymous"), id="hidden"),
        pytest.param("sip:anonymous@anonymous.invalid", Number(said_as="anonymous@anonymous.invalid"), id="hidden, SIP"),
        pytest.param("sip:op1@centre.example", Number(said_as="op1@centre.example"), id="a user of ours"),
        pytest.param("112", Number(said_as="112"), id="a short number"),
        pytest.param('О\'Коннор "x"\x00', Number(said_as='О\'Коннор "x"'), id="quotes and a NUL"),
        pytest.param("1" * 4000, Number(said_as="1" * 120), id="very long"),
        pytest.param("", Number(), id="empty"),
        pytest.param(None, Number(), id="absent"),
        pytest.param(79000000001, Number(), id="no text"),
    ],
)
def test_a_caller_is_known_by_the_number_however_it_is_spelt(given: object, number: Number) -> None:
    assert read_number(given) == number


def test_a_carrier_is_given_digits_only() -> None:
    assert dialable("+78672000000") == "78672000000"
