"""Bring a database to the newest tables: Alembic for ours, procrastinate's own schema as one of our migrations."""

from pathlib import Path

from alembic import command
from alembic.config import Config

from db.engine import driver_url


def alembic_config(url: str) -> Config:
    """Alembic's configuration without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = driver_url(url)
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Apply the migrations up to ``revision``; safe to call from several processes at once (advisory lock)."""
    command.upgrade(alembic_config(url), revision)


def downgrade(url: str, revision: str = "base") -> None:
    """Take the migrations back down to ``revision``."""
    command.downgrade(alembic_config(url), revision)
