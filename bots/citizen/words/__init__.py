"""The bot's words for people and what they stand for, from ``ru.toml`` beside this module."""

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from core.menu.items import items_in_order
from core.wording import SHIPPED, in_force

RUSSIAN = Path(__file__).with_name("ru.toml")

DIAERESIS = "\u0308"
"""Over a Cyrillic e it is left out as often as written."""

AROUND = re.compile(r"^[\W\d_]+|[\W_]+$")
"""What may stand around a title without changing it: a number, a bullet, an emoji, a full stop."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """A key of the reply keyboard."""

    title: str
    intent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandWord:
    """A command of the bot; Telegram lists it with its description."""

    name: str
    intent: str
    description: str


@dataclass(frozen=True, kw_only=True)
class BotWords:
    """All that the bot itself says, and the fixed phrases that it understands without the dialogue."""

    description: str
    short_description: str
    menu: tuple[MenuItem, ...]
    menu_columns: int
    menu_placeholder: str
    share_contact: str
    cancel: str
    contact_placeholder: str
    phrases: Mapping[str, str]
    commands: tuple[CommandWord, ...]

    @cached_property
    def intents(self) -> Mapping[str, str]:
        """Normalised phrase to intent."""
        known = dict(self.phrases) | {item.title: item.intent for item in self.menu} | {self.cancel: "cancel"}
        return {normal(phrase): intent for phrase, intent in known.items()}

    @cached_property
    def command_intents(self) -> Mapping[str, str]:
        """Command without its slash to intent."""
        return {command.name: command.intent for command in self.commands}

    @cached_property
    def longest(self) -> int:
        """Characters of the longest phrase; a much longer text is not worth normalising."""
        return max(map(len, self.intents), default=0)

    @property
    def menu_rows(self) -> list[list[str]]:
        """The titles of the menu's keys as they stand under the chat."""
        titles = [item.title for item in self.menu]
        step = self.menu_columns
        return [titles[start : start + step] for start in range(0, len(titles), step)]

    def intent_of(self, text: str) -> str | None:
        """The intent of a text that is exactly one of the phrases."""
        if len(text) > self.longest + 12:
            return None
        return self.intents.get(normal(text))


class EditedWords:
    """The words, and the order of the items, in the edition in force.

    The keys of older keyboards, which may lie in a chat for long, are understood as well.
    """

    def __init__(self, shipped: BotWords) -> None:
        self._shipped = shipped
        self._wording, self._now = SHIPPED, shipped

    def now(self) -> BotWords:
        """The words of this moment, made once for an edition."""
        wording = in_force()
        if wording is not self._wording:
            self._now, self._wording = self._edited(wording.texts, wording.former), wording
        return self._now

    def _edited(self, texts: Mapping[str, str], former: Mapping[str, str]) -> BotWords:
        shipped = self._shipped
        places: Mapping[str, int] = {item: place for place, item in enumerate(items_in_order())}
        titled = [replace(item, title=texts.get(f"bot:item.{item.intent}", item.title)) for item in shipped.menu]
        intents = {f"bot:item.{item.intent}": item.intent for item in shipped.menu}
        older = {title: intents[name] for title, name in former.items() if name in intents}
        return replace(
            shipped,
            menu=tuple(sorted(titled, key=lambda item: places.get(item.intent, len(places)))),
            menu_placeholder=texts.get("bot:placeholder", shipped.menu_placeholder),
            phrases={item.title: item.intent for item in shipped.menu} | older | dict(shipped.phrases),
        )


def shipped_texts(words: BotWords) -> Mapping[str, str]:
    """What of the words an edition may change, by name."""
    return {f"bot:item.{item.intent}": item.title for item in words.menu} | {"bot:placeholder": words.menu_placeholder}


def normal(text: str) -> str:
    """One spelling for all: compatibility forms folded, case, diaeresis, spaces and what stands around left out."""
    folded = unicodedata.normalize("NFKD", text).replace(DIAERESIS, "").casefold()
    return AROUND.sub("", " ".join(folded.split()))


def load_words(path: Path = RUSSIAN) -> BotWords:
    """Read the words; KeyError or TypeError when something is missing."""
    read: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    menu, contact = read["menu"], read["contact"]
    return BotWords(
        description=read["profile"]["description"].strip(),
        short_description=read["profile"]["short_description"].strip(),
        menu=tuple(MenuItem(**item) for item in menu["items"]),
        menu_columns=menu["columns"],
        menu_placeholder=menu["placeholder"],
        share_contact=contact["share"],
        cancel=contact["cancel"],
        contact_placeholder=contact["placeholder"],
        phrases=read["phrases"],
        commands=tuple(CommandWord(**command) for command in read["commands"]),
    )
