"""Conversations by the million, made inside the database; the open ones are equally many at every size."""

from dataclasses import dataclass

import psycopg
from psycopg import sql

OPEN_WAITING, OPEN_MINE, OPEN_COLLEAGUES, OPEN_BOT = 600, 600, 600, 600
"""Enough for full pages, and for deep ones, in each list."""
STAFF = 51
"""One who is measured, fifty who watch."""
FILLED = ("channel_identity", "applicant", "conversation", "message", "appeal")

_STAFF = """
INSERT INTO staff_member (login, full_name, role, password_hash, is_active, shortcuts_on, notify, created_at)
SELECT 'operator' || n, 'Operator ' || n, 'operator', '-', true, true, 'all', now() FROM generate_series(1, {staff}) n
"""
_SESSIONS = """
INSERT INTO staff_session (token_hash, staff_id, created_at, seen_at, address, agent)
SELECT encode(sha256(('token' || id)::bytea), 'hex'), id, now(), now(), '', '' FROM staff_member
"""
_APPLICANTS = """
INSERT INTO applicant (kind, surname, given_name, patronymic, organisation, postal_address, consent_at, created_at, version)
SELECT 'person', 'Surname' || n % 5000, 'Name' || n % 200, 'Patronymic' || n % 100, '', '', now(), now(), 1
FROM generate_series(1, {size}) n
"""
_IDENTITIES = """
INSERT INTO channel_identity (channel, external_id, external_mark, display_name, applicant_id, created_at)
SELECT 'telegram', '', n::text, 'Guest ' || n % 7919, n, now() FROM generate_series(1, {size}) n
"""
_CONVERSATIONS = """
INSERT INTO conversation (channel, identity_id, applicant_id, mode, operator_id, hand_off_reason, waiting_since, last_message_at,
    last_author, preview, unread, warnings, emergency, opened_at, closed_at, closed_as, version)
SELECT 'telegram', n, n, mode, CASE mode WHEN 'operator' THEN CASE WHEN mine THEN 1 ELSE 2 + n % 49 END END,
    '', CASE mode WHEN 'waiting' THEN at END, at, 'citizen',
    'What about word' || n % 4999 || ' in street ' || n % 997, n % 4, 0, mode = 'waiting' AND n % 20 = 0, at,
    CASE mode WHEN 'closed' THEN at END, CASE mode WHEN 'closed' THEN 'reference' ELSE '' END, 1
FROM (
    SELECT n, now() - (({size} - n) * interval '7 seconds') AS at, place <= {waiting} + {mine} AS mine,
        CASE WHEN place <= {waiting} THEN 'waiting' WHEN place <= {waiting} + {mine} + {colleagues} THEN 'operator'
            WHEN place <= {waiting} + {mine} + {colleagues} + {bot} THEN 'bot' ELSE 'closed' END AS mode
    FROM (SELECT n, (n * 7919::bigint) % {size} + 1 AS place FROM generate_series(1, {size}) n) placed
) made
"""
_MESSAGES = """
INSERT INTO message (conversation_id, author, audience, text, buttons, details, external_id, created_at)
SELECT id, 'citizen', 'citizen', preview || ' house ' || id % 499, '[]', '{{}}', '', last_message_at FROM conversation
"""
_APPEALS = """
INSERT INTO appeal (journal, year, number, registration_number, applicant_id, conversation_id, channel, text, address, topic,
    urgency, reply_form, reply_to, status, registered_at, counted_from, due_on, answer_by, version)
SELECT 'A', 2026, id, 'A-' || lpad(id::text, 7, '0') || '/2026', applicant_id, id, channel, preview, '', '', 'urgent', 'telegram',
    '', 'closed', last_message_at, last_message_at::date, last_message_at::date, last_message_at::date, 1 FROM conversation
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deep:
    """Where the middle of the archive lies."""

    at: float
    id: int


def fill(url: str, size: int) -> None:
    """Make ``size`` conversations, each with a person, a message and an appeal."""
    numbers = {
        "size": sql.Literal(size),
        "staff": sql.Literal(STAFF),
        "waiting": sql.Literal(OPEN_WAITING),
        "mine": sql.Literal(OPEN_MINE),
        "colleagues": sql.Literal(OPEN_COLLEAGUES),
        "bot": sql.Literal(OPEN_BOT),
    }
    with psycopg.connect(url, autocommit=True) as connection:
        for setting in ("session_replication_role = replica", "synchronous_commit = off", "maintenance_work_mem = '256MB'"):
            connection.execute(sql.SQL("SET {}").format(sql.SQL(setting)))
        indexes = _put_indexes_aside(connection)
        for statement in (_STAFF, _SESSIONS, _APPLICANTS, _IDENTITIES, _CONVERSATIONS, _MESSAGES, _APPEALS):
            connection.execute(sql.SQL(statement).format(**numbers))
        for index in indexes:
            connection.execute(index.encode())
        connection.execute("VACUUM ANALYZE")


def middle(url: str) -> Deep:
    """The conversation in the middle of the archive."""
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT extract(epoch FROM last_message_at)::float8, id FROM conversation"
            " WHERE id = (SELECT max(id) / 2 FROM conversation)"
        ).fetchone()
    if row is None:
        raise RuntimeError("nothing was made")
    return Deep(at=float(row[0]), id=int(row[1]))


def make_database(url: str, name: str) -> str:
    """A second database on the same server; gives its address."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    head, _, tail = url.partition("?")
    address = f"{head.rsplit('/', 1)[0]}/{name}"
    return f"{address}?{tail}" if tail else address


def _put_indexes_aside(connection: psycopg.Connection) -> list[str]:
    """Filling first and indexing afterwards is several times faster."""
    found = connection.execute(
        "SELECT i.indexname, i.indexdef FROM pg_indexes i LEFT JOIN pg_constraint c ON c.conname = i.indexname"
        " WHERE i.tablename = ANY(%s) AND i.schemaname = 'public' AND c.oid IS NULL",
        (list(FILLED),),
    ).fetchall()
    for name, _ in found:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    return [definition for _, definition in found]
