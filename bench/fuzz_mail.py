"""Spoilt mails through the reader: nothing raises, no mail is lost, none takes longer than it may. ``--minutes=10 --keep=DIR``."""

import argparse
import asyncio
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.mutations import corpus, spoilt
from bench.telling import Line, percentile, tell
from channels.email.reading.kinds import Own
from channels.email.reading.reader import Reader, ReaderLimits, Us
from core.mail.port import ReadMail

US = Us(
    own=Own(addresses=frozenset({"centre@vladikavkaz.example", "priem@vladikavkaz.example"}), domain="vladikavkaz.example"),
    authority="mx1.vladikavkaz.example",
)
PROCESSES, LONGEST = 2, 11.0
"""A mail may use up its five seconds, and then its headers' five."""


@dataclass(slots=True, kw_only=True)
class Findings:
    """What came of the mails; ``broken`` are the seeds of those whose reading broke."""

    seconds: list[float] = field(default_factory=list)
    remarks: Counter[str] = field(default_factory=Counter)
    broken: list[int] = field(default_factory=list)
    raised: list[int] = field(default_factory=list)


async def fuzz(minutes: float, first: int, keep: Path | None) -> Findings:
    """Mail after mail, each made of its own seed, so that it can be made again."""
    mails, found, until = corpus(), Findings(), time.monotonic() + 60 * minutes
    reader = Reader(US, limits=ReaderLimits(processes=PROCESSES))
    seeds = iter(range(first, sys.maxsize))

    async def work() -> None:
        while time.monotonic() < until:
            seed = next(seeds)
            mail = spoilt(mails, random.Random(seed))
            if not await _tried(reader, mail, seed, found) and keep is not None:
                (keep / f"{seed}.eml").write_bytes(mail)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(PROCESSES):
                group.create_task(work())
    finally:
        await reader.close()
    return found


async def _tried(reader: Reader, mail: bytes, seed: int, found: Findings) -> bool:
    began = time.perf_counter()
    try:
        read: object = await reader.read(mail)
    except Exception as error:
        print(f"seed {seed}: {type(error).__name__}: {error}")
        found.raised.append(seed)
        return False
    found.seconds.append(time.perf_counter() - began)
    if not isinstance(read, ReadMail):
        found.raised.append(seed)
        return False
    found.remarks.update(read.remarks)
    is_broken = "unreadable" in read.remarks or "too_slow" in read.remarks
    if is_broken:
        print(f"seed {seed}: {', '.join(read.remarks)}")
        found.broken.append(seed)
    return not is_broken


def main(argv: Sequence[str] = ()) -> int:
    """1 when a mail raised, broke its reading or took too long."""
    parser = argparse.ArgumentParser(prog="bench fuzz_mail", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a quarter of a minute")
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1, help="of the first mail")
    parser.add_argument("--keep", type=Path, help="a folder for the mails that broke something")
    options = parser.parse_args(list(argv))
    found = asyncio.run(fuzz(0.25 if options.quick else options.minutes, options.seed, options.keep))
    for remark, count in found.remarks.most_common():
        print(f"  {remark:<20} {count}")
    longest = max(found.seconds)
    return tell(
        "fuzz_mail",
        (
            Line(name="mails", figure=str(len(found.seconds) + len(found.raised))),
            Line(name="ms each, median", figure=f"{1000 * percentile(found.seconds, 0.5):.1f}"),
            Line(name="s, the slowest", figure=f"{longest:.2f}", goal=f"<= {LONGEST:g}", ok=longest <= LONGEST),
            Line(name="reading broke or was too slow", figure=str(len(found.broken)), goal="<= 0", ok=not found.broken),
            Line(name="raised, or was no mail", figure=str(len(found.raised)), goal="<= 0", ok=not found.raised),
        ),
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
