"""Whatever comes, a mail is read: spoilt mails of the corpus, and bytes that are none."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.mutations import corpus, spoilt
from channels.email.reading.apart import ReadApart, read_apart
from channels.email.reading.carrying import LENGTHS, lengths, packed, unpacked

MAILS = corpus()


def _carried(content: bytes) -> ReadApart:
    message = packed(read_apart(content))
    head, _ = lengths(message[: LENGTHS.size])
    return unpacked(message[LENGTHS.size : LENGTHS.size + head], message[LENGTHS.size + head :])


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**40))
def test_a_spoilt_mail_is_a_mail(seed: int) -> None:
    assert isinstance(_carried(spoilt(MAILS, random.Random(seed))), ReadApart)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(head=st.binary(max_size=200), body=st.binary(max_size=2000))
def test_bytes_are_a_mail(head: bytes, body: bytes) -> None:
    assert isinstance(_carried(head + b"\r\n\r\n" + body), ReadApart)
