"""Bring a database to the newest tables: Alembic for ours, procrastinate's own schema as one of our migrations."""

from dataclasses import dataclass
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from db.apart import drop_all_apart
from db.engine import driver_url, plain_url
from db.sealing import MasterKeys


def alembic_config(url: str, keys: MasterKeys | None = None) -> Config:
    """Alembic's configuration without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = driver_url(url)
    config.attributes["keys"] = keys
    return config


def upgrade(url: str, revision: str = "head", *, keys: MasterKeys | None = None) -> None:
    """Apply the migrations up to ``revision``; safe to call from several processes at once (advisory lock).

    Days of training that are under way end when there is something to apply: their tables would be the old ones.
    Raises KeysMissing when what is to be sealed cannot be.
    """
    if not is_newest(url):
        drop_all_apart(url)
    command.upgrade(alembic_config(url, keys), revision)


def downgrade(url: str, revision: str = "base", *, keys: MasterKeys | None = None) -> None:
    """Take the migrations back down to ``revision``."""
    drop_all_apart(url)
    command.downgrade(alembic_config(url, keys), revision)


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisions:
    """The migrations that this version of the tree knows."""

    head: str
    all: frozenset[str]


def known_revisions() -> Revisions:
    """Read from the folder of the migrations."""
    script = ScriptDirectory.from_config(alembic_config("postgresql://"))
    (head,) = script.get_heads()
    return Revisions(head=head, all=frozenset(one.revision for one in script.walk_revisions()))


def is_newest(url: str) -> bool:
    """Whether the tables are those of the newest migration."""
    with psycopg.connect(plain_url(url), autocommit=True) as connection:
        if connection.execute("SELECT to_regclass('public.alembic_version')").fetchone() == (None,):
            return False
        known = connection.execute("SELECT version_num FROM public.alembic_version").fetchall()
    return [row[0] for row in known] == [known_revisions().head]
