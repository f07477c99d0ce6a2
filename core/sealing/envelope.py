"""What opens one file that is sealed (ADR 0037): a random key of its own, in the file's first block, wrapped under a master key.

All blocks are of 4096 bytes. The first holds the wrapped key; each other is a nonce, a chunk and its tag (AES-256-GCM). The name
of the file, the chunk's number and whether it is the last are authenticated: chunks cannot be swapped, moved elsewhere or cut off.
"""

import os
import secrets
from dataclasses import dataclass, field
from typing import Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from db.sealing import NONCE, KeysMissing

BLOCK = 4096
"""A page of memory and a sector of the disk: a block is written whole or not at all, even by a process that is killed."""
OVERHEAD = NONCE + 16
CHUNK = BLOCK - OVERHEAD
"""Bytes of content in a block. A multiple of four: samples of two channels are never parted."""
MARK = b"sealed 1\n"


class CannotUnseal(Exception):
    """Not what was sealed under this name: changed, moved, cut off, in clear, or wrapped under a key that is not here."""


class Masters(Protocol):
    """Master keys (``db.sealing.MasterKeys``); ``current`` is the name of the one that wraps."""

    @property
    def current(self) -> str: ...
    def wrap(self, key: bytes, what: str) -> str: ...
    def unwrap(self, wrapped: str, what: str) -> bytes: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Seals and opens the chunks of the file ``name``."""

    name: str
    cipher: AESGCM = field(repr=False)

    @classmethod
    def new(cls, masters: Masters, name: str) -> tuple[Self, bytes]:
        """With a new random key; gives the first block of the file, too."""
        key = secrets.token_bytes(32)
        return cls(name=name, cipher=AESGCM(key)), _head(masters.wrap(key, _what(name)))

    @classmethod
    def read(cls, masters: Masters, name: str, head: bytes) -> Self:
        """Of a file's first block. Raises CannotUnseal."""
        return cls(name=name, cipher=AESGCM(_key(masters, name, head)))

    def seal(self, number: int, chunk: bytes, *, is_last: bool = False) -> bytes:
        """The block of a chunk; only the last one is shorter than CHUNK."""
        nonce = os.urandom(NONCE)
        return nonce + self.cipher.encrypt(nonce, chunk, self._place(number, is_last))

    def open(self, number: int, block: bytes, *, is_last: bool = False) -> bytes:
        """The chunk of a block. Raises CannotUnseal."""
        try:
            return self.cipher.decrypt(block[:NONCE], block[NONCE:], self._place(number, is_last))
        except (InvalidTag, ValueError) as error:
            raise CannotUnseal(self.name) from error

    def _place(self, number: int, is_last: bool) -> bytes:
        return f"{self.name} {number} {'last' if is_last else 'more'}".encode()


def master_of(head: bytes) -> str:
    """The name of the master key that a file's first bytes name; empty when the file is not sealed."""
    return _wrapped(head).partition(".")[0]


def rewrapped(masters: Masters, name: str, head: bytes) -> bytes:
    """The first block of the same file under the current master key. Raises CannotUnseal."""
    return _head(masters.wrap(_key(masters, name, head), _what(name)))


def _key(masters: Masters, name: str, head: bytes) -> bytes:
    try:
        return masters.unwrap(_wrapped(head), _what(name))
    except KeysMissing as missing:
        raise CannotUnseal(name) from missing


def _head(wrapped: str) -> bytes:
    return (MARK + wrapped.encode() + b"\n").ljust(BLOCK, b"\0")


def _wrapped(head: bytes) -> str:
    if not head.startswith(MARK):
        return ""
    return head[len(MARK) :].partition(b"\n")[0].decode("ascii", "replace")


def _what(name: str) -> str:
    return f"file {name}"
