"""In which native messages a delivery goes out, and under which of them the keyboard hangs."""

from typing import Any

import pytest

from bots.citizen.keyboards import Keyboards, inline_keyboard
from bots.citizen.layout import lay_out
from bots.citizen.words import load_words
from tests.bots.citizen.samples import an_outbound

PHOTO = {"key": "p", "file_name": "p.jpg", "media_type": "image/jpeg", "kind": "photo"}
PAPER = {"key": "d", "file_name": "d.docx", "media_type": "application/msword", "kind": "document"}
BUTTONS = [{"title": "Да", "index": 0}]
LONG = "\n\n".join(["слово " * 300] * 5)


def shape(**content: Any) -> list[str]:
    """The steps in short: kind, files, ``"`` for words, ``#`` for the keyboard, ``^`` for a reply."""
    marks = [
        (str(len(step.files) or ""), '"' * bool(step.text), "#" * step.keyboard, "^" * bool(step.reply_to), step.kind)
        for step in lay_out(an_outbound(**content))
    ]
    return ["".join((kind, count, words, keyboard, reply)) for count, words, keyboard, reply, kind in marks]


@pytest.mark.parametrize(
    ("content", "steps"),
    [
        ({}, []),
        ({"text": " \n\0"}, []),
        ({"text": "a"}, ['text"']),
        ({"text": "a", "menu": True, "reply_to": "7"}, ['text"#^']),
        ({"text": LONG, "buttons": BUTTONS, "reply_to": "7"}, ['text"^', 'text"', 'text"#']),
        ({"text": "a", "files": [PAPER], "reply_to": "7"}, ['file1"^']),
        ({"text": "a", "files": [PAPER], "buttons": BUTTONS}, ['file1"#']),
        ({"text": "я" * 1025, "files": [PAPER]}, ['text"', "file1"]),
        ({"files": [PAPER]}, ["file1"]),
        ({"files": [PHOTO] * 3, "text": "a"}, ['album3"']),
        ({"files": [PHOTO] * 11, "text": "a"}, ['album10"', "file1"]),
        ({"files": [PHOTO, PHOTO, PAPER, PHOTO], "text": "a"}, ['album2"', "file1", "file1"]),
        ({"files": [PHOTO] * 3, "text": "a", "buttons": BUTTONS}, ['text"#', "album3"]),
        ({"files": [PHOTO] * 2, "buttons": BUTTONS}, ["file1", "file1#"]),
        ({"text": "a", "phones": [{"phone": "112", "title": "112"}], "menu": True}, ['text"#', 'contact"']),
        ({"text": "a", "edit_of": "9", "buttons": BUTTONS, "reply_to": "7"}, ['edit_text"#']),
        ({"text": LONG, "edit_of": "9"}, ['edit_text"', 'text"', 'text"']),
        ({"edit_of": "9"}, ["edit_buttons"]),
        ({"text": "a", "reply_to": "x", "edit_of": ""}, ['text"']),
    ],
)
def test_a_delivery_goes_out_in_these_steps(content: dict[str, Any], steps: list[str]) -> None:
    assert shape(**content) == steps


@pytest.mark.parametrize(
    ("media_type", "asked", "kind"),
    [
        ("image/jpeg", "photo", "photo"),
        ("image/png", "", "photo"),
        ("image/png", "document", "document"),
        ("image/svg+xml", "photo", "document"),
        ("image/gif", "photo", "document"),
        ("audio/mpeg", "audio", "audio"),
        ("audio/wav", "audio", "document"),
        ("audio/ogg; codecs=opus", "", "voice"),
        ("audio/mpeg", "voice", "voice"),
        ("video/mp4", "video", "video"),
        ("application/pdf", "", "document"),
        ("", "", "document"),
    ],
)
def test_a_file_goes_as_what_telegram_can_show(media_type: str, asked: str, kind: str) -> None:
    (step,) = lay_out(an_outbound(files=[{"key": "k", "file_name": "f", "media_type": media_type, "kind": asked}]))
    assert step.files[0].kind == kind


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("ответ.docx", "ответ.docx"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ('a"\r\nX: y.pdf', "a_X: y.pdf"),
        ("", "file"),
        ("я" * 200 + ".pdf", "я" * 124 + ".pdf"),
    ],
)
def test_a_file_name_is_plain(name: str, clean: str) -> None:
    (step,) = lay_out(an_outbound(files=[{**PAPER, "file_name": name}]))
    assert step.files[0].name == clean


@pytest.mark.clause("2.4.1")
def test_the_menu_shows_the_six_items_and_two_of_ours() -> None:
    words = load_words()
    assert [item.intent for item in words.menu[:6]] == [
        "start",
        "news",
        "ask_question",
        "connect_dispatch",
        "leave_message",
        "operator",
    ]
    assert [item.intent for item in words.menu[6:]] == ["register_appeal", "appeal_status"]
    drawn = Keyboards(words).draw(an_outbound(text="a", menu=True))
    assert drawn is not None
    dump = drawn.model_dump(exclude_none=True)
    assert [key["text"] for row in dump["keyboard"] for key in row] == [item.title for item in words.menu]
    assert dump["is_persistent"] is True


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"buttons": BUTTONS, "menu": True}, "InlineKeyboardMarkup"),
        ({"ask_contact": True, "menu": True}, "ReplyKeyboardMarkup"),
        ({"remove_keyboard": True}, "ReplyKeyboardRemove"),
        ({"text": "a"}, "NoneType"),
    ],
)
def test_one_keyboard_is_drawn(content: dict[str, Any], kind: str) -> None:
    assert type(Keyboards(load_words()).draw(an_outbound(**content))).__name__ == kind


def test_the_cancel_key_of_the_contact_keyboard_is_understood() -> None:
    words = load_words()
    assert words.intent_of(words.cancel) == "cancel"


@pytest.mark.parametrize(
    ("buttons", "rows"),
    [
        ([{"title": "Да", "index": 0}, {"title": "Нет", "index": 1}], [["Да", "Нет"]]),
        ([{"title": "а" * 30, "index": 0}, {"title": "Нет", "index": 1}], [["а" * 30], ["Нет"]]),
        ([{"title": str(at), "index": at} for at in range(5)], [["0", "1", "2"], ["3", "4"]]),
        ([[{"title": str(at), "index": at} for at in range(5)], [{"title": "Нет", "index": 5}]], [list("01234"), ["Нет"]]),
        ([[{"title": "Да", "index": 0}], [{"title": "Нет", "index": 1}]], [["Да"], ["Нет"]]),
        ([{"title": "слово " * 20, "index": 0}], [[("слово " * 20)[:63].rstrip() + "…"]]),
        ([{"title": "а\n\0б", "index": 0}], [["а б"]]),
    ],
)
def test_buttons_stand_in_rows(buttons: list[Any], rows: list[list[str]]) -> None:
    drawn = inline_keyboard(an_outbound(buttons=buttons))
    assert drawn is not None
    assert [[button.text for button in row] for row in drawn.inline_keyboard] == rows
    flat = [button.callback_data for row in drawn.inline_keyboard for button in row]
    assert flat == [f"b:345:{at}" for at in range(len(flat))]


def test_buttons_without_a_message_of_the_core_are_not_drawn() -> None:
    assert inline_keyboard(an_outbound(message_id=None, buttons=BUTTONS)) is None
