"""The limited process: ``python -m channels.email.reading.limited``. Reads one mail after the other from its input.

Before the first it loads all that it will ever need and then gives up opening anything: with no descriptor left there is no file
to write, no socket and no pipe. A mail that wants more time or memory than it may have ends the process, and nothing else.
"""

import encodings
import importlib
import json
import os
import pkgutil
import resource
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo, available_timezones

from channels.email.reading.apart import ReadApart, read_apart, read_headers
from channels.email.reading.carrying import packed
from channels.email.reading.kinds import Own

REQUEST = struct.Struct(">BQ")
"""What is wanted, and the length of the mail."""
ALL, HEADERS_UNREADABLE, HEADERS_SLOW = 0, 1, 2
ASKED: dict[int, str] = {HEADERS_UNREADABLE: "unreadable", HEADERS_SLOW: "too_slow"}
READY = b"ready\n"
SAMPLE = (
    b"From: a@example.org\r\nTo: b@example.org\r\nSubject: =?koi8-r?B?8NLPwsE=?=\r\nDate: Wed, 25 Nov 2026 12:00:00 +0300\r\n"
    b"Authentication-Results: mx.example.org; spf=pass\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/html\r\n\r\n<p>Hello <b>you</b></p><blockquote>On Mon, x wrote:</blockquote><img src='cid:1'>\r\n"
    b"--b\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VEVENT\r\nDTSTART;TZID=Europe/Moscow:20261125T120000\r\nEND:VEVENT\r\n"
    b"--b\r\nContent-Type: application/x-strange\r\n\r\n\x00\x01\x02\x03\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
    b"\xff\xff\xff\r\n--b--\r\n"
)
"""A mail that makes every library load what it loads late."""


def main(arguments: list[str]) -> int:
    """``arguments``: one, the settings as JSON."""
    settings: dict[str, Any] = json.loads(arguments[0])
    own = Own(addresses=frozenset(settings["addresses"]), domain=settings["domain"])
    out = os.fdopen(os.dup(1), "wb", buffering=0)
    # Whatever a library prints must not stand among the answers.
    os.dup2(2, 1)
    _load(own, settings["authority"])
    _limit(settings["memory"])
    out.write(READY)
    _serve(sys.stdin.buffer, out, settings["seconds"], own=own, authority=settings["authority"])
    return 0


def _load(own: Own, authority: str) -> None:
    for module in pkgutil.iter_modules(encodings.__path__):
        with suppress(ImportError):
            importlib.import_module(f"encodings.{module.name}")
    for zone in available_timezones():
        if zone.startswith(("Europe/", "Asia/", "Etc/", "UTC")):
            ZoneInfo(zone)
    read_apart(SAMPLE, own=own, authority=authority)
    "".encode("idna")


def _limit(memory: int) -> None:
    """``memory`` in bytes of address space."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # The next that would be opened; what is opened already lies below it and stays.
    next_one = os.dup(0)
    os.close(next_one)
    resource.setrlimit(resource.RLIMIT_NOFILE, (next_one, next_one))


def _serve(source: BinaryIO, out: BinaryIO, seconds: int, *, own: Own, authority: str) -> None:
    while head := source.read(REQUEST.size):
        wanted, length = REQUEST.unpack(head)
        content = source.read(length)
        _give_time(seconds)
        _write(out, _answer(content, wanted, lambda given: read_apart(given, own=own, authority=authority), own, authority))


def _answer(content: bytes, wanted: int, read: Callable[[bytes], ReadApart], own: Own, authority: str) -> bytes:
    """A mail that breaks its reading is read by its headers; one that breaks those too ends the process."""
    if wanted in ASKED:
        return packed(read_headers(content, own=own, authority=authority, remark=ASKED[wanted]))
    try:
        return packed(read(content))
    except (Exception, RecursionError, MemoryError):  # noqa: BLE001 - the outermost loop of this process: no mail may end it
        return packed(read_headers(content, own=own, authority=authority, remark="unreadable"))


def _give_time(seconds: int) -> None:
    """Processor time for one mail on top of what was used; the kernel ends the process that uses more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime) + seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _write(out: BinaryIO, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[out.write(left) :]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
