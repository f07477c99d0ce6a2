"""What the doctor says of backups: the newest one's age, and whether the server keeps its log for a point in time."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from app.backup.making import NAME, PATTERN
from app.finding import BAD, GOOD, NOTE, Finding
from app.settings_backup import BackupSettings
from core.words import say

STALE = timedelta(hours=36)
"""A nightly backup that is older was missed."""
_ARCHIVING = """
    SELECT current_setting('archive_mode') <> 'off',
        coalesce(last_failed_time > coalesce(last_archived_time, '-infinity'), false), last_archived_wal
    FROM pg_stat_archiver
"""


def newest_backup(settings: BackupSettings, now: datetime) -> Finding:
    """The newest whole backup in the folder; it is a defect to have none, or an old one, where recipients are set."""
    what = say("doctor.backup")
    names = sorted(one.name for one in settings.backup_dir.glob(PATTERN)) if settings.backup_dir.is_dir() else []
    wanted = bool(settings.backup_recipients)
    if not names:
        return Finding(mark=BAD if wanted else NOTE, what=what, told=say("doctor.no_backup"))
    made_at = datetime.strptime(names[-1], NAME.replace("{:", "").replace("}", "")).replace(tzinfo=UTC)
    return Finding(mark=BAD if wanted and now - made_at > STALE else GOOD, what=what, told=names[-1])


async def archiving(connection: AsyncConnection) -> Finding:
    """Whether the server's log is archived, so that a moment between two backups can be restored."""
    is_on, fails, last = (await connection.execute(text(_ARCHIVING))).one()
    what = say("doctor.archiving")
    if not is_on:
        return Finding(mark=NOTE, what=what, told=say("doctor.archiving_off"))
    if fails:
        return Finding(mark=BAD, what=what, told=say("doctor.archiving_fails"))
    return Finding(mark=GOOD, what=what, told=last or say("doctor.archiving_waits"))
