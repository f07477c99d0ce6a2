"""What an applicant would read in Telegram, before anybody does (reg. 2.3)."""

import pytest

from bots.citizen.words import load_words
from core.dialogue import Button, Command, TurnAnswer, Utterance
from core.menu.views import Changes
from core.vocabulary import Role
from tests.inbox.world import Centre

pytestmark = pytest.mark.clause("2.3")
GREETING, TITLE = "Выберите раздел черновика.", "Главная новость"


async def test_the_menu_of_a_draft_is_drawn_as_the_bot_draws_it(centre: Centre) -> None:
    author = (await centre.a_member(Role.PRESS)).asker
    draft = await centre.menu.start(author)
    texts: dict[str, str | None] = {"core:menu.text": GREETING, "bot:item.news": TITLE}
    await centre.menu.write(author, draft.id or 0, Changes(texts=texts, note="", version=0))
    told = await centre.menu.chat(author, draft.id, "")
    assert [line.text for line in told.lines] == [GREETING]
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


async def test_it_is_said_that_the_dialogue_is_away(centre: Centre) -> None:
    author = (await centre.a_member(Role.PRESS)).asker
    centre.dialogue.is_down = True
    told = await centre.menu.chat(author, None, "когда включат отопление")
    assert told.is_away
    assert not told.lines
