"""Mails that nobody wrote: those of the corpus, spoilt in every way that a seed can think of."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

CORPUS = Path(__file__).parents[1] / "tests" / "payloads" / "email"
WORDS = (
    *(b"\r\n", b"\n", b"\0", b"\xff", b"--", b"=?utf-8?B?", b"=?koi8-r?Q?=", b"?=", b";", b'"', b"<", b">", b"(", b"\\", b"=\r\n"),
    *(
        b"\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n",
        b"Content-Type: message/rfc822\r\n\r\n",
        b"--a--\r\n",
    ),
    *(
        b"Content-Transfer-Encoding: base64\r\n",
        b"Content-Transfer-Encoding: quoted-printable\r\n",
        b"charset=utf-16",
        b"charset=utf-7",
    ),
    *(
        b"filename*0*=utf-8''%D0",
        b"filename*1=",
        b"begin 644 a\n",
        b"end\n",
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"\xd0\xcf\x11\xe0",
        b"%PDF-",
    ),
    *(
        b"\x78\x9f\x3e\x22",
        b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80",
        b"<blockquote>",
        b"<table><tr><td>",
        b"<svg>",
    ),
    *(b"BEGIN:VEVENT\n", b"DTSTART:99999999T999999\n", b"-----BEGIN PGP SIGNED MESSAGE-----\n", b"On Mon, a@b wrote:\n", b"> > > "),
    *(b"Date: Mon, 99 Foo 99999 99:99:99 +9999\r\n", b"\xd0", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"-- \n", b"Resent-From: x\r\n"),
)
LONGEST = 400_000
"""Bytes of a mail made."""


def corpus() -> list[bytes]:
    """The mails, in the order of their names."""
    return [path.read_bytes() for path in sorted(CORPUS.glob("*.eml"))]


def spoilt(mails: Sequence[bytes], chance: random.Random) -> bytes:
    """One of the mails after one to eight changes; the same for the same state of chance."""
    mail = chance.choice(mails)
    for _ in range(chance.randint(1, 8)):
        mail = chance.choice(CHANGES)(mail, mails, chance)[:LONGEST]
    return mail


def _flip(mail: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    changed = bytearray(mail)
    for _number in range(min(len(mail), chance.randint(1, 20))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _insert(mail: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    at = chance.randint(0, len(mail))
    return mail[:at] + chance.choice(WORDS) * chance.choice((1, 1, 1, 2, 50, 1000)) + mail[at:]


def _leave_out(mail: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    at = chance.randint(0, len(mail))
    return mail[:at] + mail[at + chance.randint(1, 400) :]


def _repeat(mail: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    at = chance.randint(0, len(mail))
    return mail[:at] + mail[at : at + chance.randint(1, 300)] * chance.choice((2, 2, 10, 300)) + mail[at:]


def _cut(mail: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    return mail[: chance.randint(0, len(mail))]


def _cross(mail: bytes, mails: Sequence[bytes], chance: random.Random) -> bytes:
    other = chance.choice(mails)
    return mail[: chance.randint(0, len(mail))] + other[chance.randint(0, len(other)) :]


def _swap_lines(mail: bytes, _: Sequence[bytes], chance: random.Random) -> bytes:
    lines = mail.split(b"\n")
    first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return b"\n".join(lines)


def _within(mail: bytes, mails: Sequence[bytes], chance: random.Random) -> bytes:
    """A whole mail where a part is awaited."""
    at = mail.find(b"\n", chance.randint(0, len(mail)))
    return mail[: at + 1] + b"Content-Type: message/rfc822\r\n\r\n" + chance.choice(mails) + mail[at + 1 :]


CHANGES: tuple[Callable[[bytes, Sequence[bytes], random.Random], bytes], ...] = (
    *(_flip, _insert, _insert, _leave_out, _repeat, _cut, _cross, _swap_lines, _within),
)
