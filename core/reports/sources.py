"""The rows that the reports count: from which tables, by what they belong to a month, and what each of them leads to."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Leads(StrEnum):
    """What a row behind a figure opens."""

    APPEAL = "appeal"
    CALL = "call"
    CONVERSATION = "conversation"
    REFUSAL = "refusal"
    DUTY = "duty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Rows that are counted. ``at``: the column that puts a row into a month, a day when ``by_day``, else a moment.

    ``target``: the number of what the row ``leads`` to; ``label``: how the row is named in a list.
    """

    rows: str
    id: str
    at: str
    leads: Leads
    target: str
    label: str
    where: str = "true"
    by_day: bool = False


_TALK = (
    "phone_call p LEFT JOIN LATERAL (SELECT min(g.taken_at) AS taken_at FROM call_leg g"
    " WHERE g.call_id = p.id AND g.kind = 'operator' AND g.taken_at IS NOT NULL) t ON true"
)

_REVIEWED = (
    "quality_item q JOIN LATERAL (SELECT count(*) AS reviews, avg(v.total) AS total, bool_or(v.is_zeroed) AS is_zeroed,"
    " count(*) FILTER (WHERE v.answered_as = 'objected') AS objections FROM quality_review v"
    " WHERE v.item_id = q.id AND v.state = 'done') r ON r.reviews > 0 JOIN staff_member w ON w.id = q.operator_id"
)
"""Conversations and calls that were reviewed, each once, with the mean of its finished reviews."""

SOURCES: Mapping[str, Source] = MappingProxyType(
    {
        "contacts": Source(
            rows="contact c", id="c.id", at="c.started_at", leads=Leads.CONVERSATION, target="c.conversation_id", label="c.channel"
        ),
        "calls": Source(
            rows="phone_call p",
            id="p.id",
            at="p.started_at",
            where="p.direction = 'in'",
            leads=Leads.CALL,
            target="p.id",
            label="p.result",
        ),
        "waiting": Source(
            rows=_TALK,
            id="p.id",
            at="p.started_at",
            where="p.direction = 'in' AND p.queued_at IS NOT NULL",
            leads=Leads.CALL,
            target="p.id",
            label="p.result",
        ),
        "appeals": Source(
            rows="appeal a",
            id="a.id",
            at="a.registered_at",
            where="a.status <> 'merged'",
            leads=Leads.APPEAL,
            target="a.id",
            label="a.registration_number",
        ),
        "terms": Source(
            rows="appeal a",
            id="a.id",
            at="a.due_on",
            by_day=True,
            where="a.status NOT IN ('merged', 'forwarded')",
            leads=Leads.APPEAL,
            target="a.id",
            label="a.registration_number",
        ),
        "closed": Source(
            rows="appeal a",
            id="a.id",
            at="a.closed_at",
            where="a.status = 'closed'",
            leads=Leads.APPEAL,
            target="a.id",
            label="a.registration_number",
        ),
        "replies": Source(
            rows="reply r JOIN appeal a ON a.id = r.appeal_id",
            id="r.id",
            at="r.sent_at",
            where="r.state IN ('sending', 'sent', 'delivered')",
            leads=Leads.APPEAL,
            target="a.id",
            label="a.registration_number",
        ),
        "refusals": Source(rows="refusal f", id="f.id", at="f.refused_at", leads=Leads.REFUSAL, target="f.id", label="f.reason"),
        "requests": Source(
            rows="information_request q",
            id="q.id",
            at="q.sent_at",
            where="q.status <> 'withdrawn'",
            leads=Leads.APPEAL,
            target="q.appeal_id",
            label="q.number",
        ),
        "attempts": Source(
            rows="call_attempt t JOIN call_task k ON k.id = t.call_task_id AND k.purpose = 'closing'"
            " JOIN appeal a ON a.id = t.appeal_id",
            id="t.id",
            at="t.at",
            leads=Leads.APPEAL,
            target="a.id",
            label="a.registration_number",
        ),
        "opinions": Source(
            rows="satisfaction s JOIN appeal a ON a.id = s.appeal_id",
            id="s.id",
            at="s.asked_at",
            leads=Leads.APPEAL,
            target="a.id",
            label="a.registration_number",
        ),
        "quality": Source(
            rows=_REVIEWED,
            id="q.id",
            at="q.happened_at",
            leads=Leads.CONVERSATION,
            target="coalesce(q.conversation_id, (SELECT p.conversation_id FROM phone_call p WHERE p.id = q.call_id))",
            label="q.kind",
        ),
        "questions": Source(
            rows="unanswered_question u",
            id="u.id",
            at="u.asked_at",
            leads=Leads.CONVERSATION,
            target="u.conversation_id",
            label="u.channel",
        ),
        "duties": Source(
            rows="knowledge_duty d",
            id="d.id",
            at="d.due_on",
            by_day=True,
            where="d.state <> 'superseded'",
            leads=Leads.DUTY,
            target="d.id",
            label="d.department",
        ),
    }
)
