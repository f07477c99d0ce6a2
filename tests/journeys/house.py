"""The whole contact centre as a newcomer starts it: ``python -m app up`` in a directory of its own."""

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from tests import patience

STOP_WAIT = 30
ACCOUNT = re.compile(r"^([a-z0-9]+)\s+(\S{19})\s+.*\(([a-z_]+)\)$")


@dataclass
class House:
    """A running centre: its addresses and the demo passwords by login."""

    process: asyncio.subprocess.Process
    inbox: str
    chat: str
    mail: str
    passwords: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def spilled(self, planted: Iterable[str]) -> list[str]:
        """The printed lines with any of these words; the demo accounts are told on purpose."""
        words = [*planted, *self.passwords.values()]
        return [line for line in self.lines if not ACCOUNT.match(line.strip()) and any(word in line for word in words)]

    async def stop(self) -> int:
        """What Ctrl-C does; gives the exit code."""
        self.process.send_signal(signal.SIGINT)
        async with asyncio.timeout(STOP_WAIT):
            return await self.process.wait()


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


async def start_house(var: Path) -> House:
    """Start and wait until the addresses and the demo accounts are printed."""
    web, sandbox, nlu, mail, smtp, imap, phone, recorder, speech = free_ports(9)
    environment = {
        **os.environ,
        "VAR_DIR": str(var),
        "WEB_PORT": str(web),
        "SANDBOX_PORT": str(sandbox),
        "NLU_PORT": str(nlu),
        "SANDBOX_MAIL_PORT": str(mail),
        "SANDBOX_SMTP_PORT": str(smtp),
        "SANDBOX_IMAP_PORT": str(imap),
        "SANDBOX_PHONE_PORT": str(phone),
        "VOICE_RECORDER_PORT": str(recorder),
        "VOICE_SPEECH_PORT": str(speech),
        "PUBLIC_URL": f"http://localhost:{web}",
        "DATABASE_URL": "",
        "TELEGRAM_TOKEN": "",
        "SMTP_HOST": "",
        "IMAP_HOST": "",
        "NLU_URL": "",
        "LOG_LEVEL": "DEBUG",
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "app", "up"), env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    house = House(process, f"http://localhost:{web}", f"http://localhost:{sandbox}", f"http://localhost:{mail}")
    async with asyncio.timeout(patience.START):
        await _listen(house)
    return house


async def _listen(house: House) -> None:
    """Read what the supervisor prints, until the last demo account."""
    stdout = house.process.stdout
    assert stdout is not None
    while "admin" not in house.passwords:
        line = (await stdout.readline()).decode()
        assert line, "the centre ended while it started:\n" + "\n".join(house.lines[-40:])
        house.lines.append(line.rstrip())
        if (account := ACCOUNT.match(line.strip())) is not None:
            house.passwords[account[1]] = account[2]


async def drain(house: House) -> None:
    """Keep reading, so that the programs never wait for us."""
    stdout = house.process.stdout
    assert stdout is not None
    while line := await stdout.readline():
        house.lines.append(line.decode(errors="replace").rstrip())
