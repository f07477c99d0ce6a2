"""How a mail sandbox is set up."""

from dataclasses import dataclass
from pathlib import Path

BIGGEST_MAIL = 40 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``data_dir`` keeps the letters; without it they last as long as the sandbox. Port 0 is any free one; ``biggest`` is bytes."""

    data_dir: Path | None = None
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 8025
    biggest: int = BIGGEST_MAIL
