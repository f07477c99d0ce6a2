"""What each standard form may be filled with: the one list behind the check of a template and the clerk's screen (reg. 2.8.9)."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from core.errors import NotFound

INFORMATION_REQUEST = "information_request"
REPLY_LETTER = "reply_letter"
DECLARED = Path(__file__).parent / "fields.toml"
Example = str | Sequence[Mapping[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """A fact that a template may name; ``item`` holds the labels of a list's columns, empty for a plain fact."""

    name: str
    label: str
    example: Example
    required: bool = False
    item: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A standard form: its name, its title for people and its fields in order."""

    name: str
    title: str
    fields: Mapping[str, FormField]

    def complete(self, facts: Mapping[str, object]) -> dict[str, object]:
        """The facts with an empty one for each field left out. Raises KeyError for a fact that the form does not declare."""
        for name in facts:
            if name not in self.fields:
                raise KeyError(name)
        empty: dict[str, object] = {name: [] if one.item else "" for name, one in self.fields.items()}
        return empty | dict(facts)

    def examples(self) -> dict[str, object]:
        """An invented fact for each field, for the sample."""
        return {name: one.example for name, one in self.fields.items()}


@cache
def forms() -> Mapping[str, Form]:
    """Every form by its name, read once."""
    declared = tomllib.loads(DECLARED.read_text(encoding="utf-8"))
    return MappingProxyType(
        {
            name: Form(
                name=name,
                title=found["title"],
                fields=MappingProxyType({key: FormField(name=key, **rest) for key, rest in found["fields"].items()}),
            )
            for name, found in declared.items()
        }
    )


def form_named(name: str) -> Form:
    """The form of this name; raises NotFound."""
    found = forms().get(name)
    if found is None:
        raise NotFound("no such form", form=name)
    return found
