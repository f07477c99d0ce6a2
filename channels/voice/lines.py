"""The words of the hooks themselves."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).parent / "lines.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Whisper:
    """To who answers a screened call; ``who`` has a place for {caller}."""

    who: str
    hidden: str
    take: str
    taken: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OnwardLines:
    """To the caller who is put on hold, through to somebody, or back to the operator."""

    moment: str
    connecting: str
    back: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrandLines:
    """Of the calls that we make: to the applicant who is told a reply, and to the operator who is rung first."""

    listen: str
    confirm: str
    thanks: str
    later: str
    take: str
    connecting: str
    unanswered: str
    nothing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """``trouble`` and what follows it are the last resort: said by the exchange when none of our hooks answers."""

    wait: str
    trouble: str
    leave_message: str
    kept: str
    try_later: str
    whisper: Whisper
    onward: OnwardLines
    errand: ErrandLines


def read_lines() -> Lines:
    """The file beside this module; an unknown or missing line is an error."""
    written = tomllib.loads(FILE.read_text(encoding="utf-8"))
    parts = {
        "whisper": Whisper(**written["whisper"]),
        "onward": OnwardLines(**written["onward"]),
        "errand": ErrandLines(**written["errand"]),
    }
    return Lines(**{**written, **parts})
