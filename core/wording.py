"""The words in force: what an edition of the menu says instead of the shipped files, in this process at this moment (reg. 2.3).

A text is known by its name: ``voice:menu.ask``, ``core:menu.text``, ``bot:item.news``, ``number:dispatch_1``. Whoever speaks asks
here first and takes the shipped words when the edition has none. The simulator and the checks hear a draft without putting it
in force.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """An edition as it is spoken; ``number`` 0: the shipped words alone.

    ``former``: the names of buttons by the titles that they had in older editions; a keyboard may lie in a chat for years.
    """

    number: int = 0
    texts: Mapping[str, str] = field(default_factory=dict)
    former: Mapping[str, str] = field(default_factory=dict)


SHIPPED = Wording()
_trial: ContextVar[Wording | None] = ContextVar("trial", default=None)


class _Standing:
    wording = SHIPPED


def in_force() -> Wording:
    """The edition that is spoken here and now."""
    return _trial.get() or _Standing.wording


def worded(name: str) -> str | None:
    """The edition's words under a name; None: the shipped words are said."""
    return in_force().texts.get(name)


def put_in_force(wording: Wording) -> None:
    """From now on everybody in this process hears this edition."""
    _Standing.wording = wording


@contextmanager
def trying(wording: Wording) -> Iterator[None]:
    """Within the context, and in no other task, this edition is spoken."""
    token = _trial.set(wording)
    try:
        yield
    finally:
        _trial.reset(token)
