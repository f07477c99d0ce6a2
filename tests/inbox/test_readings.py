"""Whoever reads, hears or saves what a citizen wrote leaves an entry in the trail: a table of routes (reg. 2.10)."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from core.audit.model import AuditEntry
from core.vocabulary import ReplyForm, Role, Urgency
from tests.inbox.mails import a_file, a_mail_comes
from tests.inbox.world import Centre

SignIn = Callable[..., Awaitable[httpx.AsyncClient]]
FORM = {"text": "Яма", "urgency": Urgency.URGENT, "reply_form": ReplyForm.EMAIL, "reply_to": "a@example.org"}
READ = [
    ("/api/conversations/{conversation}", "conversation.read"),
    ("/api/appeals/{appeal}", "appeal.read"),
    ("/api/appeals/{appeal}/files/{file}", "appeal_file.read"),
    ("/api/citizens/{citizen}", "applicant.read"),
    ("/api/mails/{mail}", "mail.read"),
    ("/api/mails/{mail}/headers", "mail.read"),
    ("/api/mails/{mail}/page", "mail.read"),
    ("/api/mails/{mail}/parts/1", "mail.read"),
    ("/api/mails/{mail}/raw", "mail.downloaded"),
    ("/api/replies/{reply}/preview", "reply.opened"),
    ("/api/replies/{reply}/pages", "reply.opened"),
    ("/api/replies/{reply}/word", "reply.opened"),
    ("/api/refusals", "refusals.read"),
    ("/api/audit/export?form=csv", "audit.exported"),
]
"""Recordings are in test_recordings.py, requests and memos in test_paperwork.py, reports in the tests of their desk."""


@pytest.mark.clause("2.10")
async def test_each_reading_leaves_an_entry_of_its_reader(centre: Centre, sign_in: SignIn) -> None:
    conversation = await centre.a_conversation(mode="closed")
    citizen, mail = await centre.an_applicant(conversation), await a_mail_comes(centre, "Яма", files=(a_file(1, "акт.pdf"),))
    appeal, operator = await centre.an_appeal(conversation_id=conversation, **FORM), await sign_in(Role.OPERATOR)
    kept = await operator.post(f"/api/appeals/{appeal}/files", files={"file": ("a.txt", b"words")})
    draft = await operator.post(f"/api/appeals/{appeal}/replies", json={"kind": "final", "client_key": "key-12345678"})
    numbers = {
        "conversation": conversation,
        "citizen": citizen,
        "mail": mail.id,
        "appeal": appeal,
        "file": kept.json()["id"],
        "reply": draft.json()["id"],
    }
    for path, action in READ:
        reader = await centre.a_member(Role.SUPERVISOR)
        answer = await (await sign_in(reader)).get(path.format(**numbers))
        assert answer.status_code == 200, (path, answer.text)
        left = {one.action for one in await centre.rows(AuditEntry, AuditEntry.staff_id == reader.asker.id)}
        assert action in left, (path, left)
