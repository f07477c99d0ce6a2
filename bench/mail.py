"""The e-mail channel beside bare libraries: mails read each second of a core, mails sent. Each half is a function in ``HALVES``."""

import sys
from collections.abc import Sequence
from typing import Protocol

from bench.mail_reading import reading
from bench.mail_sending import sending
from bench.telling import Line, tell


class Half(Protocol):
    """Measures one half of the channel; ``quick`` for a look."""

    def __call__(self, *, quick: bool) -> list[Line]: ...


HALVES: tuple[Half, ...] = (reading, sending)


def main(argv: Sequence[str] = ()) -> int:
    """Measure; 1 when a goal is missed."""
    return tell("mail", [line for half in HALVES for line in half(quick="--quick" in argv)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
