"""Which key leads where: the order's six items in the sequence of the edition in force (order 4.1, reg. 2.3, 2.4.1)."""

from collections.abc import Sequence
from itertools import permutations

import pytest

from bots.citizen.previewing import PreviewedMenu
from bots.citizen.words import load_words
from channels.voice.menu.deciding import decide
from channels.voice.menu.items import LEADS
from channels.voice.menu.model import Dial, Effect, Facts, Move, Place
from core.menu.items import KEYS, Item, items_in_order, menu_words
from core.menu.model import MenuEdition
from core.menu.port import Act, Scheme
from core.menu.simulating import Call
from core.menu.views import Changes
from core.staff.asker import Asker
from core.vocabulary import Role
from core.wording import SHIPPED, Wording, in_force, trying
from tests.channels.voice.menu.callers import DAY, KEYS_ONLY, NIGHT, STORED, call, keys, speech
from tests.inbox.world import Centre

pytestmark = [pytest.mark.clause("2.3"), pytest.mark.clause("2.4.1")]
REVERSED = {f"key:{item}": key for item, key in zip(reversed(Item), KEYS, strict=True)}
TURNED = Wording(number=1, texts=REVERSED)


def came_to(move: Move) -> tuple[str, str]:
    """The place, and whom or what it asks for."""
    then = move.then
    return move.place.state, then.party.kind if isinstance(then, Dial) else then.doing if isinstance(then, Effect) else ""


def pressed(facts: Facts) -> Sequence[tuple[str, str]]:
    """Where each of the six keys leads a caller who has just heard the menu."""
    return [came_to(decide(call(facts).place, keys(key), facts)) for key in KEYS]


async def a_draft(centre: Centre, author: Asker, texts: dict[str, str | None]) -> MenuEdition:
    """A draft with these texts."""
    draft = await centre.menu.start(author)
    return (await centre.menu.write(author, draft.id or 0, Changes(texts=texts, note="", version=0))).edition


@pytest.mark.parametrize(
    "facts", [pytest.param(DAY, id="day"), pytest.param(NIGHT, id="night"), pytest.param(KEYS_ONLY, id="keys")]
)
def test_all_six_items_are_reached_by_the_keys_that_are_told_whatever_their_order(facts: Facts) -> None:
    usual = dict(zip(Item, pressed(facts), strict=True))
    assert len(set(usual.values())) == len(Item) == len(LEADS)
    for order in permutations(Item):
        with trying(Wording(texts={f"key:{item}": key for item, key in zip(order, KEYS, strict=True)})):
            assert pressed(facts) == [usual[item] for item in order]
            assert came_to(decide(call(facts).place, keys("0"), facts)) == usual[Item.OPERATOR]


def test_the_menu_tells_the_items_in_their_order_and_help_names_their_keys() -> None:
    with trying(TURNED):
        caller = call(KEYS_ONLY)
        assert "Оператор — нажмите один. Оставить сообщение — два." in caller.words
        assert caller.words.endswith("О контакт-центре — шесть.")
        assert "Справка — четыре. Дежурная служба — три. Сообщение — два." in caller.on(keys("8"), keys("8")).words
        assert menu_words("").splitlines()[2] == "1. Соединение с оператором"
    assert call(KEYS_ONLY).words.endswith("Оставить сообщение — пять. Оператор — шесть.")


def test_the_bot_has_the_items_in_the_same_order_and_its_own_two_behind_them() -> None:
    menu = PreviewedMenu(load_words())
    usual = [title for row in menu.keys().rows for title in row]
    with trying(TURNED):
        assert [title for row in menu.keys().rows for title in row] == [*reversed(usual[:6]), *usual[6:]]
        assert menu.intent_of(usual[1]) == Item.NEWS


@pytest.mark.parametrize(
    "first", [pytest.param("", id="at once"), pytest.param("8", id="after a miss"), pytest.param("#", id="told again")]
)
def test_a_call_keeps_the_keys_that_it_was_told_until_the_menu_begins_anew(first: str) -> None:
    caller = call(KEYS_ONLY)
    with trying(TURNED):
        if first:
            caller.on(keys(first))
            assert "один" not in caller.words or "О контакт-центре — нажмите один" in caller.words
        assert came_to(decide(caller.place, keys("4"), KEYS_ONLY)) == ("dispatch", "dispatch")
        anew = caller.on(keys("1"), STORED, keys("*"))
        assert "Оператор — нажмите один" in anew.words
        assert came_to(decide(anew.place, keys("3"), KEYS_ONLY)) == ("dispatch", "dispatch")


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(Place(state="menu"), id="a menu of another release"),
        pytest.param(Place(state="nowhere", choices=("17", "18")), id="a place of another release"),
        pytest.param(Place(state="ended"), id="after the farewell"),
    ],
)
def test_who_was_told_no_keys_here_has_those_in_force(place: Place) -> None:
    with trying(TURNED):
        assert came_to(decide(place, keys("3"), DAY)) == ("dispatch", "dispatch")


def test_words_lead_where_they_led_whatever_the_keys() -> None:
    with trying(TURNED):
        for words in ("дежурно-диспетчерская служба", "пункт три"):
            assert came_to(decide(call().place, speech(words), DAY)) == ("dispatch", "dispatch")


def test_a_key_of_another_edition_leaves_no_item_out() -> None:
    with trying(Wording(texts={"key:news": "1", "key:operator": "1"})):
        assert sorted(items_in_order()) == sorted(Item)


async def test_an_order_is_tried_published_by_a_second_person_heard_at_once_and_brought_back(centre: Centre) -> None:
    author, second = (await centre.a_member(Role.SUPERVISOR)).asker, (await centre.a_member(Role.ADMINISTRATOR)).asker
    draft = await a_draft(centre, author, dict(REVERSED))
    number = draft.id or 0
    assert await centre.menu.check(author, number) == {}
    told = await centre.menu.simulate(author, number, Call(act=Act.CALL, scheme=Scheme.DAY))
    told = await centre.menu.simulate(author, number, Call(act=Act.KEYS, value="1", place=told.place, scheme=Scheme.DAY))
    assert told.then == "dial_operator"
    assert in_force() is SHIPPED
    await centre.menu.publish(second, number, draft.version)
    assert items_in_order() == tuple(reversed(Item))
    labels = {one.name: (one.before, one.after) for one in await centre.menu.compare(author, 0, 1)}
    assert labels["key:operator"] == ("6", "1")
    await centre.menu.roll_back(second, 0)
    assert items_in_order() == tuple(Item)


async def test_a_key_that_hides_an_item_is_found_before_it_is_published(centre: Centre) -> None:
    author = (await centre.a_member(Role.SUPERVISOR)).asker
    draft = await a_draft(centre, author, {"key:news": "6"})
    assert await centre.menu.check(author, draft.id or 0) == {"key:news": "key_taken"}


async def test_a_title_that_tells_a_key_of_its_own_is_found_by_the_walk(centre: Centre) -> None:
    author = (await centre.a_member(Role.SUPERVISOR)).asker
    draft = await a_draft(centre, author, {"voice:item.start": "О центре — два. Ещё"})
    found = await centre.menu.check(author, draft.id or 0)
    assert set(found.values()) == {"key_twice"}
    assert "voice:menu.ask" in found
