"""What can be set when the exchange is started."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

ACCOUNT = "bb845d4b-0000-4cde-a6e9-000000000001"
APPLICATION = "0dddaabf-0000-43e3-84e8-000000000002"
PROVIDER = "2708b1b3-0000-40ea-b502-000000000003"
SECRET = "sandbox-webhook-secret"
KEY = "sandbox-api-key"
"""Both open nothing but this stand-in on loopback."""
NUMBER = "+78672000000"


class PaceKind(StrEnum):
    """How time passes: ``real`` for people, ``fast`` for tests (only while somebody waits for a call, and then at once)."""

    REAL = "real"
    FAST = "fast"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How an exchange is set up.

    ``*_hook``: addresses of the application; ``queue_hook`` may be empty. ``tts``, ``stt``: of the speech service, or empty.
    ``numbers``: whom callers may dial. ``hook_timeout`` is seconds, as JAMBONES_HTTP_TIMEOUT. ``speed``: at the fast pace
    so many seconds of a call pass in a second at most; 0: no bound. ``haste``: without ``tts`` a prompt is so many times shorter.
    """

    call_hook: str
    status_hook: str
    queue_hook: str = ""
    secret: str = SECRET
    key: str = KEY
    account: str = ACCOUNT
    application: str = APPLICATION
    tts: str = ""
    tts_key: str = ""
    stt: str = ""
    stt_key: str = ""
    voice: str = "irina"
    language: str = "ru-RU"
    vendor: str = "custom:gorod"
    trunk: str = "trunk"
    numbers: tuple[str, ...] = (NUMBER,)
    pace: PaceKind = PaceKind.FAST
    speed: float = 0.0
    haste: float = 1.0
    hook_timeout: float = 10.0
    data_dir: Path | None = None
    host: str = "127.0.0.1"
    port: int = 0
