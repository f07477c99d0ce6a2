"""Streams sealed with age (age-encryption.org/v1): who has the key opens them, with the ``age`` tool as well as with ours.

A server that makes backups holds recipients only: it cannot open what it has sealed.
"""

import hashlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import pyrage

from core.errors import OfficeError


class WrongKey(OfficeError):
    """A recipient or an identity that is none, or an identity that does not fit."""

    code = "wrong_key"


class Damaged(OfficeError):
    """A part that is cut off, changed or missing; facts: ``part``."""

    code = "damaged"


def recipients_of(written: str) -> list[pyrage.x25519.Recipient]:
    """The recipients of ``age1...,age1...``; raises WrongKey for anything else and for none."""
    try:
        found = [pyrage.x25519.Recipient.from_str(one) for one in written.replace(",", " ").split()]
    except pyrage.RecipientError as error:
        raise WrongKey("no recipient of age") from error
    if not found:
        raise WrongKey("nobody to seal for")
    return found


def identities_of(file: Path) -> list[pyrage.x25519.Identity]:
    """The identities of an age key file, comments left out; raises WrongKey."""
    try:
        lines = [line.strip() for line in file.read_text("utf-8").splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError) as error:
        raise WrongKey("no identity of age") from error
    if not found:
        raise WrongKey("an empty key file")
    return found


def make_identity(file: Path) -> str:
    """A new key file that only its owner reads; gives its recipient. Raises FileExistsError: a key is never written over."""
    identity = pyrage.x25519.Identity.generate()
    recipient = str(identity.to_public())
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as key:
        key.write(f"# public key: {recipient}\n{identity}\n")
    return recipient


class _Counted:
    """A stream that is read or written by age while its bytes are counted and their SHA-256 is taken."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1) -> bytes:
        return self._seen(self._stream.read(size))

    def write(self, given: bytes) -> int:
        self._seen(bytes(given))
        self._stream.write(given)
        return len(given)

    def flush(self) -> None:
        self._stream.flush()

    def _seen(self, given: bytes) -> bytes:
        self._digest.update(given)
        self.size += len(given)
        return given

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


def seal(source: IO[bytes], target: Path, recipients: Sequence[pyrage.x25519.Recipient]) -> tuple[int, str]:
    """Seal a stream into a file that is on the disk when this returns; gives the size and the SHA-256 of what was read."""
    counted = _Counted(source)
    with target.open("xb") as file:
        pyrage.encrypt_io(cast(Any, counted), file, recipients)  # it asks for read() alone
        file.flush()
        os.fsync(file.fileno())
    return counted.size, counted.sha256


def unseal(source: Path, target: IO[bytes], identities: Sequence[pyrage.x25519.Identity]) -> tuple[int, str]:
    """Open a sealed file into a stream; gives the size and the SHA-256 of what was written.

    Raises WrongKey; Damaged when the file is missing, cut off or changed: what was written till then is not to be used.
    """
    counted = _Counted(target)
    try:
        with source.open("rb") as file:
            pyrage.decrypt_io(file, cast(Any, counted), identities)  # it asks for write() and flush() alone
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise WrongKey("the key does not open it") from error
        raise Damaged(part=source.name) from error
    except BrokenPipeError:
        raise
    except OSError as error:  # age says so of a piece that does not fit its seal
        raise Damaged(part=source.name) from error
    return counted.size, counted.sha256


@contextmanager
def piped(pour: Callable[[IO[bytes]], object]) -> Iterator[IO[bytes]]:
    """What ``pour`` writes, as a stream to read from; what it raised is raised when the block ends."""
    reading, writing = (os.fdopen(end, mode) for end, mode in zip(os.pipe(), ("rb", "wb"), strict=True))
    failed: list[Exception] = []

    def work() -> None:
        try:
            with writing:
                pour(writing)
        except Exception as error:  # noqa: BLE001  # it is raised where the stream is read
            failed.append(error)

    pouring = threading.Thread(target=work, daemon=True)
    pouring.start()
    try:
        with reading:
            yield reading
    finally:
        pouring.join()
    if failed:
        raise failed[0]
