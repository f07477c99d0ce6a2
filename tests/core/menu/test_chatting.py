"""What an applicant would read in Telegram, before anybody does (reg. 2.3)."""

import pytest

from bots.citizen.words import load_words
from core.dialogue import Button, Command, TurnAnswer, Utterance
from core.menu.views import Changes
from core.vocabulary import Role
from core.words import say
from tests.inbox.world import Centre

pytestmark = pytest.mark.clause("2.3")
GREETING, TITLE = "Выберите раздел черновика.", "Главная новость"
ITEMS = "1. Приветствие и сведения о контакт-центре"


async def test_the_menu_of_a_draft_is_drawn_as_the_bot_draws_it(centre: Centre) -> None:
    author = (await centre.a_member(Role.PRESS)).asker
    draft = await centre.menu.start(author)
    texts: dict[str, str | None] = {"core:menu.text": f"{GREETING}\n{{items}}", "bot:item.news": TITLE}
    await centre.menu.write(author, draft.id or 0, Changes(texts=texts, note="", version=0))
    told = await centre.menu.chat(author, draft.id, "")
    assert [line.text.splitlines()[:2] for line in told.lines] == [[GREETING, ITEMS]]
    assert told.keys.rows[0][1] == TITLE
    shipped = await centre.menu.chat(author, None, "")
    assert [title for row in shipped.keys.rows for title in row] == [item.title for item in load_words().menu]


async def test_a_key_and_a_question_are_answered_by_the_dialogue(centre: Centre) -> None:
    author = (await centre.a_member(Role.PRESS)).asker
    answer = TurnAnswer(
        messages=(Utterance(text="Здравствуйте!", buttons=(Button(title="Меню", intent="menu"),)),),
        commands=(Command(do="show_menu"), Command(do="hand_off")),
    )
    centre.dialogue.when("start", answer)
    told = await centre.menu.chat(author, None, "О контакт-центре")
    assert (told.lines[0].text, list(told.lines[0].buttons)) == ("Здравствуйте!", ["Меню"])
    assert len(told.lines) == 2
    assert list(told.deeds) == ["hand_off"]
    assert centre.dialogue.requests[-1].conversation == "trial"


async def test_it_is_said_that_the_dialogue_is_away_and_what_the_bot_says_without_it(centre: Centre) -> None:
    author = (await centre.a_member(Role.PRESS)).asker
    centre.dialogue.is_down = True
    told = await centre.menu.chat(author, None, "когда включат отопление")
    assert told.is_away
    assert told.lines[0].text == say("outage.notice")
    assert (await centre.menu.chat(author, None, "Соединить с ЕДДС")).lines[-1].text.startswith("Единая дежурно-диспетчерская")


@pytest.mark.parametrize("is_down", [pytest.param(False, id="with the dialogue"), pytest.param(True, id="without the dialogue")])
async def test_what_stands_before_the_dialogue_is_shown_as_the_bot_would_say_it(centre: Centre, is_down: bool) -> None:
    author = (await centre.a_member(Role.PRESS)).asker
    centre.dialogue.when("emergency", TurnAnswer(commands=(Command(do="alarm"),)))
    centre.dialogue.when("abusive", TurnAnswer(messages=(Utterance(text=say("abuse.warning")),)))
    centre.dialogue.is_down = is_down
    danger = await centre.menu.chat(author, None, "в подъезде пахнет газом")
    assert (danger.first, list(danger.deeds)) == ("emergency", ["alarm"])
    assert danger.lines[0].text.startswith("Это похоже на чрезвычайную ситуацию")
    assert "Аварийная газовая служба: 104" in danger.lines[0].text
    abuse = await centre.menu.chat(author, None, "ты идиот")
    assert (abuse.first, abuse.lines[-1].text) == ("abusive", say("abuse.warning"))
    assert centre.dialogue.requests[-1].intent == "abusive"
    assert (await centre.menu.chat(author, None, "когда включат отопление")).first == ""
