"""What the doctor says of the sealed contacts: whether the master key is there, and a sample opens (ADR 0035)."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from app.finding import BAD, GOOD, Finding
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
