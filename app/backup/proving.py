"""Proving a backup: every byte of it is read and held to its digest, and the keys of its recordings are looked for on the way."""

import io
import tarfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import IO

import pyrage
from alembic.script import ScriptDirectory

from app.backup.manifest import MANIFEST, RECORDINGS, Manifest, Part, read_manifest
from app.backup.sealing import Damaged, piped, unseal
from channels.voice.recording.survey import ENDINGS
from core.errors import OfficeError
from core.sealing.envelope import master_of
from core.sealing.sealed_files import HEAD_READ
from db.migrating import alembic_config

SAMPLES = 16
"""Files of each master key that are kept to be opened: one may be damaged, not so many."""
PIECE = 1 << 20
Heads = Sequence[tuple[str, bytes]]
"""Names of sealed files with their first bytes."""


class FromTheFuture(OfficeError):
    """The backup's tables are newer than this program; facts: ``revision``."""

    code = "from_the_future"


class _Nowhere(io.RawIOBase):
    """Takes everything and keeps nothing."""

    def writable(self) -> bool:
        return True

    def write(self, given: object) -> int:
        return len(given)  # type: ignore[arg-type]  # bytes, always


def prove(folder: Path, identities: Sequence[pyrage.x25519.Identity]) -> tuple[Manifest, Heads]:
    """Read every byte of a backup and hold it to the manifest; gives some of the sealed recordings of each master key, too.

    Raises WrongKey, Damaged, FromTheFuture.
    """
    written = io.BytesIO()
    unseal(folder / MANIFEST, written, identities)
    try:
        manifest = read_manifest(written.getvalue())
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(part=MANIFEST) from error
    heads: Heads = ()
    for name, part in manifest.parts.items():
        if name == RECORDINGS:
            found, heads = _recordings(folder / name, identities)
        else:
            size, digest = unseal(folder / name, _Nowhere(), identities)  # type: ignore[arg-type]  # it asks for write() and flush()
            found = Part(size=size, sha256=digest)
        if found != part:
            raise Damaged(part=name)
    known = {one.revision for one in ScriptDirectory.from_config(alembic_config("postgresql://")).walk_revisions()}
    if manifest.revision not in known:
        raise FromTheFuture(revision=manifest.revision)
    return manifest, heads


def _recordings(sealed: Path, identities: Sequence[pyrage.x25519.Identity]) -> tuple[Part, Heads]:
    poured: list[Part] = []

    def pour(stream: IO[bytes]) -> None:
        size, digest = unseal(sealed, stream, identities)
        poured.append(Part(size=size, sha256=digest))

    try:
        with piped(pour) as stream:
            heads = _samples(stream)
            while stream.read(PIECE):  # what follows the archive's end is part of the digest
                pass
    except tarfile.TarError as error:
        raise Damaged(part=sealed.name) from error
    return poured[0], heads


def _samples(stream: IO[bytes]) -> Heads:
    found: defaultdict[str, list[tuple[str, bytes]]] = defaultdict(list)
    with tarfile.open(fileobj=stream, mode="r|") as tar:
        for member in tar:
            content = tar.extractfile(member) if Path(member.name).suffix in ENDINGS else None
            head = content.read(HEAD_READ) if content is not None else b""
            if (master := master_of(head)) and len(found[master]) < SAMPLES:
                found[master].append((member.name, head))
    return [one for heads in found.values() for one in heads]
