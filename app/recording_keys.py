"""``keys status|rewrap --recordings``, on the recorder's machine: under which master keys its files are, and another one."""

import argparse
import asyncio
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from app.database import open_database
from app.keys import recording_keys
from app.settings import Settings
from channels.voice.recording.survey import Survey, rewrap_all, survey
from core.clock import SystemClock
from core.sealing.recordings import RecordingKeyDesk
from core.words import say
from db.engine import open_engine
from db.sealing import MasterKeys
from db.transactions import Transactions


async def manage_recording_keys(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do it and say what was done; 1 when some file needs a key that is not here, or the deed could not be told.

    Raises KeysMissing.
    """
    folder, masters = settings.recorder.voice_recordings_dir, recording_keys(settings)
    if not folder.is_dir():
        print(say("keys.no_recordings", folder=folder))  # noqa: T201
        return 1
    found = await asyncio.to_thread(survey, folder, masters)
    if arguments.deed == "rewrap" and not await _rewrap(folder, masters, found, settings):
        return 1
    print(_told(await asyncio.to_thread(survey, folder, masters)))  # noqa: T201
    return 1 if found.missing else 0


async def _rewrap(folder: Path, masters: MasterKeys, found: Survey, settings: Settings) -> bool:
    old = sum(count for name, count in found.sealed.items() if name not in (masters.current, *found.missing))
    if old and not await _tell(settings, masters.current, old):
        print(say("keys.untold"))  # noqa: T201
        return False
    changed, left = await asyncio.to_thread(rewrap_all, folder, masters), sum(found.sealed[name] for name in found.missing)
    print(say("keys.recordings_rewrapped", name=masters.current, files=changed, left=left))  # noqa: T201
    return True


async def _tell(settings: Settings, master: str, files: int) -> bool:
    with open_database(settings) as url:
        engine = open_engine(url, pool_size=1)
        try:
            await RecordingKeyDesk(transactions=Transactions(engine), clock=SystemClock()).rewrapping(master, files)
        except (SQLAlchemyError, OSError):
            return False
        finally:
            await engine.dispose()
    return True


def _told(found: Survey) -> str:
    lines = [
        say("keys.line_missing" if name in found.missing else "keys.line_recordings", name=name, files=files)
        for name, files in sorted(found.sealed.items())
    ]
    return "\n".join([*lines, say("keys.line_clear", files=found.clear)] if found.clear or not lines else lines)
