"""Programs that open strangers' files run apart from us: with an environment of their own and a time limit."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path

from core.knowledge.errors import Unreadable, UnreadableDocument

ROOT = Path(__file__).parents[3]
"""Where our own packages lie, for a child's PYTHONPATH."""
ENVIRONMENT = {"PATH": f"{os.defpath}:/usr/local/bin", "LANG": "C.UTF-8"}
"""Nothing of ours is inherited: no secret can be among it."""


async def run_limited(command: Sequence[str], directory: Path, seconds: float, environment: Mapping[str, str]) -> tuple[int, bytes]:
    """Exit code and output; a process that is too slow is killed with its children. Raises UnreadableDocument(TOO_LONG)."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=directory,
        env={**ENVIRONMENT, **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), seconds)
    except TimeoutError as error:
        raise UnreadableDocument(Unreadable.TOO_LONG) from error
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    return process.returncode or 0, output
