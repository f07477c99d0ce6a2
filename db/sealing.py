"""Contacts at rest: sealed by data keys, which the database holds wrapped under a master key that it does not hold (ADR 0035).

A sealed value says which data key opens it, and opens only in the column that it was sealed for. What is compared is a keyed
digest, the *mark*. AES-256-GCM and HMAC-SHA-256.
"""

import hashlib
import hmac
import os
import secrets
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self
from weakref import WeakKeyDictionary

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Dialect
from sqlalchemy.ext.asyncio import AsyncEngine

NONCE = 12
"""Bytes of a GCM nonce, random for each sealing."""
SEALED = "s1"
"""How what is sealed begins: ``s1.<data key>.<nonce and text>``."""
VALUES, MARKS = "values", "marks"
"""What a data key is for. There is one for marks: a mark must stay the same for as long as it is compared."""
FRESH = 30.0
"""Seconds after which what seals reads again which data key is the newest: a process that only writes learns of a rotation too."""
PATIENCE = 5
"""Seconds to reach the database in when the keys are read."""
CONTACTS, RECORDINGS = "CONTACT_KEYS", "RECORDING_KEYS"
"""The settings of master keys: web opens contacts and no recordings, the recorder the other way round (ADR 0037)."""
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('data keys', 0))"
_KEYS = "SELECT id, purpose, wrapped FROM public.data_key ORDER BY made_at, id"
_ADD = "INSERT INTO public.data_key (id, purpose, wrapped, made_at) VALUES (%s, %s, %s, clock_timestamp())"


class KeysMissing(RuntimeError):
    """No master key was given in ``setting`` (``name`` is empty), or not the one of this name that other keys are wrapped under."""

    def __init__(self, name: str = "", setting: str = CONTACTS) -> None:
        super().__init__(f"{setting} has not the master key {name!r}" if name else f"{setting} is not set, or is no key")
        self.name = name
        self.setting = setting


class CannotOpen(RuntimeError):
    """Not what was sealed for this column: changed, moved from elsewhere, in clear, or sealed by a key that is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterKeys:
    """Master keys by name; the first is the one to wrap with, the others still unwrap. ``setting``: where they were given."""

    keys: Mapping[str, bytes] = field(repr=False)
    setting: str = CONTACTS

    @classmethod
    def read(cls, written: str, setting: str = CONTACTS) -> Self:
        """Of ``name:key,name:key``, each key 32 bytes in URL-safe base64. Raises KeysMissing for anything else."""
        keys = {}
        for one in written.split(","):
            name, _, key = one.strip().partition(":")
            try:
                keys[name] = urlsafe_b64decode(key + "=" * (-len(key) % 4))
            except ValueError as error:
                raise KeysMissing(setting=setting) from error
            if not name.isalnum() or len(keys[name]) != 32:
                raise KeysMissing(setting=setting)
        return cls(keys=keys, setting=setting)

    @property
    def current(self) -> str:
        """The name of the key that wraps."""
        return next(iter(self.keys))

    def wrap(self, key: bytes, what: str) -> str:
        """As the database keeps it: ``<name>.<nonce and key>``."""
        return f"{self.current}.{_encrypted(AESGCM(self.keys[self.current]), key, what)}"

    def unwrap(self, wrapped: str, what: str) -> bytes:
        """The key; raises KeysMissing."""
        name, _, sealed = wrapped.partition(".")
        if name not in self.keys:
            raise KeysMissing(name, self.setting)
        try:
            return _decrypted(AESGCM(self.keys[name]), sealed, what)
        except CannotOpen as error:  # another key of this name
            raise KeysMissing(name, self.setting) from error


def new_master(name: str) -> str:
    """A master key as ``MasterKeys.read`` reads it."""
    return f"{name}:{_written(secrets.token_bytes(32))}"


class KeyRing:
    """The data keys of one database, read when they are first needed, when a value names one that is not known yet, and ``FRESH``.

    ``url``: as libpq reads it. Reading them is one short query on a connection of its own: a type of a column cannot wait.
    ``clock``: seconds that never go back.
    """

    def __init__(self, url: str, masters: MasterKeys | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._clock = clock
        self._read_at = 0.0
        self.masters = masters
        self._guard = threading.Lock()
        self._values: dict[str, AESGCM] = {}
        self._marks = b""
        self._current = ""

    @property
    def current(self) -> str:
        """The data key that seals; raises KeysMissing."""
        if not self._current or self._clock() - self._read_at > FRESH:
            self._read()
        return self._current

    def seal(self, text: str, where: str) -> str:
        """As the database keeps it; ``where``: table.column. Raises KeysMissing."""
        key = self.current
        return f"{SEALED}.{key}.{_encrypted(self._values[key], text.encode(), where)}"

    def open(self, sealed: str, where: str) -> str:
        """The text; raises KeysMissing, CannotOpen."""
        kind, _, rest = sealed.partition(".")
        key, _, content = rest.partition(".")
        if kind != SEALED:
            raise CannotOpen(where)
        if key not in self._values:
            self._read()
        if key not in self._values:
            raise CannotOpen(where)
        return _decrypted(self._values[key], content, where).decode()

    def mark(self, text: str) -> str:
        """What is kept of a text that is compared, whatever its case: 64 hexadecimal digits. Raises KeysMissing."""
        if not self._marks:
            self._read()
        return hmac.new(self._marks, text.casefold().encode(), hashlib.sha256).hexdigest()

    def add(self) -> str:
        """Make a new data key and seal with it from now on; gives its name. Other processes learn of it from what it sealed."""
        with psycopg.connect(self._url, autocommit=True, connect_timeout=PATIENCE) as connection, connection.transaction():
            _add(connection, self._given(), VALUES)
        self._read()
        return self._current

    def rewrap(self) -> int:
        """Wrap every data key under the current master key; gives how many were under another. Raises KeysMissing."""
        masters, changed = self._given(), 0
        with psycopg.connect(self._url, autocommit=True, connect_timeout=PATIENCE) as connection, connection.transaction():
            connection.execute(_LOCK)
            for key, purpose, wrapped in connection.execute(_KEYS).fetchall():
                if wrapped.partition(".")[0] != masters.current:
                    again = masters.wrap(masters.unwrap(wrapped, purpose), purpose)
                    connection.execute("UPDATE public.data_key SET wrapped = %s WHERE id = %s", (again, key))
                    changed += 1
        return changed

    def _given(self) -> MasterKeys:
        if self.masters is None:
            raise KeysMissing
        return self.masters

    def _read(self) -> None:
        self._given()
        with (
            self._guard,
            psycopg.connect(self._url, autocommit=True, connect_timeout=PATIENCE) as connection,
            connection.transaction(),
        ):
            self.read_from(connection)

    def read_from(self, connection: psycopg.Connection) -> None:
        """Read the keys in the caller's transaction; those of a new database are made there."""
        masters, self._read_at = self._given(), self._clock()
        connection.execute(_LOCK)
        known = {purpose for _, purpose, _ in connection.execute(_KEYS).fetchall()}
        for purpose in {VALUES, MARKS} - known:
            _add(connection, masters, purpose)
        for key, purpose, wrapped in connection.execute(_KEYS).fetchall():
            if purpose == MARKS:
                self._marks = masters.unwrap(wrapped, purpose)
            else:
                self._values.setdefault(key, AESGCM(masters.unwrap(wrapped, purpose)))
                self._current = key


_OF_DIALECTS: WeakKeyDictionary[Dialect, KeyRing] = WeakKeyDictionary()


def give_keys(engine: AsyncEngine, ring: KeyRing) -> None:
    """Let the engine's sealed columns be opened with these keys: of an engine, types of columns see its dialect alone."""
    _OF_DIALECTS[engine.sync_engine.dialect] = ring


def keys_of(dialect: Dialect) -> KeyRing:
    """The keys of an engine's dialect; raises KeysMissing."""
    ring = _OF_DIALECTS.get(dialect)
    if ring is None:
        raise KeysMissing
    return ring


def _add(connection: psycopg.Connection, masters: MasterKeys, purpose: str) -> None:
    connection.execute(_ADD, (secrets.token_hex(6), purpose, masters.wrap(secrets.token_bytes(32), purpose)))


def _encrypted(cipher: AESGCM, content: bytes, what: str) -> str:
    nonce = os.urandom(NONCE)
    return _written(nonce + cipher.encrypt(nonce, content, what.encode()))


def _decrypted(cipher: AESGCM, written: str, what: str) -> bytes:
    try:
        kept = urlsafe_b64decode(written + "=" * (-len(written) % 4))
        return cipher.decrypt(kept[:NONCE], kept[NONCE:], what.encode())
    except (InvalidTag, ValueError) as error:
        raise CannotOpen(what) from error


def _written(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")
