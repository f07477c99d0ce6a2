"""The limited process: what it cannot do, what becomes of it, and what only the reader outside it knows."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from channels.email.reading.apart import read_apart
from channels.email.reading.carrying import LENGTHS, Garbled, lengths, packed, unpacked
from channels.email.reading.reader import Reader, ReaderLimits, Us
from core.mail.port import Answered, MailKind
from tests.channels.email.reading.building import PNG, a_mail, a_multipart, a_part, with_file
from tests.channels.email.reading.conftest import TOKENS, US


async def test_a_process_serves_many_mails(reader: Reader) -> None:
    await reader.read(a_mail())
    before = reader.processes
    for _ in range(5):
        assert (await reader.read(a_mail())).text == "Hello."
    assert reader.processes == before


async def test_the_process_can_open_nothing_and_knows_no_secret(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAIL_PASSWORD", "a secret of ours")
    await reader.close()
    await reader.read(a_mail())
    (process,) = reader.processes
    limits = {line[:26].strip(): line[26:].split() for line in Path(f"/proc/{process}/limits").read_text().splitlines()}
    opened = sorted(int(path.name) for path in Path(f"/proc/{process}/fd").iterdir())
    assert limits["Max open files"][:2] == [str(len(opened))] * 2
    assert opened == list(range(len(opened)))
    assert limits["Max file size"][0] == "0"
    assert limits["Max address space"][0] == str(512 * 1024 * 1024)
    assert b"secret" not in Path(f"/proc/{process}/environ").read_bytes()
    assert TOKENS.seal("appeal", 1).encode() not in Path(f"/proc/{process}/cmdline").read_bytes()


@pytest.mark.parametrize(
    ("end", "remark"), [(signal.SIGKILL, "unreadable"), (signal.SIGSEGV, "unreadable"), (signal.SIGXCPU, "too_slow")]
)
async def test_a_process_that_dies_costs_one_mail_at_most(reader: Reader, end: signal.Signals, remark: str) -> None:
    await reader.read(a_mail())
    (process,) = reader.processes
    os.kill(process, end)
    lost = await reader.read(a_mail())
    assert (lost.kind, lost.remarks, lost.subject) == (MailKind.UNREAD, (remark,), "Яма")
    assert (await reader.read(a_mail())).kind is MailKind.HUMAN


async def test_a_mail_that_is_too_slow_is_kept_by_its_headers() -> None:
    hurried = Reader(US, limits=ReaderLimits(seconds=0))
    try:
        mail = await hurried.read(a_mail())
    finally:
        await hurried.close()
    assert (mail.kind, mail.remarks) == (MailKind.UNREAD, ("too_slow",))


async def test_a_process_without_memory_answers_all_the_same() -> None:
    poor = Reader(US, limits=ReaderLimits(memory=180 * 1024 * 1024))
    try:
        mail = await poor.read(with_file("a.bin", bytes(24 * 1024 * 1024)))
        assert (mail.kind, mail.remarks, mail.subject) == (MailKind.UNREAD, ("unreadable",), "Яма")
        assert (await poor.read(a_mail())).text == "Hello."
    finally:
        await poor.close()


async def test_a_process_is_replaced_after_its_share() -> None:
    short = Reader(US, limits=ReaderLimits(mails=2))
    try:
        await short.read(a_mail())
        (first,) = short.processes
        await short.read(a_mail())
        assert short.processes == ()
        await short.read(a_mail())
        assert short.processes != (first,)
    finally:
        await short.close()


async def test_mails_side_by_side_do_not_mix() -> None:
    two = Reader(US, limits=ReaderLimits(processes=2))
    try:
        mails = await asyncio.gather(*(two.read(a_mail(body=b"number %d" % number)) for number in range(20)))
        assert [mail.text for mail in mails] == [f"number {number}" for number in range(20)]
        assert len(two.processes) == 2
    finally:
        await two.close()


async def test_a_reader_that_is_cancelled_leaves_no_process_behind(reader: Reader) -> None:
    await reader.read(a_mail())
    (before,) = reader.processes
    reading = asyncio.create_task(reader.read(with_file("a.bin", bytes(20 * 1024 * 1024))))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert before not in reader.processes
    assert (await reader.read(a_mail())).text == "Hello."


APPEAL, REQUEST, BOUNCED = (TOKENS.seal(purpose, 12) for purpose in ("appeal", "request", "b"))
ADDRESSES: dict[str, tuple[bytes, tuple[Answered, ...], bool]] = {
    "To": (f"To: Centre <centre+{APPEAL}@vladikavkaz.example>".encode(), (Answered(purpose="appeal", number=12),), False),
    "in capitals": (f"Cc: CENTRE+{APPEAL.upper()}@VLADIKAVKAZ.EXAMPLE".encode(), (Answered(purpose="appeal", number=12),), False),
    "Delivered-To": (f"Delivered-To: centre+{BOUNCED}@vladikavkaz.example".encode(), (Answered(purpose="b", number=12),), False),
    "X-Original-To": (
        f"X-Original-To: centre+{REQUEST}@vladikavkaz.example".encode(),
        (Answered(purpose="request", number=12),),
        False,
    ),
    "Envelope-To": (
        f"Envelope-To: <centre+{REQUEST}@vladikavkaz.example>".encode(),
        (Answered(purpose="request", number=12),),
        False,
    ),
    "another's address": (f"To: other+{APPEAL}@vladikavkaz.example".encode(), (), False),
    "another's domain": (f"To: centre+{APPEAL}@example.org".encode(), (), False),
    "forged": (f"To: centre+appeal-13-{APPEAL[-12:]}@vladikavkaz.example".encode(), (), True),
    "another purpose": (f"To: centre+request-12-{APPEAL[-12:]}@vladikavkaz.example".encode(), (), True),
    "a detail that is no token": (b"To: centre+news@vladikavkaz.example", (), False),
}


@pytest.mark.parametrize("name", ADDRESSES)
async def test_only_a_genuine_token_says_what_is_answered(reader: Reader, name: str) -> None:
    header, answers, is_forged = ADDRESSES[name]
    mail = await reader.read(header + b"\r\nFrom: boris@example.org\r\n\r\nx")
    assert (mail.answers, "forged_token" in mail.remarks) == (answers, is_forged)


async def test_an_official_who_answers_through_a_list_is_a_person_by_his_token(reader: Reader) -> None:
    by_list = b"From: otdel@example.org\r\nList-Id: <otdel.example.org>\r\nTo: centre+%s@vladikavkaz.example\r\n\r\nDone."
    assert (await reader.read(by_list % REQUEST.encode())).kind is MailKind.HUMAN
    assert (await reader.read(by_list % b"request-12-aaaaaaaaaaaa")).kind is MailKind.LIST


def test_what_is_carried_comes_out_as_it_went_in() -> None:
    inner = b"Content-Type: message/rfc822\r\n\r\nFrom: tamara@example.net\r\nSubject: Hole\r\n\r\nInner."
    read = read_apart(a_multipart(b"\r\nx", inner, a_part("image/png", PNG)), own=US.own)
    message = packed(read)
    head, files = lengths(message[: LENGTHS.size])
    assert unpacked(message[LENGTHS.size : LENGTHS.size + head], message[LENGTHS.size + head : LENGTHS.size + head + files]) == read


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff",
        b'{"mail": {}, "addressed": [], "as_answer": "human"}',
        b'{"mail": 1, "addressed": 2, "as_answer": 3}',
    ],
)
def test_nonsense_out_of_the_process_is_refused(head: bytes) -> None:
    with pytest.raises(Garbled):
        unpacked(head, b"")


def test_a_size_that_is_not_there_is_refused() -> None:
    message = packed(read_apart(with_file("a.png", PNG)))
    head, _ = lengths(message[: LENGTHS.size])
    with pytest.raises(Garbled):
        unpacked(message[LENGTHS.size : LENGTHS.size + head], b"short")
    with pytest.raises(Garbled):
        lengths(LENGTHS.pack(2**31, 0))


async def test_a_process_that_does_not_start_leaves_the_mail_unread() -> None:
    reader = Reader(Us(), limits=ReaderLimits(start=0.0))
    mail = await reader.read(a_mail())
    assert (mail.kind, mail.remarks) == (MailKind.UNREAD, ("unreadable",))
