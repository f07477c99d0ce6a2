"""The talk of a call is whose the call is, during it and after it (reg. 2.8.1, 2.8.6)."""

import pytest

from core.audit.model import AuditEntry
from core.conversations.holding import BySpeech
from core.conversations.model import Contact, Conversation
from core.conversations.operators import Reply
from core.people.model import ChannelIdentity
from core.phone.talks import talk_of
from core.phone.vocabulary import CallPlace, LegState
from core.vocabulary import Role
from tests.core.phone.world import CALLER, Phone


async def a_talk(phone: Phone, *, mode: str = "bot", sid: str = "c1") -> int:
    """The call's conversation with the dialogue."""
    await phone.a_call(sid)
    async with phone.transactions.begin() as tx:
        call = await phone.row(sid)
        talk = await talk_of(tx, await tx.merge(call), phone.clock.now())
        talk.mode = mode
        return talk.id or 0


async def shown(phone: Phone, talk: int) -> tuple[str, int | None]:
    (one,) = await phone.rows(Conversation, Conversation.id == talk)
    return one.mode, one.operator_id


@pytest.mark.clause("2.8.1")
@pytest.mark.parametrize("mode", ["bot", "waiting"])
async def test_the_talk_is_theirs_who_took_the_call_and_stays_so_after_it(phone: Phone, mode: str) -> None:
    asker = await phone.an_operator()
    talk = await a_talk(phone, mode=mode)
    await phone.stand(CallPlace.QUEUE, 1)
    await phone.operators.find_operator("c1")
    assert await shown(phone, talk) == (mode, None)
    leg = (await phone.desk.reading.call(asker, (await phone.row()).id or 0)).call.legs[0].key
    await phone.move(leg, LegState.ANSWERED)
    assert await shown(phone, talk) == (mode, None), "not before the key"
    await phone.move(leg, LegState.ACCEPTED)
    assert await shown(phone, talk) == ("operator", asker.id)
    await phone.move(leg, LegState.COMPLETED)
    await phone.end()
    assert await shown(phone, talk) == ("operator", asker.id), "it is still to be registered or closed"
    taken = [one.staff_id for one in await phone.rows(AuditEntry) if one.action == "conversation.taken"]
    assert taken == [asker.id]
    await phone.centre.operators.close(asker, talk, "reference")
    (contact,) = await phone.rows(Contact)
    assert (await shown(phone, talk))[0] == "closed"
    assert contact.ended_at is not None


@pytest.mark.parametrize("mode", ["closed", "operator"])
async def test_a_talk_that_is_over_or_a_colleagues_is_not_taken(phone: Phone, mode: str) -> None:
    asker = await phone.an_operator()
    talk = await a_talk(phone, mode=mode)
    await phone.stand(CallPlace.QUEUE, 1)
    await phone.talk(asker)
    assert await shown(phone, talk) == (mode, None)


async def test_a_caller_who_never_spoke_with_the_dialogue_has_a_talk_with_the_operator(phone: Phone) -> None:
    asker = await phone.an_operator()
    await phone.a_call()
    await phone.stand(CallPlace.QUEUE, 1)
    await phone.talk(asker)
    call = await phone.row()
    assert call.conversation_id is not None
    assert await shown(phone, call.conversation_id) == ("operator", asker.id)
    (who,) = await phone.rows(ChannelIdentity)
    assert (who.external_id, who.display_name) == (CALLER, "")


async def test_a_newer_talk_that_is_known_after_the_call_was_taken_is_theirs_too(phone: Phone) -> None:
    asker = await phone.an_operator()
    await phone.a_call()
    await phone.stand(CallPlace.QUEUE, 1)
    await phone.talk(asker)
    newer = await phone.centre.a_conversation(mode="bot")
    async with phone.transactions.begin() as tx:
        (await tx.get_one(Conversation, newer)).channel = "voice"
    await phone.note("told", conversation_id=newer)
    assert await shown(phone, newer) == ("operator", asker.id)


async def test_nothing_is_written_to_a_telephone_but_notes_are(phone: Phone) -> None:
    asker = await phone.an_operator()
    await phone.a_call()
    await phone.stand(CallPlace.QUEUE, 1)
    await phone.talk(asker)
    talk = (await phone.row()).conversation_id or 0
    operators = phone.centre.operators
    opened = await operators.reading.open(asker, talk)
    assert not {"reply", "hand_back"} & set(opened.actions)
    assert {"note", "close", "register", "edit_applicant"} <= set(opened.actions)
    with pytest.raises(BySpeech):
        await operators.reply(asker, talk, Reply(text="Здравствуйте.", client_key="key-12345678"))
    with pytest.raises(BySpeech):
        await operators.hand_back(asker, talk)
    said = await operators.note(asker, talk, "Перезвонить завтра.", "key-12345679")
    assert said.audience == "staff"
    senior = await phone.an_operator(Role.SENIOR)
    assert "take" in (await operators.reading.open(senior, talk)).actions
