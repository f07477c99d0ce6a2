"""What is sent for one post, step by step."""

from typing import Any

import pytest

from bots.splitting import units
from bots.staff.layout import card_step, lay_out, rows_of

FILE = {"key": "k", "file_name": "a.pdf", "media_type": "application/pdf"}
BUTTONS = [[{"title": "Взять", "data": "t:1"}]]


def _shape(**content: Any) -> list[tuple[str, int, str, int]]:
    return [(step.text[:8], step.bold, step.file.kind if step.file else "", len(step.rows)) for step in lay_out(content)]


@pytest.mark.parametrize(
    ("content", "steps"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"text": " \n "}, [], id="white space"),
        pytest.param({"text": "слово"}, [("слово", 0, "", 0)], id="words"),
        pytest.param({"text": "слово", "head": "🚨Я"}, [("🚨Я\nслово", 3, "", 0)], id="a name counted in UTF-16"),
        pytest.param({"text": "слово", "buttons": BUTTONS}, [("слово", 0, "", 1)], id="words with buttons"),
        pytest.param({"head": "Я", "files": [FILE]}, [("Я", 1, "document", 0)], id="a file under a name"),
        pytest.param({"files": [FILE, FILE]}, [("", 0, "document", 0)] * 2, id="files alone"),
        pytest.param(
            {"text": "я" * 1100, "files": [FILE]},
            [("яяяяяяяя", 0, "", 0), ("", 0, "document", 0)],
            id="words over a caption's limit",
        ),
    ],
)
def test_the_steps_of_a_post(content: dict[str, Any], steps: list[tuple[str, int, str, int]]) -> None:
    assert _shape(**content) == steps


def test_buttons_hang_on_the_last_words_and_the_answer_on_the_first() -> None:
    steps = lay_out({"text": "слово " * 1500, "buttons": BUTTONS, "reply_to": 7})
    assert [len(step.rows) for step in steps] == [0, 0, 1]
    assert [step.reply_to for step in steps] == [7, None, None]


def test_a_button_that_telegram_would_refuse_is_left_out() -> None:
    buttons = [[{"title": "а" * 100, "data": "t:1"}, {"title": "", "data": "x"}], [{"title": "длинная", "data": "я" * 33}], []]
    [[(title, data)]] = rows_of({"buttons": buttons})
    assert len(title) == 64 and data == "t:1"


def test_a_card_is_one_message_whatever_its_length() -> None:
    assert units(card_step({"text": "слово " * 2000}).text) <= 4096
    assert card_step({}).text, "a card that says nothing is no card"
