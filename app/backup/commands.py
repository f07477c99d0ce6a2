"""The command line of backups: ``backup``, ``restore``, ``backup-key``."""

import argparse
from pathlib import Path


def add_backup_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> tuple[argparse.ArgumentParser, ...]:
    """Add the three commands; each sets ``deed``."""
    making = commands.add_parser("backup", help="seal the database and the recordings; --verify FOLDER proves a backup")
    making.add_argument("--to", type=Path, default=None, metavar="FOLDER", help="where backups are kept; BACKUP_DIR")
    making.add_argument("--keep", type=int, default=0, metavar="N", help="delete whole backups but the newest N")
    making.add_argument("--verify", type=Path, default=None, metavar="FOLDER", help="read every byte of a backup; needs the key")
    making.add_argument("--key", type=Path, default=None, metavar="FILE", help="the key file; BACKUP_KEY_FILE")
    making.set_defaults(deed="backup")
    restoring = commands.add_parser("restore", help="put a backup back into an empty database")
    restoring.add_argument("folder", type=Path, metavar="FOLDER")
    restoring.add_argument("--key", type=Path, default=None, metavar="FILE", help="the key file; BACKUP_KEY_FILE")
    restoring.add_argument("--replace", action="store_true", help="drop what the database holds first")
    restoring.set_defaults(deed="restore")
    key = commands.add_parser("backup-key", help="make a key file, and tell the recipient to seal for")
    key.add_argument("file", type=Path, metavar="FILE")
    key.set_defaults(deed="key")
    return making, restoring, key
