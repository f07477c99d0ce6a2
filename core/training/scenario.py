"""The scenario of a day of training: who comes when, what they say, what departments answer, what is expected (days/*.yaml)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import yaml

from core.vocabulary import MemoOutcome

DAYS = Path(__file__).parent / "days"
FIRST = "first"
"""The day that a new operator is offered."""

Read = Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a citizen says once everything in ``once`` is so; each line is said once."""

    once: frozenset[str]
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """The official note with which the asked department answers once everything in ``once`` is so."""

    once: frozenset[str]
    outcome: MemoOutcome
    number: str
    signed_by: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A part of the work with one citizen: it can be done once ``needs`` is so, and is when everything in ``done`` is so.

    ``samples`` are words to begin with.
    """

    key: str
    needs: frozenset[str]
    done: frozenset[str]
    samples: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A virtual citizen. ``after`` names stages (``visitor.stage``) that must be done before; ``minute`` counts from the start.

    ``comes``: telegram, voice, email or left (a message left on the telephone). ``expects`` are checks of core/training/checks.py.
    """

    key: str
    comes: str
    name: str
    phone: str
    email: str
    after: frozenset[str]
    minute: int
    subject: str
    opening: Sequence[str]
    lines: Sequence[Line]
    notes: Sequence[Note]
    stages: Sequence[Stage]
    expects: Sequence[str]

    @property
    def address(self) -> str:
        """Who they are on their channel."""
        return {"email": self.email, "telegram": f"training-{self.key}"}.get(self.comes, self.phone)

    @property
    def given_name(self) -> str:
        """The name by which they are addressed; empty for somebody who does not say it."""
        return self.name.split()[1] if len(self.name.split()) > 1 else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A day. ``asking``: the beginnings of words by which a question for a datum is recognised."""

    key: str
    title: str
    asking: Mapping[str, Sequence[str]]
    visitors: Sequence[Visitor]


@cache
def scenario(key: str) -> Scenario:
    """The day with this key; raises KeyError for a day that is not there, or for a file that cannot be read so."""
    path = DAYS / f"{key}.yaml"
    if path not in DAYS.glob("*.yaml"):
        raise KeyError(key)
    read = cast(Read, yaml.safe_load(path.read_text(encoding="utf-8")))  # our own file; its shape is tested
    return Scenario(
        key=key,
        title=str(read["title"]),
        asking={name: tuple(words) for name, words in cast(Mapping[str, Sequence[str]], read["asking"]).items()},
        visitors=tuple(_visitor(one) for one in cast(Sequence[Read], read["visitors"])),
    )


def _visitor(read: Read) -> Visitor:
    return Visitor(
        key=str(read["key"]),
        comes=str(read["comes"]),
        name=str(read.get("name", "")),
        phone=str(read.get("phone", "")),
        email=str(read.get("email", "")),
        after=_set(read.get("after", ())),
        minute=int(str(read.get("minute", 0))),
        subject=str(read.get("subject", "")),
        opening=tuple(str(one).strip() for one in cast(Sequence[object], read["opening"])),
        lines=tuple(Line(once=_set(one["once"]), words=str(one["words"]).strip()) for one in _many(read, "lines")),
        notes=tuple(_note(one) for one in _many(read, "notes")),
        stages=tuple(_stage(one) for one in _many(read, "stages")),
        expects=tuple(str(one) for one in cast(Sequence[object], read["expects"])),
    )


def _note(read: Read) -> Note:
    return Note(
        once=_set(read["once"]),
        outcome=MemoOutcome(str(read["outcome"])),
        number=str(read["number"]),
        signed_by=str(read["signed_by"]),
        words=str(read["words"]).strip(),
    )


def _stage(read: Read) -> Stage:
    samples = cast(Mapping[str, object], read.get("samples", {}))
    return Stage(
        key=str(read["key"]),
        needs=_set(read.get("needs", ())),
        done=_set(read["done"]),
        samples={name: str(one).strip() for name, one in samples.items()},
    )


def _many(read: Read, key: str) -> Sequence[Read]:
    return cast(Sequence[Read], read.get(key, ()))


def _set(value: object) -> frozenset[str]:
    return frozenset([value] if isinstance(value, str) else cast(Sequence[str], value))
