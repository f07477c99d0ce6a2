"""The editor's desks with two editors and a senior operator."""

from dataclasses import dataclass

from core.knowledge.desk import KnowledgeDesk
from core.knowledge.editor.desk import EditorDesk
from core.staff.asker import Asker
from core.staff.model import StaffMember
from core.vocabulary import Role
from db.transactions import Transactions
from tests.clocks import MovableClock
from tests.core.knowledge.fakes import FakeAloud
from tests.fakes import FakeDialogue


@dataclass(frozen=True, kw_only=True)
class Town:
    """Desks and people."""

    desk: KnowledgeDesk
    editor: EditorDesk
    dialogue: FakeDialogue
    aloud: FakeAloud
    writer: Asker
    other: Asker
    senior: Asker


async def a_town(transactions: Transactions, clock: MovableClock, desk: KnowledgeDesk) -> Town:
    """Real desks, three members of staff."""
    dialogue, aloud = FakeDialogue(), FakeAloud()
    editor = EditorDesk(transactions=transactions, clock=clock, base=desk, dialogue=dialogue, aloud=aloud)
    roles = {"writer": Role.KNOWLEDGE_EDITOR, "other": Role.SUPERVISOR, "senior": Role.SENIOR}
    people = {}
    async with transactions.begin() as tx:
        for login, role in roles.items():
            member = StaffMember(login=login, full_name=login.title(), role=role, password_hash="-", created_at=clock.now())
            tx.add(member)
            await tx.flush()
            people[login] = Asker(
                id=member.id or 0,
                login=login,
                full_name=login.title(),
                role=role,
                on_shift=False,
                shortcuts_on=True,
                notify="all",
                session=login,
            )
    return Town(desk=desk, editor=editor, dialogue=dialogue, aloud=aloud, **people)
