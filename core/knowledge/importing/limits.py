"""What one document may cost; each number keeps a hostile file from harming the centre."""

import resource

FILE_LIMIT = 25 * 1024 * 1024
UNPACKED_LIMIT = 100 * 1024 * 1024
RATIO_LIMIT = 100
"""Unpacked to packed, for members big enough to matter."""
RATIO_COUNTS_FROM = 1024 * 1024
MEMBERS_LIMIT = 5000
MEMORY_LIMIT = 1024 * 1024 * 1024
CPU_SECONDS = 30
WALL_SECONDS = 60.0
CONVERT_SECONDS = 90.0
ARTICLES_LIMIT = 500
TEXT_LIMIT = 5_000_000
"""Characters of all blocks together."""


def limit_this_process() -> None:
    """Bound memory, processor time, written bytes and open files of the current process for good."""
    for kind, amount in (
        (resource.RLIMIT_AS, MEMORY_LIMIT),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, FILE_LIMIT),
        (resource.RLIMIT_NOFILE, 64),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        bound = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
        resource.setrlimit(kind, (bound, bound))
