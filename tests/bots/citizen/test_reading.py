"""What the bot makes of every kind of update."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.citizen.reading import TEXT_LIMIT, UpdateReader
from bots.citizen.words import load_words
from core.channels import Inbound, InboundKind
from core.dialogue import Entity
from core.words import say
from tests.bots.citizen.samples import PAYLOADS, payload

WORDS = load_words()
READER = UpdateReader(WORDS)


def read(name: str, **changes: Any) -> Inbound:
    found = READER.read(payload(name, **changes))
    assert found is not None
    return found


def test_a_text_keeps_its_sender_number_and_moment() -> None:
    inbound = read("text")
    assert (inbound.channel, inbound.kind, inbound.sender, inbound.external_id) == ("telegram", "message", "5001", "17")
    assert inbound.sender_name.split() == ["Алан", "Кокоев"]
    assert inbound.text == "Когда принимает глава администрации?"
    assert inbound.sent_at == datetime.fromtimestamp(1795597200, UTC)
    assert (inbound.intent, inbound.problem, inbound.files, inbound.entities) == (None, "", (), ())


FILES = {
    "photo": ("photo", "AgAC-l", "image/jpeg", "", 184000),
    "live_photo": ("photo", "AgAC-l2", "image/jpeg", "", 184000),
    "voice": ("voice", "AgAC-v", "audio/ogg", "", 28000),
    "audio": ("audio", "AgAC-a", "audio/mpeg", "запись.mp3", 960000),
    "video": ("video", "AgAC-vi", "video/mp4", "двор.mp4", 4000000),
    "video_note": ("video_note", "AgAC-vn", "video/mp4", "", 700000),
    "animation": ("video", "AgAC-an", "video/mp4", "g.mp4", 50000),
    "document": (
        "document",
        "AgAC-d",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "заявление.docx",
        15000,
    ),
    "sticker": ("sticker", "AgAC-st", "application/x-tgsticker", "", 9000),
    "location": ("location", "", "application/geo+json", "", 0),
    "venue": ("location", "", "application/geo+json", "", 0),
    "own_contact": ("contact", "", "text/vcard", "", 0),
}


@pytest.mark.parametrize("name", FILES)
def test_each_kind_of_file_is_one_attachment(name: str) -> None:
    inbound = read(name)
    (file,) = inbound.files
    assert (file.kind, file.remote_id, file.media_type, file.file_name, file.size) == FILES[name]
    assert (inbound.kind, inbound.problem) == (InboundKind.MESSAGE, "")


DETAILS = {
    "voice": {"duration": 7},
    "animation": {"animation": True, "duration": 3},
    "sticker": {"emoji": "👍"},
    "location": {"latitude": 43.0205, "longitude": 44.682},
    "venue": {"latitude": 43.0246, "longitude": 44.6818, "title": "АМС", "address": "пл. Штыба, 2"},
    "own_contact": {"phone": "+79281234567", "name": "Алан Кокоев", "own": True},
    "big_video": {"duration": 600, "refused": "file_too_big"},
}


@pytest.mark.parametrize("name", DETAILS)
def test_the_details_of_an_attachment_are_kept(name: str) -> None:
    assert read(name).files[0].details == DETAILS[name]


@pytest.mark.parametrize(("name", "words"), [("photo", "Яма на проспекте"), ("video", "Наш двор")])
def test_a_caption_is_the_text(name: str, words: str) -> None:
    assert read(name).text == words


NOTES = {
    "photo": {"album": "13951"},
    "text_link": {"links": ["https://example.org/a"]},
    "reply": {"quote": "Верно"},
    "forwarded": {"forwarded_from": "Новости города"},
    "forwarded_hidden": {"forwarded_from": "Зарина"},
    "forwarded_user": {"forwarded_from": "Зарина"},
    "poll": {"content": "poll"},
    "text": {},
}


@pytest.mark.parametrize("name", NOTES)
def test_what_only_telegram_knows_is_noted(name: str) -> None:
    assert getattr(read(name), "details") == NOTES[name]  # noqa: B009


def test_an_unknown_kind_of_forward_does_not_lose_the_message() -> None:
    inbound = read("text", forward_origin={"type": "invented_tomorrow", "by": 1})
    assert inbound.text
    assert getattr(inbound, "details") == {"forwarded_from": "?"}  # noqa: B009


def test_a_reply_names_the_message_that_it_answers() -> None:
    assert read("reply").reply_to == "12"


def test_every_problem_has_words_for_the_citizen() -> None:
    for problem in {*PROBLEMS.values(), "stale_button"}:
        assert say(f"problem.{problem}")


PROBLEMS = {
    "big_video": "file_too_big",
    "foreign_contact": "foreign_contact",
    "unknown_contact": "foreign_contact",
    "bad_contact": "unreadable",
    "poll": "unsupported",
    "dice": "unsupported",
    "unknown_command": "unknown_command",
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_is_refused_is_named_and_kept(name: str) -> None:
    inbound = read(name)
    assert (inbound.kind, inbound.problem) == (InboundKind.MESSAGE, PROBLEMS[name])
    assert inbound.text or inbound.files or getattr(inbound, "details")["content"]  # noqa: B009


def test_content_that_telegram_invents_later_is_told_to_be_unsupported() -> None:
    update = payload("text", hologram={"id": 1})
    del update["message"]["text"]
    inbound = READER.read(update)
    assert inbound is not None
    assert (inbound.problem, inbound.details["content"]) == ("unsupported", "hologram")


def test_only_the_senders_own_phone_is_vouched_for() -> None:
    assert read("own_contact").entities == (Entity(entity="phone", value="+79281234567"),)
    assert read("foreign_contact").entities == ()


@pytest.mark.parametrize(
    ("given", "phone"),
    [
        ("79281234567", "+79281234567"),
        ("+7 928 123-45-67", "+79281234567"),
        ("89281234567", "+79281234567"),
        ("995555123456", "+995555123456"),
    ],
)
def test_a_shared_phone_is_brought_to_e164(given: str, phone: str) -> None:
    contact = {"phone_number": given, "first_name": "A", "user_id": 5001}
    assert [entity.value for entity in read("own_contact", contact=contact).entities] == [phone]


def test_an_edit_names_the_message_and_its_new_words() -> None:
    inbound = read("edited")
    assert (inbound.kind, inbound.external_id, inbound.text) == (InboundKind.EDIT, "17", "Когда принимает глава города?")
    assert inbound.sent_at == datetime.fromtimestamp(1795597230, UTC)
    assert read("edited_caption").files[0].kind == "photo"


@pytest.mark.parametrize("name", ["button", "button_of_old_message"])
def test_a_pressed_button_gives_message_and_index(name: str) -> None:
    inbound = read(name)
    assert (inbound.kind, inbound.button, inbound.sender) == (InboundKind.BUTTON, (345, 2), "5001")
    assert (inbound.reply_to, inbound.external_id) == ("21", payload(name)["callback_query"]["id"])


@pytest.mark.parametrize(
    "data",
    ["", "b:1", "b:-1:0", "b:1:2:3", "b:1:2\n", "b:" + "9" * 19 + ":0", "b:١:٢", "t:15:a7", "b:1:2; DROP TABLE", None, 5],
)
def test_forged_data_is_a_stale_button(data: Any) -> None:
    inbound = read("button", data=data)
    assert (inbound.kind, inbound.problem, inbound.button) == (InboundKind.UNREADABLE, "stale_button", None)
    assert inbound.sender == "5001"


@pytest.mark.parametrize(("name", "kind"), [("blocked", InboundKind.BLOCKED), ("unblocked", InboundKind.UNBLOCKED)])
def test_stopping_the_bot_is_noticed(name: str, kind: InboundKind) -> None:
    inbound = read(name)
    assert (inbound.kind, inbound.sender) == (kind, "5001")


@pytest.mark.parametrize("name", ["group_text", "added_to_group", "pinned", "live_location", "inline_query", "reaction"])
def test_what_does_not_concern_us_is_nothing(name: str) -> None:
    assert READER.read(payload(name)) is None


@pytest.mark.parametrize(
    "update",
    [None, 5, "x", [], {"message": None}, {"message": {}}, {"message": []},
     {"message": {"text": "x"}}, {"callback_query": {"data": "b:1:1"}}],
    ids=str,
)  # fmt: skip
def test_garbage_that_names_nobody_concerns_nobody(update: Any) -> None:
    assert READER.read(update) is None


def test_nul_and_broken_surrogates_are_cleaned_and_marks_stay() -> None:
    text = read("text", text="а\0б\ud83d в\u200b\u202eг").text
    assert text == "аб\ufffd в\u200b\u202eг"
    assert text.encode()


def test_five_megabytes_of_text_are_clipped() -> None:
    inbound = read("text", text="я" * 5_000_000)
    assert (len(inbound.text), inbound.problem) == (TEXT_LIMIT, "")


@pytest.mark.parametrize(
    ("first", "last", "name"),
    [
        ("<b>Алан</b>", "*_`[", "<b>Алан</b> *_`["),
        ("А\u202eл\u200bа\0н\n", " ", "Алан"),
        ("я" * 300, "", "я" * 128),
        ("\u200b", "\u2066\u2069", "alan_k"),
    ],
    ids=["markup is plain", "what cannot be seen", "long", "nothing visible"],
)
def test_a_name_is_plain_data(first: str, last: str, name: str) -> None:
    person = {**payload("text")["message"]["from"], "first_name": first, "last_name": last}
    assert read("text", **{"from": person}).sender_name == name


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters()), inner, max_size=4),
    max_leaves=20,
)
KEYS = sorted({key for path in PAYLOADS.glob("*.json") for key in orjson.loads(Path(path).read_bytes())})


@given(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=3) | JSON)
def test_no_json_makes_it_raise(update: Any) -> None:
    READER.read(update)


@given(data=st.data(), name=st.sampled_from(sorted(path.stem for path in PAYLOADS.glob("*.json"))))
def test_no_damage_to_a_real_update_makes_it_raise(data: st.DataObject, name: str) -> None:
    """Values at any depth of a recorded update are replaced by random JSON."""

    def damaged(value: Any) -> Any:
        if data.draw(st.integers(0, 9)) == 0:
            return data.draw(JSON)
        if isinstance(value, dict):
            return {key: damaged(item) for key, item in value.items()}
        return [damaged(item) for item in value] if isinstance(value, list) else value

    update = {key: damaged(item) for key, item in payload(name).items()}
    found = READER.read(update)
    assert found is None or (found.channel == "telegram" and found.sender)
