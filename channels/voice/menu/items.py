"""The six items of the main menu: what each leads to, and under which keys a caller was told them (order 4.1, reg. 2.3)."""

from collections.abc import Mapping
from dataclasses import replace

from channels.voice.menu import contact, entrance, message, news
from channels.voice.menu.model import Place
from channels.voice.menu.names import Name
from channels.voice.menu.step import Handler, Outcome, Step, going
from channels.voice.menu.words import Command
from core.menu.items import Item, items_in_order

LEADS: Mapping[Item, Handler] = {
    Item.ABOUT: entrance.tell_about,
    Item.NEWS: news.read_news,
    Item.QUESTION: going(Name.QUESTION),
    Item.DISPATCH: going(Name.DISPATCH),
    Item.MESSAGE: message.begin_message,
    Item.OPERATOR: going(Name.FINDING),
}
ITEMS: Mapping[Command, Handler] = {
    Command.ABOUT: LEADS[Item.ABOUT],
    Command.NEWS: LEADS[Item.NEWS],
    Command.ASK: LEADS[Item.QUESTION],
    Command.DISPATCH: LEADS[Item.DISPATCH],
    Command.MESSAGE: LEADS[Item.MESSAGE],
    Command.CALL_BACK: contact.ask_call_back,
}
"""The items by their names; the sixth, the operator, is understood everywhere."""


def number_items(step: Step) -> Step:
    """The items under the keys of the edition in force; this caller keeps those keys until the menu begins anew."""
    return step.at(choices=_numbered())


def choose_item(step: Step, value: str) -> Outcome:
    """The item of a key, as this caller was told it."""
    return LEADS[Item(value)](step)


def with_items(place: Place) -> Place:
    """The main menu of a caller who was told no keys here: those in force."""
    return place if set(place.choices) == set(Item) else replace(place, choices=_numbered())


def _numbered() -> tuple[str, ...]:
    return tuple(item.value for item in items_in_order())
