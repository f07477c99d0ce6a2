"""Postfix and Dovecot of Debian, started for one test run in a folder of their own: the mail of a city as it really behaves."""

import os
import random
import shutil
import signal
import smtplib
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import trustme

from tests.mail_servers import configuration
from tests.mail_servers.configuration import DOMAIN
from tests.mail_servers.world import World

MASTER = Path("/usr/lib/postfix/sbin/master")
NEEDED = (MASTER, Path("/usr/sbin/dovecot"), Path("/usr/lib/dovecot/imap"), Path("/usr/lib/dovecot/lmtp"))
PORTS = ("imap", "imaps", "smtp", "submission", "world")
READY = 15.0
CANDIDATES = (15_000, 32_000)


def why_not() -> str:
    """Why these servers cannot run here; empty when they can."""
    missing = [str(path) for path in NEEDED if not path.exists()]
    if missing:
        return f"no {', '.join(missing)}: run .ci/system-packages"
    return "" if os.geteuid() == 0 else "Postfix and Dovecot start as root only"


class MailServers:
    """The pair. Any address that begins with ``box`` or ``centre`` has a mailbox; its user is the part before the ``@``."""

    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="cc-mail-"))
        self.ports = dict(zip(PORTS, _free_ports(len(PORTS)), strict=True))
        self.trusted = self.home / "ca.pem"
        self.world = World(self.ports["world"])
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Write the configuration and start everything; returns when both answer."""
        self._prepare()
        self.world.start()
        self.start_dovecot()
        self.start_postfix()

    def stop(self) -> None:
        """Leave nothing behind."""
        self.kill("postfix")
        self.kill("dovecot")
        self.world.stop()
        shutil.rmtree(self.home)

    def start_dovecot(self) -> None:
        """IMAP, LMTP and the logins."""
        self._run("dovecot", ["/usr/sbin/dovecot", "-F", "-c", str(self.home / "dovecot.conf")])
        _until(lambda: _greets(self.ports["imap"], b"* OK"), "Dovecot")

    def start_postfix(self) -> None:
        """The MX and the submission."""
        (self.home / "queue" / "pid" / "master.pid").unlink(missing_ok=True)
        self._run("postfix", [str(MASTER), "-c", str(self.home / "postfix"), "-s"])
        _until(lambda: _greets(self.ports["smtp"], b"220"), "Postfix")

    def kill(self, name: str) -> None:
        """SIGKILL to the server and to everything that it started, at once."""
        server = self._running.pop(name, None)
        if server is None:
            return
        server.send_signal(signal.SIGSTOP)  # what it started meanwhile would live on, and keep its ports
        processes = self._processes(server)
        for process in processes:
            _signal(process, signal.SIGKILL)
        server.wait()
        _until(lambda: not any(_runs(process) for process in processes), f"the end of {name}")

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """The server's connections stay open, and nobody answers on them; afterwards it goes on."""
        processes = self._processes(self._running[name])
        for process in processes:
            _signal(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                _signal(process, signal.SIGCONT)

    def post(self, to: str, content: bytes, sender: str = "zarina@example.org") -> None:
        """Bring a mail to the MX, as the Internet does."""
        self.post_many(to, [content], sender)

    def post_many(self, to: str, contents: Sequence[bytes], sender: str = "zarina@example.org") -> None:
        """Bring mails one after another over one connection."""
        with smtplib.SMTP("127.0.0.1", self.ports["smtp"], timeout=60) as smtp:
            for content in contents:
                smtp.sendmail(sender, [to], content)

    def _prepare(self) -> None:
        home = self.home
        home.chmod(0o755)
        authority = trustme.CA()
        authority.cert_pem.write_to_path(self.trusted)
        certificate = authority.issue_cert("localhost")
        certificate.private_key_and_cert_chain_pem.write_to_path(home / "server.pem")
        certificate.private_key_pem.write_to_path(home / "server.key")
        configuration.write(home, self.ports)
        for name in configuration.QUEUE:
            (home / "queue" / name).mkdir(parents=True)
            shutil.chown(home / "queue" / name, "root" if name == "pid" else "postfix", "root")
        for name, mode in (("maildrop", 0o730), ("public", 0o710)):
            shutil.chown(home / "queue" / name, group="postdrop")
            (home / "queue" / name).chmod(mode)
        (home / "postfix-data").mkdir()
        shutil.chown(home / "postfix-data", "postfix")
        (home / "mail").mkdir()
        shutil.chown(home / "mail", "mail", "mail")

    def _run(self, name: str, command: list[str]) -> None:
        with (self.home / f"{name}.out").open("ab") as out:
            self._running[name] = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)

    def _processes(self, server: "subprocess.Popen[bytes]") -> list[psutil.Process]:
        try:
            first = psutil.Process(server.pid)
            return [first, *first.children(recursive=True)]
        except psutil.NoSuchProcess:
            return []


def address(box: str, detail: str = "") -> str:
    """The address of a mailbox, with a detail after a ``+``."""
    return f"{box}+{detail}@{DOMAIN}" if detail else f"{box}@{DOMAIN}"


def _free_ports(count: int) -> list[int]:
    """Below those that the system gives to clients: while a server is down, a client must not get its port."""
    ports: set[int] = set()
    while len(ports) < count:
        port = random.randrange(*CANDIDATES)
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        ports.add(port)
    return list(ports)


def _greets(port: int, words: bytes) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
            return line.recv(100).startswith(words)
    except OSError:
        return False


def _until(is_met: Callable[[], bool], name: str) -> None:
    end = time.monotonic() + READY
    while not is_met():
        assert time.monotonic() < end, f"{name} does not come"
        time.sleep(0.02)


def _runs(process: psutil.Process) -> bool:
    """A zombie whose parent is slow to bury it runs no more."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _signal(process: psutil.Process, number: int) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
