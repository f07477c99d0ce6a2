"""How a mail sandbox is set up."""

from dataclasses import dataclass
from pathlib import Path

BIGGEST_MAIL = 40 * 1024 * 1024
CENTRE = "centre@vladikavkaz.example"
PASSWORD = "sandbox"
"""Opens nothing but this stand-in on loopback."""
HOST = "mail.sandbox.example"
"""How the server calls itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``data_dir`` keeps the letters; without it they last as long as the sandbox. Port 0 is any free one; ``biggest`` is bytes.

    ``centre``: whose mailbox is read over IMAP, with this name and ``password``; mail to ``centre+anything@`` comes to it.
    ``imap_port``: without one no mailbox is served.
    """

    data_dir: Path | None = None
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 8025
    imap_port: int | None = None
    centre: str = CENTRE
    password: str = PASSWORD
    biggest: int = BIGGEST_MAIL
