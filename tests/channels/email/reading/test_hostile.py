"""Mails made to break whoever reads them: each is kept, in five seconds and 512 MB, and the next one is read as if nothing was."""

import bz2
import gzip
import lzma
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from channels.email.reading.reader import Reader
from core.mail.port import MailKind
from tests.channels.email.reading.building import (
    HEAD,
    PNG,
    a_locked_zip,
    a_lying_zip,
    a_mail,
    a_misplaced_zip,
    a_multipart,
    a_nested_zip,
    a_part,
    a_zip,
    with_file,
)

SLOWEST, MEMORY = 5.0, 512 * 1024
MEGABYTE = 1024 * 1024


def _levels(count: int) -> bytes:
    inside = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (number, number) for number in range(count))
    return HEAD + inside + b"Content-Type: text/plain\r\n\r\ndeep\r\n"


def _mails_in_mails(count: int) -> bytes:
    return HEAD + b"Content-Type: message/rfc822\r\n\r\n" * count + b"Subject: deep\r\n\r\ndeep\r\n"


def _page(html: bytes) -> bytes:
    return a_mail(b"Content-Type: text/html; charset=utf-8\r\n", html)


def _polyglot() -> bytes:
    return b"%PDF-1.4\n%" + a_zip(run__exe=b"MZ" + bytes(100))


HOSTILE: dict[str, tuple[Callable[[], bytes], set[str], set[str]]] = {
    "forty megabytes": (lambda: with_file("a.bin", b"\x01\x02\x03" * (8 * MEGABYTE)), set(), set()),
    "more than forty megabytes": (lambda: a_mail(body=b"x" * (41 * MEGABYTE)), {"too_big"}, set()),
    "twenty thousand parts": (lambda: a_multipart(*[b"\r\nx"] * 20_000), {"too_many_parts"}, set()),
    "twenty thousand boundaries of nothing": (
        lambda: a_mail(b"Content-Type: multipart/mixed; boundary=b\r\n", b"--b\r\n" * 200_000),
        {"too_many_parts"},
        set(),
    ),
    "lines like a boundary": (
        lambda: a_mail(b"Content-Type: multipart/mixed; boundary=b\r\n", b"--b\r\n\r\nx\r\n" + b"--bz\r\n" * 2_000_000),
        {"too_many_parts"},
        set(),
    ),
    "two thousand levels": (lambda: _levels(2000), {"too_deep"}, set()),
    "two thousand mails in mails": (lambda: _mails_in_mails(2000), {"too_deep"}, set()),
    "thirty-two thousand recipients": (
        lambda: b"To: " + b", ".join(b"a%d@example.org" % number for number in range(32_000)) + b"\r\n" + a_mail(),
        {"header_cut", "too_many_addresses"},
        set(),
    ),
    "a header of megabytes": (lambda: a_mail(b"X-Long: " + b"y" * (3 * MEGABYTE) + b"\r\n"), {"header_cut"}, set()),
    "a hundred thousand headers": (lambda: a_mail(b"X-A: b\r\n" * 100_000), set(), set()),
    "zeros in headers": (lambda: a_mail(b"X-A: \0\0\0\r\nSub\0ject: x\r\nReferences: <\0@\0>\r\n"), set(), set()),
    "comments in comments": (
        lambda: a_mail(b"Content-Type: " + b"(" * 5000 + b"\r\nReply-To: " + b"(" * 15_000 + b"\r\n"),
        set(),
        set(),
    ),
    "quotes that never end": (
        lambda: a_mail(b'Reply-To: "' + b'\\"' * 5000 + b"\r\nContent-Disposition: a;" + b'";' * 4000),
        set(),
        set(),
    ),
    "encoded words by the thousand": (lambda: a_mail(b"X-S: " + b"=?utf-8?B?0K8=?= " * 900 + b"\r\n"), set(), set()),
    "encoded words that are none": (
        lambda: a_mail(b"In-Reply-To: " + b"=?" * 8000 + b"\r\nCc: " + b"=?utf-8?Q?" * 1500 + b"\r\n"),
        set(),
        set(),
    ),
    "parameters without end": (lambda: a_mail(b"Content-Type: text/plain" + b"; a*0*=x" * 2000 + b"\r\n"), set(), set()),
    "an unknown charset": (
        lambda: a_mail(b"Content-Type: text/plain; charset=klingon\r\n", b"\xff\xee\xed"),
        {"charset_guessed"},
        set(),
    ),
    "a charset that is no charset": (
        lambda: a_mail(b"Content-Type: text/plain; charset=zlib_codec\r\n", b"abc\xff"),
        {"charset_guessed"},
        set(),
    ),
    "a zip bomb": (lambda: with_file("a.zip", a_zip(a__txt=bytes(60 * MEGABYTE))), set(), {"bomb"}),
    "a zip that lies": (lambda: with_file("a.zip", a_lying_zip()), set(), {"bomb"}),
    "a zip that points before itself": (lambda: with_file("a.zip", a_misplaced_zip()), set(), set()),
    "a zip in a zip in a zip": (lambda: with_file("a.zip", a_nested_zip(9)), set(), {"bomb"}),
    "a gzip bomb": (lambda: with_file("a.gz", gzip.compress(bytes(200 * MEGABYTE))), set(), {"bomb"}),
    "a bzip2 bomb": (lambda: with_file("a.bz2", bz2.compress(bytes(40 * MEGABYTE))), set(), {"bomb"}),
    "an xz bomb": (lambda: with_file("a.xz", lzma.compress(bytes(40 * MEGABYTE))), set(), {"bomb"}),
    "many zips at the bound": (
        lambda: a_multipart(*[a_part("application/zip; name=a.zip", a_zip(a__txt=bytes(10 * MEGABYTE)))] * 60),
        set(),
        set(),
    ),
    "a PDF that is a zip with a program": (lambda: with_file("a.pdf", _polyglot(), "application/pdf"), set(), set()),
    "a zip with a password": (lambda: with_file("a.zip", a_locked_zip()), set(), {"encrypted"}),
    "a program called a picture": (lambda: with_file("a.jpg", b"MZ" + bytes(300), "image/jpeg"), set(), {"executable", "mismatch"}),
    "a picture called a document": (lambda: with_file("a.docx", PNG), set(), {"mismatch"}),
    "a page of tags": (lambda: _page(b"<div>" * 400_000), set(), set()),
    "a page of open brackets": (lambda: _page(b"<" * 3_000_000), {"text_cut"}, set()),
    "a page with one endless tag": (
        lambda: _page(b"<b " + b" ".join(b"a%d=1" % one for one in range(200_000)) + b">x"),
        set(),
        set(),
    ),
    "a page with tables in tables": (lambda: _page(b"<table><tr><td>" * 100_000 + b"x"), set(), set()),
    "a page of paragraphs": (lambda: _page(b"<p>a <b>b</b></p>" * 110_000), set(), set()),
    "a text of quotes": (lambda: a_mail(body=b">" * 30_000 + b"\n" + b"> > " * 30_000 + b"\nOn On On On " * 30_000), set(), set()),
    "a text that begins files": (lambda: a_mail(body=b"begin 644 a\n" * 80_000), set(), set()),
    "a text that begins signatures": (lambda: a_mail(body=b"-----BEGIN PGP SIGNED MESSAGE-----\n" * 30_000), set(), set()),
    "bytes and nothing else": (lambda: bytes(range(256)) * 20_000, set(), set()),
    "nothing at all": (lambda: b"", set(), set()),
    "one line without an end": (lambda: b"x" * (5 * MEGABYTE), set(), set()),
    "base64 of signs of its end": (
        lambda: a_mail(b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n", b"ab=" * (4 * MEGABYTE)),
        set(),
        set(),
    ),
    "a parcel of nothing": (lambda: with_file("smime.p7m", b"\x30\x80" * 50_000, "application/pkcs7-mime"), set(), set()),
    "a winmail that promises": (lambda: with_file("winmail.dat", b"\x78\x9f\x3e\x22\x01\x00" + b"\x02" * 90_000), set(), set()),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_mail_is_kept_in_time_and_memory(reader: Reader, name: str) -> None:
    make, remarks, warnings = HOSTILE[name]
    content = make()
    await reader.read(a_mail())
    began = time.monotonic()
    mail = await reader.read(content)
    assert time.monotonic() - began <= SLOWEST
    assert not {"unreadable", "too_slow"} & set(mail.remarks)
    assert mail.kind is not MailKind.UNREAD
    assert remarks <= set(mail.remarks)
    assert warnings <= {warning for file in mail.files for warning in file.warnings}
    (process,) = reader.processes
    status = dict(line.split(":", 1) for line in Path(f"/proc/{process}/status").read_text().splitlines())
    assert int(status["VmPeak"].split()[0]) <= MEMORY
    assert (await reader.read(a_mail())).text == "Hello."


async def test_a_mail_that_is_too_big_is_still_known_by_its_headers(reader: Reader) -> None:
    mail = await reader.read(HOSTILE["more than forty megabytes"][0]())
    assert (mail.subject, mail.author.address, mail.message_id) == ("Яма", "boris@example.org", "<one@example.org>")
    assert mail.kind is MailKind.HUMAN
    assert not mail.text


async def test_many_recipients_hide_no_other_header(reader: Reader) -> None:
    mail = await reader.read(HOSTILE["thirty-two thousand recipients"][0]())
    assert (mail.subject, mail.author.address, len(mail.to)) == ("Яма", "boris@example.org", 50)


async def test_a_file_beyond_the_bound_is_named_without_its_content(reader: Reader) -> None:
    many = [a_part(f"application/x-strange; name=a{number}.bin", b"\x01\x02\x03" * (3 * MEGABYTE)) for number in range(3)]
    mail = await reader.read(a_multipart(*many))
    assert "too_big" in mail.remarks
    assert [(file.name, len(file.content)) for file in mail.files] == [
        ("a0.bin", 9 * MEGABYTE),
        ("a1.bin", 9 * MEGABYTE),
        ("a2.bin", 0),
    ]
    assert mail.files[2].warnings == ("too_big",)
