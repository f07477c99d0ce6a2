"""Letters in plain text: Jinja templates in official style (reg. 3.3); the first line is the subject."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from core.typist import Letter

LETTERS = Path(__file__).parent / "letters"
DECLARED = LETTERS / "letters.toml"
SUBJECT_LIMIT = 200
EMPTY_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*)+\n")
UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterForm:
    """A letter that can be composed: ``facts`` holds an invented example of each fact, all of which must be given."""

    name: str
    facts: Mapping[str, str]


def compose(name: str, facts: Mapping[str, object]) -> Letter:
    """The letter with exactly its declared facts; raises KeyError for an unknown letter and for a fact too few or too many."""
    declared = letters()[name].facts
    if odd := declared.keys() ^ facts.keys():
        raise KeyError(f"{name}: {', '.join(sorted(odd))}")
    words = _environment().get_template(f"{name}.txt.jinja").render({key: _plain(value) for key, value in facts.items()})
    subject, _, text = words.partition("\n")
    return Letter(subject=" ".join(subject.split())[:SUBJECT_LIMIT], text=EMPTY_LINES.sub("\n\n", text).strip())


@cache
def letters() -> Mapping[str, LetterForm]:
    """Every letter by its name, read once."""
    found = tomllib.loads(DECLARED.read_text(encoding="utf-8"))
    shared: Mapping[str, Mapping[str, str]] = found["facts"]
    return MappingProxyType(
        {
            name: LetterForm(name=name, facts=MappingProxyType({**shared[one["like"]], **one.get("more", {})}))
            for name, one in found["letters"].items()
        }
    )


@cache
def _environment() -> SandboxedEnvironment:
    """Plain text: nothing is escaped, a fact that is not given is an error."""
    made = SandboxedEnvironment(
        loader=FileSystemLoader(LETTERS),
        undefined=StrictUndefined,
        autoescape=False,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["full_stop"] = _full_stop
    return made


def _full_stop(words: str) -> str:
    """Ends a sentence; dates end with an abbreviated year already."""
    return words if words.endswith(".") else f"{words}."


def _plain(value: object) -> str:
    return UNFIT.sub("", str(value).replace("\r\n", "\n").replace("\r", "\n")).strip()
