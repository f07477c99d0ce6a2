"""People for the tests of the citizen's page."""

from dataclasses import dataclass
from typing import Any

from core.conversations.model import Conversation
from core.people.model import Applicant, ChannelIdentity, ContactPoint
from core.people.page import CitizenDesk
from core.staff.asker import Asker
from tests.inbox.world import Centre


@dataclass
class Town:
    """A centre with the desk of citizens and members of staff who ask."""

    centre: Centre
    desk: CitizenDesk
    operator: Asker
    senior: Asker

    async def a_person(self, *, phones: tuple[str, ...] = (), emails: tuple[str, ...] = (), **columns: Any) -> int:
        """A card that nobody wrote from yet."""
        async with self.centre.transactions.begin() as tx:
            person = Applicant(created_at=self.centre.clock.now(), **columns)
            tx.add(person)
            await tx.flush()
            number = person.id or 0
            tx.add_all(ContactPoint(applicant_id=number, kind="phone", value=one) for one in phones)
            tx.add_all(ContactPoint(applicant_id=number, kind="email", value=one) for one in emails)
        return number

    async def a_talk(self, person: int, **given: Any) -> int:
        """A closed conversation of a person over an account of their own."""
        talk = await self.centre.a_conversation(**{"mode": "closed", "applicant_id": person, **given})
        async with self.centre.transactions.begin() as tx:
            made = await tx.get_one(Conversation, talk)
            (await tx.get_one(ChannelIdentity, made.identity_id)).applicant_id = person
        return talk

    def later(self, hours: int = 1) -> None:
        """Time passes."""
        self.centre.clock.move(hours=hours)
