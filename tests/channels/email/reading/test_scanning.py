"""The scanner, against a small clamd that speaks INSTREAM and knows one signature, that of EICAR's harmless test file."""

import asyncio
import struct
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from channels.email.reading.apart import read_apart
from channels.email.reading.scanning import Clamd, scanned
from core.judging import NotScanned
from core.mail.port import ReadMail
from tests.channels.email.reading.building import PNG, a_mail, a_multipart, a_part

# Put together at run time: scanners of those who keep this file would find it.
EICAR = ("X5O!P%@AP[4" + "\\PZX54(P^)7CC)7}$" + "-".join(("EICAR", "STANDARD", "ANTIVIRUS", "TEST", "FILE!")) + "$H+H*").encode()
MOST = 1_000_000


async def _serve(reading: asyncio.StreamReader, writing: asyncio.StreamWriter) -> None:
    try:
        if await reading.readuntil(b"\0") != b"zINSTREAM\0":
            writing.write(b"UNKNOWN COMMAND\0")
            return
        content = bytearray()
        while size := struct.unpack(">I", await reading.readexactly(4))[0]:
            if len(content) + size > MOST:
                writing.write(b"INSTREAM size limit exceeded. ERROR\0")
                return
            content += await reading.readexactly(size)
        writing.write(b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0")
    finally:
        writing.close()


@pytest_asyncio.fixture
async def clamd(tmp_path: Path) -> AsyncIterator[Clamd]:
    socket = str(tmp_path / "clamd.sock")
    async with await asyncio.start_unix_server(_serve, socket):
        yield Clamd(socket=socket, timeout=5)


def _mail(*files: bytes) -> ReadMail:
    return read_apart(a_multipart(b"\r\nx", *(a_part("application/x-own; name=a.bin", content) for content in files))).mail


async def test_an_infected_file_is_named(clamd: Clamd) -> None:
    mail = await scanned(_mail(PNG, EICAR), clamd)
    assert mail.remarks == ("infected",)
    assert [file.warnings for file in mail.files] == [(), ("infected",)]


async def test_clean_files_get_no_remark(clamd: Clamd) -> None:
    mail = _mail(PNG, b"\x01" * 600_000)
    assert await scanned(mail, clamd) == mail


async def test_without_a_scanner_files_are_unscanned_and_a_mail_without_files_is_not() -> None:
    assert (await scanned(_mail(PNG), None)).remarks == ("unscanned",)
    assert (await scanned(read_apart(a_mail()).mail, None)).remarks == ()


async def test_a_file_too_long_for_the_scanner_is_unscanned(clamd: Clamd) -> None:
    mail = await scanned(_mail(b"\x01" * (MOST + 1), EICAR), clamd)
    assert mail.remarks == ("unscanned", "infected")


async def test_a_scanner_that_is_gone_leaves_the_mail_as_it_is(tmp_path: Path) -> None:
    assert (await scanned(_mail(PNG), Clamd(socket=str(tmp_path / "none"), timeout=1))).remarks == ("unscanned",)


async def test_a_scanner_that_never_answers_is_not_waited_for() -> None:
    ended = asyncio.Event()

    async def silent(reading: asyncio.StreamReader, writing: asyncio.StreamWriter) -> None:
        await reading.read()
        writing.close()
        ended.set()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        with pytest.raises(NotScanned):
            await Clamd(host="127.0.0.1", port=server.sockets[0].getsockname()[1], timeout=0.05).is_infected(PNG)
        await ended.wait()


async def test_a_verdict_that_is_none_is_no_verdict() -> None:
    async def odd(reading: asyncio.StreamReader, writing: asyncio.StreamWriter) -> None:
        await reading.readuntil(b"\0\0\0\0")
        writing.write(b"stream: perhaps\0")
        writing.close()

    async with await asyncio.start_server(odd, "127.0.0.1", 0) as server:
        with pytest.raises(NotScanned):
            await Clamd(host="127.0.0.1", port=server.sockets[0].getsockname()[1]).is_infected(PNG)
