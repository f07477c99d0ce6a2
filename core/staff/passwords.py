"""Passwords: argon2id in a thread, few at a time, so that a storm of logins starves nobody."""

import asyncio
import secrets

from pwdlib import PasswordHash

from core.errors import Invalid

AT_ONCE = 3
"""Each hash takes 64 MiB and about 200 ms of a core."""
SHORTEST = 12
SIGNS = "23456789abcdefghjkmnpqrstuvwxyz"
"""No letter or digit that is taken for another."""


class Passwords:
    """Hashes and verifies; an unknown login costs as much time as a wrong password."""

    def __init__(self, hasher: PasswordHash | None = None) -> None:
        self._hasher = hasher or PasswordHash.recommended()
        self._limiter = asyncio.Semaphore(AT_ONCE)
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """The hash to keep."""
        async with self._limiter:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def verify(self, password: str, known: str | None) -> tuple[bool, str | None]:
        """Whether it fits, and the new hash when the old one is weaker than today's; ``known`` is None for an unknown login."""
        if self._nobody is None:
            self._nobody = await self.hash("nobody has this password")
        async with self._limiter:
            fits, better = await asyncio.to_thread(self._hasher.verify_and_update, password, known or self._nobody)
        return (fits, better) if known is not None else (False, None)


def check_new(password: str) -> None:
    """Raises Invalid when a new password is too short."""
    if len(password) < SHORTEST:
        raise Invalid(field="password", reason="password_short", shortest=SHORTEST)


def random_password() -> str:
    """One to be given to a person once: 79 bits, easy to dictate and to type."""
    return "-".join("".join(secrets.choice(SIGNS) for _ in range(4)) for _ in range(4))
