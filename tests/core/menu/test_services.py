"""112, gas, housing: one list for telephone, bot, operator and directory, published by two (reg. 2.3, 2.8.5)."""

from collections.abc import Iterator, Mapping

import pytest

from app.editions import catalogue_of
from app.settings import Settings
from channels.voice.menu.deciding import decide
from channels.voice.menu.model import Dial
from core.conversations.serving import service_card
from core.errors import NotAllowed
from core.menu.checking import faults_in
from core.menu.services import PLACES, service_at, service_for, services, shipped_texts
from core.menu.views import Changes
from core.vocabulary import Role
from core.wording import SHIPPED, Wording, put_in_force, trying
from tests.channels.voice.menu.callers import DAY, Caller, call, dialled, keys, speech
from tests.hostile import NAMES
from tests.inbox.world import Centre

pytestmark = pytest.mark.clause("2.3")
CATALOGUE = catalogue_of(Settings())
WATER: Mapping[str, str] = {
    "service:6.name": "Аварийная служба водоканала",
    "service:6.number": "8 (8672) 53-00-01",
    "service:6.hours": "с 8:00 до 20:00",
    "service:6.synonyms": "водоканал, аварийка по воде",
}
"""A service as somebody might write it; the number is invented."""


@pytest.fixture(autouse=True)
def _with_water() -> Iterator[None]:
    with trying(Wording(texts=WATER)):
        yield


def rung(caller: Caller) -> tuple[str, str]:
    """Whom the exchange rings."""
    assert isinstance(caller.then, Dial)
    return caller.then.party.address, caller.then.party.name


def test_shipped_are_the_short_numbers_of_the_country_and_they_have_no_faults() -> None:
    with trying(SHIPPED):
        assert [one.number for one in services()] == ["112", "101", "102", "103", "104"]
    assert not faults_in(shipped_texts(), CATALOGUE)
    assert not faults_in(WATER, CATALOGUE)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        pytest.param("соедините с газовой службой", "104", id="a synonym in another case"),
        pytest.param("Пожарных, пожалуйста!", "101", id="in the plural, with politeness"),
        pytest.param("какой телефон у водоканала", "+78672530001", id="its telephone"),
        pytest.param("112", "112", id="by its number"),
        pytest.param("когда приедет скорая", None, id="a question"),
        pytest.param("на газовую службу хочу пожаловаться", None, id="a complaint"),
        pytest.param("", None, id="nothing"),
        pytest.param("полиция " * 5000, None, id="a flood"),
    ],
)
def test_a_service_is_found_by_a_caller_s_words_and_a_question_is_none(said: str, number: str | None) -> None:
    found = service_for(said)
    assert (found.address if found else None) == number


@pytest.mark.parametrize(
    ("field", "words", "reason"),
    [
        pytest.param("number", "", "missing", id="no number"),
        pytest.param("number", "5301", "unreadable_phone", id="half a number"),
        pytest.param("number", "allo@example.org", "unreadable_phone", id="an address"),
        pytest.param("name", "Служба " * 20, "too_long", id="a long name"),
        pytest.param("name", "Полиция", "title_twice", id="another's name"),
        pytest.param("synonyms", "вода, скорая", "title_twice", id="another's synonym"),
        pytest.param("hours", "24/7", "unreadable_aloud", id="hours that nobody reads aloud"),
        pytest.param("said", "Сейчас " * 14, "long_sentence", id="no breath"),
        pytest.param("said", "Соединяю.\nЖдите.", "one_line", id="two lines"),
    ],
)
def test_what_callers_could_not_use_has_a_reason_beside_its_field(field: str, words: str, reason: str) -> None:
    assert faults_in({**WATER, f"service:6.{field}": words}, CATALOGUE) == {f"service:6.{field}": reason}


def test_a_place_without_a_name_is_empty_whatever_else_is_written_there() -> None:
    assert not faults_in({"service:1.name": "", "service:1.number": "?"}, CATALOGUE)
    with trying(Wording(texts={"service:1.name": ""})):
        assert service_at(1) is None
        assert service_for("112") is None


def test_a_caller_names_a_service_is_told_and_put_through() -> None:
    caller = call().on(speech("газовая служба"))
    assert caller.words == "Соединяю с аварийной газовой службой. Оставайтесь на линии."
    assert rung(caller) == ("104", "Аварийная газовая служба")
    assert caller.on(dialled("completed")).state == "more"
    silent = call().on(speech("водоканал"))
    assert silent.words == "Соединяю: Аварийная служба водоканала. Оставайтесь на линии."
    missed = silent.on(dialled("no-answer"))
    assert missed.state == "more"
    assert "Служба не ответила. Аварийная служба водоканала: +7 8672 53-00-01." in missed.words
    assert "Часы работы службы: с 8:00 до 20:00." in missed.words


def test_danger_comes_before_a_service() -> None:
    assert call().on(speech("пахнет газом, вызовите газовую службу")).effects[-1].doing == "alarm"


def test_services_are_listed_by_keys_page_by_page() -> None:
    many = {f"service:{place}.name": f"Служба {place}" for place in range(1, PLACES + 1)}
    many |= {f"service:{place}.number": "112" for place in range(1, PLACES + 1)}
    with trying(Wording(texts=many)):
        caller = call().on(keys("4"), dialled("busy"), dialled("busy"), keys("2"))
        assert caller.state == "services"
        assert "Служба 7 — нажмите семь. Следующие варианты — восемь." in caller.words
        assert "Служба 8 — нажмите один." in caller.on(keys("8")).words
        assert "Служба 8 — нажмите один." in caller.on(keys("#")).words
        assert rung(caller.on(keys("7"))) == ("112", "Служба 14")


def test_an_edition_without_the_service_that_was_told_tells_the_list_anew() -> None:
    caller = call().on(keys("4"), dialled("busy"), dialled("busy"), keys("2"))
    with trying(Wording(texts={"service:1.name": ""})):
        move = decide(caller.place, keys("1"), DAY)
        assert (move.place.state, move.place.choices) == ("services", ("2", "3", "4", "5"))
    with trying(Wording(texts={f"service:{place}.name": "" for place in range(1, 6)})):
        assert decide(caller.place, keys("1"), DAY).place.state == "more"


async def test_the_preview_shows_the_card_of_a_draft(centre: Centre) -> None:
    head, press = (await centre.a_member(Role.SUPERVISOR)).asker, (await centre.a_member(Role.PRESS)).asker
    draft = await centre.menu.start(head)
    with pytest.raises(NotAllowed):
        await centre.menu.write(press, draft.id or 0, Changes(texts={"service:6.name": "Моя"}, note="", version=0))
    await centre.menu.write(head, draft.id or 0, Changes(texts=dict(WATER), note="", version=0))
    told = await centre.menu.chat(head, draft.id, "водоканал")
    assert told.lines[0].text.startswith("Аварийная служба водоканала.")
    second = (await centre.a_member(Role.ADMINISTRATOR)).asker
    await centre.menu.publish(second, draft.id or 0, 1)
    with trying(SHIPPED):
        assert [one.place for one in await centre.departments.find_services(head, "водоканал")] == []
    put_in_force(Wording(texts=WATER))
    assert [one.place for one in await centre.departments.find_services(head, "водоканал")] == [6]
    assert [one.place for one in await centre.departments.find_services(head, "дайте номер водоканала")] == [6]


@pytest.mark.parametrize("words", NAMES.values(), ids=NAMES)
def test_a_hostile_name_is_refused_or_is_nothing_but_a_name(words: str) -> None:
    for field in ("name", "said", "hours", "synonyms"):
        assert faults_in({**WATER, f"service:6.{field}": words}, CATALOGUE)
    for name in ("voice:greeting.text", "voice:item.news"):
        assert faults_in({name: words}, CATALOGUE)
    with trying(Wording(texts={**WATER, "service:6.name": words, "service:6.said": words})):
        caller = call().on(speech("водоканал"))
        assert rung(caller) == ("+78672530001", words)
        assert [getattr(prompt, "text", "") for prompt in caller.heard] == [words]


@pytest.mark.parametrize("words", NAMES.values(), ids=NAMES)
def test_a_hostile_service_is_told_in_the_chat_as_it_is_written(words: str) -> None:
    with trying(Wording(texts={**WATER, "service:6.name": words, "service:6.hours": words})):
        service = service_for("водоканал")
        assert service is not None
        card = service_card(service)
    assert card.text.count(words) == 2
    assert card.phones == (("+78672530001", words),)
