"""Builders for the tests of the terms of keeping."""

from datetime import date

from sqlalchemy import text

from core.appeals.model import Refusal
from core.conversations.model import Conversation, InboundItem, LeftMessage
from core.duty.model import DutyTopic
from core.files import store_file
from core.mail.model import Mail
from core.phone.model import CallBack, CallEvent, PhoneCall
from core.staff.asker import Asker
from core.vocabulary import Role
from tests.core.people.town import Town

LONG_AGO = 3 * 365 + 1
"""Days: past every term of the casework."""


class Archive:
    """One person who wrote, called, mailed and left a message on one day."""

    def __init__(self, town: Town) -> None:
        self.town, self.centre = town, town.centre
        self.transactions, self.clock = self.centre.transactions, self.centre.clock

    async def head(self) -> Asker:
        """Who sees the terms and holds back."""
        return (await self.centre.a_member(Role.SUPERVISOR)).asker

    async def a_person(self, **card: str) -> int:
        """A card with a telephone."""
        return await self.town.a_person(**({"surname": "Примеров", "given_name": "Иван"} | card), phones=("+78672000001",))

    async def everything_of(self, person: int) -> int:
        """A closed conversation, a message left, a call, a refusal, a mail and the payload that came: all of today; the talk."""
        now = self.clock.now()
        talk = await self.town.a_talk(person, words="Не горит фонарь")
        async with self.transactions.begin() as tx:
            closed = await tx.get_one(Conversation, talk)
            closed.mode, closed.closed_at, closed.dialogue_state = "closed", now, {"slots": {"full_name": "Примеров"}}
            call = PhoneCall(
                call_sid=f"sid-{talk}",
                direction="in",
                caller="+78672000001",
                applicant_id=person,
                conversation_id=talk,
                started_at=now,
                ended_at=now,
                seconds=30,
            )
            tx.add(call)
            await tx.flush()
            tx.add(DutyTopic(conversation_id=talk, title="Примеров", card={"text": "Не горит"}, state="closed", opened_at=now))
            tx.add(CallEvent(call_id=call.id or 0, at=now, kind="heard", details={"text": "Не горит"}, key="k"))
            left = LeftMessage(conversation_id=talk, full_name="Примеров", phone="+78672000001", text="Перезвоните", left_at=now)
            left.reviewed_at = now
            raw = await store_file(tx, f"From: ivan@example.org {talk}".encode(), "message/rfc822", now)
            tx.add_all(
                [
                    left,
                    CallBack(
                        phone="+78672000001", name="Примеров", reason="asked", asked_at=now, due_on=date(2026, 1, 1), done_at=now
                    ),
                    Refusal(conversation_id=talk, reason="anonymous", text="Слова", refused_at=now),
                    InboundItem(
                        source="telegram", external_id=str(talk), lane="x", payload='{"t": 1}', received_at=now, handled_at=now
                    ),
                    Mail(
                        mailbox="centre",
                        uid_validity=1,
                        uid=talk,
                        digest=str(talk),
                        raw_key=raw,
                        size=1,
                        received_at=now,
                        state="routed",
                        author="ivan@example.org",
                        text="Не горит",
                        next_try_at=now,
                    ),
                ]
            )
        return talk

    async def words_left(self) -> set[str]:
        """In which tables something of the person can still be read."""
        asked = {
            "message": "SELECT count(*) FROM message",
            "duty_topic": "SELECT count(*) FROM duty_topic WHERE title <> '' OR card <> ''",
            "conversation": "SELECT count(*) FROM conversation WHERE preview <> '' OR dialogue_state IS NOT NULL",
            "left_message": "SELECT count(*) FROM left_message WHERE text <> '' OR phone <> '' OR full_name <> ''",
            "phone_call": "SELECT count(*) FROM phone_call WHERE caller <> ''",
            "call_event": "SELECT count(*) FROM call_event",
            "call_back": "SELECT count(*) FROM call_back WHERE phone <> ''",
            "refusal": "SELECT count(*) FROM refusal WHERE text <> ''",
            "mail": "SELECT count(*) FROM mail WHERE author <> '' OR text <> '' OR raw_key <> ''",
            "inbound_item": "SELECT count(*) FROM inbound_item WHERE payload <> '' OR lane <> ''",
            "applicant": "SELECT count(*) FROM applicant WHERE surname <> ''",
            "contact_point": "SELECT count(*) FROM contact_point",
            "channel_identity": "SELECT count(*) FROM channel_identity WHERE external_mark <> 'erased:' || id OR external_id <> ''",
        }
        async with self.transactions.begin() as tx:
            return {name for name, query in asked.items() if (await tx.execute(text(query))).scalar()}
