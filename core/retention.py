"""What is deleted after its time. Retention of conversations and appeals is a matter of the casework, not of this module."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

EVENTS_KEPT = timedelta(hours=1)
"""No screen asks for older events: replays go back 15 minutes."""
LOGIN_TRIES_KEPT = timedelta(days=1)
UPLOADS_KEPT = timedelta(days=1)
HOOK_ANSWERS_KEPT = timedelta(days=1)
"""How long a hook of the telephone that is repeated gets its first answer; jambonz repeats within seconds."""
DRAFTS_KEPT = timedelta(days=30)
"""How long an unsent text of the staff waits; it quotes citizens, so it does not stay for ever."""
LINKS_KEPT = timedelta(days=90)
"""How long after its end a personal link still says that it was used or is out of date, instead of that it never was."""
QUESTIONS_KEPT = timedelta(days=400)
"""How long a question without an answer counts: a year can be compared with the one before its last month."""
FILES_KEPT = timedelta(days=7)
"""How long a file is kept that nothing names any more."""

_RULES = (
    (text("DELETE FROM live_event WHERE at < :before"), EVENTS_KEPT),
    (text("DELETE FROM login_try WHERE tried_at < :before"), LOGIN_TRIES_KEPT),
    (text("DELETE FROM hook_answer WHERE answered_at < :before"), HOOK_ANSWERS_KEPT),
    (text("DELETE FROM upload WHERE uploaded_at < :before"), UPLOADS_KEPT),
    (text("DELETE FROM draft WHERE saved_at < :before"), DRAFTS_KEPT),
    (text("DELETE FROM unanswered_question WHERE asked_at < :before"), QUESTIONS_KEPT),
    (text("DELETE FROM question_group WHERE last_at < :before"), QUESTIONS_KEPT),
    (text("DELETE FROM one_time_link WHERE expires_at < :before"), LINKS_KEPT),
    (
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


async def tidy(tx: AsyncSession, now: datetime) -> None:
    """Delete what is past its time; safe to run at any moment and twice."""
    for rule, kept in _RULES:
        await tx.execute(rule, {"before": now - kept})
