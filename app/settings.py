"""Settings: one model for each part, read from the environment, ``.env`` and secret files; read only in app/ (style rule 21)."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRETS = Path("/run/secrets")
"""Where Docker and Kubernetes put secret files, each named after its setting."""


class _Part(BaseSettings):
    model_config = SettingsConfigDict(
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        secrets_dir=SECRETS if SECRETS.is_dir() else None,
    )


class DatabaseSettings(_Part):
    """Where the data is. Without a URL an embedded server is started in ``VAR_DIR``."""

    database_url: SecretStr | None = None
    database_pool: int = Field(default=10, ge=2, le=100)
    var_dir: Path = Path("var")


class TelegramSettings(_Part):
    """The citizens' bot. Without a token the sandbox plays Telegram.

    The rates are messages a second, in one chat and in all: Telegram's limits, which a Bot API server of one's own does not have.
    """

    telegram_token: SecretStr | None = None
    telegram_api: str = "https://api.telegram.org"
    telegram_mode: Literal["polling", "webhook"] = "polling"
    telegram_chat_rate: float = Field(default=1.0, gt=0)
    telegram_rate: float = Field(default=30.0, gt=0)
    telegram_webhook_url: str = ""
    telegram_webhook_secret: SecretStr | None = None


class DialogueSettings(_Part):
    """Where Rasa answers. Without a URL ``up`` starts one on loopback."""

    nlu_url: str = ""
    nlu_token: SecretStr | None = None
    nlu_timeout: float = Field(default=2.5, gt=0, le=30)


class WebSettings(_Part):
    """The web process: inbox, API and webhooks. ``public_url`` is what people type."""

    web_host: str = "127.0.0.1"
    web_port: int = 8080
    public_url: str = "http://localhost:8080"
    sandbox_port: int = 8081
    nlu_port: int = 5005


class CentreSettings(_Part):
    """The centre itself: the numbers of the dispatch service, tapped to call (menu item 4)."""

    dispatch_phone: str = "+7 (8672) 00-01-12"
    dispatch_phone_2: str = "112"
    conversation_idle_hours: int = Field(default=24, ge=1)


class LogSettings(_Part):
    """How the programs log: lines for people, or JSON for a collector."""

    log_format: Literal["text", "json"] = "text"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"


class Settings:
    """All parts, read once at the start of a process."""

    def __init__(self) -> None:
        self.database = DatabaseSettings()
        self.telegram = TelegramSettings()
        self.dialogue = DialogueSettings()
        self.web = WebSettings()
        self.centre = CentreSettings()
        self.log = LogSettings()


PARTS: tuple[type[BaseSettings], ...] = (
    DatabaseSettings,
    TelegramSettings,
    DialogueSettings,
    WebSettings,
    CentreSettings,
    LogSettings,
)
