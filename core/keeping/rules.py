"""What is past its term, and how it is erased: the row stays where it counts (2.5.2), what people said in it goes.

Each search gives the next ids after ``:after`` of what ended before ``:before`` and still holds something; each erasure takes them
as ``:ids``. So a round that was broken off goes on where it is needed, and a second one finds nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import TextClause, text

from core.keeping.drafts import DRAFTS_OF_TALKS, drafts_of
from core.keeping.kinds import Kind

_SHORT = {
    "free": "NOT EXISTS (SELECT 1 FROM legal_hold h WHERE h.lifted_at IS NULL AND h.applicant_id = {})",
    "no_appeal": "NOT EXISTS (SELECT 1 FROM appeal a WHERE a.conversation_id = {})",
}
"""``@free(column)``: nobody holds this applicant back; ``@no_appeal(column)``: this conversation led to no appeal."""
_CALLED = re.compile(r"@(\w+)\(([\w.]+)\)")


@dataclass(frozen=True, slots=True)
class Erasing:
    """A search of ids and the statements that erase what they name."""

    finds: TextClause
    erases: tuple[TextClause, ...]


def _erasing(finds: str, *erases: str) -> Erasing:
    whole = _CALLED.sub(lambda found: _SHORT[found[1]].format(found[2]), finds)
    return Erasing(text(whole + " ORDER BY id LIMIT :most"), tuple(text(one) for one in erases))


ERASE_TALKS = (
    *DRAFTS_OF_TALKS,
    "DELETE FROM message WHERE conversation_id = ANY(:ids)",
    "DELETE FROM delivery WHERE conversation_id = ANY(:ids)",
    "UPDATE duty_topic SET title = '', shown_title = '', card = '' WHERE conversation_id = ANY(:ids)",
    "DELETE FROM upload WHERE conversation_id = ANY(:ids)",
    "UPDATE conversation SET preview = '', hand_off_reason = '', dialogue_state = NULL, dialogue_asks = NULL,"
    " pending_outcome = NULL WHERE id = ANY(:ids)",
)
ERASE_LEFT = (
    "UPDATE recording SET transcript = '' WHERE left_message_id = ANY(:ids) AND transcript <> ''",
    "UPDATE left_message SET full_name = '', phone = '', email = '', text = '' WHERE id = ANY(:ids)",
)
ERASE_CALLS = (
    "DELETE FROM call_event WHERE call_id = ANY(:ids)",
    "UPDATE call_leg SET number = '', name = '', why = '' WHERE call_id = ANY(:ids)",
    "UPDATE recording SET transcript = '' WHERE call_id = ANY(:ids) AND transcript <> ''",
    "UPDATE phone_call SET caller = '', caller_mark = '', caller_tail = '', said_as = '', applicant_id = NULL WHERE id = ANY(:ids)",
)
ERASE_CALL_BACKS = (
    drafts_of("call_back"),
    "UPDATE call_back SET phone = '', phone_mark = '', name = '', note = '' WHERE id = ANY(:ids)",
)
ERASE_MAILS = (
    drafts_of("mail"),
    "DELETE FROM mail_part WHERE mail_id = ANY(:ids)",
    "UPDATE mail SET subject = '', author = '', author_mark = '', author_name = '', text = '', reading = '', html = '', heads = '',"
    " checked = '{}'::jsonb, report = NULL, draft = NULL, raw_key = '', error = '' WHERE id = ANY(:ids)",
)
ERASE_CARDS = (
    drafts_of("applicant"),
    "DELETE FROM contact_point WHERE applicant_id = ANY(:ids)",
    "UPDATE channel_identity SET external_id = '', external_mark = 'erased:' || id, display_name = ''"
    " WHERE applicant_id = ANY(:ids)",
    "UPDATE applicant_merge SET moved = '{}'::jsonb WHERE kept_id = ANY(:ids) OR merged_id = ANY(:ids)",
    "UPDATE applicant SET surname = '', given_name = '', patronymic = '', organisation = '', postal_address = '',"
    " version = version + 1 WHERE id = ANY(:ids)",
)

RULES: Mapping[Kind, Erasing] = MappingProxyType(
    {
        Kind.CONVERSATIONS: _erasing(
            "SELECT c.id FROM conversation c WHERE c.id > :after AND c.closed_at < :before"
            " AND EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = c.id)"
            " AND NOT EXISTS (SELECT 1 FROM left_message l WHERE l.conversation_id = c.id AND l.reviewed_at IS NULL)"
            " AND @no_appeal(c.id) AND @free(c.applicant_id)",
            *ERASE_TALKS,
        ),
        Kind.LEFT_MESSAGES: _erasing(
            "SELECT l.id FROM left_message l JOIN conversation c ON c.id = l.conversation_id WHERE l.id > :after"
            " AND l.reviewed_at < :before AND (l.text <> '' OR l.full_name <> '' OR l.phone <> '' OR l.email <> '')"
            " AND @free(c.applicant_id)",
            *ERASE_LEFT,
        ),
        Kind.CALLS: _erasing(
            "SELECT p.id FROM phone_call p WHERE p.id > :after AND p.ended_at < :before AND p.appeal_id IS NULL"
            " AND (p.caller <> '' OR p.said_as <> '' OR EXISTS (SELECT 1 FROM call_event e WHERE e.call_id = p.id))"
            " AND @no_appeal(p.conversation_id) AND @free(p.applicant_id)",
            *ERASE_CALLS,
        ),
        Kind.CALL_BACKS: _erasing(
            "SELECT b.id FROM call_back b LEFT JOIN phone_call p ON p.id = b.call_id WHERE b.id > :after"
            " AND b.done_at < :before AND b.phone <> '' AND @free(p.applicant_id)",
            *ERASE_CALL_BACKS,
        ),
        Kind.RECORDINGS: _erasing(
            "SELECT r.id FROM recording r WHERE r.id > :after AND r.ended_at < :before"
            " AND r.state = 'deleted' AND r.transcript <> ''",
            "UPDATE recording SET transcript = '' WHERE id = ANY(:ids)",
        ),
        Kind.REFUSALS: _erasing(
            "SELECT f.id FROM refusal f LEFT JOIN conversation c ON c.id = f.conversation_id WHERE f.id > :after"
            " AND f.refused_at < :before AND f.text <> '' AND @free(c.applicant_id)",
            "UPDATE refusal SET text = '' WHERE id = ANY(:ids)",
        ),
        Kind.MAILS: _erasing(
            "SELECT m.id FROM mail m LEFT JOIN conversation c ON c.id = m.conversation_id WHERE m.id > :after"
            " AND m.received_at < :before AND m.state IN ('routed', 'failed') AND m.raw_key <> ''"
            " AND m.appeal_id IS NULL AND m.request_id IS NULL AND NOT (m.needs_look AND m.looked_at IS NULL)"
            " AND @no_appeal(m.conversation_id) AND @free(c.applicant_id)",
            *ERASE_MAILS,
        ),
        Kind.INBOUND: _erasing(
            "SELECT i.id FROM inbound_item i WHERE i.id > :after AND i.handled_at < :before AND i.payload <> ''",
            "UPDATE inbound_item SET payload = '', lane = '', lane_mark = '', error = '' WHERE id = ANY(:ids)",
        ),
        Kind.NEWS: _erasing(
            "SELECT n.id FROM news_item n WHERE n.id > :after AND coalesce(n.withdrawn_at, n.valid_until) < :before",
            "DELETE FROM news_item WHERE id = ANY(:ids)",
        ),
        Kind.JOBS: _erasing(
            "SELECT j.id FROM procrastinate_jobs j WHERE j.id > :after AND j.status IN ('failed', 'cancelled', 'aborted')"
            " AND NOT EXISTS (SELECT 1 FROM procrastinate_events e WHERE e.job_id = j.id AND e.at >= :before)",
            "DELETE FROM procrastinate_jobs WHERE id = ANY(:ids)",
        ),
        Kind.CARDS: _erasing(
            "SELECT p.id FROM applicant p WHERE p.id > :after AND p.created_at < :before"
            " AND (p.surname <> '' OR p.given_name <> ''"
            " OR p.organisation <> '' OR p.postal_address <> ''"
            " OR EXISTS (SELECT 1 FROM contact_point k WHERE k.applicant_id = p.id)"
            " OR EXISTS (SELECT 1 FROM channel_identity i WHERE i.applicant_id = p.id AND i.external_id <> ''))"
            " AND NOT EXISTS (SELECT 1 FROM appeal a WHERE a.applicant_id = p.id)"
            " AND NOT EXISTS (SELECT 1 FROM conversation c WHERE c.applicant_id = p.id AND (c.closed_at IS NULL"
            " OR c.closed_at >= :before OR EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = c.id)))"
            " AND NOT EXISTS (SELECT 1 FROM phone_call f WHERE f.applicant_id = p.id)"
            " AND @free(p.id)",
            *ERASE_CARDS,
        ),
    }
)
"""The order matters: a card goes after what was said."""
