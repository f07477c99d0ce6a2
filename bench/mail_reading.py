"""How many mails a second one core reads, beside the library's bare parser that judges nothing and protects from nothing."""

import asyncio
import email
import email.policy
import resource
import statistics
import time
from collections.abc import Sequence

from bench.fuzz_mail import US
from bench.mutations import corpus
from bench.telling import Line
from channels.email.reading.apart import read_apart
from channels.email.reading.reader import Reader

GOAL, RATIO_GOAL = 150.0, 10.0
"""Mails a second of one core, all that carries them included; how many times the time of the bare parser, which by then has decoded
neither a header nor a body."""
ROUNDS, QUICK_ROUNDS = 7, 2


def reading(*, quick: bool) -> list[Line]:
    """The figures; each the median of rounds over the whole corpus, in processor time: the clock depends on what else runs."""
    mails, rounds = corpus(), QUICK_ROUNDS if quick else ROUNDS
    bare = statistics.median(_bare(mails) for _ in range(rounds))
    within = statistics.median(_within(mails) for _ in range(rounds))
    carried = asyncio.run(_carried(mails, rounds))
    rate, ratio = 1 / carried, carried / bare
    return [
        Line(name="mails of the corpus", figure=str(len(mails))),
        Line(name="bare email.message_from_bytes, mails/s of a core", figure=f"{1 / bare:.0f}"),
        Line(name="read in this process, mails/s of a core", figure=f"{1 / within:.0f}"),
        Line(name="read by the limited process, mails/s of a core", figure=f"{rate:.0f}", goal=f">= {GOAL:g}", ok=rate >= GOAL),
        Line(name="times the bare parser", figure=f"{ratio:.1f}", goal=f"<= {RATIO_GOAL:g}", ok=ratio <= RATIO_GOAL),
    ]


def _bare(mails: Sequence[bytes]) -> float:
    began = time.process_time()
    for mail in mails:
        email.message_from_bytes(mail, policy=email.policy.default)
    return (time.process_time() - began) / len(mails)


def _within(mails: Sequence[bytes]) -> float:
    began = time.process_time()
    for mail in mails:
        read_apart(mail, own=US.own, authority=US.authority)
    return (time.process_time() - began) / len(mails)


async def _carried(mails: Sequence[bytes], rounds: int) -> float:
    """Both processes' time, the loading of the limited one not counted: it is paid once for hundreds of mails."""
    loaded = await _spent(mails[:1], 1)
    return (await _spent(mails, rounds) - loaded) / (len(mails) * rounds)


async def _spent(mails: Sequence[bytes], rounds: int) -> float:
    """Seconds of the processor. Of a child that ended, and of all its mails at once, since only then its time is known."""
    began = _used()
    reader = Reader(US)
    for _ in range(rounds):
        for mail in mails:
            await reader.read(mail)
    await reader.close()
    return _used() - began


def _used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
