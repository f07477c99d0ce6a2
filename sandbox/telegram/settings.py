"""What can be set when the sandbox is started."""

from dataclasses import dataclass, field
from pathlib import Path

from sandbox.telegram.clock import Clock, SystemClock

DEFAULT_TOKEN = "7000000001:SANDBOX-token-for-one-machine-only"


@dataclass(frozen=True, slots=True, kw_only=True)
class BotAccount:
    """A bot that the sandbox knows: what BotFather would have given."""

    token: str = DEFAULT_TOKEN
    username: str = "vladikavkaz_sandbox_bot"
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Times are in seconds."""

    bots: tuple[BotAccount, ...] = (BotAccount(),)
    data_dir: Path | None = None
    clock: Clock = field(default_factory=SystemClock)
    samples: bool = True
    chat_interval: float = 0.0
    callback_lifetime: float = 60.0
    retry_first: float = 1.0
    retry_longest: float = 60.0
    webhook_timeout: float = 30.0
