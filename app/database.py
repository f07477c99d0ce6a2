"""The database of a command: the one of DATABASE_URL, or this machine's embedded server, started if it does not run."""

from collections.abc import Iterator
from contextlib import contextmanager

from app.settings import Settings
from db.embedded import EmbeddedServer


@contextmanager
def open_database(settings: Settings) -> Iterator[str]:
    """The address of the database for as long as the block lasts."""
    given = settings.database.database_url
    if given is not None:
        yield given.get_secret_value()
        return
    with EmbeddedServer(settings.database.var_dir / "postgres") as url:
        yield url
