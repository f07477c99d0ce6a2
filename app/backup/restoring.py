"""Proving a backup, and restoring it: nothing is touched before every byte of it was read and held to its digest."""

import io
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

import psycopg
import pyrage
from alembic.script import ScriptDirectory

from app.backup.counting import sums_of
from app.backup.manifest import DATABASE, MANIFEST, RECORDINGS, Manifest, Part, read_manifest
from app.backup.sealing import Damaged, piped, unseal
from app.backup.tools import running
from core.errors import OfficeError
from db.apart import drop_all_apart
from db.engine import plain_url
from db.migrating import alembic_config, upgrade
from db.sealing import MasterKeys

_OURS = (
    "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname = 'public'"
)
_EMPTY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"
_OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


class NotEmpty(OfficeError):
    """The database, or the folder of the recordings, holds something; facts: ``what``."""

    code = "not_empty"


class FromTheFuture(OfficeError):
    """The backup's tables are newer than this program; facts: ``revision``."""

    code = "from_the_future"


class Differs(OfficeError):
    """The restored rows are not those of the backup; facts: ``tables``."""

    code = "differs"


class _Nowhere(io.RawIOBase):
    """Takes everything and keeps nothing."""

    def writable(self) -> bool:
        return True

    def write(self, given: object) -> int:
        return len(given)  # type: ignore[arg-type]  # bytes, always


def prove(folder: Path, identities: Sequence[pyrage.x25519.Identity]) -> Manifest:
    """Read every byte of a backup and hold it to the manifest; raises WrongKey, Damaged, FromTheFuture."""
    written = io.BytesIO()
    unseal(folder / MANIFEST, written, identities)
    try:
        manifest = read_manifest(written.getvalue())
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(part=MANIFEST) from error
    for name, part in manifest.parts.items():
        size, digest = unseal(folder / name, _Nowhere(), identities)  # type: ignore[arg-type]  # it asks for write() and flush() alone
        if Part(size=size, sha256=digest) != part:
            raise Damaged(part=name)
    known = {one.revision for one in ScriptDirectory.from_config(alembic_config("postgresql://")).walk_revisions()}
    if manifest.revision not in known:
        raise FromTheFuture(revision=manifest.revision)
    return manifest


def restore(
    url: str,
    recordings: Path | None,
    folder: Path,
    identities: Sequence[pyrage.x25519.Identity],
    *,
    keys: MasterKeys,
    replace: bool = False,
) -> Manifest:
    """Prove a backup, then put its rows and recordings back, hold the rows to their sums, and bring the tables up to date.

    With ``replace`` what the database holds is dropped first, and its connections too. Raises what ``prove`` raises, KeysMissing
    (the contacts of the backup need another master key; nothing is touched), and NotEmpty, ToolFailed, Differs.
    """
    manifest = prove(folder, identities)
    for purpose, wrapped in manifest.keys.values():
        keys.unwrap(wrapped, purpose)
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
