"""Restoring a backup: nothing is touched before it is proven, and before each key that it needs is here."""

import tarfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

import psycopg
import pyrage

from app.backup.counting import sums_of
from app.backup.manifest import DATABASE, RECORDINGS, Manifest
from app.backup.proving import Heads, prove
from app.backup.sealing import piped, unseal
from app.backup.tools import running
from channels.voice.recording.survey import survey_heads
from core.errors import OfficeError
from db.apart import drop_all_apart
from db.engine import plain_url
from db.migrating import upgrade
from db.sealing import RECORDINGS as RECORDING_KEYS
from db.sealing import KeysMissing, MasterKeys

_OURS = (
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname = 'public'"
)
_EMPTY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


class NotEmpty(OfficeError):
    """The database, or the folder of the recordings, holds something; facts: ``what``."""

    code = "not_empty"


class Differs(OfficeError):
    """The restored rows are not those of the backup; facts: ``tables``."""

    code = "differs"


def restore(
    url: str,
    recordings: Path | None,
    folder: Path,
    identities: Sequence[pyrage.x25519.Identity],
    *,
    keys: MasterKeys,
    recording_keys: Callable[[], MasterKeys],
    replace: bool = False,
) -> Manifest:
    """Prove a backup, then put its rows and recordings back, hold the rows to their sums, and bring the tables up to date.

    With ``replace`` what the database holds is dropped first, and its connections too. ``recording_keys`` are asked for where the
    backup holds sealed recordings. Raises what ``prove`` raises, KeysMissing (its contacts or its recordings need another master
    key; nothing is touched), and NotEmpty, ToolFailed, Differs.
    """
    manifest, heads = prove(folder, identities)
    for purpose, wrapped in manifest.keys.values():
        keys.unwrap(wrapped, purpose)
    if heads:
        _must_open(heads, recording_keys())
    has_recordings = recordings is not None and RECORDINGS in manifest.parts
    if has_recordings and recordings is not None and recordings.is_dir() and any(recordings.iterdir()) and not replace:
        raise NotEmpty(what=str(recordings))
    _make_room(url, replace=replace)
    with running("pg_restore", url, "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction", feed=True) as feed:
        unseal(folder / DATABASE, feed, identities)
    _hold_to(url, manifest.tables)
    if has_recordings and recordings is not None:
        _unpack(folder / RECORDINGS, recordings, identities)
    upgrade(url, keys=keys)
    return manifest


def _must_open(heads: Heads, masters: MasterKeys) -> None:
    if missing := survey_heads(heads, masters).missing:
        raise KeysMissing(missing[0], RECORDING_KEYS)


def _make_room(url: str, *, replace: bool) -> None:
    with psycopg.connect(plain_url(url), autocommit=True) as connection:
        row = connection.execute(_OURS).fetchone()
        if row and row[0]:
            if not replace:
                raise NotEmpty(what=connection.info.dbname)
            connection.execute(_OTHERS)
    drop_all_apart(url)
    with psycopg.connect(plain_url(url), autocommit=True) as connection:
        connection.execute(_EMPTY)


def _hold_to(url: str, tables: Mapping[str, tuple[int, str]]) -> None:
    with psycopg.connect(plain_url(url)) as connection:
        found = sums_of(connection)
    differing = sorted(name for name in {*found, *tables} if found.get(name) != tables.get(name))
    if differing:
        raise Differs(tables=differing)


def _unpack(sealed: Path, target: Path, identities: Sequence[pyrage.x25519.Identity]) -> None:
    target.mkdir(parents=True, exist_ok=True)

    def pour(stream: IO[bytes]) -> None:
        unseal(sealed, stream, identities)

    with piped(pour) as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
        tar.extractall(target, filter="data")
