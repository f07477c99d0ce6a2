"""The citizens' side: what comes in is answered, stored once, and survives every failure."""

import asyncio
from pathlib import Path

import pytest
import yaml
from sqlmodel import select

from core.appeals.model import Appeal
from core.channels import DeliveryError
from core.dialogue import Button, Command, TurnAnswer, Utterance
from core.menu.items import menu_words
from core.words import say
from tests.core.conversations.conftest import Desk
from tests.fakes import a_hit

WORDS: dict[str, str] = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))

HELLO = TurnAnswer(messages=(Utterance(text="hello"),), intent="greet", confidence=0.9)
ON_SHIFT = (
    "INSERT INTO staff_member (login, full_name, role, password_hash, is_active, on_shift_since, shortcuts_on, notify, created_at)"
    " VALUES ('op', 'Operator', 'operator', 'x', true, now(), true, 'all', now())"
)


async def test_a_message_is_answered_and_stored_with_its_answer(desk: Desk) -> None:
    desk.dialogue.when("hi", HELLO)
    assert await desk.writes("hi") == ["hello"]
    said = await desk.rows("SELECT author, text FROM message ORDER BY id")
    assert said == [{"author": "citizen", "text": "hi"}, {"author": "bot", "text": "hello"}]
    (sent,) = await desk.rows("SELECT state, provider_id, doubtful FROM delivery")
    assert sent == {"state": "sent", "provider_id": "sent-1", "doubtful": False}
    (item,) = await desk.rows("SELECT handled_at IS NOT NULL AS handled FROM inbound_item")
    assert item["handled"]


async def test_a_repeated_event_has_one_effect(desk: Desk) -> None:
    desk.dialogue.when("hi", HELLO)
    assert await desk.store("hi")
    desk.counter -= 1
    assert not await desk.store("hi")
    await desk.intake.carry("telegram:100")
    assert desk.channel.words == ["hello"]


async def test_the_dialogue_gets_its_state_and_the_facts_back(desk: Desk) -> None:
    await desk.writes("one")
    await desk.writes("two")
    first, second = desk.dialogue.requests
    assert (first.state, second.state) == (None, {"turns": 1})
    assert second.slots == {
        "consent": False,
        "known_name": None,
        "known_contact": None,
        "operators_online": False,
        "warned": False,
    }


@pytest.mark.clause("2.5.2")
async def test_each_contact_is_counted_once(desk: Desk) -> None:
    for words in ("one", "two", "three"):
        await desk.writes(words)
    await desk.writes("four", sender="200")
    assert len(await desk.rows("SELECT id FROM contact")) == 2


async def test_a_question_is_answered_from_the_knowledge_base_with_source_and_date(desk: Desk) -> None:
    desk.dialogue.when("when", TurnAnswer(commands=(Command(do="answer_question", arguments={"query": "when"}),)))
    desk.librarian.known["when"] = a_hit()
    (answer,) = await desk.writes("when")
    assert "Monday, 10 to 13." in answer
    assert "Records department" in answer
    assert "2026" in answer
    assert desk.dialogue.requests[-1].intent == "kb_answered"


async def test_an_unknown_question_offers_what_is_nearest(desk: Desk) -> None:
    desk.dialogue.when("what", TurnAnswer(commands=(Command(do="answer_question", arguments={"query": "what"}),)))
    desk.dialogue.when("kb_missed", TurnAnswer(messages=(Utterance(text="I do not know"),)))
    desk.librarian.near = (a_hit(article_id=7, title="Nearest"),)
    assert await desk.writes("what") == ["I do not know", say("answer.nearest")]
    (offered,) = await desk.rows("SELECT id FROM message WHERE buttons <> '[]'")
    (answer,) = await desk.writes(kind="button", button=[offered["id"], 0])
    assert "Monday, 10 to 13." in answer


@pytest.mark.parametrize(
    ("button", "why"),
    [([99999, 0], "no such message"), ([1, 0], "somebody else's message"), ([2, 5], "no such button")],
)
async def test_a_button_that_is_not_the_citizens_own_does_nothing(desk: Desk, button: list[int], why: str) -> None:
    offer = TurnAnswer(messages=(Utterance(text="choose", buttons=(Button(title="yes", intent="affirm"),)),))
    desk.dialogue.when("hi", offer)
    await desk.writes("hi", sender="200")
    asked = len(desk.dialogue.requests)
    assert await desk.writes(kind="button", button=button) == [say("problem.stale_button")], why
    assert len(desk.dialogue.requests) == asked


async def test_an_old_button_of_a_form_has_grown_stale(desk: Desk) -> None:
    offer = TurnAnswer(messages=(Utterance(text="sure?", buttons=(Button(title="yes", intent="affirm"),)),))
    desk.dialogue.when("hi", offer)
    await desk.writes("hi")
    (old,) = await desk.rows("SELECT id FROM message WHERE buttons <> '[]'")
    await desk.writes("hi")
    assert await desk.writes(kind="button", button=[old["id"], 0]) == [say("problem.stale_button")]


class TestEmergency:
    """An emergency comes first, in any state."""

    async def test_the_numbers_are_told_at_once_and_an_alarm_is_raised(self, desk: Desk) -> None:
        desk.dialogue.when("emergency", TurnAnswer(messages=(Utterance(text="later"),), commands=(Command(do="alarm"),)))
        first, *_ = await desk.writes(WORDS["gas"])
        assert "112" in first
        assert "104" in first
        kinds = [row["kind"] for row in await desk.rows("SELECT kind FROM live_event")]
        assert "alarm" in kinds

    async def test_it_works_without_the_dialogue(self, desk: Desk) -> None:
        desk.dialogue.is_down = True
        assert any("112" in words for words in await desk.writes(WORDS["gas"]))


@pytest.mark.clause("2.9")
async def test_out_of_hours_with_nobody_on_shift_a_message_is_offered(desk: Desk) -> None:
    desk.clock.move(hours=10)
    desk.dialogue.when("operator", TurnAnswer(commands=(Command(do="hand_off"),)))
    (words,) = await desk.writes(intent="operator")
    assert "9:00" in words
    (conversation,) = await desk.rows("SELECT mode FROM conversation")
    assert conversation["mode"] == "bot"


@pytest.mark.clause("2.4.1")
async def test_in_office_hours_the_conversation_waits_for_an_operator(desk: Desk) -> None:
    desk.dialogue.when("operator", TurnAnswer(commands=(Command(do="hand_off"),)))
    await desk.writes(intent="operator")
    (conversation,) = await desk.rows("SELECT mode, waiting_since FROM conversation")
    assert conversation == {"mode": "waiting", "waiting_since": desk.clock.now()}
    asked = len(desk.dialogue.requests)
    assert await desk.writes("and one more thing") == []
    assert len(desk.dialogue.requests) == asked
    (unread,) = await desk.rows("SELECT unread FROM conversation")
    assert unread["unread"] == 1


async def test_while_an_operator_holds_it_the_bot_is_silent(desk: Desk) -> None:
    await desk.writes("hi")
    await desk.change(ON_SHIFT)
    await desk.change("UPDATE conversation SET mode = 'operator', operator_id = (SELECT id FROM staff_member)")
    asked = len(desk.dialogue.requests)
    assert await desk.writes("are you there") == []
    assert len(desk.dialogue.requests) == asked


class TestWithoutTheDialogue:
    """Rasa stopped: menu, knowledge base and operators work, the citizen is told, the next turn is normal."""

    async def test_the_citizen_is_told_once(self, desk: Desk) -> None:
        desk.dialogue.is_down = True
        desk.librarian.known["when"] = a_hit()
        notice, answer = await desk.writes("when")
        assert notice == say("outage.notice")
        assert "Monday" in answer
        assert len(await desk.writes("when")) == 1

    async def test_menu_and_operator_work(self, desk: Desk) -> None:
        desk.dialogue.is_down = True
        assert menu_words("") in await desk.writes(intent="menu")
        await desk.writes(intent="operator")
        (conversation,) = await desk.rows("SELECT mode FROM conversation")
        assert conversation["mode"] == "waiting"

    async def test_the_next_turn_after_its_return_is_normal(self, desk: Desk) -> None:
        desk.dialogue.when("hi", HELLO)
        await desk.writes("hi")
        desk.dialogue.is_down = True
        await desk.writes("hi")
        desk.dialogue.is_down = False
        assert await desk.writes("hi") == ["hello"]
        assert desk.dialogue.requests[-1].state == {"turns": 1}


class TestRegistration:
    """The number is given once, told once, whatever dies in between."""

    FORM = TurnAnswer(
        commands=(
            Command(
                do="register_appeal",
                arguments={
                    "description": "a hole in the road",
                    "full_name": "Kokoev Alan Taimurazovich",
                    "phone": "+79280000000",
                    "reply_form": "phone",
                },
            ),
        )
    )
    TOLD = TurnAnswer(messages=(Utterance(text="registered"),))

    @pytest.mark.clause("2.8.3")
    @pytest.mark.clause("2.8.7")
    async def test_the_dialogue_is_told_number_and_term(self, desk: Desk) -> None:
        desk.dialogue.when("yes", self.FORM)
        desk.dialogue.when("appeal_registered", self.TOLD)
        assert await desk.writes("yes") == ["registered", say("contact.back")]
        slots = desk.dialogue.requests[-1].slots
        assert str(slots["registration_number"]).endswith("-000001/2026")
        assert "7" in str(slots["due_on"])
        (appeal,) = await desk.rows("SELECT number, due_on::text, urgency FROM appeal")
        assert appeal == {"number": 1, "due_on": "2026-12-07", "urgency": "long_term"}
        async with desk.transactions.begin() as tx:
            assert (await tx.exec(select(Appeal.reply_to))).all() == ["+79280000000"]

    async def test_the_number_is_told_without_the_dialogue_too(self, desk: Desk) -> None:
        desk.dialogue.when("yes", self.FORM)
        original = desk.dialogue.turn

        async def falls_after_the_first(request):  # type: ignore[no-untyped-def]
            answer = await original(request)
            desk.dialogue.is_down = True
            return answer

        desk.dialogue.turn = falls_after_the_first  # type: ignore[method-assign]
        words, _ = await desk.writes("yes")
        assert "-000001/2026" in words

    async def test_a_crash_before_the_number_was_told_is_made_good(self, desk: Desk) -> None:
        desk.dialogue.when("yes", self.FORM)
        desk.dialogue.when("appeal_registered", self.TOLD)
        await desk.writes("yes")
        pending = '{"intent": "appeal_registered", "slots": {"registration_number": "7", "due_on": "x"}, "words": "w"}'
        await desk.change("UPDATE conversation SET pending_outcome = CAST(:p AS jsonb)", p=pending)
        desk.dialogue.when("hi", HELLO)
        assert await desk.writes("hi") == ["registered", say("contact.back"), "hello"]
        assert len(await desk.rows("SELECT id FROM appeal")) == 1

    async def test_the_worker_tells_what_a_crash_left_untold(self, desk: Desk) -> None:
        desk.dialogue.when("appeal_registered", self.TOLD)
        await desk.writes("hi")
        pending = '{"intent": "appeal_registered", "slots": {}, "words": "w"}'
        await desk.change("UPDATE conversation SET pending_outcome = CAST(:p AS jsonb)", p=pending)
        for _ in range(2):
            await desk.intake.sweep(2)
            assert desk.channel.words == ["registered", say("contact.back")]

    @pytest.mark.clause("2.8.4")
    async def test_an_anonymous_appeal_is_not_registered_and_the_refusal_is_kept(self, desk: Desk) -> None:
        desk.dialogue.when("yes", TurnAnswer(commands=(Command(do="register_appeal", arguments={"description": "x"}),)))
        desk.dialogue.when("registration_refused", TurnAnswer(messages=(Utterance(text="refused"),)))
        assert await desk.writes("yes") == ["refused", say("contact.back")]
        assert await desk.rows("SELECT id FROM appeal") == []
        (refusal,) = await desk.rows("SELECT reason, text FROM refusal")
        assert refusal == {"reason": "anonymous", "text": "x"}


class TestSending:
    """Every failure of sending has a defined end."""

    async def test_a_crash_while_sending_is_sent_once_more_and_flagged(self, desk: Desk) -> None:
        desk.dialogue.when("hi", HELLO)
        await desk.writes("hi")
        await desk.change("UPDATE delivery SET state = 'sending'")
        desk.clock.move(seconds=10)
        await desk.intake.sweep(2)
        assert desk.channel.words == ["hello", "hello"]
        (row,) = await desk.rows("SELECT state, doubtful FROM delivery")
        assert row == {"state": "sent", "doubtful": True}

    async def test_an_answer_that_may_have_arrived_is_flagged_when_it_is_sent_again(self, desk: Desk) -> None:
        desk.dialogue.when("hi", HELLO)
        unsure = DeliveryError("timed out")
        unsure.facts["maybe_sent"] = True
        desk.channel.errors = [unsure]
        await desk.writes("hi")
        desk.clock.move(seconds=2)
        await desk.intake.sweep(0)
        (row,) = await desk.rows("SELECT state, doubtful, tries FROM delivery")
        assert row == {"state": "sent", "doubtful": True, "tries": 1}

    async def test_later_answers_wait_for_earlier_ones(self, desk: Desk) -> None:
        desk.dialogue.when("one", TurnAnswer(messages=(Utterance(text="first"),)))
        desk.dialogue.when("two", TurnAnswer(messages=(Utterance(text="second"),)))
        desk.channel.errors = [DeliveryError("slow down", retry_after=30)]
        assert await desk.writes("one") == []
        assert await desk.writes("two") == []
        desk.clock.move(seconds=31)
        await desk.intake.sweep(0)
        assert desk.channel.words == ["first", "second"]

    async def test_a_blocked_bot_is_noticed(self, desk: Desk) -> None:
        desk.dialogue.when("hi", HELLO)
        desk.channel.errors = [DeliveryError("blocked", permanent=True, blocked=True)]
        await desk.writes("hi")
        (row,) = await desk.rows("SELECT state FROM delivery")
        assert row["state"] == "failed"
        (identity,) = await desk.rows("SELECT blocked_at FROM channel_identity")
        assert identity["blocked_at"] == desk.clock.now()

    async def test_a_failed_message_of_record_becomes_a_task(self, desk: Desk) -> None:
        desk.dialogue.when("yes", TestRegistration.FORM)
        desk.dialogue.when("appeal_registered", TestRegistration.TOLD)
        desk.channel.errors = [DeliveryError("refused", permanent=True)]
        await desk.writes("yes")
        (conversation,) = await desk.rows("SELECT mode, hand_off_reason FROM conversation")
        assert conversation == {"mode": "waiting", "hand_off_reason": "delivery_failed"}


async def test_what_a_crash_left_behind_is_taken_up_in_order(desk: Desk) -> None:
    for words in ("one", "two", "three"):
        desk.dialogue.when(words, TurnAnswer(messages=(Utterance(text=words),)))
        await desk.store(words)
    desk.clock.move(seconds=5)
    assert await desk.intake.sweep(2) == 1
    assert desk.channel.words == ["one", "two", "three"]


async def test_messages_of_one_person_are_handled_in_order_side_by_side_with_others(desk: Desk) -> None:
    for number in range(5):
        desk.dialogue.when(f"n{number}", TurnAnswer(messages=(Utterance(text=f"n{number}"),)))
        await desk.store(f"n{number}", sender="100")
        await desk.store(f"n{number}", sender="200")
    await asyncio.gather(*(desk.intake.carry(f"telegram:{sender}") for sender in ("100", "200", "100")))
    for sender in ("100", "200"):
        heard = [o.content["text"] for o in desk.channel.sent if o.recipient == sender]
        assert heard == [f"n{number}" for number in range(5)]


async def test_an_event_that_always_fails_is_set_aside(desk: Desk) -> None:
    await desk.store("x", kind="nonsense")
    for _ in range(6):
        await desk.intake.carry("telegram:100")
    (item,) = await desk.rows("SELECT handled_at IS NOT NULL AS handled, error <> '' AS told FROM inbound_item")
    assert item == {"handled": True, "told": True}
    desk.dialogue.when("hi", HELLO)
    assert await desk.writes("hi") == ["hello"]


async def test_an_edit_is_kept_as_a_version(desk: Desk) -> None:
    await desk.writes("hi", external_id="m77")
    await desk.writes("hello", kind="edit", external_id="m77")
    (message,) = await desk.rows("SELECT text, edited_at IS NOT NULL AS edited FROM message WHERE author = 'citizen'")
    assert message == {"text": "hello", "edited": True}
    assert [row["text"] for row in await desk.rows("SELECT text FROM message_version")] == ["hi"]


async def test_files_are_kept_for_the_operator(desk: Desk) -> None:
    (words,) = await desk.writes(files=[{"kind": "document", "remote_id": "f1", "file_name": "a.pdf", "size": 5}])
    assert words == say("received.file")
    (file,) = await desk.rows("SELECT id, state, file_name FROM attachment")
    assert file["state"] == "remote"
    assert desk.jobs.deferred == [("fetch_attachment", None, {"channel": "telegram", "attachment_id": file["id"]})]


@pytest.mark.parametrize("words", ["\U0001f600\U0001f600", "\u200b\u200e", "..."])
async def test_a_message_without_words_gets_a_clear_answer(desk: Desk, words: str) -> None:
    assert await desk.writes(words) == [say("problem.unreadable")]


async def test_a_huge_text_is_kept_within_its_limit(desk: Desk) -> None:
    await desk.writes("a " * 2_500_000)
    (message,) = await desk.rows("SELECT length(text) AS size FROM message WHERE author = 'citizen'")
    assert message["size"] == 20_000


@pytest.mark.clause("3.3")
async def test_a_polite_end_closes_the_conversation(desk: Desk) -> None:
    end = TurnAnswer(messages=(Utterance(text="goodbye"),), commands=(Command(do="close", arguments={"reason": "abuse"}),))
    desk.dialogue.when("rude", end)
    assert await desk.writes("rude") == ["goodbye"]
    (conversation,) = await desk.rows("SELECT mode, closed_as FROM conversation")
    assert conversation == {"mode": "closed", "closed_as": "abuse"}
    (refusal,) = await desk.rows("SELECT reason FROM refusal")
    assert refusal["reason"] == "abusive"
    (contact,) = await desk.rows("SELECT outcome, ended_at IS NOT NULL AS ended FROM contact")
    assert contact == {"outcome": "declined", "ended": True}


class TestThinkingAhead:
    """The dialogue is asked while the event is being committed; nothing is stored or sent before it is."""

    @staticmethod
    def payload(words: str, number: str, sender: str = "100") -> dict[str, str]:
        """An event that is not stored yet."""
        return {"sender": sender, "text": words, "external_id": number}

    async def test_nothing_is_sent_before_the_commit(self, desk: Desk) -> None:
        desk.dialogue.when("hi", HELLO)
        await desk.writes("first")
        stored: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        asked = len(desk.dialogue.requests)
        async with asyncio.TaskGroup() as tasks:
            carrying = tasks.create_task(desk.intake.carry_fresh("telegram:100", "77", self.payload("hi", "77"), stored))
            while len(desk.dialogue.requests) == asked:
                await asyncio.sleep(0)
            assert desk.channel.words == []
            assert not carrying.done()
            stored.set_result(await desk.intake.store("telegram:1", "77", "telegram:100", self.payload("hi", "77"), position=77))
        assert desk.channel.words == ["hello"]
        assert await desk.rows("SELECT id FROM inbound_item WHERE handled_at IS NULL") == []

    async def test_a_repeat_has_no_effect(self, desk: Desk) -> None:
        desk.dialogue.when("hi", HELLO)
        await desk.writes("hi")
        stored: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        stored.set_result(None)
        await desk.intake.carry_fresh("telegram:100", "1", self.payload("hi", "1"), stored)
        assert desk.channel.words == ["hello"]
        assert len(await desk.rows("SELECT id FROM message")) == 2

    async def test_what_came_before_is_handled_before(self, desk: Desk) -> None:
        for words in ("one", "two", "three"):
            desk.dialogue.when(words, TurnAnswer(messages=(Utterance(text=words),)))
        await desk.writes("one")
        await desk.store("two")
        third = self.payload("three", "m99")
        stored: asyncio.Future[int | None] = asyncio.get_running_loop().create_future()
        stored.set_result(await desk.intake.store("telegram:1", "99", "telegram:100", third, position=99))
        await desk.intake.carry_fresh("telegram:100", "99", third, stored)
        assert desk.channel.words == ["one", "two", "three"]
