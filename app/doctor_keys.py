"""What the doctor says of what is sealed: whether the master keys are there, and a sample opens (ADR 0035, 0037)."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.finding import BAD, GOOD, Finding
from app.keys import recording_keys
from app.settings import Settings
from channels.voice.recording.survey import survey
from core.people.model import ContactPoint
from core.table import table_of
from core.words import say
from db.sealing import CannotOpen, KeysMissing, keys_of

SAMPLE = 20
_POINT = table_of(ContactPoint).c


async def contacts_open(connection: AsyncConnection) -> Finding:
    """Open the data keys and the newest contacts."""
    what = say("doctor.keys")
    try:
        name = keys_of(connection.dialect).current
        opened = (await connection.execute(select(_POINT.value).order_by(_POINT.id.desc()).limit(SAMPLE))).all()
    except KeysMissing as missing:
        return Finding(mark=BAD, what=what, told=say("doctor.no_key", name=missing.name or "CONTACT_KEYS"))
    except CannotOpen:
        return Finding(mark=BAD, what=what, told=say("doctor.contacts_shut"))
    return Finding(mark=GOOD, what=what, told=say("doctor.contacts_open", name=name, count=len(opened)))


def recordings_open(settings: Settings) -> list[Finding]:
    """Under which master keys the recordings of this machine are; nothing where no recorder has its folder."""
    folder, what = settings.recorder.voice_recordings_dir, say("doctor.recording_keys")
    if not folder.is_dir():
        return []
    try:
        masters = recording_keys(settings)
        found = survey(folder, masters)
    except KeysMissing as missing:
        return [Finding(mark=BAD, what=what, told=say("doctor.recordings_shut", name=missing.name or missing.setting))]
    except OSError as error:
        return [Finding(mark=BAD, what=what, told=say("doctor.unreachable", why=error.strerror))]
    if found.missing:
        return [Finding(mark=BAD, what=what, told=say("doctor.recordings_shut", name=", ".join(found.missing)))]
    told = say("doctor.recordings_open", name=masters.current, count=sum(found.sealed.values()), clear=found.clear)
    return [Finding(mark=GOOD, what=what, told=told)]
