"""The settings of backups."""

from pathlib import Path

from app.settings_part import Part


class BackupSettings(Part):
    """Where backups are kept, for whom they are sealed (recipients of age, ``age1...``), and the key file that opens them.

    The key file is needed to prove and to restore only: keep it off the server.
    """

    backup_dir: Path = Path("var/backups")
    backup_recipients: str = ""
    backup_key_file: Path | None = None
