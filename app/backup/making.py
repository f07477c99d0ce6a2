"""A backup is made in a folder that gets its name when it is whole: a half-made one is never taken for a backup."""

import io
import shutil
import tarfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

import psycopg
import pyrage

from app.backup.counting import sums_of
from app.backup.manifest import DATABASE, MANIFEST, RECORDINGS, Manifest, Part
from app.backup.sealing import piped, seal
from app.backup.tools import running
from db.apart import PREFIX
from db.engine import plain_url

NAME = "centre-{:%Y%m%dT%H%M%SZ}"
_KEYS = "SELECT id, purpose, wrapped FROM public.data_key ORDER BY id"
PATTERN = "centre-" + "[0-9]" * 8 + "T" + "[0-9]" * 6 + "Z"


def make_backup(
    url: str, recordings: Path | None, into: Path, recipients: Sequence[pyrage.x25519.Recipient], now: datetime
) -> tuple[Path, Manifest]:
    """Seal the database as it is at one moment, and the recordings' folder when there is one; the centre may go on working.

    ``now``: aware, UTC. Gives the new folder and what is in it. Raises ToolFailed, OSError (a full disk, a folder of that name).
    """
    into.mkdir(parents=True, exist_ok=True)
    final = into / NAME.format(now)
    half = final.with_suffix(".part")
    half.mkdir(mode=0o700)
    try:
        manifest = _database(url, half, recipients, now)
        if recordings is not None and recordings.is_dir():
            manifest = _with(manifest, RECORDINGS, _recordings(recordings, half / RECORDINGS, recipients))
        seal(io.BytesIO(manifest.as_bytes()), half / MANIFEST, recipients)
        half.rename(final)
    except BaseException:
        shutil.rmtree(half, ignore_errors=True)
        raise
    return final, manifest


def keep_newest(into: Path, count: int) -> list[Path]:
    """Delete whole backups but the newest ``count``; gives what was deleted."""
    old = sorted(into.glob(PATTERN))[: -count or None] if count > 0 else []
    for folder in old:
        shutil.rmtree(folder)
    return old


def _database(url: str, folder: Path, recipients: Sequence[pyrage.x25519.Recipient], now: datetime) -> Manifest:
    """The dump and the sums of one snapshot; days of training are no records, and stay out."""
    with psycopg.connect(plain_url(url)) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        snapshot = _one(connection, "SELECT pg_export_snapshot()")
        options = ("--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--exclude-schema={PREFIX}*")
        with running("pg_dump", url, *options) as dump:
            size, digest = seal(dump, folder / DATABASE, recipients)
        return Manifest(
            made_at=now,
            revision=_one(connection, "SELECT version_num FROM alembic_version"),
            server=_one(connection, "SHOW server_version"),
            tables=sums_of(connection),
            parts={DATABASE: Part(size=size, sha256=digest)},
            keys={name: (purpose, wrapped) for name, purpose, wrapped in connection.execute(_KEYS)},
        )


def _one(connection: "psycopg.Connection[tuple[str]]", query: str) -> str:
    row = connection.execute(query).fetchone()
    return str(row[0]) if row else ""


def _recordings(folder: Path, target: Path, recipients: Sequence[pyrage.x25519.Recipient]) -> Part:
    def pack(stream: IO[bytes]) -> None:
        with tarfile.open(fileobj=stream, mode="w|") as tar:
            for file in sorted(folder.rglob("*")):
                _add(tar, file, file.relative_to(folder).as_posix())

    with piped(pack) as stream:
        size, digest = seal(stream, target, recipients)
    return Part(size=size, sha256=digest)


def _add(tar: tarfile.TarFile, file: Path, name: str) -> None:
    """Add a regular file as long as it is now: one that a call is being recorded into grows, one that is packed may go."""
    try:
        with file.open("rb") as content:
            about = tar.gettarinfo(arcname=name, fileobj=content)
            if about.isreg():
                tar.addfile(about, content)
    except (FileNotFoundError, IsADirectoryError):
        return


def _with(manifest: Manifest, name: str, part: Part) -> Manifest:
    return Manifest(
        made_at=manifest.made_at,
        revision=manifest.revision,
        server=manifest.server,
        tables=manifest.tables,
        parts={**manifest.parts, name: part},
        keys=manifest.keys,
    )
