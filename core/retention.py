"""What is technical and deleted after its time, each minute; the terms of the casework are in core/keeping/kinds.py."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CursorResult, TextClause, text
from sqlmodel.ext.asyncio.session import AsyncSession

from core.clock import MOSCOW

EVENTS_KEPT = timedelta(hours=1)
"""No screen asks for older events: replays go back 15 minutes."""
LOGIN_TRIES_KEPT = timedelta(days=1)
UPLOADS_KEPT = timedelta(days=1)
HOOK_ANSWERS_KEPT = timedelta(days=1)
"""How long a hook of the telephone that is repeated gets its first answer; jambonz repeats within seconds."""
DRAFTS_KEPT = timedelta(days=30)
"""How long an unsent text of the staff waits; it quotes citizens, so it does not stay for ever."""
ENDED_DRAFTS_KEPT = timedelta(days=2)
"""How long a save that comes late still meets the end of its draft: longer than any session lasts."""
LINKS_KEPT = timedelta(days=90)
"""How long after its end a personal link still says that it was used or is out of date, instead of that it never was."""
QUESTIONS_KEPT = timedelta(days=400)
"""How long a question without an answer counts: a year can be compared with the one before its last month."""
FILES_KEPT = timedelta(days=7)
"""How long a file is kept that nothing names any more."""


class Technical(StrEnum):
    """What is kept for the program's sake only."""

    EVENTS = "events"
    LOGIN_TRIES = "login_tries"
    HOOK_ANSWERS = "hook_answers"
    UPLOADS = "uploads"
    DRAFTS = "drafts"
    ENDED_DRAFTS = "ended_drafts"
    QUESTIONS = "questions"
    QUESTION_GROUPS = "question_groups"
    LINKS = "links"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Rule:
    """``deletes`` what is older than the moment ``:before``."""

    kind: Technical
    deletes: TextClause
    kept: timedelta


RULES = (
    Rule(Technical.EVENTS, text("DELETE FROM live_event WHERE at < :before"), EVENTS_KEPT),
    Rule(Technical.LOGIN_TRIES, text("DELETE FROM login_try WHERE tried_at < :before"), LOGIN_TRIES_KEPT),
    Rule(Technical.HOOK_ANSWERS, text("DELETE FROM hook_answer WHERE answered_at < :before"), HOOK_ANSWERS_KEPT),
    Rule(Technical.UPLOADS, text("DELETE FROM upload WHERE uploaded_at < :before"), UPLOADS_KEPT),
    Rule(Technical.DRAFTS, text("DELETE FROM draft WHERE saved_at < :before"), DRAFTS_KEPT),
    Rule(Technical.ENDED_DRAFTS, text("DELETE FROM draft WHERE text = '' AND saved_at < :before"), ENDED_DRAFTS_KEPT),
    Rule(Technical.QUESTIONS, text("DELETE FROM unanswered_question WHERE asked_at < :before"), QUESTIONS_KEPT),
    Rule(Technical.QUESTION_GROUPS, text("DELETE FROM question_group WHERE last_at < :before"), QUESTIONS_KEPT),
    Rule(Technical.LINKS, text("DELETE FROM one_time_link WHERE expires_at < :before"), LINKS_KEPT),
    Rule(
        Technical.FILES,
        text(
            """
            DELETE FROM stored_file f WHERE stored_at < :before
                AND NOT EXISTS (SELECT 1 FROM attachment a WHERE a.storage_key = f.key)
                AND NOT EXISTS (SELECT 1 FROM upload u WHERE u.storage_key = f.key)
                AND NOT EXISTS (SELECT 1 FROM article k WHERE k.source_file = f.key)
                AND NOT EXISTS (SELECT 1 FROM article_file af WHERE af.storage_key = f.key)
                AND NOT EXISTS (SELECT 1 FROM news_item n WHERE f.key IN (n.audio_key, n.phone_key, n.source_key))
                AND NOT EXISTS (SELECT 1 FROM appeal_file c WHERE c.storage_key = f.key)
                AND NOT EXISTS (SELECT 1 FROM information_request r WHERE r.document_key = f.key)
                AND NOT EXISTS (SELECT 1 FROM memo m WHERE m.file_key = f.key)
                AND NOT EXISTS (SELECT 1 FROM reply y WHERE y.document_key = f.key)
                AND NOT EXISTS (SELECT 1 FROM form_template t WHERE t.file_key = f.key)
                AND NOT EXISTS (SELECT 1 FROM mail l WHERE l.raw_key = f.key)
                AND NOT EXISTS (SELECT 1 FROM mail_part q WHERE q.storage_key = f.key)
                AND NOT EXISTS (SELECT 1 FROM monthly_report p WHERE f.key IN (p.docx_key, p.xlsx_key))
            """
        ),
        FILES_KEPT,
    ),
)


UNCOUNTED = frozenset({Technical.EVENTS, Technical.ENDED_DRAFTS, Technical.HOOK_ANSWERS, Technical.LOGIN_TRIES})
"""Echoes of what is kept elsewhere: thousands a day, and nothing of them is missed."""
_COUNT = text(
    """
    INSERT INTO erased_count (day, kind, rows, at) VALUES (:day, :kind, :rows, :at)
    ON CONFLICT (day, kind) DO UPDATE SET rows = erased_count.rows + excluded.rows, at = excluded.at
    """
)


async def tidy(tx: AsyncSession, now: datetime) -> None:
    """Delete what is past its time, and count it for the report; safe to run at any moment and twice."""
    for rule in RULES:
        deleted: CursorResult[tuple[()]] = await tx.execute(rule.deletes, {"before": now - rule.kept})  # type: ignore[assignment]
        if deleted.rowcount and rule.kind not in UNCOUNTED:
            await note_erased(tx, rule.kind, deleted.rowcount, now)


async def note_erased(tx: AsyncSession, kind: str, rows: int, now: datetime) -> None:
    """Add to the count of the day."""
    await tx.execute(_COUNT, {"day": now.astimezone(MOSCOW).date(), "kind": kind, "rows": rows, "at": now})
