"""Byte ranges of HTTP (RFC 9110, 14.1.2): one range; of several the whole is given, as the RFC allows."""

import re

_ONE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.ASCII)


class Unsatisfiable(Exception):
    """The range begins behind the end."""


def part_of(asked: str, size: int) -> tuple[int, int] | None:
    """From and up to (not included) of what is asked of ``size`` bytes; None: the whole. Raises Unsatisfiable."""
    found = _ONE.fullmatch(asked)
    if found is None or not (found[1] or found[2]):
        return None
    first, last = (int(text) if text else None for text in found.groups())
    if first is None:
        start, end = max(0, size - (last or 0)), size
    elif last is not None and last < first:
        return None
    else:
        start, end = first, size if last is None else min(size, last + 1)
    if start >= end:
        raise Unsatisfiable()
    return start, end
