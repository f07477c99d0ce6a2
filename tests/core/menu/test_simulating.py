"""A pretended call walks through the real menu, in the draft's words, at a chosen time (reg. 2.3, 2.4.1, 2.9)."""

from datetime import UTC, datetime

import pytest

from core.errors import Invalid
from core.menu.port import Act, Scheme, Told
from core.menu.simulating import Call
from core.menu.views import Changes
from core.staff.asker import Asker
from core.vocabulary import Role
from tests.inbox.world import Centre

pytestmark = [pytest.mark.clause("2.3"), pytest.mark.clause("2.4.1")]
GREETING = "voice:greeting.text_night"
ABOUT = "voice:about.ask"


async def a_draft(centre: Centre, texts: dict[str, str | None]) -> tuple[Asker, int]:
    """A draft that says this."""
    author = (await centre.a_member(Role.SUPERVISOR)).asker
    draft = await centre.menu.start(author)
    await centre.menu.write(author, draft.id or 0, Changes(texts=texts, note="", version=0))
    return author, draft.id or 0


async def press(centre: Centre, author: Asker, keys: str, scheme: Scheme, draft: int | None = None) -> Told:
    """Call, and press these keys one after the other."""
    told = await centre.menu.simulate(author, draft, Call(act=Act.CALL, scheme=scheme))
    for key in keys:
        told = await centre.menu.simulate(author, draft, Call(act=Act.KEYS, value=key, place=told.place, scheme=scheme))
    return told


async def test_a_draft_is_walked_through_before_anybody_hears_it(centre: Centre) -> None:
    author, draft = await a_draft(centre, {GREETING: "Доброй ночи!"})
    assert (await press(centre, author, "", Scheme.NIGHT, draft)).said[0] == "Доброй ночи!"
    assert (await press(centre, author, "", Scheme.NIGHT)).said[0].startswith("Здравствуйте!")


@pytest.mark.parametrize(
    ("scheme", "keys", "state", "then"),
    [
        pytest.param(Scheme.DAY, "1", "about", "listen", id="about the centre"),
        pytest.param(Scheme.DAY, "4", "dispatch", "dial_dispatch", id="the dispatch service"),
        pytest.param(Scheme.DAY, "6", "operator", "dial_operator", id="an operator by day"),
        pytest.param(Scheme.NIGHT, "6", "message_offer", "listen", id="a message by night"),
        pytest.param(Scheme.HOLIDAY, "60", "message_offer", "listen", id="a message on a day off"),
        pytest.param(Scheme.NIGHT, "5", "message_name", "record", id="a recording"),
        pytest.param(Scheme.DAY, "1*#", "menu", "listen", id="back, and once more"),
        pytest.param(Scheme.DAY, "777", "operator", "dial_operator", id="three wrong keys"),
    ],
)
async def test_keys_lead_where_they_lead_on_the_telephone(centre: Centre, scheme: Scheme, keys: str, state: str, then: str) -> None:
    author = (await centre.a_member(Role.PRESS)).asker
    told = await press(centre, author, keys, scheme)
    assert (told.state, told.then) == (state, then)
    assert told.said


@pytest.mark.parametrize(
    ("moment", "scheme"),
    [
        pytest.param(datetime(2026, 11, 25, 9, tzinfo=UTC), Scheme.DAY, id="Wednesday noon"),
        pytest.param(datetime(2026, 11, 25, 20, tzinfo=UTC), Scheme.NIGHT, id="Wednesday night"),
        pytest.param(datetime(2026, 11, 29, 9, tzinfo=UTC), Scheme.HOLIDAY, id="Sunday"),
    ],
)
@pytest.mark.clause("2.9")
async def test_the_moment_chooses_the_menu(centre: Centre, moment: datetime, scheme: Scheme) -> None:
    author = (await centre.a_member(Role.PRESS)).asker
    assert (await centre.menu.simulate(author, None, Call(act=Act.CALL, moment=moment))).scheme is scheme


async def test_a_key_that_means_nothing_there_is_found_by_the_walk(centre: Centre) -> None:
    words = "Повторить — нажмите один. Сведения о городе — три. Меню — звёздочка. Оператор — ноль."
    author, draft = await a_draft(centre, {ABOUT: words})
    assert await centre.menu.check(author, draft) == {ABOUT: "key_dead"}
    second = (await centre.a_member(Role.ADMINISTRATOR)).asker
    with pytest.raises(Invalid) as refused:
        await centre.menu.publish(second, draft, 1)
    assert refused.value.facts["fields"] == {ABOUT: "key_dead"}


async def test_the_shipped_words_have_no_dead_end(centre: Centre) -> None:
    author, draft = await a_draft(centre, {})
    assert await centre.menu.check(author, draft) == {}


@pytest.mark.parametrize(
    ("said", "deed", "then"),
    [
        pytest.param("в подъезде пахнет газом", "alarm", "dial_dispatch", id="danger leads to the dispatch service"),
        pytest.param("ты идиот", "warn", "listen", id="abuse is warned of"),
    ],
)
async def test_what_stands_before_the_menu_is_heard_in_a_pretended_call(centre: Centre, said: str, deed: str, then: str) -> None:
    author = (await centre.a_member(Role.PRESS)).asker
    told = await centre.menu.simulate(author, None, Call(act=Act.CALL, scheme=Scheme.DAY, recognises=True))
    spoken = Call(act=Act.SPEECH, value=said, place=told.place, scheme=Scheme.DAY, recognises=True)
    told = await centre.menu.simulate(author, None, spoken)
    assert (list(told.deeds), told.then) == ([deed], then)
    assert told.said


async def test_a_draft_that_cannot_be_spoken_is_not_simulated(centre: Centre) -> None:
    author, draft = await a_draft(centre, {GREETING: "Hello"})
    with pytest.raises(Invalid):
        await press(centre, author, "", Scheme.NIGHT, draft)


async def test_a_damaged_place_is_the_menu(centre: Centre) -> None:
    author = (await centre.a_member(Role.PRESS)).asker
    told = await centre.menu.simulate(author, None, Call(act=Act.KEYS, value="1", place={"state": 5}, scheme=Scheme.DAY))
    assert told.state == "about"


@pytest.mark.clause("2.9")
async def test_a_draft_s_hours_are_told_and_choose_the_menu(centre: Centre) -> None:
    author, draft = await a_draft(centre, {"hours:fri": "9:00–12:00"})
    friday = datetime(2026, 11, 27, 10, tzinfo=UTC)
    told = await centre.menu.simulate(author, draft, Call(act=Act.CALL, moment=friday))
    assert told.scheme is Scheme.NIGHT
    told = await centre.menu.simulate(author, draft, Call(act=Act.KEYS, value="6", place=told.place, moment=friday))
    assert any("в пятницу с 9:00 до 12:00" in words for words in told.said)
    assert (await centre.menu.simulate(author, None, Call(act=Act.CALL, moment=friday))).scheme is Scheme.DAY
