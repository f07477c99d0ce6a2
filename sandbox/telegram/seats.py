"""A bot's account in the sandbox: profile, commands, webhook and queue."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.telegram.settings import BotAccount
from sandbox.telegram.updates import UpdateQueue


@dataclass(slots=True)
class Webhook:
    """Where a bot wants its updates sent, and how that went."""

    url: str = ""
    secret: str = ""
    most_connections: int = 40
    ip_address: str = ""
    last_error_date: int = 0
    last_error: str = ""


@dataclass(slots=True)
class Seat:
    """One bot."""

    account: BotAccount
    queue: UpdateQueue
    webhook: Webhook = field(default_factory=Webhook)
    commands: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    profile: dict[str, str] = field(default_factory=dict)
    menu_button: dict[str, Any] = field(default_factory=lambda: {"type": "commands"})

    @property
    def id(self) -> int:
        """The bot's user id: the first part of its token."""
        return int(self.account.token.split(":", 1)[0])

    @property
    def name(self) -> str:
        """The name people see."""
        return self.profile.get("name:") or self.account.name or self.account.username

    def as_user(self) -> dict[str, Any]:
        """The Bot API's User."""
        return {"id": self.id, "is_bot": True, "first_name": self.name, "username": self.account.username}
