"""What the commands of backups do, and what is said of it in Russian."""

import argparse
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pyrage

from app.backup.making import keep_newest, make_backup
from app.backup.manifest import Manifest
from app.backup.proving import prove
from app.backup.restoring import restore
from app.backup.sealing import identities_of, make_identity, recipients_of
from app.database import open_database
from app.keys import master_keys, recording_keys
from app.settings import Settings
from core.errors import OfficeError
from core.words import say


def keep_backups(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do it; 1 with a sentence when it cannot be done."""
    try:
        print(_done(arguments, settings))  # noqa: T201
    except OfficeError as refused:
        print(say(f"backup.{refused.code}", **{name: str(value) for name, value in refused.facts.items()}))  # noqa: T201
        return 1
    except OSError as error:
        print(say("backup.disk", file=str(error.filename or ""), why=error.strerror or type(error).__name__))  # noqa: T201
        return 1
    return 0


def _done(arguments: argparse.Namespace, settings: Settings) -> str:
    match arguments.deed:
        case "key":
            return say("backup.key_made", file=str(arguments.file), recipient=make_identity(arguments.file))
        case "restore":
            with open_database(settings) as url:
                put_back = restore(
                    url,
                    settings.recorder.voice_recordings_dir,
                    arguments.folder,
                    _key(arguments, settings),
                    keys=master_keys(settings),
                    recording_keys=partial(recording_keys, settings),
                    replace=arguments.replace,
                )
            return _told("backup.restored", arguments.folder, put_back)
        case _ if arguments.verify is not None:
            return _told("backup.proven", arguments.verify, prove(arguments.verify, _key(arguments, settings))[0])
        case _:
            return _make(arguments, settings)


def _make(arguments: argparse.Namespace, settings: Settings) -> str:
    into, recipients = arguments.to or settings.backup.backup_dir, recipients_of(settings.backup.backup_recipients)
    with open_database(settings) as url:
        folder, manifest = make_backup(url, settings.recorder.voice_recordings_dir, into, recipients, datetime.now(UTC))
    keep_newest(into, arguments.keep)
    return _told("backup.made", folder, manifest)


def _key(arguments: argparse.Namespace, settings: Settings) -> list[pyrage.x25519.Identity]:
    file = arguments.key or settings.backup.backup_key_file
    return identities_of(file or Path())


def _told(key: str, folder: Path, manifest: Manifest) -> str:
    rows = sum(count for count, _ in manifest.tables.values())
    size = sum(part.size for part in manifest.parts.values()) / 1e6
    return say(key, folder=str(folder), tables=len(manifest.tables), rows=rows, size=f"{size:.1f}", revision=manifest.revision)
